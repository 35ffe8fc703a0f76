"""A traffic page over a real store, and the few clicks and waits that its tests share."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.cli.schedule_face import StoreFace
from app.model.rundown import Ad, BreakPlan
from app.model.schedule import Booking, Imported, Spot
from app.model.when import When
from app.ui.desk import Desk
from app.ui.schedule.schedule_desk import ScheduleDesk
from app.ui.theme import ROOMY, STANDARD, Skin
from tests.ui.scripted_engine import NOW, ZONE, ScriptedEngine, channel

SKIN = Skin(STANDARD, ROOMY)
WAIT_S = 10.0


def booked(key: str, name: str, minute: float, *, lasts_s: int = 120, title: str = "", ads: int = 4) -> Booking:
    """A break so many minutes behind 20:15:00 house time."""
    at = NOW.replace(minute=15, second=0, microsecond=0) + timedelta(minutes=minute)
    spots = tuple(Spot(id=f"{key}-{n}", title=f"Spot {n}", duration_s=Fraction(lasts_s, ads)) for n in range(ads))
    plan = BreakPlan(
        id=key,
        channel=name,
        at=When(at.isoformat().replace("+00:00", "Z")),
        duration_s=Fraction(lasts_s),
        title=title or f"Pod {key}",
        splice_event_id=int(key) if key.isdecimal() else None,
        segmentation_type_id=0x34,
        ads=tuple(Ad(spot.id, spot.title, spot.duration_s) for spot in spots),
    )
    return Booking(plan=plan, spots=spots, source="log.csv")


DAY = (
    booked("5106", "kids", -6, title="Late pod"),
    booked("5107", "kids", 7, title="Toy pod"),
    booked("7104", "north", 10, title="Regional pod N", ads=5),
    booked("5108", "kids", 23, lasts_s=60, title="Kids safe pod", ads=3),
    booked("5109", "kids", 23.6, title="Bank pod"),
    booked("7105", "north", 26, title="Regional pod N", ads=5),
)


class Traffic:
    """A schedule's desk over a store in a folder, with a clock that stands still."""

    def __init__(self, store: str | Path) -> None:
        self.face = StoreFace(store, None, ZONE)
        self.face.now = lambda: NOW
        self.engine = ScriptedEngine(channel("kids", "Kids"), channel("north", "Regional North"))
        self.desk = Desk(self.engine, ZoneInfo(ZONE), "mira", clock=time.monotonic, now=lambda: NOW)
        self.schedule = ScheduleDesk(self.face, self.desk)
        self.schedule._checks._timer.setInterval(0)
        self.shown: list[QWidget] = []

    def show(self, widget: QWidget, size: tuple[int, int] = (1310, 500)) -> None:
        self.shown.append(widget)
        widget.resize(*size)
        widget.show()
        widget.activateWindow()
        assert QTest.qWaitForWindowActive(widget)

    def wait(self, condition: Callable[[], object], what: str = "") -> None:
        wait_for(condition, what)

    def stored(self) -> dict[str, Booking]:
        """What the store has, by id."""
        return {one.booking.plan.id: one.booking for one in self.face.bookings(None, None, None)}

    def close(self) -> None:
        for widget in self.shown:
            widget.close()
            widget.deleteLater()
        self.schedule.close()
        self.desk.close()
        self.face.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        self.shown.clear()
        gc.collect()  # here, on the GUI's thread: what Qt made may not be freed by a store's thread of the next test


def wait_for(condition: Callable[[], object], what: str = "") -> None:
    until = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < until, what or "waited in vain"
        QTest.qWait(5)


def click(widget: QWidget, at: QPoint | None = None) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


@pytest.fixture
def traffic(qapp: QApplication, store: Path) -> Iterator[Traffic]:
    """Over a store with a day in it."""
    made = Traffic(store)
    made.face.merge(
        Imported(file="log.csv", bookings=DAY), by="traffic", dry_run=False, remove_missing=False, choose={}
    )
    made.wait(lambda: len(made.schedule.rows) == len(DAY), "the day is not read")
    made.wait(lambda: made.schedule.findings, "no findings")
    yield made
    made.close()
