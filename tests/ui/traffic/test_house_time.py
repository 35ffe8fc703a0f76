"""Times and lengths as traffic types them."""

from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.timebase import FrameRate
from app.model.when import When
from app.ui.traffic.house_time import dated, day_of, length_shown, length_typed, moment_s, nudged, shown, typed, written

ZONE = ZoneInfo("Europe/Berlin")
RATE = FrameRate(25)
DAY = date(2026, 11, 22)
_YEAR_S = 1_767_225_600  # 2026-01-01


@pytest.mark.parametrize(
    ("text", "stands_as"),
    [
        ("20:38:00:12", "2026-11-22 20:38:00:12"),
        ("20:38:00", "2026-11-22 20:38:00:00"),
        ("8:05", "2026-11-22 08:05:00:00"),
        ("2026-11-23 00:00:10", "2026-11-23 00:00:10:00"),
        ("+12.5", "+12.5"),
        ("2026-11-22T20:38:00+01:00", "2026-11-22T20:38:00+01:00"),
    ],
)
def test_a_typed_time_is_completed_by_its_day(text: str, stands_as: str) -> None:
    assert typed(text, DAY, ZONE, RATE) == When(stands_as)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("25:00:00", "no time of day"),
        ("20:61:00", "no time of day"),
        ("20:38:00:25", "frame 25 does not exist"),
        ("2026-03-29 02:30:00", "does not exist in Europe/Berlin"),
        ("2026-10-25 02:30:00", "2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00"),
        ("2026-02-30 10:00:00", "day"),
        ("tomorrow", "is no time"),
        ("", "a time is wanted"),
        ("20:38:00;12", "drop frame"),
        ("0001-01-01T00:00:00+14:00", "out of range"),
    ],
)
def test_what_is_no_time_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason.replace("+", r"\+")):
        typed(text, DAY, ZONE, RATE)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("2:00", 120), ("90", 90), ("0:30.04", Fraction("30.04")), ("PT1M", 60), ("1:00:00", 3600), ("0:01", 1)],
)
def test_a_typed_length(text: str, seconds: Fraction) -> None:
    assert length_typed(text) == seconds


@pytest.mark.parametrize("text", ["0", "0:00", "-5", "−5", "-1:00", "26:00:00", "1:60", "two", "", "1:99:00", "1e3"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        length_typed(text)


@given(st.integers(_YEAR_S * 25, (_YEAR_S + 86_400 * 364) * 25), st.integers(-60_000, 60_000))
def test_a_nudge_moves_by_its_frames_over_every_change_of_the_clocks(frame: int, frames: int) -> None:
    at = written(Fraction(frame, 25), ZONE, RATE)
    moved = nudged(at, frames, ZONE, RATE)
    assert moment_s(moved, ZONE, RATE) == Fraction(frame + frames, 25)
    assert moment_s(at, ZONE, RATE) == Fraction(frame, 25)


@given(st.fractions(min_value=Fraction(1, 1000), max_value=86_400).map(lambda s: Fraction(round(s * 1000) or 1, 1000)))
def test_a_length_reads_as_it_is_shown(seconds: Fraction) -> None:
    assert length_typed(length_shown(seconds)) == seconds


def test_a_time_from_the_start_is_nudged_too_and_never_before_it() -> None:
    assert nudged(When("+12.5"), 25, ZONE, RATE) == When("+13.5")
    with pytest.raises(ValueError, match="first frame"):
        nudged(When("+0.5"), -25, ZONE, RATE)
    with pytest.raises(ValueError, match="no day"):
        nudged(When("20:38:00:00"), 1, ZONE, RATE)


def test_a_time_is_shown_as_house_time_and_knows_its_day() -> None:
    at = When("2026-11-22T23:38:00.480Z")
    assert (shown(at, ZONE, RATE), day_of(at, ZONE, RATE)) == ("00:38:00:12", date(2026, 11, 23))
    assert dated(at, ZONE, RATE, DAY) == "Mon 00:38:00:12"
    assert dated(at, ZONE, RATE, date(2026, 11, 23)) == "00:38:00:12"
    assert dated(at, ZONE, RATE, date(2026, 11, 1)) == "23/11 00:38:00:12"
    assert shown(None, ZONE, RATE) == "no time"
    assert shown(When("+3"), ZONE, RATE) == "+3"
