"""What may be typed into a cell, and what is refused with which reason."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.rundown import BreakPlan
from app.model.schedule import Booking
from app.model.timebase import FrameRate
from app.model.when import When
from app.ui.traffic.cell_edits import Ground, edited, editing_text
from app.ui.traffic.columns import EDITABLE, Column

GROUND = Ground(
    zone=ZoneInfo("Europe/Berlin"),
    rates={"kids": FrameRate(25), "music": FrameRate(30000, 1001)},
    taken={("kids", "5107"), ("kids", "5108"), ("music", "5107")},
    today=date(2026, 11, 22),
    names={"kids tv": "kids", "5": "kids"},
)
PLAN = BreakPlan("5107", "kids", When("2026-11-22T20:22:00+01:00"), Fraction(120), "Toy pod", 5107, 0x34)
BOOKING = Booking(plan=PLAN, source="day.csv")


@pytest.mark.parametrize(
    ("column", "text", "plan"),
    [
        (Column.OUT, "20:22:00:01", replace(PLAN, at=When("2026-11-22 20:22:00:01"))),
        (Column.LENGTH, "1:30", replace(PLAN, duration_s=Fraction(90))),
        (Column.TITLE, "Toys", replace(PLAN, title="Toys")),
        (Column.ID, "5110", replace(PLAN, id="5110")),
        (Column.EVENT, "", replace(PLAN, splice_event_id=None)),
        (Column.EVENT, "0xFFFFFFFF", replace(PLAN, splice_event_id=0xFFFF_FFFF)),
        (Column.TYPE, "dpo", replace(PLAN, segmentation_type_id=0x36)),
        (Column.TYPE, "48", replace(PLAN, segmentation_type_id=0x30)),
        (Column.TYPE, "", replace(PLAN, segmentation_type_id=None)),
    ],
)
def test_a_cell_takes(column: Column, text: str, plan: BreakPlan) -> None:
    assert edited(BOOKING, column, text, GROUND) == Booking(plan=plan, source="day.csv")


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        (Column.OUT, "25:00:00", "ends at 23:59:59"),
        (Column.OUT, "2026-03-29 02:30:00", "clocks go forward"),
        (Column.OUT, "2026-10-25 02:30:00", "comes twice"),
        (Column.LENGTH, "0", "above 0"),
        (Column.LENGTH, "-30", "above 0"),
        (Column.LENGTH, "0.5", "1 s at least"),
        (Column.LENGTH, "26:00:00", "at most 24 h"),
        (Column.CHANNEL, "sport", "there are kids, music"),
        (Column.CHANNEL, "music", "music has a break 5107 already"),
        (Column.ID, "5108", "kids has a break 5108 already"),
        (Column.ID, "", "has an id"),
        (Column.ID, "x" * 129, "128 characters"),
        (Column.TITLE, "a\u0000b", "control characters"),
        (Column.EVENT, "4294967296", "no whole number"),
        (Column.EVENT, "-1", "no whole number"),
        (Column.TYPE, "0x35", "starts nothing"),
        (Column.TYPE, "xyz", "no whole number"),
        (Column.STATE, "armed", "not typed"),
    ],
)
def test_a_cell_refuses(column: Column, text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        edited(BOOKING, column, text, GROUND)


@pytest.mark.parametrize("column", sorted(EDITABLE))
def test_what_is_not_changed_stays_as_it_was_written(column: Column) -> None:
    assert edited(BOOKING, column, editing_text(BOOKING, column, GROUND), GROUND) is BOOKING


def test_a_channel_goes_by_its_title_or_number_too() -> None:
    moved = replace(BOOKING, plan=replace(PLAN, channel="music", id="9"))
    assert edited(moved, Column.CHANNEL, "KIDS TV", GROUND).plan.channel == "kids"
    assert edited(moved, Column.CHANNEL, "5", GROUND).plan.channel == "kids"


@given(st.sampled_from(sorted(EDITABLE)), st.text(max_size=40))
def test_whatever_is_typed_is_taken_or_refused_in_one_line(column: Column, text: str) -> None:
    try:
        taken = edited(BOOKING, column, text, GROUND)
    except ValueError as error:
        assert str(error)
    else:
        assert taken.plan.duration_s > 0
