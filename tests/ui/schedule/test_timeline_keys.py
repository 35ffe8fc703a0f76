"""The keyboard does all the mouse does; what it is about is read out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.model.states import BreakState
from app.ui.schedule.block import Kind
from app.ui.widgets.preset_switch import Preset
from tests.ui.conftest import Room, room
from tests.ui.schedule.conftest import Opens, booking, wait
from tests.ui.scripted_engine import a_break, channel

__all__ = ["room"]

_K, _M = Qt.Key, Qt.KeyboardModifier
SHIFT, CTRL, ALT = _M.ShiftModifier, _M.ControlModifier, _M.AltModifier
LATE = booking("one", "b1", 900, 120, title="Late pod")


def test_a_break_is_found_moved_stretched_and_taken_out_by_keys(board: Opens) -> None:
    opened = board(LATE)
    opened.key(_K.Key_Right, CTRL)
    assert opened.canvas.selected == {("one", "b1")}
    said = "1 One, Late pod, planned, 20:30:28:00 to 20:32:28:00, 2:00, 4 ads"
    assert opened.canvas.accessibleDescription() == said
    opened.key(_K.Key_Right)
    assert opened.starts_after_s("one", "b1") == 900.04
    opened.key(_K.Key_Left)
    opened.key(_K.Key_Right, SHIFT)
    assert opened.starts_after_s("one", "b1") == 901
    opened.key(_K.Key_Right, ALT)
    opened.key(_K.Key_Right, ALT | SHIFT)
    block = opened.block("one", "b1")
    assert block.end_us - block.start_us == 121_040_000
    opened.key(_K.Key_Down, ALT)
    assert list(opened.saved()) == [("two", "b1")]
    opened.key(_K.Key_Delete)
    assert opened.saved() == {}
    for _ in range(7):
        QTest.keyClick(opened.window, _K.Key_Z, CTRL)
    assert opened.saved() == {("one", "b1"): LATE}
    QTest.keyClick(opened.window, _K.Key_Y, CTRL)
    assert opened.starts_after_s("one", "b1") == 900.04


def test_create_duplicate_and_split(board: Opens) -> None:
    opened = board(LATE)
    opened.key(_K.Key_Right, CTRL)
    opened.key(_K.Key_D, CTRL)
    assert opened.canvas.selected == {("one", "b1-2")}
    assert opened.starts_after_s("one", "b1-2") == 1020
    opened.key(_K.Key_S)
    saved = opened.saved()
    assert {key[1]: booked.plan.duration_s for key, booked in saved.items()} == {"b1": 120, "b1-2": 30, "b1-3": 90}
    opened.key(_K.Key_Escape)
    opened.canvas.cursor_us = opened.canvas.now_us + 2_000_000_000
    opened.key(_K.Key_Insert)
    assert len(opened.saved()) == 4


def test_going_about_and_selecting(board: Opens) -> None:
    opened = board(LATE, booking("one", "b2", 1500), booking("three", "c", 1400), booking("one", "far", 90_000))
    opened.key(_K.Key_Right, CTRL)
    opened.key(_K.Key_Right, CTRL | SHIFT)
    assert opened.canvas.selected == {("one", "b1"), ("one", "b2")}
    opened.key(_K.Key_Down, CTRL)
    assert opened.canvas.focused == ("three", "c")
    opened.key(_K.Key_A, CTRL)
    assert len(opened.canvas.selected) == 3
    opened.key(_K.Key_Escape)
    assert not opened.canvas.selected
    opened.canvas.select({("one", "b2")}, ("one", "b2"))
    opened.key(_K.Key_Right, CTRL)
    box = opened.canvas.box_of(opened.block("one", "far"))
    assert box is not None
    assert opened.canvas.places.head <= box.left() < opened.canvas.width()  # it was brought into sight
    opened.key(_K.Key_Home)
    assert opened.canvas.follows
    zoom = opened.canvas.scale.us_per_px
    opened.key(_K.Key_Plus)
    assert opened.canvas.scale.us_per_px < zoom
    origin = opened.canvas.scale.origin_us
    opened.key(_K.Key_PageDown)
    assert opened.canvas.scale.origin_us > origin


def test_nothing_selected_is_told_not_guessed(board: Opens) -> None:
    opened = board()
    for key in (_K.Key_Right, _K.Key_Delete, _K.Key_S):
        opened.canvas.say("")
        opened.key(key)
        assert opened.canvas.saying == "select a break of the schedule first"
    assert opened.saved() == {}


def test_cue_keys_and_numbers_work_from_the_timeline(board: Opens) -> None:
    opened = board(LATE)
    opened.key(_K.Key_2)
    assert opened.desk.selected == "two"
    assert opened.canvas.rows[0] == "two"  # the selected channel is pinned on top
    opened.key(_K.Key_F8)
    assert [command.name for command in opened.engine.submitted] == ["cue_next"]


def test_every_span_is_a_button_and_the_playhead_stays_in_sight(board: Opens) -> None:
    opened = board(LATE)
    canvas = opened.canvas
    for seconds, button in opened.window.traffic.spans.items():
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert button.isChecked()
        assert 0 <= canvas.scale.x_of(canvas.now_us) < canvas.places.time_width
        width_s = canvas.scale.us_per_px * canvas.places.time_width / 1_000_000
        assert width_s == pytest.approx(seconds, rel=0.001)
        assert not canvas.grab().isNull()


def test_the_presets_change_the_room_and_keep_the_cue_column(board: Opens) -> None:
    opened = board(LATE)
    window = opened.window
    column = window.column.geometry()
    assert window.traffic.isVisible()
    assert not window.multiviewer.isVisible()
    QTest.keyClick(window, _K.Key_1, CTRL)
    assert window.presets.preset is Preset.OPERATOR
    assert window.multiviewer.isVisible()
    assert window.timeline.canvas.isVisible()
    assert window.column.geometry() == column
    QTest.mouseClick(window.presets, Qt.MouseButton.LeftButton, pos=window.presets.tabRect(1).center())
    assert window.traffic.isVisible()


def test_the_buttons_undo_and_say_what(board: Opens) -> None:
    opened = board(LATE)
    undo = opened.window.traffic.undo
    assert not undo.isEnabled()
    opened.key(_K.Key_Right, CTRL)
    opened.key(_K.Key_Right)
    assert (undo.text(), undo.isEnabled(), undo.toolTip()) == ("Undo", True, "Take the last edit back (Ctrl+Z): move")
    opened.window.resize(1920, 1080)
    assert undo.text() == "Undo move"
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    wait(lambda: opened.starts_after_s("one", "b1") == 900)
    assert opened.window.traffic.redo.text() == "Redo move"
    opened.window.resize(1280, 720)
    QTest.qWait(0)
    timeline = opened.window.traffic
    for button in (*timeline.spans.values(), timeline.snap, timeline.follow, timeline.import_, undo, timeline.redo):
        assert button.width() >= button.sizeHint().width(), button.text()  # no word is cut


def test_a_window_without_a_schedule_shows_what_the_engine_has(room: Callable[..., Room]) -> None:
    running = a_break(BreakState.ON_AIR, out_in_s=-30, key="live", title="Headline break")
    following = a_break(BreakState.PLANNED, out_in_s=400, key="next", title="Late pod")
    opened = room(channel("one", "One", current=running, following=following))
    canvas = opened.window.timeline.canvas
    assert canvas.isVisible()
    blocks = [canvas.block(("one", key)) for key in ("live", "next")]
    assert [(block.kind, block.title) for block in blocks if block is not None] == [
        (Kind.ON_AIR, "Headline break"),
        (Kind.PLANNED, "Late pod"),
    ]
    assert opened.window.timeline.words.endswith("no schedule")
    canvas.setFocus()
    QTest.keyClick(canvas, _K.Key_Right, CTRL)
    QTest.keyClick(canvas, _K.Key_Delete)
    assert "the engine's own" in canvas.saying
    QTest.keyClick(canvas, _K.Key_Insert)
    assert "no schedule" in canvas.saying
    before = canvas.grab().toImage()
    opened.later(60)
    assert canvas.grab().toImage() != before  # the playhead went on, and the progress edge with it
