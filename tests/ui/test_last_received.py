"""The status bar shows what came last from the keys and the surfaces."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from app.model import events
from app.model.states import BreakState
from app.ui.actions import ACTIONS, Verb
from tests.ui.conftest import Room
from tests.ui.scripted_engine import NOW, a_break, channel

type Opens = Callable[..., Room]


def shown(opened: Room) -> str:
    return opened.window.status_line.last


def test_a_locked_panel_shows_each_key_and_fires_none(room: Opens) -> None:
    opened = room(channel("one", current=a_break(BreakState.CUED, out_in_s=48)))
    opened.desk.toggle_lock()
    QTest.keySequence(opened.window, QKeySequence(ACTIONS[Verb.TAKE].key))
    assert shown(opened) == "20:15:28 TAKE (F12) on 1: panel locked, nothing fired"
    QTest.keySequence(opened.window, QKeySequence(ACTIONS[Verb.SKIP].key))
    assert shown(opened).startswith("20:15:28 SKIP (F10)")
    opened.later(60)
    assert shown(opened) != ""
    assert not opened.engine.submitted
    opened.desk.toggle_lock()
    assert shown(opened) == ""


def test_an_open_panel_shows_triggers_for_a_while_and_no_keys(room: Opens) -> None:
    opened = room(channel("one", current=a_break(BreakState.CUED, out_in_s=48)))
    QTest.keySequence(opened.window, QKeySequence(ACTIONS[Verb.SKIP].key))
    assert shown(opened) == ""
    opened.engine.publish(
        events.TriggerReceived(at=NOW, channel="one", via="osc", verb="take", channels=("one",), by="deck", test=True)
    )
    QTest.qWait(20)
    assert shown(opened) == "20:15:28 TAKE on one by deck over OSC, a test: nothing is fired"
    opened.later(11)
    assert shown(opened) == ""
