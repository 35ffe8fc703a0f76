"""One application in the program's own dress, and a control room over a scripted engine."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.model.events import Event
from app.model.status import ChannelStatus
from app.ui.desk import Desk
from app.ui.desktop import prepared_application
from app.ui.main_window import MainWindow
from app.ui.theme import STANDARD
from tests.ui.scripted_engine import NOW, ZONE, ScriptedEngine

collect_ignore = [] if shutil.which("Xvfb") else ["test_x11.py", "test_x11_habits.py"]
if not shutil.which("xdotool"):
    collect_ignore.append("test_x11_habits.py")


class Room:
    """A window over a scripted engine, with clocks that stand still until they are moved."""

    def __init__(self, *channels: ChannelStatus, remote: bool = False, past: Sequence[Event] = ()) -> None:
        self.engine = ScriptedEngine(*channels)
        self.engine.past.extend(past)
        self.now: datetime = NOW
        self.seconds = 100.0
        self.desk = Desk(self.engine, ZoneInfo(ZONE), "mira", clock=lambda: self.seconds, now=lambda: self.now)
        self.window = MainWindow(self.desk, "Evening", STANDARD, remote=remote)

    def later(self, seconds: float) -> None:
        self.seconds += seconds
        self.now += timedelta(seconds=seconds)
        self.desk.poll()
        self.window.tell()


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return prepared_application(STANDARD)


@pytest.fixture
def room(qapp: QApplication) -> Iterator[Callable[..., Room]]:
    """Opens control rooms: give it the channels, and the window's size."""
    rooms: list[Room] = []

    def opened(*channels: ChannelStatus, size: tuple[int, int] = (1280, 720), **about: Any) -> Room:
        made = Room(*channels, **about)
        rooms.append(made)
        made.window.resize(*size)
        made.window.show()
        made.window.activateWindow()
        assert QTest.qWaitForWindowActive(made.window)
        return made

    yield opened
    for made in rooms:
        made.window.leave()
        made.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
