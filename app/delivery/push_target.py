"""Where a continuous transport stream goes: parsed from a URL; datagrams or a file."""

from __future__ import annotations

import ipaddress
import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit
from urllib.request import url2pathname

from app.model.errors import UnsupportedError, UsageError

DATAGRAM = 1316  # seven TS packets: the most that fits an Ethernet frame
_PACKET = 188
_BURST = 8  # datagrams sent at once
_PACE_BPS = 100_000_000  # no faster inside a burst of pictures: a receiver's buffer holds a few dozen datagrams
_SEND_BUFFER = 1 << 20
_LATER = ("srt", "rtmp", "rtmps", "rtp", "rist")
_FORMS = "use udp://host:port or file:///path/name.ts"


class Target(Protocol):
    """One way out, used by one thread; OSError when bytes could not go."""

    def send(self, body: bytes) -> None:
        """Send it, in order."""

    def rest(self) -> None:
        """Nothing more came for a moment: send what was held back."""

    def close(self) -> None:
        """Let go; nothing is sent any more."""


@dataclass(frozen=True, slots=True)
class UdpAddress:
    """``udp://host:port?ttl=4&localaddr=192.0.2.1``; the options are for multicast."""

    host: str
    port: int
    ttl: int | None = None
    local: str = ""


def parse_push(url: str) -> UdpAddress | Path:
    """What a TS output's URL names; UsageError what is wrong with it, UnsupportedError for a later version's kind."""
    scheme = url.partition(":")[0].lower()
    if scheme in _LATER:
        raise UnsupportedError(url, f"{scheme}:// outputs are not in this version", _FORMS)
    try:
        split = urlsplit(url)
        host, port = split.hostname or "", split.port or 0
        host.encode("idna")  # as it is looked up
    except ValueError as error:
        raise UsageError(url, f"can't be read: {error}", _FORMS) from error
    if scheme == "file":
        path = Path(url2pathname(split.path))
        if split.netloc not in ("", "localhost") or not path.is_absolute() or not path.name:
            raise UsageError(url, "names no file on this machine", _FORMS)
        return path
    if scheme != "udp":
        raise UsageError(url, "no kind of output this program knows", _FORMS)
    if not host or not port or "@" in split.netloc or split.path.strip("/"):
        raise UsageError(url, "no host and port to send to", _FORMS)
    return _with_options(url, host, port, dict(parse_qsl(split.query, keep_blank_values=True)))


def _with_options(url: str, host: str, port: int, options: dict[str, str]) -> UdpAddress:
    ttl, local = options.pop("ttl", None), options.pop("localaddr", "")
    if options.pop("pkt_size", str(DATAGRAM)) != str(DATAGRAM):
        raise UsageError(url, f"pkt_size is always {DATAGRAM}: seven TS packets", "leave it out")
    if options:
        raise UsageError(url, f"unknown option {next(iter(options))!r}", "right are ttl and localaddr")
    if ttl is not None and not (ttl.isascii() and ttl.isdigit() and int(ttl) <= 255):  # noqa: PLR2004 - one byte of IP
        raise UsageError(url, f"ttl {ttl!r}", "write a number from 0 to 255")
    if local:
        try:
            ipaddress.ip_address(local)
        except ValueError as error:
            raise UsageError(url, f"localaddr {local!r} is no address", "write this machine's own address") from error
    return UdpAddress(host, port, None if ttl is None else int(ttl), local)


class UdpTarget:
    """Whole TS packets, seven a datagram."""

    def __init__(self, address: UdpAddress) -> None:
        self._held = b""
        self._next_s = 0.0
        family, _, _, _, to = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_DGRAM)[0]
        self._to: tuple[str | int | bytes, ...] = to
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
            self._set_multicast(family, address)
        except OSError:
            self._socket.close()
            raise

    def _set_multicast(self, family: int, address: UdpAddress) -> None:
        if family == socket.AF_INET6:
            if address.ttl is not None:
                self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, address.ttl)
            return
        if address.ttl is not None:
            self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, address.ttl)
        if address.local:
            self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address.local))

    def send(self, body: bytes) -> None:
        """See Target; what fills no datagram waits for more, or for a rest."""
        held = self._held + body
        whole = len(held) - len(held) % DATAGRAM
        self._held = held[whole:]
        for at in range(0, whole, DATAGRAM * _BURST):
            self._pace()
            for start in range(at, min(whole, at + DATAGRAM * _BURST), DATAGRAM):
                self._socket.sendto(held[start : start + DATAGRAM], self._to)

    def _pace(self) -> None:
        now_s = time.monotonic()
        if self._next_s > now_s:
            time.sleep(self._next_s - now_s)
        self._next_s = max(self._next_s, now_s) + DATAGRAM * _BURST * 8 / _PACE_BPS

    def rest(self) -> None:
        """See Target."""
        whole = len(self._held) - len(self._held) % _PACKET
        if whole:
            body, self._held = self._held[:whole], self._held[whole:]
            self._socket.sendto(body, self._to)

    def close(self) -> None:
        """See Target."""
        self._socket.close()


class FileTarget:
    """Appended to, unbuffered: what was sent is in the file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)

    def send(self, body: bytes) -> None:
        """See Target; what goes in only in part, as a disk fills, is taken back."""
        written = 0
        try:
            while written < len(body):
                written += os.write(self._file, body[written:])
        except OSError:
            if written:
                os.ftruncate(self._file, os.fstat(self._file).st_size - written)
            raise

    def rest(self) -> None:
        """See Target; nothing is held back."""

    def close(self) -> None:
        """See Target."""
        os.close(self._file)


def open_target(to: UdpAddress | Path) -> Target:
    """Open it; OSError when that can't be done now."""
    return UdpTarget(to) if isinstance(to, UdpAddress) else FileTarget(to)
