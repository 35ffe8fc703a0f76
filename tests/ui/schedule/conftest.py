"""A window over a scripted engine and a real SQLite schedule, through the very face that the program uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.cli.schedule_face import StoreFace
from app.model.errors import StorageError
from app.model.merging import Stored
from app.model.rundown import Ad, BreakPlan
from app.model.schedule import Booking, Spot
from app.model.schedule_face import Edit
from app.model.status import ChannelStatus
from app.model.when import When
from app.storage.schedule_store import ScheduleStore, open_schedule
from app.ui.desk import Desk
from app.ui.main_window import MainWindow
from app.ui.schedule.block import Block
from app.ui.schedule.canvas import TimelineCanvas
from app.ui.schedule.moments import moment_of
from app.ui.schedule.schedule_desk import ScheduleDesk
from app.ui.theme import STANDARD
from app.ui.widgets.preset_switch import Preset
from tests.ui.conftest import qapp
from tests.ui.scripted_engine import NOW, ZONE, ScriptedEngine, channel

__all__ = ["qapp"]
NONE = Qt.KeyboardModifier.NoModifier


class CutFace(StoreFace):
    """The program's own face; ``down``: the cable to the database is pulled."""

    down = False

    def write(self, edits: Sequence[Edit], *, by: str) -> list[Stored]:
        if self.down:
            raise StorageError("the database is not there")
        return super().write(edits, by=by)


def booking(name: str, key: str, after_s: float, lasts_s: int = 120, ads: int = 4, title: str = "") -> Booking:
    """A break so many seconds after ``NOW``'s full second."""
    at = NOW.replace(microsecond=0) + timedelta(seconds=after_s)
    spots = tuple(Spot(id=f"{key}-{n}", title=f"Ad {n}", duration_s=Fraction(lasts_s, ads)) for n in range(ads))
    plan = BreakPlan(
        key,
        name,
        When(at.isoformat().replace("+00:00", "Z")),
        Fraction(lasts_s),
        title=title,
        ads=tuple(Ad(spot.id, spot.title, spot.duration_s) for spot in spots),
    )
    return Booking(plan=plan, spots=spots)


class Board:
    """The window in its traffic preset."""

    def __init__(self, path: Path, bookings: Sequence[Booking], channels: Sequence[ChannelStatus]) -> None:
        self.store: ScheduleStore = open_schedule(path, timezone=ZONE)
        for one in bookings:
            self.store.edit(one, 0, by="traffic")
        self.engine = ScriptedEngine(*channels)
        self.now: datetime = NOW
        self.desk = Desk(self.engine, ZoneInfo(ZONE), "mira", clock=lambda: 100.0, now=lambda: self.now)
        self.face = CutFace(path, None)
        self.window = MainWindow(self.desk, "Evening", STANDARD, schedule=self.face)
        self.window.resize(1280, 720)
        self.window.presets.choose(Preset.TRAFFIC)
        self.window.show()
        self.window.activateWindow()
        assert QTest.qWaitForWindowActive(self.window)
        wait(lambda: len(self.schedule.rows) == len(bookings))
        self.canvas.setFocus()

    @property
    def schedule(self) -> ScheduleDesk:
        return self.window.schedule

    @property
    def canvas(self) -> TimelineCanvas:
        return self.window.traffic.canvas

    def block(self, name: str, key: str) -> Block:
        found = self.canvas.block((name, key))
        assert found is not None
        return found

    def at(self, name: str, key: str, part: float = 0.5) -> QPoint:
        """A place on a block: 0 its left end, 1 its right."""
        box = self.canvas.box_of(self.block(name, key))
        assert box is not None
        return QPoint(box.left() + 1 + round((box.width() - 3) * part), box.center().y())

    def place(self, name: str, after_s: float) -> QPoint:
        """A place on a channel's row, so many seconds after ``NOW``."""
        places = self.canvas.places
        x = places.head + self.canvas.scale.x_of(self.canvas.now_us + round(after_s * 1_000_000))
        return QPoint(x, places.y_of(self.canvas.rows.index(name)) + places.row // 2)

    def press(self, at: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
        QTest.mousePress(self.canvas, Qt.MouseButton.LeftButton, keys, at)

    def drag(self, to: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
        for step in (to + QPoint(-15, 0), to):
            where = QPointF(self.canvas.mapToGlobal(step))
            left = Qt.MouseButton.LeftButton
            moved = QMouseEvent(QEvent.Type.MouseMove, QPointF(step), where, Qt.MouseButton.NoButton, left, keys)
            QApplication.sendEvent(self.canvas, moved)

    def drop(self, at: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
        QTest.mouseRelease(self.canvas, Qt.MouseButton.LeftButton, keys, at)

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.canvas, key, keys)

    def saved(self) -> dict[tuple[str, str], Booking]:
        """What the store has once all is written."""
        wait(lambda: not self.schedule.unsaved)
        return {(s.booking.plan.channel, s.booking.plan.id): s.booking for s in self.store.bookings()}

    def starts_after_s(self, name: str, key: str) -> float:
        """As the window shows it."""
        start = moment_of(self.block(name, key).start_us)
        return (start - NOW.replace(microsecond=0)).total_seconds()

    def close(self) -> None:
        self.window.leave()
        self.window.deleteLater()
        self.face.close()
        self.store.close()


def wait(until: Callable[[], object]) -> None:
    deadline = monotonic() + 8
    while not until():
        assert monotonic() < deadline
        QTest.qWait(5)


type Opens = Callable[..., Board]


@pytest.fixture
def board(qapp: QApplication, tmp_path: Path) -> Iterator[Opens]:
    """Opens windows: give it the bookings; channels are one to four unless others are given."""
    opened: list[Board] = []

    def make(*bookings: Booking, channels: Sequence[ChannelStatus] | None = None) -> Board:
        there = [channel(name, name.title()) for name in ("one", "two", "three", "four")]
        made = Board(tmp_path / f"{len(opened)}.sqlite", bookings, there if channels is None else channels)
        opened.append(made)
        return made

    yield make
    for one in opened:
        one.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
