"""A wished time of a break, as it was written, and where it falls on a channel's own clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.model.timebase import FrameRate

_OFFSET = re.compile(r"\+(\d{1,7}(?:\.\d{1,20})?)", re.ASCII)
_TIMECODE = re.compile(r"(?:(\d{4}-\d\d-\d\d)[ T])?(\d\d):(\d\d):(\d\d)([:;])(\d\d)", re.ASCII)
_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
_SECONDS = re.compile(r"\d{1,6}(?:\.\d{1,20})?", re.ASCII)
_PERIOD = re.compile(r"PT(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6}(?:\.\d{1,9})?)S)?", re.ASCII)
_DROPS = 1001  # the denominator of 30000/1001 and 60000/1001, whose labels drop
_EDGES = (1, 9999)  # years in which an offset may lead out of the calendar
_SHOWN = 60
FORMS = 'RFC 3339 with an offset, "+12.5" (seconds after the first frame) or HH:MM:SS:FF house time'


@dataclass(frozen=True, slots=True)
class When:
    """A time as written in a break list or command. ValueError with the reason, when it is none of the three forms."""

    text: str

    @classmethod
    def parse(cls, text: str) -> When:
        """Of a text that may stand between blanks."""
        return cls(text.strip())

    def __post_init__(self) -> None:
        """Here, for one that came over a link or out of a file is not parsed."""
        text = self.text
        if _RFC3339.fullmatch(text):
            _check(text)
        elif match := _TIMECODE.fullmatch(text):
            if int(match[2]) > 23 or int(match[3]) > 59 or int(match[4]) > 59:  # noqa: PLR2004 - a day's clock
                raise ValueError(f"{text!r} is no time of day")
            if match[1]:
                _check(f"{match[1]}T00:00:00Z", text)
        elif not _OFFSET.fullmatch(text):
            raise ValueError(f"{_brief(text)} is no time: use {FORMS}")

    @property
    def dated(self) -> bool:
        """Whether it names its day; where not, only a channel's start tells which moment is meant."""
        return "-" in self.text

    def frame(self, *, first_frame_at: datetime, rate: FrameRate, timezone: str) -> int:
        """The channel's frame nearest to this time; may lie in the past. ValueError: no such label."""
        return rate.nearest(self.seconds(first_frame_at=first_frame_at, rate=rate, timezone=timezone))

    def seconds(
        self, *, first_frame_at: datetime, rate: FrameRate, timezone: str, today: date | None = None
    ) -> Fraction:
        """Exact seconds from the channel's first frame; may be negative. ValueError: no such label.

        ``today``: the house's day, for a time of day without a date; None: the first frame's.
        """
        if match := _OFFSET.fullmatch(self.text):
            return Fraction(match[1])
        if match := _TIMECODE.fullmatch(self.text):
            day = today or first_frame_at.astimezone(ZoneInfo(timezone)).date()
            return self._timecode_seconds(match, day, first_frame_at, rate, timezone)
        whole, fraction = _split_fraction(self.text)
        return _seconds_between(first_frame_at, whole) + fraction

    def comes_twice(self, timezone: str) -> bool:
        """Whether the clocks go back over this dated house time, which counts as its first then."""
        match = _TIMECODE.fullmatch(self.text)
        if match is None or not match[1]:
            return False
        clock = time(int(match[2]), int(match[3]), int(match[4]))
        local = datetime.combine(date.fromisoformat(match[1]), clock, ZoneInfo(timezone))
        offsets = local.utcoffset(), local.replace(fold=1).utcoffset()
        return None not in offsets and offsets[0] > offsets[1]  # type: ignore[operator]  # neither is None here

    def _timecode_seconds(
        self, match: re.Match[str], today: date, first: datetime, rate: FrameRate, timezone: str
    ) -> Fraction:
        zone = ZoneInfo(timezone)
        day = date.fromisoformat(match[1]) if match[1] else today
        hours, minutes, seconds, frames = int(match[2]), int(match[3]), int(match[4]), int(match[6])
        if frames >= rate.nominal:
            raise ValueError(f"{self.text!r}: frame {frames} does not exist at {rate} frames a second")
        if match[5] == ";":
            since_midnight = rate.seconds(drop_frame_count(hours, minutes, seconds, frames, rate))
        else:  # House time is the wall clock: FF divides its second, so nothing drifts at 30000/1001.
            since_midnight = hours * 3600 + minutes * 60 + seconds + Fraction(frames, rate.nominal)
        whole = since_midnight.__floor__()
        start = _wall_clock(datetime.combine(day, time(0)) + timedelta(seconds=whole), zone)
        return _seconds_between(first, start) + (since_midnight - whole)


def _check(moment: str, text: str = "") -> None:
    """ValueError: the calendar has no such moment. ``text``: what a message names, if it is another."""
    try:
        found = datetime.fromisoformat(moment.upper())
        if found.year in _EDGES:
            found.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text or moment!r} is out of range") from error
    except ValueError as error:
        raise ValueError(f"{text or moment!r} is no time: {error}") from error


def _brief(text: str) -> str:
    """Quoted, so that what would be right still fits behind it."""
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


def drop_frame_count(hours: int, minutes: int, seconds: int, frames: int, rate: FrameRate) -> int:
    """Frames since midnight of a drop-frame label (SMPTE ST 12-1); ValueError for a label that is dropped."""
    dropped = rate.nominal // 15
    if rate.denominator != _DROPS or rate.nominal % 30:
        raise ValueError(f"drop frame (;FF) has no meaning at {rate} frames a second: write :FF")
    if minutes % 10 and seconds == 0 and frames < dropped:
        raise ValueError(f"{hours:02}:{minutes:02}:{seconds:02};{frames:02} is a dropped label: it does not exist")
    total_minutes = hours * 60 + minutes
    return (total_minutes * 60 + seconds) * rate.nominal + frames - dropped * (total_minutes - total_minutes // 10)


def _split_fraction(text: str) -> tuple[datetime, Fraction]:
    """An RFC 3339 time as a whole second and an exact fraction (datetime would cut nanoseconds)."""
    match = re.fullmatch(r"(.{19})(?:\.(\d+))?(.*)", text)
    if match is None:
        raise ValueError(text)
    try:
        moment = datetime.fromisoformat((match[1] + match[3]).upper()).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} is out of range") from error
    return moment, Fraction(int(match[2]), 10 ** len(match[2])) if match[2] else Fraction(0)


def _wall_clock(local: datetime, zone: ZoneInfo) -> datetime:
    """What a house clock shows, as a moment: an hour that comes twice counts as its first; one left out is refused."""
    try:
        moment = local.replace(tzinfo=zone).astimezone(UTC)
        shown = moment.astimezone(zone).replace(tzinfo=None)
    except OverflowError as error:
        raise ValueError(f"{local.date()} is out of range") from error
    if shown != local:
        raise ValueError(f"{local} does not exist in {zone.key}: the clocks go forward there")
    return moment


def _seconds_between(start: datetime, end: datetime) -> Fraction:
    return Fraction((end.astimezone(UTC) - start.astimezone(UTC)) // timedelta(microseconds=1), 1_000_000)


@lru_cache(4096)  # a day has few different lengths
def parse_duration(text: str) -> Fraction:
    """``30``, ``30.04`` or ``PT1M30S`` as seconds; ValueError with the reason."""
    text = text.strip()
    if _SECONDS.fullmatch(text):
        seconds = Fraction(text)
    elif match := _PERIOD.fullmatch(text):
        if not any(match.groups()):
            raise ValueError(f"{text!r} is no duration: use seconds (30, 30.04) or PT30S")
        seconds = Fraction(match[3] or 0) + 60 * int(match[2] or 0) + 3600 * int(match[1] or 0)
    else:
        raise ValueError(f"{_brief(text)} is no duration: use seconds (30, 30.04) or PT30S")
    if not 0 < seconds <= 86_400:  # noqa: PLR2004 - one day; break_duration itself ends at 26.5 h
        raise ValueError(f"a duration is above 0 and at most 24 h, not {text}")
    return seconds
