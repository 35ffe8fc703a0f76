"""Reading back: http(s), file URLs and paths as bytes, bounded in size and time."""

from __future__ import annotations

import base64
import http.client
import mmap
import socket
import ssl
import time
from collections.abc import Buffer, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit
from urllib.request import url2pathname

from app.model.errors import ProofError

MOST_PLAYLIST_BYTES = 16 << 20
MOST_MEDIA_BYTES = 1 << 30
_READ_WHOLE = 1 << 26  # a longer file is mapped: only a continuous stream is, and that one only grows
_CHUNK = 1 << 18
_IN_PATH = "/%?&=:@!$'()*+,;~"
_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

type Login = Callable[[str], tuple[str, str] | None]


def as_url(target: str) -> str:
    """A target as a URL: what is no http(s) or file URL is a path."""
    if urlsplit(target).scheme.lower() in {"http", "https", "file"}:
        return target
    return Path(target).absolute().as_uri()


def join(base: str, uri: str) -> str:
    """A URI of a playlist against the playlist's URL; one from the network can't name this machine's files."""
    try:
        joined = urljoin(base, uri)
        scheme = urlsplit(joined).scheme.lower()
    except ValueError as error:
        raise ProofError(f"{uri[:200]!r} is no URI: {error}") from error
    if scheme not in {"http", "https", "file"} or (scheme == "file" and not base.lower().startswith("file:")):
        raise ProofError(f"{uri[:200]!r} in {base} is neither http(s) nor beside the playlist")
    return joined


@dataclass(slots=True)
class Fetcher:
    """Reads URLs over kept connections. One thread's own; ``login(host)`` may give name and password, or "", token.

    ``timeout_s`` is for each step of the network, ``total_s`` for a whole object.
    """

    timeout_s: float = 5.0
    total_s: float = 60.0
    login: Login | None = None
    clock: Callable[[], float] = time.monotonic
    _connections: dict[tuple[str, str], http.client.HTTPConnection] = field(default_factory=dict)
    _interrupted: bool = False

    def text(self, url: str) -> str:
        """A playlist."""
        body = bytes(self.read(url, MOST_PLAYLIST_BYTES))
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ProofError(f"{url}: byte {error.start}: this is no UTF-8 text") from error

    def read(self, url: str, most_bytes: int = MOST_MEDIA_BYTES) -> Buffer:
        """The bytes at a URL (a long file's are mapped, not copied); ProofError says what went wrong."""
        try:
            parts = urlsplit(url)
            if parts.scheme.lower() == "file":
                return _mapped(url, parts)
            return self._fetched(url, most_bytes)
        except ProofError:
            raise
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ProofError(f"{url}: {_reason(error)}") from error

    def interrupt(self) -> None:
        """From any thread: the answer that is waited for fails now (not a connection being made), as does all later."""
        self._interrupted = True
        for connection in list(self._connections.values()):
            if connection.sock is not None:
                with suppress(OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the kept connections."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _fetched(self, url: str, most_bytes: int) -> bytes:
        deadline = self.clock() + self.total_s
        for _ in range(_MOST_REDIRECTS + 1):
            response = self._asked(urlsplit(url))
            if response.status in _REDIRECTS and response.headers.get("Location"):
                response.read(_CHUNK)
                url = join(url, response.headers["Location"])
                self.close()
                continue
            if response.status != HTTPStatus.OK:
                response.read(_CHUNK)
                self.close()
                raise ProofError(f"{url}: the server answers {response.status} {response.reason}")
            return self._body(url, response, most_bytes, deadline)
        raise ProofError(f"{url}: redirected more than {_MOST_REDIRECTS} times")

    def _asked(self, parts: SplitResult) -> http.client.HTTPResponse:
        """Ask over the kept connection, once more over a new one if the server has closed it."""
        key = (parts.scheme.lower(), parts.netloc.rpartition("@")[2])
        kept = key in self._connections
        try:
            return self._request(key, parts)
        except (http.client.HTTPException, ConnectionError):
            self._forget(key)
            if not kept:
                raise
        try:
            return self._request(key, parts)
        except BaseException:
            self._forget(key)
            raise

    def _request(self, key: tuple[str, str], parts: SplitResult) -> http.client.HTTPResponse:
        if self._interrupted:
            raise ProofError(f"{urlunsplit(parts)}: the reading was broken off")
        connection = self._connections.get(key)
        if connection is None:
            connection = self._connections[key] = self._opened(*key)
        path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_IN_PATH)
        try:
            connection.request("GET", path, headers=self._headers(parts))
            return connection.getresponse()
        except OSError:
            self._forget(key)
            raise

    def _forget(self, key: tuple[str, str]) -> None:
        connection = self._connections.pop(key, None)
        if connection is not None:
            connection.close()

    def _opened(self, scheme: str, host: str) -> http.client.HTTPConnection:
        if scheme == "http":
            return http.client.HTTPConnection(host, timeout=self.timeout_s)
        if scheme == "https":
            return http.client.HTTPSConnection(host, timeout=self.timeout_s, context=ssl.create_default_context())
        raise ProofError(f"{scheme or 'no'}: is no scheme that can be read back; http, https and file are")

    def _headers(self, parts: SplitResult) -> dict[str, str]:
        headers = {"User-Agent": "splicedeck-proof", "Cache-Control": "no-cache", "Accept-Encoding": "identity"}
        login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        if login is None and self.login is not None:
            login = self.login(parts.hostname or "")
        if login is not None:
            basic = "Basic " + base64.b64encode(":".join(login).encode()).decode("ascii")
            headers["Authorization"] = basic if login[0] else f"Bearer {login[1]}"
        return headers

    def _body(self, url: str, response: http.client.HTTPResponse, most_bytes: int, deadline: float) -> bytes:
        body = bytearray()
        while chunk := response.read(_CHUNK):
            body += chunk
            if len(body) > most_bytes or self.clock() > deadline:
                self.close()
                limit = f"{most_bytes} bytes" if len(body) > most_bytes else f"{self.total_s:g} s"
                raise ProofError(f"{url}: given up after {limit}")
        if response.length:
            self.close()
            raise ProofError(f"{url}: the answer breaks off after {len(body)} bytes, {response.length} are missing")
        return bytes(body)


def _mapped(url: str, parts: SplitResult) -> Buffer:
    if parts.netloc not in {"", "localhost"}:
        raise ProofError(f"{url}: a file URL names a file of this machine: file:///path")
    path = Path(url2pathname(parts.path))
    if not path.is_file():
        raise ProofError(f"{url}: {'this is a folder' if path.is_dir() else 'there is no such file'}")
    with path.open("rb") as file:
        if path.stat().st_size <= _READ_WHOLE:
            return file.read()
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _reason(error: Exception) -> str:
    """A foreign error in words."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not trusted: {error.verify_message}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
