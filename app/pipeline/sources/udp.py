"""MPEG transport streams in UDP datagrams, unicast or multicast: our own socket as FFmpeg's input."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import sys
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

from app.model.errors import SourceError
from app.pipeline.sources.address import UdpAddress
from app.pipeline.sources.cue_watch import CueWatch
from app.pipeline.sources.not_media import NotMediaError
from app.pipeline.sources.ts_watch import PACKET_BYTES, TsWatch

_POLL_S = 0.2
_DATAGRAM_BYTES_MAX = 65_536
_RECEIVE_BUFFER_BYTES = 8 << 20  # a second of 60 Mbps; the system may grant less
_KEPT_BYTES = 8 << 20
_BACKLOG_S = 0.002  # data that was there before the call comes back sooner than this
_SYNC = 0x47
_RTP_VERSION, _RTP_HEADER_BYTES = 0x80, 12


class UdpInput:
    """A file-like object for ``av.open``: ``read`` gives datagrams in order, b"" (the end) to stop or on ``error``.

    ``keep_going`` is asked at least five times a second. The bytes since the last entry point (video random access) are
    kept, so that ``rewind`` lets a second demuxer begin where the first can be left without losing a picture.
    One thread only. SourceError from the constructor: the address can't be listened on. ``cues``: told of SCTE-35.
    """

    def __init__(
        self, url: str, address: UdpAddress, keep_going: Callable[[], bool], cues: CueWatch | None = None
    ) -> None:
        self.watch = TsWatch(cues=cues)
        self.caught_up = False
        self.error: SourceError | None = None
        self.received_bytes = self.datagrams = 0
        self._url, self._keep_going = url, keep_going
        self._kept: deque[bytes] = deque()
        self._kept_bytes = 0
        self._again: deque[bytes] = deque()
        self._rest = b""  # of a packet, where datagrams don't end with one
        self._socket = _listening(url, address)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Listen no more; from another thread, too, where the one that reads hangs."""
        self._socket.close()

    def read(self, _most: int) -> bytes:
        """The next datagram (FFmpeg's buffer is larger than any)."""
        if self._again:
            return self._again.popleft()
        try:
            while self._keep_going():
                if datagram := self._receive():
                    return datagram
        except SourceError as error:
            self.error = error  # an exception that passed through FFmpeg would lose its name
        return b""

    def rewind(self) -> int:
        """Let ``read`` begin again with the tables and what came since the last entry point: so many bytes."""
        self._again = deque([b"".join(self.watch.tables.values()), *self._kept])
        return sum(map(len, self._again))

    def wait_for_program(self, timeout_s: float) -> bool:
        """Receive until the stream has said what it carries; False when it is to stop, SourceError when it can't be."""
        end_s = time.monotonic() + timeout_s
        first = b""
        while self.watch.program is None:
            if not self._keep_going():
                return False
            datagram = self._receive()
            if datagram and not first:
                first = datagram
                end_s = time.monotonic() + timeout_s
            if time.monotonic() > end_s:
                raise self._what_is_wrong(first, timeout_s)
        self.rewind()
        return True

    def _what_is_wrong(self, first: bytes, timeout_s: float) -> SourceError:
        if not first:
            return SourceError(f"{self._url}: nothing has arrived for {timeout_s:g} s")
        if first[0] & 0xC0 == _RTP_VERSION and first[_RTP_HEADER_BYTES : _RTP_HEADER_BYTES + 1] == bytes([_SYNC]):
            return NotMediaError(f"{self._url}: RTP arrives; this version takes a transport stream in UDP alone")
        if not self.watch.tables:
            return NotMediaError(f"{self._url}: what arrives is no MPEG transport stream ({self.received_bytes} bytes)")
        return SourceError(f"{self._url}: the transport stream that arrives describes no program")

    def _receive(self) -> bytes:
        began_s = time.monotonic()
        try:
            datagram = self._socket.recv(_DATAGRAM_BYTES_MAX)
        except TimeoutError:
            self.caught_up = True
            return b""
        except OSError as error:
            raise SourceError(f"{self._url}: {error.strerror or error}") from error
        if time.monotonic() - began_s > _BACKLOG_S:
            self.caught_up = True
        self.received_bytes += len(datagram)
        self.datagrams += 1
        self.watch.read(self._whole_packets(datagram))
        self._keep(datagram)
        return datagram

    def _whole_packets(self, datagram: bytes) -> bytes:
        if not self._rest and len(datagram) % PACKET_BYTES == 0 and datagram[:1] == bytes([_SYNC]):
            return datagram
        chunk = self._rest + datagram
        for at in range(min(PACKET_BYTES, len(chunk))):
            if all(chunk[sync] == _SYNC for sync in range(at, len(chunk), PACKET_BYTES)):
                whole = (len(chunk) - at) // PACKET_BYTES * PACKET_BYTES
                self._rest = chunk[at + whole :]
                return chunk[at : at + whole]
        self._rest = b""
        return b""

    def _keep(self, datagram: bytes) -> None:
        if self.watch.entry:
            self._kept.clear()
            self._kept_bytes = 0
        self._kept.append(datagram)
        self._kept_bytes += len(datagram)
        while self._kept_bytes > _KEPT_BYTES:
            self._kept_bytes -= len(self._kept.popleft())


def _listening(url: str, address: UdpAddress) -> socket.socket:
    """A bound socket, in its group where there is one. Only groups are shared: a unicast port has one reader."""
    try:
        places = socket.getaddrinfo(address.host or None, address.port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise SourceError(f"{url}: there is no host {address.host}: {error.strerror or error}") from error
    family, kind, protocol, _, place = min(places, key=lambda entry: entry[0] != socket.AF_INET)
    listener = socket.socket(family, kind, protocol)
    try:
        with contextlib.suppress(OSError):  # the system's limit is then what there is
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
        if address.multicast:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Windows binds no group; elsewhere the group's address keeps other groups on this port out.
        listener.bind(("", address.port) if address.multicast and sys.platform == "win32" else place)
        if address.multicast:
            _join(listener, address)
        listener.settimeout(_POLL_S)
    except OSError as error:
        listener.close()
        raise SourceError(f"{url}: can't be listened on: {error.strerror or error}") from error
    return listener


def _join(listener: socket.socket, address: UdpAddress) -> None:
    group = ipaddress.ip_address(address.host)
    if group.version == 4:  # noqa: PLR2004 - the version of IPv4
        interface = socket.inet_aton(address.localaddr or "0.0.0.0")  # noqa: S104 - the system's choice of interface
        listener.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group.packed + interface)
    else:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group.packed + bytes(4))
