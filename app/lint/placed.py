"""Breaks of a list on one time line a channel, in whole units, for rules that compare them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.model.lint import LintFinding
from app.model.rundown import BreakPlan
from app.model.schedule_limits import ScheduleLimits
from app.model.show import Channel, HlsOutput, Show
from app.model.timebase import FrameRate
from app.model.when import When
from app.settings import local_timezone

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ANY_RATE, _ANY_DROP_RATE = FrameRate(60), FrameRate(60_000, 1001)
_MICROSECONDS = Fraction(1_000_000)
_PRE_ROLL_S, _SEGMENT_S = Fraction(4), Fraction(2)  # the least that matter, where no show tells them
_NO_LIMITS = ScheduleLimits()
OFFSET, CLOCK = "offset", "clock"


@dataclass(frozen=True, slots=True)
class Placed:
    """A plan on its channel's time line. ``start`` and ``end``: its own rounded ends, in units of its Line.

    ``number``: which of its schedule's it is; ``place``: where it stands in its file.
    """

    plan: BreakPlan
    number: int
    place: str
    kind: str
    start: int
    end: int
    starts_s: Fraction

    @property
    def called(self) -> str:
        """How a finding of another break calls it."""
        own = f"break {self.plan.id}"
        return repr(self.plan.id) if self.place == own else f"{self.plan.id!r} of {self.place}"


@dataclass(frozen=True, slots=True)
class Told:
    """A finding, with the numbers of the plans that it is about: first that which is to be changed."""

    finding: LintFinding
    about: tuple[int, ...]


@dataclass(slots=True)
class Line:
    """A channel: what its show says of it, and its breaks."""

    channel: Channel | None
    timezone: str
    today: date | None
    placed: list[Placed] = field(default_factory=list)
    unplaced: list[tuple[BreakPlan, int, str]] = field(default_factory=list)
    per_s: Fraction = _MICROSECONDS

    def __post_init__(self) -> None:
        """``per_s``: units in a second, frames where the rate is known."""
        if self.rate is not None:
            self.per_s = self.rate.fraction

    @property
    def rate(self) -> FrameRate | None:
        """Frames a second, where the show tells them."""
        return self.channel.frame_rate if self.channel is not None else None

    @property
    def pre_roll_s(self) -> Fraction:
        """How long before its OUT a break is announced."""
        return self.channel.pre_roll_s if self.channel is not None else _PRE_ROLL_S

    @property
    def segment_s(self) -> Fraction:
        """Its longest segment."""
        outputs = self.channel.outputs if self.channel is not None else ()
        return max((each.segment_s for each in outputs if isinstance(each, HlsOutput)), default=_SEGMENT_S)

    @property
    def limits(self) -> ScheduleLimits:
        """What the house allows on it."""
        return self.channel.schedule if self.channel is not None else _NO_LIMITS

    def add(self, plan: BreakPlan, number: int, place: str) -> None:
        """Take a plan in; ValueError: its time doesn't exist."""
        if plan.at is None:
            self.unplaced.append((plan, number, place))
            return
        text = plan.at.text
        if text[0] == "+":
            kind, starts_s = OFFSET, Fraction(text[1:])
        else:
            kind, starts_s = CLOCK, _since_epoch_s(text, self.rate_of(plan.at), self.timezone, self.today)
        start = self.units(starts_s.numerator, starts_s.denominator)
        lasts_s = plan.duration_s
        until = starts_s.numerator * lasts_s.denominator + lasts_s.numerator * starts_s.denominator
        end = self.units(until, starts_s.denominator * lasts_s.denominator)
        self.placed.append(Placed(plan, number, place, kind, start, end, starts_s))

    def rate_of(self, at: When) -> FrameRate:
        """By which a time's frames are counted; where it isn't known, one that has any label."""
        return self.rate or (_ANY_DROP_RATE if ";" in at.text else _ANY_RATE)

    def whole_units(self, seconds: Fraction | int) -> int:
        """Units that last no longer than so many seconds."""
        return int(seconds * self.per_s)

    def clock(self, units: int) -> datetime:
        """House time of a CLOCK unit, to the second below."""
        seconds = units * self.per_s.denominator // self.per_s.numerator
        return datetime.fromtimestamp(seconds, ZoneInfo(self.timezone))

    def units(self, numerator: int, denominator: int) -> int:
        """Seconds as the nearest unit, a half up; in whole numbers, for there are many of them."""
        numerator, denominator = numerator * self.per_s.numerator, denominator * self.per_s.denominator
        return (2 * numerator + denominator) // (2 * denominator)


def line_of(name: str, show: Show | None, now: datetime | None, timezone: str = "") -> Line:
    """An empty line for a channel. ``timezone``: the house's, "": the show's or, without one, this machine's."""
    zone = timezone or (show.timezone if show is not None else local_timezone())
    today = (now or datetime.now(UTC)).astimezone(ZoneInfo(zone)).date()
    channels = show.channels if show is not None else ()
    return Line(next((each for each in channels if each.name == name), None), zone, today)


def since_epoch_s(moment: datetime) -> Fraction:
    """A moment as CLOCK times are counted."""
    return Fraction((moment - _EPOCH) // timedelta(microseconds=1), 1_000_000)


@lru_cache(16_384)  # a schedule is linted again at each edit, and so are the neighbours of each fix that is tried
def _since_epoch_s(text: str, rate: FrameRate, timezone: str, today: date | None) -> Fraction:
    return When(text).seconds(first_frame_at=_EPOCH, rate=rate, timezone=timezone, today=today)
