"""Tiles under real hands: layouts, pages, one alone, drags, the keys that do the same, and what is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.model.states import BreakState
from app.ui.desktop import keep_layout, lay_out
from app.ui.grammar import Tone
from app.ui.layout_file import LayoutFile
from app.ui.multiview.layouts import LEAST_BESIDE_LARGE, LEAST_PICTURE, TileLayout
from app.ui.widgets.preset_switch import Preset
from app.ui.widgets.tile_handle import TileHandle
from tests.ui.conftest import Room
from tests.ui.scripted_engine import a_break, an_alarm, channel

type Opens = Callable[..., Room]
LEFT = Qt.MouseButton.LeftButton
CUED = a_break(BreakState.CUED, out_in_s=48)


def some(room: Opens, count: int, **about: object) -> Room:
    return room(*(channel(f"c{n}", current=CUED) for n in range(count)), **about)


def shown(opened: Room) -> list[str]:
    return list(opened.window.multiviewer.view.wall.shown)


def handle(opened: Room, name: str) -> TileHandle:
    handles = opened.window.multiviewer.findChildren(TileHandle)
    return next(one for one in handles if one.name == name and one.isVisible())


def key(opened: Room, words: str) -> None:
    QTest.keySequence(QApplication.focusWidget() or opened.window, QKeySequence(words))


def drag(opened: Room, name: str, on: str, *, drop: bool = True) -> None:
    carried, target = handle(opened, name), handle(opened, on)
    start = carried.rect().center()
    end = carried.mapFromGlobal(target.mapToGlobal(target.rect().center()))
    QTest.mousePress(carried, LEFT, pos=start)
    QTest.mouseMove(carried, start + QPoint(3, 3))
    QTest.mouseMove(carried, (start + end) / 2)
    QTest.mouseMove(carried, end)
    if drop:
        QTest.mouseRelease(carried, LEFT, pos=end)


@pytest.mark.parametrize(
    ("pressed", "layout", "tiles"), [("Alt+2", "1+5", 6), ("Alt+3", "1+7", 8), ("Alt+4", "2+8", 10)]
)
def test_a_key_lays_the_tiles_out_and_undo_takes_it_back(room: Opens, pressed: str, layout: str, tiles: int) -> None:
    opened = some(room, 12)
    viewer = opened.window.multiviewer
    assert not viewer.bar.isVisible()
    key(opened, pressed)
    assert viewer.view.wall.layout is TileLayout(layout)
    assert len(viewer.cells) == tiles
    assert viewer.bar.layouts[TileLayout(layout)].isChecked()
    assert min(cell.picture.height() for cell in viewer.cells) >= LEAST_BESIDE_LARGE
    assert viewer.cells[-1].cell.bottom() < viewer.bar.y()
    for n, cell in zip(shown(opened), viewer.cells, strict=True):
        assert viewer.childAt(cell.cell.center()) is handle(opened, n)
        wanted = opened.engine.preview(n).size
        assert wanted == (cell.picture.width(), cell.picture.height())
    assert opened.engine.preview("c11").size is None  # out of sight: nothing is made for it
    key(opened, "Ctrl+Z")
    assert (viewer.view.wall.layout, len(viewer.cells)) == (TileLayout.GRID, 12)
    key(opened, "Ctrl+Y")
    assert len(viewer.cells) == tiles
    QTest.mouseClick(viewer.bar.layouts[TileLayout.GRID], LEFT)
    assert len(viewer.cells) == 12
    assert not opened.engine.submitted


def test_the_large_tile_follows_the_selection_but_only_when_the_mouse_is_up(room: Opens) -> None:
    opened = some(room, 6)
    key(opened, "Alt+2")
    assert shown(opened)[0] == "c0"
    small = handle(opened, "c3")
    QTest.mousePress(small, LEFT)
    assert opened.desk.selected == "c3"  # the cue column does not wait
    assert shown(opened)[0] == "c0"
    QTest.mouseRelease(small, LEFT)
    assert shown(opened) == ["c3", "c0", "c1", "c2", "c4", "c5"]
    key(opened, "Ctrl+R")
    key(opened, "1")
    assert (opened.desk.selected, shown(opened)[0]) == ("c0", "c3")
    key(opened, "Ctrl+Z")
    assert shown(opened)[0] == "c0"


def test_a_double_click_shows_one_alone_at_its_own_size_and_esc_goes_back(room: Opens) -> None:
    opened = some(room, 6)
    viewer = opened.window.multiviewer
    key(opened, "Alt+2")
    small = handle(opened, "c4")
    QTest.mouseClick(small, LEFT)  # it becomes the large one: the second press finds another in its place
    QTest.mouseDClick(handle(opened, "c3"), LEFT)
    assert shown(opened) == ["c4"]
    (cell,) = viewer.cells
    assert opened.engine.preview("c4").size == (cell.picture.width(), cell.picture.height())
    assert opened.engine.preview("c0").size is None
    assert cell.picture.width() > 600
    assert "5 c4 alone: Esc goes back" in viewer.bar.accessibleName()
    opened.desk.choose_for_gang("c0")
    key(opened, "Esc")
    assert len(shown(opened)) == 6
    assert opened.desk.gang  # one Esc, one step
    key(opened, "Ctrl+E")
    assert shown(opened) == ["c4"]
    QTest.mouseDClick(handle(opened, "c4"), LEFT)
    assert len(shown(opened)) == 6
    assert not opened.engine.submitted


def test_one_alone_says_whom_the_cue_keys_act_on_and_goes_with_the_selection(room: Opens) -> None:
    opened = some(room, 6)
    handle(opened, "c2").setFocus(Qt.FocusReason.TabFocusReason)
    key(opened, "Ctrl+E")
    assert shown(opened) == ["c2"]
    assert "cue keys act on 1 c0" in opened.window.multiviewer.bar.accessibleName()
    key(opened, "5")
    assert shown(opened) == ["c4"]
    assert "cue keys" not in opened.window.multiviewer.bar.accessibleName()


def test_a_tile_is_dragged_to_another_place_and_undo_brings_it_back(room: Opens) -> None:
    opened = some(room, 6)
    before = shown(opened)
    drag(opened, "c4", "c1", drop=False)
    assert (opened.window.multiviewer.hands.dragged, opened.window.multiviewer.hands.target) == ("c4", "c1")
    opened.window.multiviewer.grab()
    key(opened, "Esc")
    assert (opened.window.multiviewer.hands.dragged, shown(opened)) == ("", before)
    QTest.mouseRelease(handle(opened, "c4"), LEFT)
    drag(opened, "c4", "c1")
    assert shown(opened) == ["c0", "c4", "c1", "c2", "c3", "c5"]
    assert handle(opened, "c4").accessibleName().startswith("5 c4")  # its number stays its own
    assert opened.window.multiviewer.childAt(opened.window.multiviewer.cells[1].cell.center()) is handle(opened, "c4")
    key(opened, "Ctrl+Z")
    assert shown(opened) == before
    drag(opened, "c4", "c4")
    assert shown(opened) == before
    assert not opened.engine.submitted


def test_a_tile_dropped_on_the_large_one_stays_large(room: Opens) -> None:
    opened = some(room, 6)
    key(opened, "Alt+2")
    drag(opened, "c4", "c0")
    key(opened, "2")
    assert (opened.desk.selected, shown(opened)[0]) == ("c1", "c4")


def test_arrows_with_ctrl_and_shift_move_the_tile_that_has_the_focus(room: Opens) -> None:
    opened = some(room, 6)  # three in a row
    handle(opened, "c1").setFocus(Qt.FocusReason.TabFocusReason)
    key(opened, "Ctrl+Shift+Right")
    assert shown(opened) == ["c0", "c2", "c1", "c3", "c4", "c5"]
    key(opened, "Ctrl+Shift+Right")  # from a row's end to the next row
    assert shown(opened) == ["c0", "c2", "c3", "c1", "c4", "c5"]
    assert QApplication.focusWidget() is handle(opened, "c1")
    key(opened, "Ctrl+Shift+Up")
    assert shown(opened)[0] == "c1"
    key(opened, "Ctrl+Shift+Left")
    assert shown(opened)[0] == "c1"
    for _ in range(3):
        key(opened, "Ctrl+Z")
    assert shown(opened) == [f"c{n}" for n in range(6)]
    assert opened.desk.selected == "c0"


def test_tab_goes_through_the_tiles_as_they_stand(room: Opens) -> None:
    opened = some(room, 4)
    drag(opened, "c3", "c0")
    handle(opened, "c3").setFocus(Qt.FocusReason.TabFocusReason)
    names = []
    for _ in range(4):
        focus = QApplication.focusWidget()
        assert isinstance(focus, TileHandle)
        names.append(focus.name)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert names == shown(opened) == ["c3", "c0", "c1", "c2"]


def test_36_tiles_in_the_smallest_window_are_turned_in_pages_and_no_alarm_is_missed(room: Opens) -> None:
    opened = some(room, 36)
    viewer = opened.window.multiviewer
    assert shown(opened) == [f"c{n}" for n in range(18)]
    assert min(cell.picture.height() for cell in viewer.cells) >= LEAST_PICTURE
    assert viewer.bar.accessibleName().startswith("page 1 of 2")
    opened.engine.change("c30", alarms=(an_alarm("critical", "encoder died", key="encoder"),))
    opened.later(0.1)
    assert viewer.bar.shown.unseen == "ALARM OUT OF SIGHT: page 2, 31 c30 FAULT"
    assert viewer.bar.shown.tone is Tone.RED
    QTest.mouseClick(viewer.bar.bring, LEFT)
    assert "c30" in shown(opened)
    assert opened.engine.preview("c0").size is None
    assert opened.engine.preview("c30").size is not None
    assert "cue keys act on 1 c0" in viewer.bar.shown.place
    assert "ALARM" not in viewer.bar.shown.unseen
    key(opened, "Ctrl+H")
    assert shown(opened)[0] == "c0"
    key(opened, "Ctrl+Shift+H")
    assert shown(opened)[0] == "c18"
    key(opened, "1")  # the selected channel is brought into sight
    assert shown(opened)[0] == "c0"
    key(opened, "Ctrl+B")
    assert "c30" in shown(opened)
    opened.desk.select("c1")
    handle(opened, "c17").setFocus(Qt.FocusReason.TabFocusReason)
    key(opened, "Ctrl+Shift+Right")
    assert "c17" in shown(opened)
    assert viewer.view.wall.page == 1  # over the page's end, and its page with it
    assert not opened.engine.submitted


def test_one_alone_tells_an_alarm_of_the_others(room: Opens) -> None:
    opened = some(room, 4)
    key(opened, "Ctrl+E")
    opened.engine.change("c3", alarms=(an_alarm("warning", "picture black", key="picture.black"),))
    opened.later(0.1)
    bar = opened.window.multiviewer.bar
    assert bar.shown.unseen == "ALARM OUT OF SIGHT: 4 c3 BLACK"
    QTest.mouseClick(bar.bring, LEFT)
    assert "c3" in shown(opened)


def test_the_engineers_room_has_16_small_tiles_on_one_page(room: Opens) -> None:
    opened = some(room, 16)
    opened.window.presets.choose(Preset.ENGINEER)
    QApplication.processEvents()
    assert len(shown(opened)) == 16
    opened.window.presets.choose(Preset.OPERATOR)
    QApplication.processEvents()
    assert min(cell.picture.height() for cell in opened.window.multiviewer.cells) >= LEAST_PICTURE


def test_the_menu_of_a_tile_does_what_the_keys_do(room: Opens) -> None:
    opened = some(room, 6)
    menu = opened.window.multiviewer.hands.menu("c2")
    entries = {action.text(): action for action in menu.actions()}
    entries["Layout 1+5"].trigger()
    entries["Keep 3 c2 large"].trigger()
    assert shown(opened)[0] == "c2"
    entries["3 c2 alone"].trigger()
    assert shown(opened) == ["c2"]
    assert "All tiles again" in [action.text() for action in opened.window.multiviewer.hands.menu("c2").actions()]
    assert not opened.engine.submitted


def test_the_show_changes_under_the_hand(room: Opens) -> None:
    opened = some(room, 6)
    drag(opened, "c4", "c1", drop=False)
    opened.engine.status = opened.engine.status.__class__(
        **{
            **{name: getattr(opened.engine.status, name) for name in opened.engine.status.__slots__},
            "channels": (channel("new"), channel("c1")),
        }
    )
    opened.later(0.1)
    assert shown(opened) == ["new", "c1"] or sorted(shown(opened)) == ["c1", "new"]
    assert opened.window.multiviewer.hands.dragged == ""
    assert opened.engine.preview("c4").size is None


def test_the_arrangement_comes_back_with_the_window(room: Opens, tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    left = some(room, 6)
    drag(left, "c4", "c1")
    key(left, "Alt+2")
    key(left, "Ctrl+R")
    keep_layout(left.window, LayoutFile(path))
    come = some(room, 6)
    lay_out(come.window, LayoutFile(path))
    assert shown(come) == shown(left)
    assert come.window.multiviewer.view.arrangement == left.window.multiviewer.view.arrangement
    assert come.window.walls.apart is None
    kept = json.loads(path.read_text())
    next(iter(kept["screens"].values()))["tiles"]["here"]["layout"] = "9+9"
    path.write_text(json.dumps(kept))
    told = LayoutFile(path)
    assert "it stays as" in told.problem
    older = some(room, 2)
    lay_out(older.window, told)
    assert shown(older) == ["c0", "c1"]
