"""A folder origin served over HTTP on loopback, so that a player on this machine can watch the demo."""

from __future__ import annotations

import contextlib
import shutil
import socket
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

_TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".mpd": "application/dash+xml",
    ".ts": "video/mp2t",
    ".mp4": "video/mp4",
    ".m4s": "video/mp4",
    ".vtt": "text/vtt",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
}
_CHANGING = frozenset({".m3u8", ".mpd"})
_IDLE_S = 30.0
_LONGEST_URL = 4096


class _Handler(BaseHTTPRequestHandler):
    """GET and HEAD of plain files; no listing, no hidden file, nothing outside the folder."""

    protocol_version = "HTTP/1.1"
    server_version = "Splicedeck"
    sys_version = ""
    timeout = _IDLE_S
    server: _Server

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_OPTIONS(self) -> None:
        self.send_response(HTTPStatus.NO_CONTENT)
        self.send_header("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
        self.send_header("Access-Control-Allow-Headers", "*")
        self.end_headers()

    def end_headers(self) -> None:
        """Players in a page of any origin may read all of it."""
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def _answer(self, *, body: bool) -> None:
        path = self._path()
        try:
            file = None if path is None else path.open("rb")
        except OSError:
            file = None
        if path is None or file is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        with file:
            size = file.seek(0, 2)
            file.seek(0)
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", _TYPES.get(path.suffix.lower(), "application/octet-stream"))
            self.send_header("Content-Length", str(size))
            self.send_header("Cache-Control", "no-cache" if path.suffix in _CHANGING else "max-age=3600")
            self.end_headers()
            if body:
                with contextlib.suppress(ConnectionError, TimeoutError):  # the player went away
                    shutil.copyfileobj(file, self.wfile, 1 << 18)

    def _path(self) -> Path | None:
        """The file that is asked for; None where it is none to be had."""
        if len(self.path) > _LONGEST_URL:
            return None
        names = unquote(urlsplit(self.path).path).split("/")[1:]
        if any(name.startswith(".") or not name or "\\" in name or "\0" in name for name in names):
            return None
        try:
            path = self.server.folder.joinpath(*names).resolve()
            inside = path.is_relative_to(self.server.folder) and path.is_file()
        except (OSError, ValueError):
            return None
        return path if inside else None

    def log_message(self, _form: str, *_values: object) -> None:
        """Not logged: a player asks once a second."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder.resolve()
        self._open: dict[socket.socket, threading.Thread] = {}
        self._guard = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request_thread(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]  # narrower than typeshed's union, as TCP makes it
        """Keeps the connection in sight while it is served."""
        with self._guard:
            self._open[request] = threading.current_thread()
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._guard:
                del self._open[request]

    def handle_error(self, _request: object, _client_address: object) -> None:
        """A connection that broke is nobody's fault."""

    def end_connections(self, timeout_s: float) -> None:
        with self._guard:
            living = dict(self._open)
        for request in living:
            with contextlib.suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)
        for thread in living.values():
            thread.join(timeout_s)


class FolderServer:
    """A running server; ``url`` ends with a slash. Also a context manager."""

    def __init__(self, folder: Path, port: int) -> None:
        self._server = _Server(folder, port)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="folder server", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """End it and every connection."""
        self._server.shutdown()
        self._thread.join(2)
        self._server.server_close()
        self._server.end_connections(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()


def serve_folder(folder: Path, port: int = 0) -> FolderServer:
    """Serve ``folder`` on 127.0.0.1 (port 0: a free one); OSError when the port is taken."""
    return FolderServer(folder, port)
