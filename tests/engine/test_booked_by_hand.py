"""Booked breaks are cued, held, taken and skipped long before their time, and land like any other."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from app.model import commands, events
from app.model.merging import BookingState
from app.model.rundown import BreakPlan
from app.model.schedule import Airing, AirMode, Booking
from app.model.states import ProofState
from app.model.when import When
from app.storage.schedule_store import open_schedule
from tests.engine.living import Living, living


def booked(key: str, in_s: float, **air: object) -> Booking:
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=in_s)
    plan = BreakPlan(id=key, channel="one", at=When(at.isoformat()), duration_s=Fraction(3), title=key.title())
    return Booking(plan=plan, air=Airing(**air))  # type: ignore[arg-type]  # fields by name


def next_id(air: Living) -> str | None:
    following = air.core.snapshot().channels[0].next
    return None if following is None else following.id


def answered(air: Living, command: commands.Command) -> str:
    """The break that it was accepted for, or the reason of its refusal."""
    air.submit(command)
    kinds = events.CommandAccepted, events.CommandRefused
    air.wait_for(lambda: any(isinstance(one, kinds) and one.id == command.id for one in list(air.events)))
    refused = air.of(events.CommandRefused, id=command.id)
    return refused[0].reason if refused else air.of(events.CommandAccepted, id=command.id)[0].break_id


def test_a_booked_break_is_cued_held_taken_and_the_next_skipped(tmp_path: Path) -> None:
    store = tmp_path / "schedule.sqlite3"
    with closing(open_schedule(store)) as book, living(tmp_path, schedule=store) as air:
        for one in (booked("news", 600), booked("sport", 900), booked("late", 1200, mode=AirMode.HOLD)):
            book.edit(one, 0, by="traffic")
        air.engine.start()
        air.wait(events.ChannelStarted)
        air.wait_for(lambda: next_id(air) == "news")
        assert answered(air, commands.CueNext(channel="one", by="ann", break_id="news")) == "news"
        assert next_id(air) == "sport"
        stored = book.booking("one", "news")
        assert stored is not None
        assert stored.state is BookingState.ARMED, "nobody edits it any more"
        assert answered(air, commands.Hold(channel="one", by="ann", on=True)) == "news"
        assert answered(air, commands.Take(channel="one", by="ann", break_id="news")) == "news"
        air.wait(events.BreakIn, break_id="news")
        assert air.wait(events.SpliceProved, break_id="news", direction="out").verdict is ProofState.LANDED

        assert answered(air, commands.Skip(channel="one", by="ann")) == "sport"
        skipped = air.wait(events.BreakSkipped)
        assert skipped.break_id == "sport"
        assert skipped.planned_at is not None, "the as-run owes it"
        assert skipped.duration_ticks > 0
        air.wait_for(lambda: next_id(air) == "late")
        assert answered(air, commands.CueNext(channel="one", by="ann")) == "late"
        cued = air.wait(events.BreakCued, break_id="late")
        assert cued.by == "ann"
        assert answered(air, commands.CueNext(channel="one", by="ann")) == "break Late is cued already"
        planned = air.of(events.BreakPlanned)
        assert [(one.break_id, one.by, one.planned_at is None) for one in planned] == [
            ("news", "schedule", False),
            ("late", "schedule", True),  # it was to be held: it waits for its TAKE
        ]
