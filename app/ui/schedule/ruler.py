"""The ruler: ticks at round figures of house time, right where the clocks go forward or back, and at midnight. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.model.timebase import FrameRate
from app.ui.schedule.moments import SECOND_US, frame_us, moment_of
from app.ui.schedule.time_scale import TimeScale
from app.ui.text import date, utc_offset
from app.ui.words import _

_MINUTE_US, _HOUR_US, _DAY_US = 60 * SECOND_US, 3600 * SECOND_US, 86_400 * SECOND_US
_STEPS_US = (
    *(s * SECOND_US for s in (1, 2, 5, 10, 15, 30)),
    *(m * _MINUTE_US for m in (1, 2, 5, 10, 15, 30)),
    *(h * _HOUR_US for h in (1, 2, 3, 6, 12, 24, 48)),
)
_SETTLED_US = SECOND_US  # to which a change of the clocks is found


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the ruler. ``day``: the date that begins here, or what the clocks do here; "" elsewhere."""

    us: int
    label: str
    day: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time over which house time keeps its distance from UTC."""

    since_us: int
    until_us: int
    offset_us: int


def step_us(us_per_px: int, least_px: int, rate: FrameRate) -> int:
    """From one label to the next, so that they lie ``least_px`` apart; below a second: a number of frames, in time."""
    least_us = us_per_px * least_px
    for frames in (1, 2, 5, 10):
        if frames < rate.nominal and frame_us(frames, rate) >= least_us:
            return frame_us(frames, rate)
    return next((step for step in _STEPS_US if step >= least_us), _STEPS_US[-1])


def stretches(zone: ZoneInfo, since_us: int, until_us: int) -> Iterator[Stretch]:
    """House time's distances from UTC over a time, in their order."""
    begun = since_us
    for day in range(since_us // _DAY_US, -(-until_us // _DAY_US)):
        for change, offset in _changes(zone, day):
            if since_us < change < until_us:
                yield Stretch(begun, change, offset)
                begun = change
    yield Stretch(begun, until_us, house_offset_us(zone, begun))


@lru_cache(1024)
def _changes(zone: ZoneInfo, day: int) -> tuple[tuple[int, int], ...]:
    """When the clocks change within a day of UTC, and the offset before: zones change once a day at most."""
    low, high = day * _DAY_US, (day + 1) * _DAY_US
    before = house_offset_us(zone, low)
    if house_offset_us(zone, high) == before:
        return ()
    while high - low > _SETTLED_US:
        middle = (low + high) // 2 // _SETTLED_US * _SETTLED_US
        if house_offset_us(zone, middle) == before:
            low = middle
        else:
            high = middle
    return ((high, before),)


def house_offset_us(zone: ZoneInfo, us: int) -> int:
    """How far house time is ahead of UTC at a moment."""
    offset = moment_of(us).astimezone(zone).utcoffset() or timedelta()
    return offset // timedelta(microseconds=1)


def ticks(scale: TimeScale, width: int, zone: ZoneInfo, rate: FrameRate, least_px: int = 74) -> list[Tick]:
    """All over ``width`` pixels, left to right."""
    step = step_us(scale.us_per_px, least_px, rate)
    made: list[Tick] = []
    for stretch in stretches(zone, scale.us_at(0), scale.us_at(width)):
        if made and stretch.since_us != made[-1].us:
            made.append(_change(stretch.since_us, zone))
        made += _ticks_of(stretch, step, zone, rate)
    return made


def _change(us: int, zone: ZoneInfo) -> Tick:
    at = moment_of(us)
    return Tick(
        us,
        "",
        _("{utc_offset} to {utc_offset_2}").format(
            utc_offset=utc_offset(moment_of(us - _MINUTE_US), zone), utc_offset_2=utc_offset(at, zone)
        ),
    )


def _ticks_of(stretch: Stretch, step: int, zone: ZoneInfo, rate: FrameRate) -> Iterator[Tick]:
    """Round figures of house time within one stretch."""
    frames = round(step * rate.nominal / SECOND_US) if step < SECOND_US else 0
    house, end = stretch.since_us + stretch.offset_us, stretch.until_us + stretch.offset_us
    if frames:
        for second in range(house // SECOND_US, -(-end // SECOND_US)):
            for frame in range(0, rate.nominal, frames):
                at = second * SECOND_US + frame_us(frame, rate)
                if house <= at < end:
                    yield _tick(at, stretch.offset_us, zone, step, frame)
        return
    at = -(-house // step) * step
    while at < end:
        yield _tick(at, stretch.offset_us, zone, step, 0)
        at += step


def _tick(house_us: int, offset_us: int, zone: ZoneInfo, step: int, frame: int) -> Tick:
    us = house_us - offset_us
    midnight = house_us % _DAY_US == 0
    day = date(moment_of(us), zone, with_year=False) if midnight else ""
    if step >= _DAY_US:
        return Tick(us, date(moment_of(us), zone, with_year=False), day)
    seconds = house_us // SECOND_US % 86_400
    label = f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
    if step < _MINUTE_US:
        label += f":{seconds % 60:02}"
    if step < SECOND_US:
        label += f":{frame:02}"
    return Tick(us, label, day)
