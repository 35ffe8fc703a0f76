"""A control room that can set up: the program's own face over a folder, a media file and a small HTTP server."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.cli.setup_face import ProgramSetup
from app.model.setup_face import SetupFace
from app.ui.desk import Desk
from app.ui.main_window import MainWindow
from app.ui.theme import STANDARD
from tests.ui.scripted_engine import NOW, ZONE, ScriptedEngine, channel


class SetupRoom:
    """A window with a face for setting up."""

    def __init__(self, face: SetupFace, size: tuple[int, int]) -> None:
        self.engine = ScriptedEngine(channel("one"), channel("two"))
        desk = Desk(self.engine, ZoneInfo(ZONE), "mira", clock=lambda: 100.0, now=lambda: NOW)
        self.window = MainWindow(desk, "Evening", STANDARD, setup=face)
        self.window.resize(*size)
        self.window.show()
        self.window.activateWindow()
        assert QTest.qWaitForWindowActive(self.window)


type Opens = Callable[..., SetupRoom]


@pytest.fixture
def setup_room(qapp: QApplication) -> Iterator[Opens]:
    rooms: list[SetupRoom] = []

    def opened(face: SetupFace, size: tuple[int, int] = (1280, 720)) -> SetupRoom:
        rooms.append(SetupRoom(face, size))
        return rooms[-1]

    yield opened
    for made in rooms:
        made.window.leave()
        made.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def face(tmp_path: Path) -> ProgramSetup:
    folder = tmp_path / "data"
    folder.mkdir()
    return ProgramSetup(folder, tour=True)


def media(path: Path, *, video: bool = True, audio: bool = True) -> Path:
    command = [str(shutil.which("ffmpeg")), "-v", "error", "-y"]
    inputs = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25"] if video else []
    inputs += ["-f", "lavfi", "-i", "sine=1000:sample_rate=48000"] if audio else []
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25"] if video else []
    codecs += ["-c:a", "aac"] if audio else []
    subprocess.run([*command, *inputs, "-t", "3", *codecs, str(path)], check=True)
    return path


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return media(tmp_path_factory.mktemp("media") / "clip.ts")


class Objects(BaseHTTPRequestHandler):
    """Takes PUT, GET and DELETE like an origin; or refuses all with a status."""

    def __init__(self, kept: dict[str, bytes], refuses: int, *about: object) -> None:
        self.kept, self.refuses = kept, refuses
        super().__init__(*about)  # type: ignore[arg-type]  # http.server's own three

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(self.refuses or status)
        self.send_header("Content-Length", str(0 if self.refuses else len(body)))
        self.end_headers()
        self.wfile.write(b"" if self.refuses else body)

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self.refuses:
            self.kept[self.path] = body
        self._answer(201)

    def do_GET(self) -> None:
        body = self.kept.get(self.path)
        self._answer(404 if body is None else 200, body or b"")

    def do_DELETE(self) -> None:
        self._answer(204 if self.kept.pop(self.path, None) is not None else 404)

    def log_message(self, *_about: object) -> None:
        """Quiet."""


class Origin:
    def __init__(self, url: str, kept: dict[str, bytes]) -> None:
        self.url, self.kept = url, kept


@pytest.fixture
def http_origin() -> Iterator[Callable[..., Origin]]:
    servers: list[ThreadingHTTPServer] = []

    def opened(refuses: int = 0) -> Origin:
        kept: dict[str, bytes] = {}
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Objects, kept, refuses))
        servers.append(server)
        threading.Thread(target=server.serve_forever, name="http origin", daemon=True).start()
        return Origin(f"http://127.0.0.1:{server.server_address[1]}/live/", kept)

    yield opened
    for server in servers:
        server.shutdown()
        server.server_close()
