from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.model.timebase import FrameRate
from app.model.when import When, drop_frame_count, parse_duration
from app.model.wire import from_plain
from tests.model.anything import moments, rates

NTSC = FrameRate(30_000, 1001)
PAL = FrameRate(25)
FIRST = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])


def frame(text: str, *, first: datetime = FIRST, rate: FrameRate = PAL, timezone: str = "Europe/Berlin") -> int:
    return When.parse(text).frame(first_frame_at=first, rate=rate, timezone=timezone)


@given(rates, st.integers(0, 10**8), st.integers(0, 3))
def test_an_offset_is_the_nearest_frame(rate: FrameRate, thousandths: int, more: int) -> None:
    text = f"+{thousandths // 1000}.{thousandths % 1000:03}{'0' * more}"
    assert frame(text, rate=rate) == rate.nearest(Fraction(thousandths, 1000))


@given(rates, st.integers(0, 10**6), moments, st.integers(-14 * 60, 14 * 60))
def test_a_moment_with_any_offset_is_the_same_frame(rate: FrameRate, n: int, first: datetime, minutes: int) -> None:
    sign = "-" if minutes < 0 else "+"
    offset = f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    moment = first + timedelta(microseconds=round(float(rate.seconds(n)) * 1_000_000))
    local = (moment + timedelta(minutes=minutes)).replace(tzinfo=None)
    assert frame(f"{local.isoformat()}{offset}", first=first, rate=rate) == n


def test_rfc_3339_in_all_its_spellings() -> None:
    spellings = ["2026-11-22T20:00:10.44+01:00", "2026-11-22 19:00:10.440Z", "2026-11-22t19:00:10.440000000z"]
    assert {frame(text) for text in spellings} == {261}
    assert frame("2026-11-22T18:59:59Z") == -25


def test_nanoseconds_are_not_cut() -> None:
    half = "2026-11-22T19:00:00.02"  # half a frame at 25: goes up
    assert frame(half + "Z") == 1
    assert frame("2026-11-22T19:00:00.019999999Z") == 0


@given(rates, ZONES, moments, st.integers(0, 86_399), st.data())
def test_house_time_is_the_wall_clock(
    rate: FrameRate, timezone: str, first: datetime, second: int, data: st.DataObject
) -> None:
    zone = ZoneInfo(timezone)
    ff = data.draw(st.integers(0, min(99, rate.nominal - 1)))
    day = first.astimezone(zone).date()
    wall = datetime(day.year, day.month, day.day, tzinfo=zone).replace(tzinfo=None) + timedelta(seconds=second)
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    assume(moment.astimezone(zone).replace(tzinfo=None) == wall)
    exact = Fraction((moment - first) // timedelta(microseconds=1), 1_000_000) + Fraction(ff, rate.nominal)
    label = f"{wall:%H:%M:%S}:{ff:02}"
    assert frame(label, first=first, rate=rate, timezone=timezone) == rate.nearest(exact)
    assert frame(f"{day} {label}", first=first, rate=rate, timezone=timezone) == rate.nearest(exact)


def test_today_is_the_day_of_the_house() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # already the 23rd in Berlin
    assert frame("00:31:00:05", first=late) == 60 * 25 + 5
    assert frame("2026-11-22 00:31:00:05", first=late) == 60 * 25 + 5 - 86_400 * 25


def test_an_hour_that_comes_twice_counts_as_its_first() -> None:
    before = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)  # 02:00 summer time in Berlin; 02:30 comes twice
    assert frame("02:30:00:00", first=before) == 30 * 60 * 25
    assert frame("03:30:00:00", first=before) == 150 * 60 * 25


def test_an_hour_that_is_left_out_does_not_exist() -> None:
    before = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)  # 01:00 in Berlin; 02:00 to 03:00 is left out
    assert frame("03:00:00:00", first=before) == 60 * 60 * 25
    for label in ("02:00:00:00", "02:59:59:24"):
        with pytest.raises(ValueError, match="does not exist in Europe/Berlin"):
            frame(label, first=before)


def test_drop_frame_follows_the_clock_on_a_day_of_23_hours() -> None:
    first = datetime(2026, 3, 8, 5, 0, tzinfo=UTC)  # midnight in New York; at 02:00 the clocks go forward
    normal = datetime(2026, 3, 7, 5, 0, tzinfo=UTC)
    shifted = frame("04:00:00;00", first=first, rate=NTSC, timezone="America/New_York")
    usual = frame("04:00:00;00", first=normal, rate=NTSC, timezone="America/New_York")
    assert abs(usual - shifted - 3600 * NTSC.fraction) < 1


def _labels(rate: FrameRate) -> list[tuple[int, int, int, int]]:
    """Two drop-frame hours, label by label, as ST 12-1 counts them."""
    dropped = rate.nominal // 15
    return [
        (hour, minute, second, ff)
        for hour in range(2)
        for minute in range(60)
        for second in range(60)
        for ff in range(rate.nominal)
        if not (minute % 10 and second == 0 and ff < dropped)
    ]


@pytest.mark.parametrize("rate", [NTSC, FrameRate(60_000, 1001)])
def test_drop_frame_counts_every_label_once(rate: FrameRate) -> None:
    assert [drop_frame_count(*label, rate) for label in _labels(rate)] == list(range(len(_labels(rate))))


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), st.integers(0, 29))
def test_a_drop_frame_label_is_near_its_wall_clock(hour: int, minute: int, second: int, ff: int) -> None:
    assume(not (minute % 10 and second == 0 and ff < 2))
    exact = NTSC.seconds(drop_frame_count(hour, minute, second, ff, NTSC))
    assert abs(exact - (hour * 3600 + minute * 60 + second + Fraction(ff, 30))) < Fraction(15, 100)


@pytest.mark.parametrize("label", ["00:01:00;00", "00:01:00;01", "10:59:00;01"])
def test_a_dropped_label_does_not_exist(label: str) -> None:
    with pytest.raises(ValueError, match="dropped label"):
        frame(label, rate=NTSC)


@pytest.mark.parametrize("rate", [PAL, FrameRate(30), FrameRate(24_000, 1001), FrameRate(59, 2)])
def test_drop_frame_has_no_meaning_at_other_rates(rate: FrameRate) -> None:
    with pytest.raises(ValueError, match="no meaning"):
        frame("10:00:00;00", rate=rate)


def test_a_frame_that_the_rate_has_not_got_is_refused() -> None:
    with pytest.raises(ValueError, match="frame 25 does not exist at 25"):
        frame("10:00:00:25")


@pytest.mark.parametrize(
    "text",
    [
        *("", "now", "12:00", "12:00:00", "24:00:00:00", "12:60:00:00", "12:00:60:00", "12:00:00:000", "+", "-5"),
        *("+-5", "+1e3", "+1e999999", "+.5", "5", "2026-11-22", "2026-11-22T20:00:00", "2026-13-01T00:00:00Z"),
        *("2026-02-30T00:00:00Z", "2026-02-30 10:00:00:00", "2026-11-22T20:00:00+25:00", "2026-11-22T20:00:61Z"),
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        When.parse(text)
    with pytest.raises(ValueError):
        from_plain(When, {"text": text})


@given(st.text(max_size=40) | st.from_regex(r"[0-9+:;.TZ -]{1,30}", fullmatch=True), moments, rates, ZONES)
def test_any_text_is_a_frame_or_a_value_error(text: str, first: datetime, rate: FrameRate, timezone: str) -> None:
    try:
        frame(text, first=first, rate=rate, timezone=timezone)
    except ValueError:
        return


@given(st.dates(), st.sampled_from(["00:00:00:00", "23:59:59:24", "T00:00:00+14:00", "T23:59:59-12:00"]), ZONES)
def test_the_ends_of_the_calendar_are_no_crash(day: date, rest: str, timezone: str) -> None:
    for edge in (day, date.min, date.max):
        try:
            frame(f"{edge.isoformat()}{'' if rest[0] == 'T' else ' '}{rest}", timezone=timezone)
        except ValueError:
            continue


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("30", 30), ("30.04", Fraction(3004, 100)), (" 0.000000001 ", Fraction(1, 10**9)), ("86400", 86_400)),
        *(("PT30S", 30), ("PT1M30.5S", Fraction(181, 2)), ("PT1H", 3600), ("PT24H", 86_400), ("PT90M", 5400)),
        ("30.033333333333335", Fraction(30_033_333_333_333_335, 10**15)),
    ],
)
def test_durations(text: str, seconds: Fraction) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "86400.1", "PT", "PT0S", "P1D", "30s", "1e1", "nan", "inf", "30,04", "PT1S1M", "00:30"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_duration(text)


@given(st.text(max_size=20) | st.from_regex(r"P?T?[0-9.HMS]{1,12}", fullmatch=True))
def test_any_text_is_a_duration_or_a_value_error(text: str) -> None:
    try:
        seconds = parse_duration(text)
    except ValueError:
        return
    assert 0 < seconds <= 86_400
