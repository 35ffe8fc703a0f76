"""The schedule on air, and an operator who cues and skips what is booked; what does not air is an alarm."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.engine import hand_overs
from app.model import commands, events
from app.model.merging import BookingState
from app.model.schedule import Airing, AirMode, Missed
from tests.engine.test_scheduling import booked, moment, out, room


def planned(key: str, event_id: int = 77) -> events.BreakPlanned:
    return events.BreakPlanned(
        at=datetime.now(UTC),
        channel="one",
        break_id=key,
        planned_at=moment(600),
        duration_ticks=180_000,
        by="schedule",
        splice_event_id=event_id,
    )


def test_a_cue_waits_until_the_channel_has_the_break_and_then_goes_there(tmp_path: Path) -> None:
    with room(tmp_path) as one:
        one.book(booked("b", moment(600)), booked("c", moment(900)))
        one.start()
        cue = commands.CueNext(channel="one", break_id="b", by="mira")
        one.scheduling.order(cue)
        one.until(lambda: one.given_ids() == ["b"])
        assert one.given[0].mode is AirMode.AUTO
        assert one.state("b") is BookingState.ARMED
        assert one.forwarded == []
        one.scheduling.note(planned("b"))
        one.until(lambda: one.forwarded == [cue])
        assert [up.id for up in one.status().upcoming] == ["c"]
        assert one.told == []


def test_a_skip_is_answered_here_and_nothing_is_handed_over_in_this_life_or_the_next(tmp_path: Path) -> None:
    with room(tmp_path) as one:
        one.book(booked("b", moment(600)), booked("c", moment(900)))
        one.start()
        one.scheduling.order(commands.Skip(channel="one", break_id="b", by="mira"))
        one.until(lambda: len(one.told) == 2)
        answer, skipped = one.told
        assert isinstance(answer, events.CommandAccepted)
        assert isinstance(skipped, events.BreakSkipped)
        assert (answer.break_id, skipped.break_id, skipped.by) == ("b", "b", "mira")
        assert [up.id for up in one.status().upcoming] == ["c"]
        one.now_s = 599.0
        one.scheduling.order(commands.Skip(channel="one", break_id="b"))
        one.until(lambda: one.forwarded)
        assert one.given == []
        assert one.warned.get("schedule.lost") is None
        kept = one.kept
    with room(tmp_path, kept=kept) as next_life:
        next_life.now_s = 599.0
        next_life.start()
        next_life.until(lambda: [up.id for up in next_life.status().upcoming] == ["c"])
        next_life.now_s = 894.5
        next_life.until(lambda: next_life.given_ids() == ["c"])


def test_a_cue_is_refused_where_the_channel_does_not_get_the_break(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand_overs, "TAKES_S", 0.3)
    with room(tmp_path) as one:
        one.book(booked("b", moment(600)), booked("c", moment(900)))
        one.start()
        one.scheduling.order(commands.CueNext(channel="one", break_id="b"))
        one.until(lambda: one.given_ids() == ["b"])
        one.scheduling.note(
            events.CommandRefused(
                at=datetime.now(UTC),
                channel="one",
                command="plan_break",
                id=one.given[0].id,
                by="schedule",
                reason="no",
            )
        )
        one.until(lambda: one.told)
        one.scheduling.order(commands.CueNext(channel="one", break_id="c"))
        one.until(lambda: len(one.told) == 2)
        assert [up.id for up in one.status().upcoming][:1] == ["b"], "it is planned anew"
        one.until(lambda: one.state("b") is BookingState.PLANNED)
        reasons = [event.reason for event in one.told if isinstance(event, events.CommandRefused)]
        assert reasons == ["no", "channel one has not taken break c yet: look again"]
        one.scheduling.order(foreign := commands.CueNext(channel="one", break_id="x"))
        one.until(lambda: one.forwarded == [foreign])


def test_a_booked_break_that_does_not_air_is_an_alarm_until_one_does(tmp_path: Path) -> None:
    with room(tmp_path) as one:
        by_hand = replace(out("hand"), out_at=moment(595), duration_ticks=1_800_000)
        one.book(booked("b", moment(600)), booked("c", moment(700)))
        one.start()
        one.scheduling.note(by_hand)
        one.until(lambda: one.status().upcoming[0].reason == "overlaps break hand")
        one.now_s = 594.5
        one.until(lambda: one.status().upcoming[0].reason == "overlaps break hand by 2.000 s")
        assert one.status().upcoming[0].state == "planned", "the other may end before"
        one.now_s = 599.0
        one.until(lambda: one.warned.get("schedule.lost"))
        assert one.warned["schedule.lost"] == "b, booked, does not air: overlaps break hand by 2.000 s"
        one.now_s = 694.5
        one.until(lambda: one.given_ids() == ["c"])
        one.scheduling.note(planned("c"))
        one.scheduling.note(out("c"))
        one.until(lambda: one.warned["schedule.lost"] is None)


def test_one_left_out_by_its_operator_is_no_alarm(tmp_path: Path) -> None:
    with room(tmp_path) as one:
        one.book(replace(booked("b", moment(-5)), air=Airing(missed=Missed.ASK)))
        one.start()
        one.until(lambda: one.warned.get("schedule.ask.b"))
        one.scheduling.order(commands.AnswerMissed(channel="one", break_id="b", air=False))
        one.until(lambda: [event for event in one.told if isinstance(event, events.BreakKeptOff)])
        assert one.warned.get("schedule.lost") is None


def test_one_that_was_refused_early_is_planned_anew_and_airs_at_its_time(tmp_path: Path) -> None:
    with room(tmp_path) as one:
        one.book(booked("b", moment(600), mode=AirMode.HOLD))
        one.start()
        one.scheduling.order(commands.CueNext(channel="one", break_id="b"))
        one.until(lambda: one.given_ids() == ["b"])
        assert one.given[0].plan.at is None, "it does not air by itself, whatever dies now"
        about: dict[str, Any] = {"at": datetime.now(UTC), "channel": "one", "by": "schedule", "reason": "no"}
        one.scheduling.note(events.BreakRefused(**about, break_id="b"))
        one.scheduling.note(events.CommandRefused(**about, command="plan_break", id=one.given[0].id))
        one.until(lambda: one.told)
        assert isinstance(one.told[0], events.CommandRefused)
        one.until(lambda: one.state("b") is BookingState.PLANNED)
        assert one.warned.get("schedule.lost") is None
        one.now_s = 594.5
        one.until(lambda: len(one.given) == 2)
        assert one.given[1].mode is AirMode.HOLD


def test_each_lost_break_raises_the_alarm_anew(tmp_path: Path) -> None:
    with room(tmp_path) as one:
        one.book(booked("b", moment(600)), booked("c", moment(610)))
        one.start()
        one.scheduling.note(replace(out("hand"), out_at=moment(500), duration_ticks=90_000 * 600))
        one.now_s = 599.0
        one.until(lambda: one.warned.get("schedule.lost"))
        one.now_s = 609.0
        one.until(lambda: "c, booked, does not air" in (one.warned["schedule.lost"] or ""))
        assert (one.warned["schedule.lost"] or "").endswith("(2 booked breaks by now)")
