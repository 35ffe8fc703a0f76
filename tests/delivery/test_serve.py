"""The folder server: what a player may have, and what nobody may."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.delivery.serve import FolderServer, serve_folder


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FolderServer]:
    folder = tmp_path / "www"
    (folder / "news/720p").mkdir(parents=True)
    (folder / "news/index.m3u8").write_bytes(b"#EXTM3U\n")
    (folder / "news/720p/1.ts").write_bytes(bytes(300_000))
    (folder / "news/720p/.2.ts.part").write_bytes(b"half")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "way-out").symlink_to(tmp_path / "secret.txt")
    with serve_folder(folder) as made:
        yield made


def ask(server: FolderServer, path: str, method: str = "GET") -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(server.url.split("/")[2], timeout=5)
    connection.request(method, path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


@pytest.mark.parametrize(
    ("path", "kind", "size"),
    [("/news/index.m3u8", "application/vnd.apple.mpegurl", 8), ("/news/720p/1.ts?x=1", "video/mp2t", 300_000)],
)
def test_a_player_gets_objects_with_their_types(server: FolderServer, path: str, kind: str, size: int) -> None:
    for method in ("GET", "HEAD"):
        answer, body = ask(server, path, method)
        assert answer.status == 200
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["Content-Length"] == str(size)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert len(body) == (size if method == "GET" else 0)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/news",
        "/news/",
        "/nothing.ts",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/news/..%2f..%2fsecret.txt",
        "//etc/passwd",
        "/way-out",
        "/news/720p/.2.ts.part",
        "/news\\720p\\1.ts",
        "/%00",
        "/" + "x" * 5000,
    ],
)
def test_nothing_else_is_to_be_had(server: FolderServer, path: str) -> None:
    answer, body = ask(server, path)
    assert answer.status == 404
    assert b"secret\n" not in body


def test_a_page_may_ask_first(server: FolderServer) -> None:
    answer, _body = ask(server, "/news/index.m3u8", "OPTIONS")
    assert answer.status == 204
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]


def test_other_methods_change_nothing(server: FolderServer) -> None:
    for method in ("PUT", "DELETE", "POST"):
        assert ask(server, "/news/index.m3u8", method)[0].status == 501


def test_it_listens_on_loopback_only_and_ends_with_its_connections(tmp_path: Path) -> None:
    server = serve_folder(tmp_path)
    assert server.url.startswith("http://127.0.0.1:")
    port = int(server.url.split(":")[2].strip("/"))
    with socket.create_connection(("127.0.0.1", port)) as idle:
        idle.sendall(b"GET /x HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n")
        deadline = time.monotonic() + 5
        while not any("process_request" in thread.name for thread in threading.enumerate()):
            assert time.monotonic() < deadline
        server.close()
        assert idle.recv(100) == b""
    assert not any("process_request" in thread.name for thread in threading.enumerate())
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_a_taken_port_is_an_error(server: FolderServer, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="in use"):
        serve_folder(tmp_path, int(server.url.split(":")[2].strip("/")))
