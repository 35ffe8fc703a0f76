"""A window whose engine dies, freezes, or speaks another language: said calmly, nothing pressed in vain, all back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from math import inf
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.engine import PreviewFrame
from app.model import events
from app.model.states import BreakState, ChannelState, ProofState
from app.model.status import Alarm
from app.ui.actions import ACTIONS, Verb
from app.ui.ending import Ending
from app.ui.faces import Kind
from app.ui.grammar import Tone
from tests.ui.conftest import Room
from tests.ui.scripted_engine import NOW, a_break, channel
from tests.ui.test_window import press_key

type Opens = Callable[..., Room]

OPEN = a_break(BreakState.ON_AIR, out_in_s=-36, armed_ago_s=42)


def lose(room: Room, for_s: float) -> None:
    """The link is cut, and so many seconds go by."""
    room.engine.connected = False
    room.engine.status_age_s = for_s
    room.later(for_s)


def come_back(room: Room) -> None:
    room.engine.connected, room.engine.status_age_s = True, 0.05
    room.later(0.1)


def post(room: Room, name: str, level: int = 9) -> None:
    pixels = bytes([level]) * (32 * 18 * 4)
    room.engine.preview(name).post(PreviewFrame(32, 18, 128, memoryview(pixels), 1, (-20.0, -inf), pixels))
    room.window.multiviewer.look()


def test_a_lost_engine_is_said_in_the_bar_the_strip_and_on_take(room: Opens) -> None:
    opened = room(channel("one", current=OPEN), channel("two"))
    lose(opened, 3.2)
    bar = opened.window.status_line.shown
    assert bar.words == "ENGINE LOST 3.2 s, coming back by itself; breaks return at their planned time"
    assert bar.tone is Tone.RED
    assert [(pill.mark.word, pill.word) for pill in opened.window.strip.shown.counts] == [
        ("ENGINE LOST", "ENGINE LOST 3.2 s")
    ]
    assert opened.window.strip.shown.on_air == "–/2"
    take = opened.window.column.buttons[Verb.TAKE].face
    assert (take.kind, take.word, take.line) == (Kind.REFUSED, "TAKE", "engine lost 3.2 s")
    opened.window.grab()


@pytest.mark.parametrize("verb", list(Verb))
def test_no_press_goes_to_a_lost_engine(room: Opens, verb: Verb) -> None:
    opened = room(channel("one", current=OPEN))
    lose(opened, 3.2)
    press_key(opened.window, ACTIONS[verb].key)
    button = opened.window.column.buttons[verb]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not opened.engine.submitted
    assert button.face.line.startswith("engine lost")
    assert button.face.kind in {Kind.REFUSED, Kind.DISABLED}
    opened.later(1.0)
    if verb is not Verb.TAKE:
        assert (button.face.kind, button.face.why) == (Kind.DISABLED, "engine lost")


def test_lengths_rest_while_the_engine_is_lost(room: Opens) -> None:
    opened = room(channel("one"))
    lose(opened, 2)
    assert not any(button.isEnabled() for button in opened.window.column.lengths)
    come_back(opened)
    assert all(button.isEnabled() for button in opened.window.column.lengths)


def test_an_engine_that_is_frozen_is_lost_though_its_link_stands(room: Opens) -> None:
    opened = room(channel("one"))
    opened.engine.status_age_s = 0.9
    opened.later(0.9)
    assert not opened.window.column.buttons[Verb.SLATE].face.why
    opened.engine.status_age_s = 1.2
    opened.later(0.3)
    assert opened.window.status_line.shown.words.startswith("ENGINE LOST 1.2 s")


def test_an_engine_that_stays_away_is_no_longer_promised(room: Opens) -> None:
    opened = room(channel("one"))
    lose(opened, 90)
    assert opened.window.status_line.shown.words == "ENGINE LOST 01:30, not back yet: splicedeck status tells what runs"


def test_an_engine_that_was_stopped_is_not_called_lost(room: Opens) -> None:
    opened = room(channel("one"), remote=True)
    opened.engine.ended = True
    lose(opened, 3.2)
    bar = opened.window.status_line.shown
    assert bar.words == "ENGINE STOPPED, as it was told to: nothing of it is on air any more"
    assert bar.tone is Tone.AMBER
    take = opened.window.column.buttons[Verb.TAKE].face
    assert (take.kind, take.line) == (Kind.DISABLED, "engine stopped")
    assert opened.window.column.buttons[Verb.HOLD].face.line == "engine stopped"
    assert [pill.word for pill in opened.window.strip.shown.counts] == ["ENGINE STOPPED"]
    opened.window.grab()
    opened.window.close()
    assert (opened.window.isVisible(), opened.window.ending) == (False, Ending.LEAVE)


def test_pictures_are_marked_with_their_age(room: Opens) -> None:
    opened = room(channel("one"), channel("two", state=ChannelState.OFF_AIR))
    post(opened, "one")
    opened.later(0.5)
    faces = opened.window.multiviewer.faces
    assert (faces[0].wrong, faces[0].off) == (None, False)
    lose(opened, 3.2)
    faces = opened.window.multiviewer.faces
    assert faces[0].wrong is not None
    assert (faces[0].wrong.words, faces[0].off) == ("picture 3 s old", True)
    opened.later(70)
    faces = opened.window.multiviewer.faces
    assert faces[0].wrong is not None
    assert faces[0].wrong.words == "picture 01:13 old"
    come_back(opened)
    post(opened, "one")
    opened.later(0.1)
    assert (opened.window.multiviewer.faces[0].wrong, opened.window.multiviewer.faces[0].off) == (None, False)


def test_a_picture_that_stands_is_marked_though_the_engine_is_there(room: Opens) -> None:
    opened = room(channel("one"))
    post(opened, "one")
    opened.later(2.5)
    face = opened.window.multiviewer.faces[0]
    assert face.wrong is not None
    assert (face.wrong.words, face.mark.word) == ("picture 2 s old", "ON AIR")
    opened.engine.change("one", preview_rate=0.0)
    opened.later(0.1)
    face = opened.window.multiviewer.faces[0]
    assert face.wrong is not None
    assert face.wrong.words == "preview paused 2 s, machine busy"


def test_a_minimised_or_hidden_window_asks_for_no_pictures(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one"))
    mailbox = opened.engine.preview("one")
    wanted = mailbox.size
    assert wanted is not None
    for away, back in (
        (opened.window.showMinimized, opened.window.showNormal),
        (opened.window.hide, opened.window.show),
    ):
        away()
        qtbot.waitUntil(lambda: mailbox.size is None)
        back()
        qtbot.waitUntil(lambda: mailbox.size is not None)


def test_a_break_counts_on_by_the_clock_and_everything_is_back_with_the_engine(room: Opens) -> None:
    opened = room(channel("one", current=OPEN))
    before = opened.window.column.countdown.shown
    assert (before.digits, before.aside) == ("01:24", "of 02:00")
    lose(opened, 4)
    shown = opened.window.column.countdown.shown
    assert (shown.digits, shown.below) == ("01:20", "engine lost: as last known")
    assert opened.window.multiviewer.faces[0].count == "01:20"
    come_back(opened)
    shown = opened.window.column.countdown.shown
    assert (shown.digits, shown.below) == ("01:20", before.below)
    assert opened.window.status_line.shown.words.startswith("Engine running, 1 channel")
    assert opened.window.column.buttons[Verb.TAKE].face.word == "IN BREAK"
    assert len(opened.window.strip.shown.counts) == 4
    press_key(opened.window, "F11")
    assert len(opened.engine.submitted) == 1


def replayed(origin: str = "Origin A") -> list[events.Event]:
    """What happened to the open break, as a window that comes late is told it: without its segments."""
    at = NOW - timedelta(seconds=42)
    out_at = NOW - timedelta(seconds=36)
    common: dict[str, Any] = {"channel": "one", "break_id": "b1", "title": "Half-time 1", "splice_event_id": 4211}
    return [
        events.BreakArmed(
            at=at, frame=1, pts=1, in_frame=2, in_pts=2, duration_ticks=1, withdraw_until_frame=0, **common
        ),
        events.CueSent(at=at, kind="out", pts=1, section=b"", latency_ms=2, **common),
        events.BreakOut(at=out_at, frame=1, pts=1, out_at=out_at, duration_ticks=1, **common),
        events.SpliceProved(
            at=out_at + timedelta(seconds=6),
            origin=origin,
            output="news/",
            direction="out",
            pts=1,
            idr_pts=1,
            error_ticks=0,
            segments={},
            dialects={},
            verdict=ProofState.LANDED,
            **common,
        ),
    ]


def test_a_window_that_attaches_in_a_break_shows_its_lamps(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one", current=OPEN), remote=True, past=replayed())
    lamps = opened.window.column.lamps
    qtbot.waitUntil(lambda: lamps.shown[0].landed.words == "+6.0")
    first, second = lamps.shown
    assert (first.sent.words, first.accepted.words, first.landed.words) == ("46.25", "taken", "+6.0")
    assert (second.sent.words, second.accepted.words, second.landed.words) == ("46.25", "pending", "due")
    opened.later(0.1)
    proof = opened.window.multiviewer.faces[0].proof
    assert proof is not None
    assert proof.words == "1/2 landed"


def test_a_late_window_takes_no_later_segment_for_the_first(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one", current=OPEN), remote=True, past=replayed())
    told: dict[str, Any] = {"at": NOW, "channel": "one", "path": "news/7.ts", "sequence": 7}
    written = events.SegmentWritten(rendition="r", pts=1, duration_ticks=1, size=1, **told)
    opened.engine.publish(written)
    for origin in ("Origin A", "Origin B"):
        delivered = events.SegmentDelivered(origin=origin, push_ms=1, attempts=1, **told)
        opened.engine.publish(delivered)
    opened.engine.publish(events.BreakHeld(at=NOW, channel="two", break_id="seen"))
    qtbot.waitUntil(lambda: opened.window.events.model.line(0).says == "seen")
    assert [row.accepted.words for row in opened.window.column.lamps.shown] == ["taken", "pending"]


def test_a_break_that_goes_on_after_a_restart_keeps_its_lamps(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one", current=OPEN), remote=True)
    resumed = events.BreakResumed(
        at=NOW,
        channel="one",
        break_id="b1",
        title="Half-time 1",
        frame=-900,
        pts=1,
        out_at=NOW - timedelta(seconds=36),
        in_frame=2100,
        in_pts=2,
        duration_ticks=1,
        out_again=False,
    )
    started = events.EngineStarted(at=NOW, channel="", pid=7, version="0.1.0", life=2, down_ms=1700)
    for event in (*replayed(), started, resumed):
        opened.engine.publish(event)
    model = opened.window.events.model
    qtbot.waitUntil(lambda: model.rowCount() == 6)
    assert (model.line(0).word, model.line(0).says) == ("RESUMED", "Half-time 1: goes on after the restart")
    assert (model.line(1).word, model.line(1).says) == (
        "ENGINE",
        "process 7 runs, start 2 of this run, down 1.7 s",
    )
    assert opened.window.column.lamps.shown[0].landed.words == "+6.0"


def test_thousands_of_events_at_once_leave_the_window_time_to_paint(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one", current=OPEN))
    rounds = 0

    def count() -> None:
        nonlocal rounds
        rounds += 1

    opened.desk.caught_up.connect(count)
    for number in range(4000):
        opened.engine.publish(events.BreakCued(at=NOW, channel="one", break_id=f"c{number}"))
    model = opened.window.events.model
    qtbot.waitUntil(lambda: model.rowCount() > 0 and model.line(0).says == "c3999")
    assert rounds >= 16


def test_the_stores_lamp_is_quiet_and_its_alarm_is_the_engines_own(room: Opens) -> None:
    opened = room(channel("one"))
    opened.later(0.1)
    lamp = opened.window.status_line.shown.store
    assert lamp is not None
    assert (lamp.words, lamp.tone) == ("Store", Tone.GREEN)
    alarm = Alarm("store", "warning", "the database is locked: 12 rows wait and are written later", NOW)
    opened.engine.status = replace(opened.engine.status, alarms=(alarm,))
    opened.later(0.1)
    lamp = opened.window.status_line.shown.store
    assert lamp is not None
    assert (lamp.words, lamp.tone) == ("Store: the database is locked: 12 rows wait and are written later", Tone.AMBER)
    assert opened.window.status_line.shown.tone is Tone.GREEN
    (row,) = opened.window.alarms.rows.values()
    assert row.shown.channel == "Engine"
    assert opened.window.strip.shown.counts[-1].count == 1
    assert [window for window in QApplication.topLevelWidgets() if window.isModal() and window.isVisible()] == []
    QTest.mousePress(row.ack, Qt.MouseButton.LeftButton)
    assert row.shown.acknowledged_by == "mira"
    opened.engine.status = replace(opened.engine.status, alarms=())
    opened.later(0.1)
    assert not opened.window.alarms.rows
    assert opened.window.status_line.shown.store is not None
    assert opened.window.status_line.shown.store.tone is Tone.GREEN


def test_another_version_is_said_over_the_whole_window_with_what_to_do(room: Opens) -> None:
    opened = room(channel("one"), remote=True)
    opened.engine.mismatch = "the engine on air is Splicedeck 0.2.0, this is 0.1.0; use the version that is on air"
    lose(opened, 3)
    notice = opened.window.notice
    assert notice.isVisible()
    assert notice.geometry() == opened.window.rect()
    assert "use the version that is on air" in notice.accessibleName()
    opened.window.grab()
    opened.engine.mismatch = ""
    come_back(opened)
    assert not notice.isVisible()


def test_a_window_over_an_idle_engine_takes_the_show_that_comes(room: Opens) -> None:
    opened = room(remote=True)
    assert opened.desk.selected == ""
    opened.engine.status = replace(opened.engine.status, channels=(channel("one"), channel("two")))
    opened.later(0.1)
    assert opened.desk.selected == "one"
    assert len(opened.window.multiviewer.faces) == 2
    opened.window.grab()
