"""Rooms and sheets that are made after the first picture know what happened before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest

from app.cli.schedule_face import StoreFace
from app.storage.schedule_store import open_schedule
from app.ui.desk import Desk
from app.ui.desktop import _go_on, keep_layout, lay_out
from app.ui.layout_file import LayoutFile
from app.ui.main_window import MainWindow
from app.ui.theme import COLOUR_BLIND_SAFE, STANDARD
from app.ui.widgets.preset_switch import Preset
from tests.ui.conftest import Room
from tests.ui.schedule.conftest import booking
from tests.ui.scripted_engine import NOW, ZONE, ScriptedEngine, channel
from tests.ui.traffic.conftest import wait_for


@contextmanager
def opened(path: Path) -> Iterator[MainWindow]:
    with closing(open_schedule(path, timezone=ZONE)) as store:
        for key, after_s in (("a", 600.0), ("b", 660.0)):
            store.edit(booking("one", key, after_s), 0, by="traffic")
    desk = Desk(ScriptedEngine(channel("one")), ZoneInfo(ZONE), "mira", clock=lambda: 100.0, now=lambda: NOW)
    face = StoreFace(path, None)
    window = MainWindow(desk, "Evening", STANDARD, schedule=face)
    window.resize(1280, 720)
    window.show()
    try:
        yield window
    finally:
        window.leave()
        window.deleteLater()
        desk.close()
        face.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.mark.usefixtures("qapp")
def test_traffics_room_has_the_schedule_the_lock_and_the_colours_of_before(tmp_path: Path) -> None:
    with opened(tmp_path / "store.sqlite3") as window:
        wait_for(lambda: len(window.schedule.rows) == 2)
        assert not window.rooms.is_made(Preset.TRAFFIC)
        window.desk.toggle_lock()
        window.wear(COLOUR_BLIND_SAFE)
        window.presets.choose(Preset.TRAFFIC)
        assert window.page.breaks.table.model().rowCount() == 2
        assert window.traffic.canvas.block(("one", "b")) is not None
        assert window.page.locked
        assert window.page._skin is window.skin
        assert window.page.breaks.search.whatsThis()
        window.desk.toggle_lock()
        assert not window.page.locked


def test_what_the_first_picture_did_not_wait_for_is_made_soon_after_it(room: Callable[..., Room]) -> None:
    window = room(channel("one")).window
    assert not any(window.rooms.is_made(one) for one in (Preset.TRAFFIC, Preset.ENGINEER))
    _go_on(window)
    wait_for(lambda: "surface_sheet" in vars(window.habits))
    assert all(window.rooms.is_made(one) for one in Preset)
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert window.habits.keys.isVisible()
    window.habits.surfaces.stop()


def test_a_layout_of_a_room_that_nobody_looked_at_is_kept_on(tmp_path: Path, room: Callable[..., Room]) -> None:
    kept = LayoutFile(tmp_path / "window.json")
    first = room(channel("one")).window
    first.presets.choose(Preset.TRAFFIC)
    first.rooms.hand.move_to(first.page.docks[0], Qt.DockWidgetArea.RightDockWidgetArea)
    wait_for(lambda: first.rooms.states().get(Preset.TRAFFIC.value))
    first.presets.choose(Preset.OPERATOR)
    keep_layout(first, kept)
    second = room(channel("one")).window
    lay_out(second, LayoutFile(tmp_path / "window.json"))
    assert not second.rooms.is_made(Preset.TRAFFIC)
    keep_layout(second, LayoutFile(tmp_path / "window.json"))
    third = room(channel("one")).window
    lay_out(third, LayoutFile(tmp_path / "window.json"))
    third.presets.choose(Preset.TRAFFIC)
    assert third.page.dockWidgetArea(third.page.docks[0]) is Qt.DockWidgetArea.RightDockWidgetArea
