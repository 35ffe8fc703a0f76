"""Hands that slip: any key, held or not, and any click, wherever the focus is, fire no cue that was not meant."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.model.states import BreakState
from app.model.status import ChannelStatus
from app.ui.actions import ACTIONS, Verb, refusal
from app.ui.gang import already
from app.ui.habits.key_rules import combination
from app.ui.presses import Stage
from app.ui.widgets.cue_button import CueButton
from tests.ui.conftest import Room
from tests.ui.scripted_engine import a_break, an_alarm, channel
from tests.ui.test_window import COMMAND, accepted

type Opens = Callable[..., Room]

TRIES = 10_000
CURRENT = (
    None,
    a_break(BreakState.CUED, out_in_s=48),
    a_break(BreakState.HELD, out_in_s=48),
    a_break(BreakState.ARMED, out_in_s=4.2, armed_ago_s=2.2),
    a_break(BreakState.ON_AIR, out_in_s=-36, armed_ago_s=42),
)
_K, _M = Qt.Key, Qt.KeyboardModifier
MODIFIERS = (_M.NoModifier, _M.ShiftModifier, _M.ControlModifier, _M.AltModifier, _M.ControlModifier | _M.ShiftModifier)
KEYS = (
    *(_K.Key_Return, _K.Key_Enter, _K.Key_Space, _K.Key_Escape, _K.Key_Tab, _K.Key_Backtab, _K.Key_Backspace),
    *(_K.Key_Left, _K.Key_Right, _K.Key_Up, _K.Key_Down, _K.Key_Home, _K.Key_End, _K.Key_PageUp, _K.Key_Delete),
    *(_K.Key_0, _K.Key_1, _K.Key_2, _K.Key_3, _K.Key_9, _K.Key_A, _K.Key_C, _K.Key_K, _K.Key_L, _K.Key_M, _K.Key_S),
    *(_K.Key_T, _K.Key_V, _K.Key_Y, _K.Key_Z, _K.Key_Comma, _K.Key_Plus, _K.Key_Menu, _K.Key_Insert, _K.Key_Pause),
    *(_K.Key_F1, _K.Key_F2, _K.Key_F3, _K.Key_F4, _K.Key_F5, _K.Key_F6, _K.Key_F7, _K.Key_F8, _K.Key_F9),
    *(_K.Key_F10, _K.Key_F11, _K.Key_F12, _K.Key_F13),
)
LETTERS = {_K.Key_A: "a", _K.Key_S: "s", _K.Key_T: "t", _K.Key_1: "1", _K.Key_2: "2", _K.Key_Space: " "}


class Hand:
    """Does one random thing at a time, and knows which cue it meant by it."""

    def __init__(self, opened: Room, seed: int) -> None:
        self.room, self.random = opened, random.Random(seed)
        self.window, self.desk = opened.window, opened.desk
        self.cues = {combination(action.key): verb for verb, action in ACTIONS.items()}

    def anywhere(self) -> QWidget:
        window = self.window
        if QApplication.activeWindow() is None:  # a popup has closed, and there is no window manager
            window.activateWindow()
            QApplication.processEvents()
        there = [child for child in window.findChildren(QWidget) if child.isVisible() and child.isEnabled()]
        focusable = [child for child in there if child.focusPolicy() != Qt.FocusPolicy.NoFocus]
        chosen = self.random.choice([window, *focusable])
        chosen.setFocus(self.random.choice([Qt.FocusReason.TabFocusReason, Qt.FocusReason.MouseFocusReason]))
        return QApplication.focusWidget() or window

    def would_fire(self, verb: Verb) -> int:
        """On how many channels: the selected one, or each of the gang that can."""
        if self.window.habits.keys.field.listening:
            return 0
        return sum(self._fires(verb, channel) for channel in self.desk.ganged)

    def _fires(self, verb: Verb, status: ChannelStatus) -> bool:
        desk = self.desk
        standing = desk.presses.standing(status.name, verb, desk.clock())
        waits = standing is not None and standing.stage is Stage.SENT
        odd = desk.channel is not None and bool(desk.gang) and already(verb, status, desk.channel) is not None
        return not waits and not odd and refusal(verb, status, desk.panel().wish, locked=desk.locked) is None

    def key(self) -> tuple[Verb, int] | None:
        """Press a key, some held; the verb whose key it is, and on how many channels."""
        at, key, held = self.anywhere(), self.random.choice(KEYS), self.random.choice(MODIFIERS)
        if self.random.random() < 0.4:
            pressed = self.random.choice(list(self.cues))
            key, held = pressed.key(), pressed.keyboardModifiers()
        meant = next((v for c, v in self.cues.items() if c.key() == key and c.keyboardModifiers() == held), None)
        meaning = (meant, self.would_fire(meant)) if meant is not None else None
        written = LETTERS.get(key, "") if held == _M.NoModifier else ""
        QTest.simulateEvent(at, True, key.value, held, written, False, -1)
        for _ in range(self.random.choice([0, 0, 0, 1, 4])):
            self.answer()
            QTest.simulateEvent(QApplication.focusWidget() or at, True, key.value, held, written, True, -1)
        QTest.simulateEvent(QApplication.focusWidget() or at, False, key.value, held, written, False, -1)
        return meaning

    def click(self) -> tuple[Verb, int] | None:
        """Click once or twice on anything; the verb whose button it hit, and on how many channels."""
        at = self.anywhere()
        button = self.random.choice([Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton])
        fires = button == Qt.MouseButton.LeftButton and not self.window.habits.what.asking
        meant = at.verb if isinstance(at, CueButton) and fires else None
        meaning = (meant, self.would_fire(meant)) if meant is not None else None
        middle: QPoint = at.rect().center()
        QTest.mouseClick(at, button, _M.NoModifier, middle)
        if self.random.random() < 0.5:
            self.answer()
            QTest.mouseDClick(at, button, _M.NoModifier, middle)
        return meaning

    def answer(self) -> None:
        """The engine takes what it was sent, so that a second press would be sent too."""
        if self.room.engine.submitted:
            for command in self.room.engine.submitted:
                self.room.engine.publish(accepted(command))
            QApplication.processEvents()

    def settle(self) -> None:
        """Put away what would take the next key for itself alone, and let some other state come."""
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        if self.desk.locked and self.random.random() < 0.5:
            self.desk.toggle_lock()
        if self.random.random() < 0.2:
            current = self.random.choice(CURRENT)
            on_air = current if current is not None and current.state is BreakState.ON_AIR else None
            self.room.engine.change(self.desk.selected, current=current, on_air=on_air)
            self.desk.poll()
        self.room.seconds += 1.0
        if self.random.random() < 0.2:
            self.room.later(0.1)
            QApplication.processEvents()


@pytest.mark.parametrize("seed", [6])
def test_ten_thousand_slips_fire_nothing_that_was_not_meant(room: Opens, seed: int) -> None:
    alarmed = channel("three", alarms=(an_alarm("critical", "no packets"), an_alarm("warning", "late", key="x")))
    opened = room(channel("one"), channel("two", current=CURRENT[1]), alarmed)
    opened.window.setUpdatesEnabled(False)  # nobody looks, and painting would take most of the time
    hand, fired, ganged = Hand(opened, seed), dict.fromkeys(Verb, 0), 0
    for n in range(TRIES):
        opened.engine.submitted.clear()
        focused = type(QApplication.focusWidget()).__name__
        meant = hand.key() if hand.random.random() < 0.8 else hand.click()
        expected = [COMMAND[meant[0]]] * meant[1] if meant is not None else []
        found = [type(command) for command in opened.engine.submitted]
        assert found == expected, f"try {n} of seed {seed}, focus on {focused}: {found} for {meant}"
        if meant is not None and meant[1]:
            fired[meant[0]] += 1
            ganged += meant[1] > 1
        hand.answer()
        hand.settle()
    assert min(fired.values()) >= 20, fired
    assert ganged >= 20


@pytest.mark.parametrize("verb", [Verb.SLATE, Verb.HOLD, Verb.EXTEND])
def test_a_double_click_is_one_press(room: Opens, verb: Verb) -> None:
    current = {Verb.HOLD: CURRENT[1], Verb.EXTEND: CURRENT[4]}.get(verb)
    opened = room(channel("one", current=current))
    button = opened.window.column.buttons[verb]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    opened.engine.publish(accepted(opened.engine.submitted[0]))
    QApplication.processEvents()
    QTest.mouseDClick(button, Qt.MouseButton.LeftButton)
    assert len(opened.engine.submitted) == 1
