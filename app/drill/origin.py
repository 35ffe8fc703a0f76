"""An origin that a drill may kill, freeze and start again: a folder behind HTTP PUT, GET and DELETE, in a process."""

from __future__ import annotations

import shutil
import sys
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

_IDLE_S = 30.0


class _Handler(BaseHTTPRequestHandler):
    """A PUT is seen whole or not at all, as on an origin that people use."""

    protocol_version = "HTTP/1.1"
    timeout = _IDLE_S
    server: OriginServer

    def do_PUT(self) -> None:
        path = self._path()
        length = self.headers.get("Content-Length", "")
        if path is None or not length.isdigit():
            self._end(HTTPStatus.BAD_REQUEST)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.partial")
        body = self.rfile.read(int(length))
        if len(body) < int(length):  # the sender died: what there was before stays
            self.close_connection = True
            return
        partial.write_bytes(body)
        partial.replace(path)
        self._end(HTTPStatus.CREATED)

    def do_DELETE(self) -> None:
        path = self._path()
        if path is not None:
            path.unlink(missing_ok=True)
        self._end(HTTPStatus.NO_CONTENT)

    def do_GET(self) -> None:
        path = self._path()
        if path is None or not path.is_file():
            self._end(HTTPStatus.NOT_FOUND)
            return
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            self._end(HTTPStatus.OK, size)
            with suppress(ConnectionError, TimeoutError):  # the reader went away
                shutil.copyfileobj(file, self.wfile)

    def _end(self, status: HTTPStatus, length: int = 0) -> None:
        self.send_response(status)
        if status is not HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def _path(self) -> Path | None:
        names = unquote(urlsplit(self.path).path).strip("/").split("/")
        return (
            None
            if any(name in {"", ".", ".."} or "\0" in name for name in names)
            else self.server.folder / "/".join(names)
        )

    def log_message(self, _form: str, *_values: object) -> None:
        """Not logged: the drill reads the folder."""


class OriginServer(ThreadingHTTPServer):
    """On 127.0.0.1 at ``port``, which a killed one before may have left a moment ago."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, _request: object, _client_address: object) -> None:
        """A connection that broke is what a drill is about."""


if __name__ == "__main__":
    OriginServer(Path(sys.argv[1]), int(sys.argv[2])).serve_forever()
