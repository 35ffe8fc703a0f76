"""The control room under real presses of keys and mouse: one press, one command, for the selected channel."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import monotonic

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.model import commands, events
from app.model.states import BreakState, ChannelState
from app.ui.actions import ACTIONS, LOCKED, Verb
from app.ui.faces import Kind
from app.ui.widgets.tile_handle import TileHandle
from tests.ui.conftest import Room
from tests.ui.scripted_engine import NOW, a_break, an_alarm, channel

type Opens = Callable[..., Room]

LAWFUL = {
    Verb.CUE_NEXT: None,
    Verb.HOLD: a_break(BreakState.CUED, out_in_s=48),
    Verb.SKIP: a_break(BreakState.CUED, out_in_s=48),
    Verb.TAKE: a_break(BreakState.CUED, out_in_s=48),
    Verb.WITHDRAW: a_break(BreakState.ARMED, out_in_s=4.2, armed_ago_s=2.2),
    Verb.RETURN: a_break(BreakState.ON_AIR, out_in_s=-36, armed_ago_s=42),
    Verb.EXTEND: a_break(BreakState.ON_AIR, out_in_s=-36, armed_ago_s=42),
    Verb.SLATE: None,
}
COMMAND = {
    Verb.CUE_NEXT: commands.CueNext,
    Verb.HOLD: commands.Hold,
    Verb.SKIP: commands.Skip,
    Verb.TAKE: commands.Take,
    Verb.WITHDRAW: commands.Withdraw,
    Verb.RETURN: commands.Return,
    Verb.EXTEND: commands.Extend,
    Verb.SLATE: commands.Slate,
}


def press_key(widget: QWidget, key: str) -> None:
    QTest.keySequence(widget, QKeySequence(key))


def ready(room: Opens, verb: Verb) -> Room:
    return room(channel("one"), channel("two", current=LAWFUL[verb]), channel("three"))


def focusable(widget: QWidget) -> Iterable[QWidget]:
    return [child for child in widget.findChildren(QWidget) if child.focusPolicy() != Qt.FocusPolicy.NoFocus]


@pytest.mark.parametrize("verb", list(Verb))
def test_a_mouse_press_fires_once_on_press_and_not_on_release(room: Opens, verb: Verb) -> None:
    opened = ready(room, verb)
    opened.desk.select_number(2)
    button = opened.window.column.buttons[verb]
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    assert [type(command) for command in opened.engine.submitted] == [COMMAND[verb]]
    assert button.face.kind is Kind.PRESSED
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
    assert len(opened.engine.submitted) == 1
    assert opened.engine.submitted[0].channel == "two"
    assert opened.engine.submitted[0].by == "mira"


def test_the_right_button_of_the_mouse_fires_nothing(room: Opens) -> None:
    opened = ready(room, Verb.TAKE)
    opened.desk.select_number(2)
    QTest.mouseClick(opened.window.column.buttons[Verb.TAKE], Qt.MouseButton.RightButton)
    assert not opened.engine.submitted


@pytest.mark.parametrize("verb", list(Verb))
def test_a_held_key_fires_once(room: Opens, verb: Verb) -> None:
    opened = ready(room, verb)
    opened.desk.select_number(2)
    *chord, name = ACTIONS[verb].key.split("+")
    key, modifiers = Qt.Key[f"Key_{name}"], Qt.KeyboardModifier.NoModifier
    if chord:
        modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyPress(opened.window, key, modifiers)
    opened.engine.publish(accepted(opened.engine.submitted[0]))
    opened.later(1.0)
    for _ in range(5):
        QTest.simulateEvent(opened.window, True, key.value, modifiers, "", True, -1)
        opened.later(1.0)
    QTest.keyRelease(opened.window, key, modifiers)
    assert len(opened.engine.submitted) == 1


def test_a_repeat_that_qt_takes_for_a_press_fires_nothing(room: Opens) -> None:
    opened = ready(room, Verb.EXTEND)
    opened.desk.select_number(2)
    opened.window.held_keys.repeating = True
    press_key(opened.window, "F6")
    assert not opened.engine.submitted


@pytest.mark.parametrize("verb", list(Verb))
def test_cue_keys_never_follow_the_focus(room: Opens, verb: Verb) -> None:
    alarmed = channel("three", alarms=(an_alarm("critical", "no packets"), an_alarm("warning", "late", key="x")))
    opened = room(channel("one"), channel("two", current=LAWFUL[verb]), alarmed)
    opened.desk.select_number(2)
    widgets = [opened.window, *focusable(opened.window)]
    assert len(widgets) > 20
    for expected, widget in enumerate(widgets, 1):
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        press_key(QApplication.focusWidget() or opened.window, ACTIONS[verb].key)
        assert len(opened.engine.submitted) == expected, widget
        assert opened.engine.submitted[-1].channel == "two"
        opened.engine.publish(accepted(opened.engine.submitted[-1]))
        QApplication.processEvents()
        opened.later(1.0)


def test_no_other_key_is_a_cue_whatever_has_the_focus(room: Opens) -> None:
    opened = ready(room, Verb.TAKE)
    opened.desk.select_number(2)
    for button in opened.window.column.buttons.values():
        button.setFocus(Qt.FocusReason.TabFocusReason)
        for key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_T):
            QTest.keyClick(button, key)
        QTest.keyClick(button, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(button, Qt.Key.Key_F12, Qt.KeyboardModifier.ShiftModifier)
    assert not opened.engine.submitted


def test_a_locked_panel_fires_nothing_and_says_why(room: Opens) -> None:
    opened = ready(room, Verb.TAKE)
    opened.desk.select_number(2)
    press_key(opened.window, "Ctrl+L")
    for verb in Verb:
        press_key(opened.window, ACTIONS[verb].key)
        QTest.mouseClick(opened.window.column.buttons[verb], Qt.MouseButton.LeftButton)
        assert opened.window.column.buttons[verb].face.line == LOCKED
    assert not opened.engine.submitted
    press_key(opened.window, "Ctrl+L")
    press_key(opened.window, "F12")
    assert len(opened.engine.submitted) == 1


def test_numbers_and_clicks_select_the_channel(room: Opens) -> None:
    opened = room(channel("one"), channel("two"), channel("three"))
    press_key(opened.window, "3")
    assert opened.desk.selected == "three"
    press_key(opened.window, "9")
    assert opened.desk.selected == "three"
    viewer = opened.window.multiviewer
    at: QPoint = viewer.cells[1].picture.center()
    handle = viewer.childAt(at)
    assert handle is not None
    QTest.mousePress(handle, Qt.MouseButton.LeftButton)
    assert opened.desk.selected == "two"
    assert opened.window.column.title.shown.number == 2


def accepted(command: commands.Command) -> events.CommandAccepted:
    return events.CommandAccepted(at=NOW, channel=command.channel, command=command.name, id=command.id, by=command.by)


def refused(command: commands.Command, reason: str) -> events.CommandRefused:
    return events.CommandRefused(
        at=NOW, channel=command.channel, command=command.name, id=command.id, by=command.by, reason=reason
    )


def test_a_press_is_seen_as_sent_then_accepted_then_by_its_effect(room: Opens, qtbot: QtBot) -> None:
    opened = ready(room, Verb.TAKE)
    opened.desk.select_number(2)
    button = opened.window.column.buttons[Verb.TAKE]
    press_key(opened.window, "F12")
    assert (button.face.kind, button.face.line) == (Kind.PRESSED, "sent")
    opened.seconds += 0.038
    opened.engine.publish(accepted(opened.engine.submitted[0]))
    qtbot.waitUntil(lambda: button.face.right == "38 ms")
    opened.engine.change("two", current=a_break(BreakState.ARMED, out_in_s=6, armed_ago_s=0.4))
    opened.later(0.6)
    assert button.face.word == "TAKEN"


def test_a_refusal_shows_its_reason_four_seconds_then_the_button_is_ready(room: Opens, qtbot: QtBot) -> None:
    opened = ready(room, Verb.TAKE)
    opened.desk.select_number(2)
    button = opened.window.column.buttons[Verb.TAKE]
    press_key(opened.window, "F12")
    opened.engine.publish(refused(opened.engine.submitted[0], "stale: plan moved, look again"))
    qtbot.waitUntil(lambda: button.face.kind is Kind.REFUSED)
    assert button.face.line == "stale: plan moved, look again"
    kinds = []
    for seconds in (3.9, 0.2):
        opened.later(seconds)
        kinds.append(button.face.kind)
    assert kinds == [Kind.REFUSED, Kind.PRIMARY]


def test_a_press_that_waits_for_its_answer_is_not_sent_again(room: Opens) -> None:
    opened = ready(room, Verb.TAKE)
    opened.desk.select_number(2)
    for _ in range(3):
        press_key(opened.window, "F12")
    assert len(opened.engine.submitted) == 1
    opened.later(2.5)
    assert opened.window.column.buttons[Verb.TAKE].face.line == "engine silent 00:02"
    press_key(opened.window, "F12")
    assert len(opened.engine.submitted) == 2


def test_a_press_with_a_reason_against_it_sends_nothing(room: Opens) -> None:
    opened = room(channel("one"))
    press_key(opened.window, "F12")
    button = opened.window.column.buttons[Verb.TAKE]
    assert not opened.engine.submitted
    assert (button.face.kind, button.face.line) == (Kind.REFUSED, "Nothing cued: CUE NEXT first")
    opened.later(1.0)
    assert button.face.kind is Kind.DISABLED


def test_the_chosen_length_goes_with_cue_next(room: Opens) -> None:
    opened = room(channel("one"))
    lengths = opened.window.column.lengths
    QTest.mousePress(lengths[3], Qt.MouseButton.LeftButton)
    press_key(opened.window, "F8")
    (command,) = opened.engine.submitted
    assert isinstance(command, commands.CueNext)
    assert command.duration_s == 90
    assert [button.isChecked() for button in lengths] == [False, False, False, True, False, False]


def test_buttons_are_buttons_to_assistive_technology(room: Opens) -> None:
    opened = ready(room, Verb.TAKE)
    opened.desk.select_number(2)
    take = opened.window.column.buttons[Verb.TAKE]
    assert take.accessibleName() == "TAKE, F12"
    assert "OUT lands 20:15:34:16" in take.accessibleDescription()
    take.animateClick()
    assert len(opened.engine.submitted) == 1
    handles = [child.accessibleName() for child in opened.window.multiviewer.findChildren(TileHandle)]
    assert handles == ["1 one, ON AIR", "2 two, CUED", "3 three, ON AIR"]


def test_the_window_beats_and_polls_by_itself(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one"))
    opened.desk.clock = opened.window.heartbeat._clock = monotonic
    opened.window.heartbeat.start()
    opened.engine.change("one", state=ChannelState.FAILED)
    qtbot.waitUntil(lambda: opened.window.multiviewer.faces[0].mark.word == "FAULT")
    qtbot.waitUntil(lambda: "ms late" in opened.window.status_line.shown.words)


def test_a_channel_that_has_not_told_its_rate_yet_is_shown(room: Opens) -> None:
    opened = room(channel("one", state=ChannelState.STARTING))
    opened.engine.change("one", frame_rate="", first_frame_at=None, take_lands_frame=None, source="")
    opened.later(0.1)
    opened.window.grab()
    assert opened.window.multiviewer.faces[0].mark.word == "STARTING"


def test_a_show_without_channels_can_be_looked_at(room: Opens) -> None:
    opened = room()
    press_key(opened.window, "F12")
    assert not opened.engine.submitted
    opened.window.grab()
