"""The panels move, float, share a place, are held by the panel lock, and stand again as they were left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.ui.desktop import keep_layout, lay_out
from app.ui.docks.dock import Dock
from app.ui.layout_file import LayoutFile
from app.ui.widgets.preset_switch import Preset
from tests.ui.conftest import Room
from tests.ui.scripted_engine import channel

type Opens = Callable[..., Room]
_LEFT, _BOTTOM = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea


def dock_of(opened: Room, name: str) -> Dock:
    return next(dock for dock in opened.window.rooms.room.docks if dock.objectName() == name)


def area_of(opened: Room, name: str) -> Qt.DockWidgetArea:
    return opened.window.rooms.room.dockWidgetArea(dock_of(opened, name))


def drag(widget: QWidget, start: QPoint, steps: list[QPoint]) -> None:
    """Press, moves, release."""
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=start)
    for step in steps:
        QTest.mouseMove(widget, step)
        QTest.qWait(10)
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=steps[-1])


def pull(opened: Room, by: int) -> int:
    """The separator over the bottom docks, up by so many pixels; the height that they have then."""
    room, bottom = opened.window.rooms.room, opened.window.pages
    top = bottom.tabs.mapTo(room, QPoint(200, 0)).y()
    start = QPoint(200, top - 2)
    assert room.isSeparator(start)
    drag(room, start, [start - QPoint(0, by // 2), start - QPoint(0, by)])
    return bottom.height()


def run(opened: Room, action: str) -> None:
    """As the palette does."""
    opened.window.habits.bindings._acts[action]()


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_a_separator_is_pulled_and_the_lock_holds_it(room: Opens, size: tuple[int, int]) -> None:
    opened = room(channel("one"), size=size)
    column, before = opened.window.column.geometry(), opened.window.pages.height()
    assert pull(opened, 80) == before + 80
    opened.desk.toggle_lock()
    assert pull(opened, 60) == before + 80
    opened.desk.toggle_lock()
    run(opened, "docks.reset")
    assert opened.window.pages.height() == before
    assert opened.window.column.geometry() == column


def test_a_panel_is_dragged_by_its_title(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one"), size=(1280, 720))
    tabs, dock = opened.window.pages.tabs, dock_of(opened, "pages")
    start = QPoint(tabs.width() - 60, 12)
    QTest.mousePress(tabs, Qt.MouseButton.LeftButton, pos=start)
    target = opened.window.rooms.mapToGlobal(QPoint(30, 200))
    begun = tabs.mapToGlobal(start)
    for share in (2, 10, 30, 60, 80, 100, 100):
        QTest.mouseMove(tabs, tabs.mapFromGlobal(begun + (target - begun) * share / 100))
        QTest.qWait(30)
    QTest.mouseRelease(tabs, Qt.MouseButton.LeftButton, pos=tabs.mapFromGlobal(target))
    qtbot.waitUntil(lambda: opened.window.rooms.room.own)
    qtbot.waitUntil(lambda: not dock.isFloating() and area_of(opened, "pages") == _LEFT)
    assert opened.window.multiviewer.width() >= 320
    assert opened.window.rooms.room.state()


def test_a_double_click_floats_a_panel_beside_the_cue_column(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one"), size=(1280, 720))
    tabs, dock = opened.window.pages.tabs, dock_of(opened, "pages")
    QTest.mouseDClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(0).center())
    QTest.mouseRelease(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(0).center())
    assert not dock.isFloating()
    QTest.mouseDClick(tabs, Qt.MouseButton.LeftButton, pos=(beside := QPoint(tabs.width() - 20, 10)))
    QTest.mouseRelease(tabs, Qt.MouseButton.LeftButton, pos=beside)
    assert dock.isFloating()
    column = opened.window.column
    dock.move(column.mapToGlobal(QPoint(-40, 200)))
    qtbot.waitUntil(lambda: dock.frameGeometry().right() < column.mapToGlobal(QPoint(0, 0)).x())
    QTest.keyClick(dock, Qt.Key.Key_F8)
    assert [type(command).name for command in opened.engine.submitted] == ["cue_next"]
    dock.close()
    assert not dock.isFloating()
    assert dock.isVisible()


def test_what_floats_goes_and_comes_with_its_preset(room: Opens) -> None:
    opened = room(channel("one"))
    dock = dock_of(opened, "side")
    dock.setFloating(True)
    opened.window.presets.choose(Preset.TRAFFIC)
    assert not dock.isVisible()
    opened.window.presets.choose(Preset.OPERATOR)
    assert dock.isVisible()
    assert dock.isFloating()


def test_every_way_has_its_key_and_the_lock_stops_all(room: Opens) -> None:
    opened = room(channel("one"))
    QTest.keyClick(opened.window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert dock_of(opened, "pages").isAncestorOf(opened.window.focusWidget())
    run(opened, "docks.move")
    assert area_of(opened, "pages") == _LEFT
    run(opened, "docks.float")
    assert dock_of(opened, "pages").isFloating()
    opened.desk.toggle_lock()
    run(opened, "docks.float")
    run(opened, "docks.reset")
    assert dock_of(opened, "pages").isFloating()
    assert "locked" in opened.window.habits.note.words
    assert not any(act.isEnabled() for act in opened.window.rooms.hand.menu(dock_of(opened, "pages")).actions())
    opened.desk.toggle_lock()
    run(opened, "docks.reset")
    assert (area_of(opened, "pages"), dock_of(opened, "pages").isFloating()) == (_BOTTOM, False)
    assert not opened.window.rooms.room.state()


def test_two_panels_share_a_place(room: Opens) -> None:
    opened = room(channel("one"))
    pages, side = dock_of(opened, "pages"), dock_of(opened, "side")
    menu = opened.window.rooms.hand.menu(side)
    next(act for act in menu.actions() if act.text().startswith("Tab with")).trigger()
    assert opened.window.rooms.room.tabifiedDockWidgets(pages) == [side]
    assert opened.window.alarms.isVisible()


@pytest.mark.parametrize("preset", list(Preset))
def test_a_layout_is_found_again(room: Opens, qtbot: QtBot, tmp_path: Path, preset: Preset) -> None:
    path = tmp_path / "window.json"
    left = room(channel("one"))
    lay_out(left.window, LayoutFile(path))
    left.window.presets.choose(preset)
    first, last = left.window.rooms.room.docks[0], left.window.rooms.room.docks[-1]
    left.window.rooms.hand.move_to(first, _LEFT)
    left.window.rooms.room.resizeDocks([first], [417], Qt.Orientation.Horizontal)
    if last is not first:
        last.setFloating(True)
    qtbot.waitUntil(path.exists)
    keep_layout(left.window, LayoutFile(path))
    come = room(channel("one"))
    lay_out(come.window, told := LayoutFile(path))
    assert not told.problem
    assert come.window.presets.preset is preset
    docks = come.window.rooms.room.docks
    assert come.window.rooms.room.dockWidgetArea(docks[0]) == _LEFT
    assert docks[0].width() == first.width()
    assert docks[-1].isFloating() == (last is not first)
    others = [one for one in Preset if one is not preset]
    assert not any(come.window.rooms.of(one).own for one in others)


def test_a_layout_that_cannot_be_used_is_told_and_the_first_one_stands(room: Opens) -> None:
    opened = room(channel("one"))
    operator = opened.window.rooms.of(Preset.OPERATOR)
    before = [dock.geometry() for dock in operator.docks]
    operator.bring("bm8gbGF5b3V0")
    assert [dock.geometry() for dock in operator.docks] == before
    assert all(dock.isVisible() for dock in operator.docks)
    assert "could not be laid out" in opened.window.habits.note.words
    QTest.keyClick(opened.window, Qt.Key.Key_F8)
    assert opened.engine.submitted
