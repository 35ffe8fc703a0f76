"""The breaks that a session starts with, over lives that do not find the journal of those before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from app.engine.build import build_engine
from app.model.commands import PlanBreak
from app.model.rundown import BreakPlan
from app.model.when import When
from app.remote.opening_breaks import JOURNAL, OpeningBreaks, _still_to_come, booked_at
from app.remote.session import Session, read_session, write_session
from tests.remote.test_session import session_in

NOW = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)


def plan(key: str, at: str) -> PlanBreak:
    return PlanBreak(channel="demo", by="list", plan=BreakPlan(key, "demo", When.parse(at), Fraction(5)))


def begun(folder: Path, first_frame_at: datetime) -> Session:
    plans = (plan("over", "+10"), plan("next", "+100"), plan("old", "2020-01-01T00:00:00Z"))
    session = replace(session_in(folder), plans=plans, plans_taken=True)
    return replace(session, first_frames={"demo": first_frame_at})


def test_without_a_journal_breaks_to_come_are_booked_from_the_first_frame_ever(tmp_path: Path) -> None:
    session = begun(tmp_path, NOW)
    write_session(tmp_path, session)
    assert read_session(tmp_path) == session
    (left,) = _still_to_come(session, NOW + timedelta(seconds=50))
    assert left.plan.id == "next"
    assert left.plan.at is not None
    assert datetime.fromisoformat(left.plan.at.text) == NOW + timedelta(seconds=100)


def test_a_life_that_finds_no_journal_says_what_is_lost(tmp_path: Path) -> None:
    session = begun(tmp_path, datetime.now(UTC))
    for lost in (True, False):
        with build_engine(session.show(), tmp_path, run_id=session.run_id, begun=True) as engine:
            OpeningBreaks(session, tmp_path, engine)
            told = [alarm.text for alarm in engine.snapshot().alarms if alarm.key == "bookings"]
        assert not lost or told[0].endswith("the time of old has passed")
        assert bool(told) == lost, "the second life finds the journal of the first"
    assert (tmp_path / JOURNAL).exists()


def test_a_break_that_only_a_playlist_tells_of_is_known_by_its_moment(tmp_path: Path) -> None:
    session = begun(tmp_path, NOW)
    found = booked_at(session, "demo", NOW + timedelta(seconds=10, milliseconds=20))
    assert found is not None
    assert found.id == "over"
    assert booked_at(session, "demo", NOW + timedelta(seconds=11)) is None
    assert booked_at(session, "other", NOW + timedelta(seconds=10)) is None
