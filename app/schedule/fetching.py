"""What an import reads over http(s): bounded in size, time and number, and only from hosts it may ask."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from app.schedule.addresses import AddressError, absolute, is_public, origin
from app.schedule.limits import Limits

_CHUNK = 1 << 16
_IN_PATH = "/%?&=:@!$'()*+,;~"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_HEADER = 1000
_TELLS = ("ETag", "Last-Modified")
_BACK = ("If-None-Match", "If-Modified-Since")

type Resolve = Callable[[str, int], list[str]]


class FetchError(Exception):
    """Nothing was read; the text is the reason."""


def resolved(host: str, port: int) -> list[str]:
    """The IP addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class UnchangedError(FetchError):
    """It is what it was when it was asked for before (304)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a server told of its answer, to be asked for a newer one by: ETag and Last-Modified, "" where not told."""

    etag: str = ""
    modified: str = ""


@dataclass(slots=True)
class Fetcher:
    """Reads for one import; what it has read counts against its limits. ``trusted``: what the user named, as origins.

    A name is resolved once: the address that was judged is the one that is asked. ``authorization`` is told to the
    address that the user named, and to no other. ``seen``: of its last answer; set before, an answer that is still the
    same is an UnchangedError.
    """

    limits: Limits
    resolve: Resolve = resolved
    trusted: set[tuple[str, str, int]] = field(default_factory=set)
    authorization: str = ""
    seen: Seen | None = None
    _connection: _Pinned | None = None
    _cut: bool = False
    _fetches: int = 0
    _bytes: int = 0
    _spent_s: float = 0.0

    def named(self, url: str) -> tuple[str, bytes]:
        """As ``read``, of the address that the user named: its host is asked wherever it is."""
        self.trusted.add(origin(absolute(url, "")))
        return self.read(url, self.limits.file_bytes)

    def cut(self) -> None:
        """From any thread: what is being read ends now, with a FetchError, and nothing more is read."""
        self._cut = True
        if (connection := self._connection) is not None:
            connection.cut()

    def read(self, url: str, most_bytes: int | None = None) -> tuple[str, bytes]:
        """The address that answered in the end, and the whole answer; FetchError, AddressError: why not."""
        began_s = time.monotonic()
        try:
            return self._followed(url, self.limits.body_bytes if most_bytes is None else most_bytes, began_s)
        except TimeoutError as error:
            raise FetchError("no answer in time (VAST error 301)") from error
        except ssl.SSLCertVerificationError as error:
            raise FetchError(f"its certificate is not trusted: {error.verify_message}") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            if isinstance(error, AddressError):
                raise
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise FetchError(f"can't be read: {reason}") from error
        finally:
            self._spent_s += time.monotonic() - began_s

    def _followed(self, url: str, most_bytes: int, began_s: float) -> tuple[str, bytes]:
        for _ in range(self.limits.redirects + 1):
            self._fetches += 1
            if self._fetches > self.limits.fetches:
                raise FetchError(f"more than {self.limits.fetches} addresses in one import")
            left_s = self.limits.total_s - self._spent_s - (time.monotonic() - began_s)
            if left_s <= 0:
                raise FetchError(f"the import has fetched for {self.limits.total_s:g} s already")
            location, body = self._asked(url, most_bytes, left_s)
            if not location:
                return url, body
            url = absolute(location, url)
        raise FetchError(f"redirected more than {self.limits.redirects} times")

    def _asked(self, url: str, most_bytes: int, left_s: float) -> tuple[str, bytes]:
        """One request: where it is redirected to ("": nowhere), and the body."""
        connection = self._connection = _Pinned(url, self._address(url), min(self.limits.step_s, left_s))
        if self._cut:
            raise FetchError("not asked: the reader ends")
        cut = threading.Timer(left_s, connection.cut)  # a server that drips a byte now and then is no step's timeout
        cut.name = "import-deadline"
        cut.start()
        try:
            with closing(connection):
                return self._answer(connection, url, most_bytes)
        except (OSError, http.client.HTTPException) as error:
            if connection.was_cut:
                raise TimeoutError from error
            raise
        finally:
            cut.cancel()
            cut.join()

    def _answer(self, connection: _Pinned, url: str, most_bytes: int) -> tuple[str, bytes]:
        parts = urlsplit(url)
        path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_IN_PATH)
        connection.request("GET", path, headers=self._headers(url))
        answer = connection.getresponse()
        if answer.status in _REDIRECTS and answer.headers.get("Location"):
            return str(answer.headers["Location"]), b""
        if answer.status == HTTPStatus.NOT_MODIFIED and self.seen is not None:
            raise UnchangedError("not changed since it was read")
        if answer.status == HTTPStatus.NO_CONTENT:
            raise FetchError("the server has nothing to show (204; VAST error 303)")
        if answer.status != HTTPStatus.OK:
            raise FetchError(f"the server answers {answer.status} {answer.reason}")
        if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise FetchError("the answer is compressed, which was not asked for")
        body = self._body(answer, most_bytes)
        if connection.was_cut:
            raise TimeoutError
        if answer.length:
            raise FetchError(f"the answer breaks off, {answer.length} bytes are missing")
        self.seen = Seen(*(_header(answer, name) for name in _TELLS))
        return "", body

    def _body(self, answer: http.client.HTTPResponse, most_bytes: int) -> bytes:
        body = bytearray()
        while chunk := answer.read(_CHUNK):
            body += chunk
            self._bytes += len(chunk)
            if len(body) > most_bytes:
                raise FetchError(f"longer than {most_bytes} bytes")
            if self._bytes > max(self.limits.all_bytes, most_bytes):
                raise FetchError(f"the import has fetched {self.limits.all_bytes} bytes already")
        return bytes(body)

    def _headers(self, url: str) -> dict[str, str]:
        headers = {"User-Agent": "splicedeck", "Accept-Encoding": "identity"}
        if origin(url) in self.trusted:
            if self.authorization:
                headers["Authorization"] = self.authorization
            if self.seen is not None:
                told = (self.seen.etag, self.seen.modified)
                headers |= {name: value for name, value in zip(_BACK, told, strict=True) if value}
        return headers

    def _address(self, url: str) -> str:
        """The IP address to ask; AddressError where one of the host's is not public."""
        here = origin(url)
        try:
            addresses = self.resolve(here[1], here[2])
        except (OSError, UnicodeError) as error:
            raise FetchError(f"{here[1]!r} is no host that is known") from error
        if not addresses:
            raise FetchError(f"{here[1]!r} has no address")
        if here in self.trusted or self.limits.private_addresses:
            return addresses[0]
        for address in addresses:
            if not is_public(address):
                raise AddressError(f"{here[1]} is at {address}, which is no public address: not asked")
        return addresses[0]


def _header(answer: http.client.HTTPResponse, name: str) -> str:
    """As it may be sent back."""
    value = str(answer.headers.get(name) or "")
    return value if value.isascii() and value.isprintable() and len(value) < _LONGEST_HEADER else ""


class _Pinned(http.client.HTTPConnection):
    """A connection to the very address that was judged, with TLS for https."""

    def __init__(self, url: str, address: str, timeout_s: float) -> None:
        self._scheme, self._name, port = origin(url)
        host = f"[{self._name}]" if ":" in self._name else self._name
        super().__init__(host, port, timeout=timeout_s)
        self._address, self._timeout_s = address, timeout_s
        self.was_cut = False
        self._held: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the address, whatever the name is by now."""
        self.sock = self._held = socket.create_connection((self._address, self.port), self._timeout_s)
        if self._scheme == "https":
            context = ssl.create_default_context()
            tls = context.wrap_socket(self.sock, server_hostname=self._name, do_handshake_on_connect=False)
            self.sock = self._held = tls  # before the handshake, so that ``cut`` ends that too
            tls.do_handshake()

    def cut(self) -> None:
        """From any thread: whatever is waited for ends now."""
        self.was_cut = True
        if (sock := self._held) is not None:  # http.client lets go of it as soon as it has an answer that ends so
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
