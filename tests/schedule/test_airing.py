"""How a row's break goes to air: columns, JSON, the store's text, and three-way merges of it."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.merging import differing, merged
from app.model.rundown import BreakPlan
from app.model.schedule import AS_TIMED, Airing, AirMode, Booking, Follow, Missed
from app.model.when import When
from app.schedule.break_list import read_break_list
from app.storage.booking_text import booking_from, booking_text
from tests.schedule.test_importing import read

SECONDS = st.fractions(0, 86_400, max_denominator=1000)
FOLLOWS = st.builds(Follow, break_id=st.text(max_size=9), mark=st.text(max_size=9), gap_s=SECONDS)
AIRS = st.builds(
    Airing,
    mode=st.sampled_from(AirMode),
    missed=st.sampled_from(Missed),
    late_s=SECONDS,
    follow=st.none() | FOLLOWS,
)
PLAN = BreakPlan(id="b", channel="news-1", at=When("+9"), duration_s=Fraction(30))


@given(AIRS)
def test_the_store_keeps_it_as_it_is(air: Airing) -> None:
    booking = Booking(plan=PLAN, air=air)
    assert booking_from(booking_text(booking)) == booking


def test_a_booking_that_airs_by_its_time_is_written_as_before() -> None:
    assert "air" not in json.loads(booking_text(Booking(plan=PLAN)))


@given(AIRS, AIRS)
def test_what_the_list_says_anew_of_it_is_taken_and_an_edit_is_kept(one: Airing, other: Airing) -> None:
    base, changed = Booking(plan=PLAN, air=one), Booking(plan=PLAN, air=other)
    assert differing(base, changed) == (() if one == other else ("air",))
    assert merged(base, base, changed) == (changed, ())
    assert merged(base, changed, base) == (changed, ())


def test_columns_and_json_say_the_same() -> None:
    table = read(
        "id,at,duration,mode,missed,late,follows,at_mark,gap\n"
        "a,+1,30,,,,,,\nb,+40,30,Manual,late,2.5,,,\nc,,30,hold,ask,,b,,4\nd,,30,,,,,program_end:x,\n"
    )
    listed: list[dict[str, Any]] = [
        {"id": "a", "at": "+1", "duration": 30},
        {"id": "b", "at": "+40", "duration": 30, "mode": "manual", "late": 2.5},
        {"id": "c", "duration": 30, "mode": "hold", "missed": "ask", "follows": "b", "gap": 4},
        {"id": "d", "duration": 30, "at_mark": "program_end:x"},
    ]
    of_json = read(json.dumps({"breaks": listed}))
    assert table.refused == of_json.refused == ()
    assert [booking.air for booking in table.bookings] == [booking.air for booking in of_json.bookings]
    assert [booking.air for booking in table.bookings] == [
        AS_TIMED,
        Airing(mode=AirMode.MANUAL, missed=Missed.LATE, late_s=Fraction(5, 2)),
        Airing(mode=AirMode.HOLD, missed=Missed.ASK, follow=Follow(break_id="b", gap_s=Fraction(4))),
        Airing(follow=Follow(mark="program_end:x")),
    ]
    assert [booking.plan.at for booking in table.bookings][2:] == [None, None]


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ({"mode": "soon"}, "mode", "none of auto, manual, hold"),
        ({"missed": 1}, "missed", "none of skip, late, ask"),
        ({"missed": "late"}, "late", "how many seconds"),
        ({"missed": "skip", "late": 3}, "late", "missed is late or ask"),
        ({"late": -1}, "late", "0 to 86400"),
        ({"late": 90_000}, "late", "0 to 86400"),
        ({"gap": 3}, "gap", "behind what"),
        ({"follows": "a"}, "at", "no time of its own"),
        ({"at": None, "follows": "x"}, "follows", "itself"),
        ({"at": None, "follows": "a", "at_mark": "0x10"}, "at_mark", "one of the two"),
        ({"at": None, "at_mark": "programm_end"}, "at_mark", "did you mean program_end"),
        ({"at": None, "at_mark": "0x1FF"}, "at_mark", "no program mark"),
        ({"at": None, "follows": ["a"]}, "follows", "no name"),
        ({"at": None, "follows": "a\u0000"}, "follows", "no name"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(row: dict[str, Any], field: str, reason: str) -> None:
    found = read(json.dumps({"breaks": [{"id": "x", "at": "+1", "duration": 30} | row, {"at": "+9", "duration": 1}]}))
    (refused,) = found.refused
    assert refused.where == f"breaks[0].{field}"
    assert reason in refused.reason
    assert len(found.bookings) == 1


def test_a_list_that_is_run_without_a_schedule_takes_times_only(tmp_path: Path) -> None:
    file = tmp_path / "day.csv"
    file.write_text("id,at,duration,follows,mode\na,+9,30,,\nb,,30,a,\nc,+90,30,,hold\n")
    listed = read_break_list(file, channels={}, default_channel="news-1")
    assert [plan.id for plan in listed.plans] == ["a"]
    assert [row.where for row in listed.refused] == ["line 3", "line 4"]
    assert all("import the list" in row.reason for row in listed.refused)
