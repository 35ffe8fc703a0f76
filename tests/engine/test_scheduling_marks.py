"""Breaks at a program mark: what their scheduling makes of marks that come early, late or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from app.model import events
from app.model.schedule import Booking, Follow
from app.scte35.messages import time_signal_in
from tests.engine.test_scheduling import booked, moment, room

END = time_signal_in(1, 0, segmentation_type_id=0x11).encoded


def at_mark(key: str, mark: str = "program_end") -> Booking:
    booking = booked(key, moment(0))
    return Booking(plan=replace(booking.plan, at=None), air=replace(booking.air, follow=Follow(mark=mark)))


def mark_at(second: int) -> events.FeedCueSeen:
    """So far from when the channel's first frame, a minute earlier, was on air."""
    return events.FeedCueSeen(
        at=datetime.now(UTC), channel="one", cue_id="c", source="feed", pid=500, section=END, frame=25 * (second + 60)
    )


def test_a_break_whose_mark_is_none_is_told_with_nothing_else_to_do(tmp_path: Path) -> None:
    with room(tmp_path) as one:
        one.book(at_mark("b", "programm_end"))
        one.start()
        one.until(lambda: one.told)
        (told,) = one.told
        assert isinstance(told, events.BreakKeptOff)
        assert (told.break_id, told.reason) == (
            "b",
            "'programm_end' is no program mark: did you mean program_end?",
        )


def test_a_mark_from_before_the_store_answered_counts(tmp_path: Path) -> None:
    with room(tmp_path) as one:
        one.away.set()
        one.book(at_mark("b"))
        one.start()
        one.until(lambda: one.alarms.get("schedule"))
        one.scheduling.note(mark_at(600))
        one.until(lambda: one.scheduling._book._early)
        one.away.clear()
        one.until(lambda: [(up.id, up.at) for up in one.status().upcoming] == [("b", moment(600))])


def test_a_mark_that_was_there_before_its_break_was_booked_is_not_met_by_a_next_life(tmp_path: Path) -> None:
    with room(tmp_path) as one:
        one.start()
        one.scheduling.note(mark_at(-30))
        one.book(at_mark("b"))
        one.until(lambda: one.status().pending == 1)
        kept = one.kept
    began = events.ChannelStarted(
        at=datetime.now(UTC), channel="one", first_pts=0, first_frame_at=moment(-60), frame_rate="25"
    )
    with room(tmp_path, past=(began, mark_at(-30)), kept=kept) as next_life:
        next_life.start()
        assert [(up.id, up.state) for up in next_life.status().upcoming] == [("b", "waiting")]
        next_life.scheduling.note(mark_at(600))
        next_life.until(lambda: next_life.status().upcoming[0].at == moment(600))


def test_a_mark_that_is_told_again_is_met_by_a_break_that_was_booked_meanwhile(tmp_path: Path) -> None:
    with room(tmp_path) as one:
        one.start()
        one.scheduling.note(mark_at(600))
        one.book(at_mark("b"))
        one.until(lambda: one.status().pending == 1)
        one.scheduling.note(mark_at(600))
        one.until(lambda: one.status().upcoming[0].at == moment(600))
