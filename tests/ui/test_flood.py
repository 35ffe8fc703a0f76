"""A hundred thousand events at once: the window takes them in turns, and a cue goes between two of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.model import commands, events
from app.model.states import BreakState
from app.ui.desk import _AT_ONCE
from app.ui.widgets.event_table import KEPT
from tests.ui.conftest import Room
from tests.ui.scripted_engine import NOW, a_break, an_alarm, channel

MANY = 100_000


def flood(room: Room, count: int) -> None:
    """Alarms that come and go, breaks and sources that change, of all channels; oldest first."""
    for n in range(count):
        at = NOW - timedelta(seconds=(count - n) / 10)
        name = f"c{n % 4}"
        if n % 3 == 0:
            room.engine.publish(
                events.AlarmRaised(at=at, channel=name, key=f"k{n}", severity="warning", text=f"trouble {n}")
            )
        elif n % 3 == 1:
            room.engine.publish(events.AlarmCleared(at=at, channel=name, key=f"k{n - 1}"))
        else:
            room.engine.publish(
                events.SourceChanged(at=at, channel=name, source="slate", frame=n, pts=3600 * n, reason="it stopped")
            )


def test_a_cue_goes_out_while_a_hundred_thousand_events_come_in(room: Callable[..., Room], qtbot: QtBot) -> None:
    cued = channel("c0", "Zero", current=a_break(BreakState.CUED))
    others = [channel(f"c{n}", alarms=tuple(an_alarm("warning", "x", f"a{k}") for k in range(9))) for n in (1, 2, 3)]
    opened = room(cued, *others)
    flood(opened, MANY)
    waiting = opened.desk._bridge._waiting
    assert len(waiting) == MANY
    QTest.keyClick(opened.window, Qt.Key.Key_F12)
    (take,) = opened.engine.submitted
    assert isinstance(take, commands.Take)
    assert len(waiting) >= MANY - _AT_ONCE, "the key did not wait for them"
    opened.engine.publish(
        events.CommandAccepted(at=NOW, channel="c0", command="take", id=take.id, by="mira", break_id="b1")
    )
    qtbot.waitUntil(lambda: not waiting, timeout=120_000)
    assert opened.window.events.model.rowCount() == KEPT
    newest = opened.window.events.model.line(0)
    assert newest.word == "ACCEPTED", "the newest is on top, whatever was dropped below"
