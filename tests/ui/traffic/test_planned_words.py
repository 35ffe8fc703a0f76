"""What the table says of breaks that the planner has in hand, and of those that have no time of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from app.model.rundown import BreakPlan
from app.model.schedule import Airing, AirMode, Booking, Follow, Imported
from app.model.status import MissedQuestion, ScheduleStatus, UpcomingBreak
from app.ui.schedule.schedule_desk import ScheduleDesk
from app.ui.traffic.breaks_model import BreaksModel
from app.ui.traffic.columns import Column
from tests.ui.scripted_engine import NOW
from tests.ui.traffic.conftest import Traffic, booked


def take_in(traffic: Traffic, *bookings: Booking) -> BreaksModel:
    """A table that also has these."""
    known = len(traffic.schedule.rows)
    listed = Imported(file="late.csv", bookings=bookings)
    traffic.face.merge(listed, by="traffic", dry_run=False, remove_missing=False, choose={})
    traffic.wait(lambda: len(traffic.schedule.rows) == known + len(bookings), "not in the window")
    model = BreaksModel(traffic.schedule, traffic.schedule)
    traffic.wait(lambda: model.rowCount() == known + len(bookings), "not in the table")
    return model


def cell(model: BreaksModel, key: str, column: Column) -> str:
    place = next(n for n in range(model.rowCount()) if model.row(n).key[1] == key)
    return str(model.index(place, column).data())


def follower(key: str, follow: Follow) -> Booking:
    plan = BreakPlan(id=key, channel="kids", at=None, duration_s=Fraction(30), title=key)
    return Booking(plan=plan, air=Airing(follow=follow))


def plan_says(traffic: Traffic, schedule: ScheduleStatus) -> None:
    traffic.engine.change("kids", schedule=schedule)
    traffic.desk.poll()


def test_a_break_that_follows_another_or_a_mark_says_what_it_comes_after(traffic: Traffic) -> None:
    model = take_in(
        traffic,
        follower("9001", Follow(break_id="5107", gap_s=Fraction(30))),
        follower("9002", Follow(mark="program_end")),
    )
    assert cell(model, "9001", Column.OUT) == "after 5107 +0:30"
    assert cell(model, "9002", Column.OUT) == "at program_end"


def test_a_window_that_opens_later_shows_breaks_without_a_time_too(traffic: Traffic) -> None:
    take_in(traffic, follower("9001", Follow(break_id="5107")))
    desk = ScheduleDesk(traffic.face, traffic.desk)
    try:
        traffic.wait(lambda: ("kids", "5107") in desk.rows, "the day is not read")
        assert ("kids", "9001") in desk.rows
    finally:
        desk.close()


def test_a_break_that_waits_for_an_operator_says_so(traffic: Traffic) -> None:
    by_hand = replace(booked("9101", "kids", 40), air=Airing(mode=AirMode.MANUAL))
    held = replace(booked("9102", "kids", 50), air=Airing(mode=AirMode.HOLD))
    model = take_in(traffic, by_hand, held)
    assert cell(model, "9101", Column.PROOF) == "ready, manual take"
    assert cell(model, "9102", Column.PROOF) == "on hold"


def test_a_break_that_the_planner_still_has_in_hand_is_not_called_not_aired(traffic: Traffic) -> None:
    model = BreaksModel(traffic.schedule, traffic.schedule)
    assert cell(model, "5106", Column.STATE) == "NOT AIRED"
    late = UpcomingBreak(
        id="5106",
        title="Late pod",
        at=NOW,
        duration_s=Fraction(120),
        mode=AirMode.AUTO,
        state="late",
        reason="airs 6 min late",
    )
    plan_says(traffic, ScheduleStatus(upcoming=(late,), pending=1))
    assert cell(model, "5106", Column.STATE) == "LATE"
    assert cell(model, "5106", Column.PROOF) == "airs 6 min late"
    asked = MissedQuestion(id="5106", title="Late pod", booked_at=NOW, until=NOW + timedelta(minutes=1))
    plan_says(traffic, ScheduleStatus(questions=(asked,)))
    assert cell(model, "5106", Column.STATE) == "ASKED"
