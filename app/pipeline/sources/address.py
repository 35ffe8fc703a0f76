"""A source's URL, taken apart and refused by name where it can't be used. Nothing is opened here."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlsplit
from urllib.request import url2pathname

from app.model.errors import UnsupportedError, UsageError

KINDS = "udp://host:port, file:///path or test:bars"
_NOT_YET = {
    "http": "HTTP and HLS",
    "https": "HTTP and HLS",
    "rist": "RIST",
    "rtmp": "RTMP",
    "rtmps": "RTMP",
    "rtp": "RTP",
    "rtsp": "RTSP",
    "rtsps": "RTSP",
    "srt": "SRT",
    "tcp": "TCP",
    "webrtc": "WebRTC",
    "whep": "WebRTC",
    "whip": "WebRTC",
}


@dataclass(frozen=True, slots=True)
class UdpAddress:
    """Where an MPEG transport stream arrives in datagrams. ``host`` "": any address of this machine.

    ``localaddr``: the address of the interface on which a multicast group is joined, "" for the system's choice.
    """

    host: str
    port: int
    localaddr: str = ""

    @property
    def multicast(self) -> bool:
        """Whether ``host`` is a group to be joined."""
        try:
            return ipaddress.ip_address(self.host).is_multicast
        except ValueError:
            return False


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file in any container that FFmpeg reads."""

    path: Path


@dataclass(frozen=True, slots=True)
class Bars:
    """The built-in moving test picture and tone."""


type Address = UdpAddress | MediaFile | Bars


def parse_address(url: str) -> Address:
    """The parts of a source URL. UnsupportedError: a kind this version has not got; UsageError: no source at all."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise UsageError(url, f"not a source: {error}", f"write {KINDS}") from error
    if parts.scheme in _NOT_YET:
        raise UnsupportedError(url, f"{_NOT_YET[parts.scheme]} sources are not in this version", f"it takes {KINDS}")
    reader = _READERS.get(parts.scheme)
    if reader is None:
        what = f"{parts.scheme}: is no kind of source" if parts.scheme else "not a source URL"
        raise UsageError(url, what, f"write {KINDS}")
    return reader(url, parts)


def _udp(url: str, parts: SplitResult) -> UdpAddress:
    right = "write udp://host:port, such as udp://127.0.0.1:5000 or udp://239.1.1.1:5000?localaddr=192.0.2.7"
    try:
        (parts.hostname or "").encode("idna")  # as it is looked up
    except UnicodeError as error:
        raise UsageError(url, f"no host can have this name ({error})", right) from error
    try:
        port = parts.port
    except ValueError as error:
        raise UsageError(url, "the port is not a number from 1 to 65535", right) from error
    if not port:
        raise UsageError(url, "there is no port", right)
    if parts.path.strip("/") or parts.fragment or parts.username or parts.password:
        raise UsageError(url, "only a host and a port belong in a udp source", right)
    localaddr = _options(url, parts, ("localaddr",)).get("localaddr", "")
    address = UdpAddress(parts.hostname or "", port, localaddr)
    if localaddr:
        if not address.multicast:
            raise UsageError(url, "localaddr is for multicast groups only", "leave it out")
        try:
            ipaddress.ip_address(localaddr)
        except ValueError as error:
            raise UsageError(url, f"localaddr={localaddr} is not an IP address", right) from error
    return address


def _file(url: str, parts: SplitResult) -> MediaFile:
    right = "write file:///path/clip.mp4, with %3F for a question mark and %23 for a hash in the name"
    _options(url, parts, ())
    if parts.fragment:
        raise UsageError(url, "a file source ends with its path", right)
    if parts.netloc not in {"", "localhost"}:
        raise UsageError(url, f"{parts.netloc} is read as the name of another machine", right)
    if not parts.path.startswith("/") or parts.path == "/":
        raise UsageError(url, "the path is not absolute", right)
    return MediaFile(Path(url2pathname(parts.path)))


def _test(url: str, parts: SplitResult) -> Bars:
    _options(url, parts, ())
    if parts.netloc or parts.path != "bars" or parts.fragment:
        raise UsageError(url, "there is no such test source", "write test:bars")
    return Bars()


def _options(url: str, parts: SplitResult, known: tuple[str, ...]) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name not in known:
            names = ", ".join(known)
            raise UsageError(
                url, f"{name} is no option of this source", f"it has {names}" if names else "it has no options"
            )
        if name in chosen or not value:
            raise UsageError(url, f"{name} must be given once, with a value")
        chosen[name] = value
    return chosen


_READERS: dict[str, Callable[[str, SplitResult], Address]] = {"udp": _udp, "file": _file, "test": _test}
