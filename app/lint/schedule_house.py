"""Rules that a house sets itself a channel's schedule: ads in a clock hour, and times without breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.lint.placed import CLOCK, Line, Placed, Told
from app.model.lint import error
from app.model.schedule_limits import Blackout

AD_LOAD = error("schedule.ad-load", "channels.schedule.ad_load")
BLACKOUT = error("schedule.blackout", "channels.schedule.blackouts")

_DAY_S = 86_400
_DAY = timedelta(days=1)


def told_of_house(ordered: list[Placed], line: Line) -> Iterator[Told]:
    """Of breaks of one kind of time, in the order of their starts."""
    limit_s = line.limits.ad_load_s
    if limit_s is not None:
        hours = Hours(line)
        limit, loads = line.whole_units(limit_s), dict[int, int]()
        for each in ordered:
            over = None
            for hour, part in hours.shares(each.kind, each.start, each.end):
                loads[hour] = loads.get(hour, 0) + part
                if loads[hour] > limit and over is None:
                    over = hour
            if over is not None:
                what = f"{float(loads[over] / line.per_s):g} s of breaks {hours.named(each.kind, over)}"
                found = AD_LOAD.found(
                    f"{what}, {float(limit_s):g} s are allowed", each.place, "another hour, or a shorter break"
                )
                yield Told(found, (each.number,))
    if line.limits.blackouts:
        blackouts = Blackouts(line)
        for each in ordered:
            met = blackouts.met(each.kind, each.start, each.end)
            if met is not None:
                yield Told(BLACKOUT.found(f"no breaks are allowed {met[0]}", each.place), (each.number,))


@dataclass(slots=True)
class Hours:
    """The clock hours of a line: by house time, or by its first frame."""

    line: Line
    shifts: dict[int, int] = field(default_factory=dict)

    def shares(self, kind: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Each hour that a break is in, and how long, in units. An hour is known by its start in quarters of one."""
        hour = self.of(kind, start)
        while start < end:
            until = min(end, self.end(hour))
            if until > start:
                yield hour, until - start
            start, hour = max(start, until), hour + 4

    def of(self, kind: str, units: int) -> int:
        """The hour that a unit is in."""
        per_s = self.line.per_s
        quarters = units * per_s.denominator // (900 * per_s.numerator)
        return quarters - (quarters + (self._shift(quarters) if kind == CLOCK else 0)) % 4

    def end(self, hour: int) -> int:
        """The first unit that is not in it."""
        per_s = self.line.per_s
        return -(-(hour + 4) * 900 * per_s.numerator // per_s.denominator)

    def named(self, kind: str, hour: int) -> str:
        """As a message calls it."""
        if kind != CLOCK:
            return f"in hour {hour // 4 + 1} of the programme"
        local = datetime.fromtimestamp(hour * 900, ZoneInfo(self.line.timezone))
        return f"in the hour from {local:%Y-%m-%d %H:%M}"

    def _shift(self, quarters: int) -> int:
        """How the house's hours lie beside UTC's: India's begin at :30."""
        shift = self.shifts.get(quarters)
        if shift is None:
            offset = datetime.fromtimestamp(quarters * 900, ZoneInfo(self.line.timezone)).utcoffset()
            shift = self.shifts[quarters] = int((offset or timedelta()).total_seconds()) // 900 % 4
        return shift


@dataclass(slots=True)
class Blackouts:
    """The times without breaks of a line; only where it counts by the clock."""

    line: Line
    days: dict[int, list[tuple[int, int, Blackout]]] = field(default_factory=dict)
    a_day: int = field(init=False)

    def __post_init__(self) -> None:
        """``a_day``: in units."""
        self.a_day = self.line.whole_units(_DAY_S)

    def met(self, kind: str, start: int, end: int) -> tuple[Blackout, int] | None:
        """The blackout that a break would be in, and its end in units."""
        if kind != CLOCK or not self.line.limits.blackouts:
            return None
        for number in range(start // self.a_day, end // self.a_day + 1):
            for begins, ends, blackout in self._around(number):
                if begins < end and start < ends:
                    return blackout, ends
        return None

    def _around(self, number: int) -> list[tuple[int, int, Blackout]]:
        """Those of a day of UTC, and of the house's days that it is a part of."""
        found = self.days.get(number)
        if found is None:
            middle = self.line.clock(number * self.a_day).date()
            found = self.days[number] = [
                (*self._span(blackout, day), blackout)
                for day in (middle - _DAY, middle, middle + _DAY)
                for blackout in self.line.limits.blackouts
                if blackout.day in {"", day.isoformat()}
            ]
        return found

    def _span(self, blackout: Blackout, day: date) -> tuple[int, int]:
        until = day if blackout.end_s > blackout.start_s else day + _DAY
        return self._unit(day, blackout.start_s, 0), self._unit(until, blackout.end_s, 1)

    def _unit(self, day: date, second: int, fold: int) -> int:
        """Of an hour that comes twice a blackout has both: it begins with the first and ends with the second."""
        local = datetime.combine(day, time(0)) + timedelta(seconds=second)
        moment = local.replace(tzinfo=ZoneInfo(self.line.timezone), fold=fold)
        return int(int(moment.timestamp()) * self.line.per_s)
