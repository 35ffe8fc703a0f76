"""A folder served over HTTP for the tests of what reads it back."""

from __future__ import annotations

import base64
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any


class Server(http.server.ThreadingHTTPServer):
    """``login``: it asks for it; ``answer``: a raw answer to every request; ``asked``: the paths so far."""

    daemon_threads = True

    def __init__(self, folder: Path, login: str = "", answer: bytes | None = None, port: int = 0) -> None:
        self.folder, self.login, self.answer = folder, login, answer
        self.connections = 0
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", port), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        self.server.connections += 1
        super().setup()

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.server.answer is not None:
            self.wfile.write(self.server.answer)
            self.close_connection = True
            return
        expected = "Basic " + base64.b64encode(self.server.login.encode()).decode()
        if self.server.login and self.headers.get("Authorization") != expected:
            self.send_error(401)
            return
        if self.path.startswith("/moved/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/moved"))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        super().do_GET()

    def translate_path(self, path: str) -> str:
        return str(self.server.folder / path.lstrip("/"))

    def copyfile(self, source: Any, outputfile: Any) -> None:
        with suppress(ConnectionError):
            super().copyfile(source, outputfile)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
        pass


@contextmanager
def served(folder: Path, login: str = "", answer: bytes | None = None, port: int = 0) -> Iterator[Server]:
    server = Server(folder, login, answer, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="test-server")
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
