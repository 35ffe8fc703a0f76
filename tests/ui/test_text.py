"""Times as text: what is shown is never negative, never cut, and reads back as the same frame."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.timebase import FrameRate
from app.model.when import When
from app.ui import text

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = datetime(2026, 11, 22, 8, 0, 0, tzinfo=UTC)
RATES = [FrameRate(25), FrameRate(50), FrameRate(24), FrameRate(30), FrameRate(60)]


@given(st.sampled_from(RATES), st.integers(0, 50_000_00), st.integers(0, 999_999))
def test_a_shown_timecode_is_read_back_as_the_same_frame(rate: FrameRate, frame: int, phase_us: int) -> None:
    first = FIRST + timedelta(microseconds=phase_us)
    moment = text.frame_at(first, rate, frame)
    local = moment.astimezone(BERLIN)
    shown = text.timecode(moment, BERLIN, rate)
    day = (local + timedelta(seconds=0.5)).date() if shown.startswith("00:00:00") else local.date()
    read = When.parse(f"{day.isoformat()} {shown}").frame(first_frame_at=first, rate=rate, timezone=BERLIN.key)
    assert abs(read - frame) <= (0 if abs(Fraction(phase_us, 10**6) * rate.nominal % 1 - Fraction(1, 2)) > 0.01 else 1)


@given(st.floats(-1e6, 1e6))
def test_countdowns_never_go_below_zero(seconds: float) -> None:
    assert re.fullmatch(r"\d\d:\d\d|\d+:\d\d:\d\d", text.minutes(seconds))
    assert re.fullmatch(r"\d\.\d|\d\d|\d\d:\d\d|\d+:\d\d:\d\d", text.pre_roll(seconds))
    if seconds <= 0:
        assert (text.minutes(seconds), text.pre_roll(seconds)) == ("00:00", "0.0")


@given(st.floats(0, 1e5), st.floats(0, 1e5))
def test_countdowns_fall_with_the_time(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert seconds_in(text.minutes(low)) <= seconds_in(text.minutes(high))
    assert seconds_in(text.pre_roll(low)) <= seconds_in(text.pre_roll(high))


def seconds_in(shown: str) -> float:
    total = 0.0
    for part in shown.split(":"):
        total = total * 60 + float(part)
    return total


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(9.95, "10"), (9.9, "9.9"), (4.2, "4.2"), (0.04, "0.1"), (10.2, "11"), (11.99, "12"), (60, "01:00"), (59, "59")],
)
def test_a_pre_roll_has_tenths_only_below_ten_seconds(seconds: float, shown: str) -> None:
    assert text.pre_roll(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "00:00"), (0.2, "00:01"), (59.5, "01:00"), (3599, "59:59"), (3600, "1:00:00")]
)
def test_minutes_count_a_begun_second(seconds: float, shown: str) -> None:
    assert text.minutes(seconds) == shown


def test_the_house_clock_shows_date_offset_and_place() -> None:
    moment = datetime(2026, 11, 22, 19, 15, 28, 250_000, tzinfo=UTC)
    assert text.running_timecode(moment, BERLIN, FrameRate(25)) == ("20:15:28", ":06")
    assert text.date(moment, BERLIN, with_year=True) == "Sun 22 Nov 2026"
    assert (text.utc_offset(moment, BERLIN), text.city(BERLIN)) == ("UTC+01:00", "Berlin")
    assert (text.utc_offset(moment, ZoneInfo("America/St_Johns")), text.city(ZoneInfo("UTC"))) == ("UTC−03:30", "")


def test_a_frame_that_rounds_up_to_a_second_carries() -> None:
    assert text.timecode(FIRST + timedelta(microseconds=999_999), BERLIN, FrameRate(25)) == "09:00:01:00"


@pytest.mark.parametrize(("seconds", "shown"), [(0.213, "+0.21"), (6.31, "+6.3"), (-0.1, "+0.00")])
def test_delays(seconds: float, shown: str) -> None:
    assert text.delay(seconds) == shown
