"""Breaks of a list on one time line a channel, in whole units, for rules that compare them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from app.model.rundown import BreakPlan
from app.model.show import Channel, HlsOutput, Show
from app.model.timebase import FrameRate
from app.settings import local_timezone

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ANY_RATE, _ANY_DROP_RATE = FrameRate(60), FrameRate(60_000, 1001)
_MICROSECONDS = Fraction(1_000_000)
_PRE_ROLL_S, _SEGMENT_S = Fraction(4), Fraction(2)  # the least that matter, where no show tells them
OFFSET, CLOCK = "offset", "clock"


@dataclass(frozen=True, slots=True)
class Placed:
    """A plan on its channel's time line. ``start`` and ``end``: its own rounded ends, in units of its Line."""

    plan: BreakPlan
    place: str
    kind: str
    start: int
    end: int
    starts_s: Fraction


@dataclass(slots=True)
class Line:
    """A channel: what its show says of it, and its breaks."""

    channel: Channel | None
    timezone: str
    today: date | None
    placed: list[Placed] = field(default_factory=list)
    unplaced: list[tuple[BreakPlan, str]] = field(default_factory=list)
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

    def add(self, plan: BreakPlan, place: str) -> None:
        """Take a plan in; ValueError: its time doesn't exist."""
        if plan.at is None:
            self.unplaced.append((plan, place))
            return
        text = plan.at.text
        if text[0] == "+":
            kind, starts_s = OFFSET, Fraction(text[1:])
        else:
            rate = self.rate or (_ANY_DROP_RATE if ";" in text else _ANY_RATE)
            kind, starts_s = (
                CLOCK,
                plan.at.seconds(first_frame_at=_EPOCH, rate=rate, timezone=self.timezone, today=self.today),
            )
        start = self.units(starts_s.numerator, starts_s.denominator)
        lasts_s = plan.duration_s
        until = starts_s.numerator * lasts_s.denominator + lasts_s.numerator * starts_s.denominator
        end = self.units(until, starts_s.denominator * lasts_s.denominator)
        self.placed.append(Placed(plan, place, kind, start, end, starts_s))

    def units(self, numerator: int, denominator: int) -> int:
        """Seconds as the nearest unit, a half up; in whole numbers, for there are many of them."""
        numerator, denominator = numerator * self.per_s.numerator, denominator * self.per_s.denominator
        return (2 * numerator + denominator) // (2 * denominator)


def line_of(name: str, show: Show | None, now: datetime | None) -> Line:
    """An empty line for a channel."""
    timezone = show.timezone if show is not None else local_timezone()
    today = (now or datetime.now(UTC)).astimezone(ZoneInfo(timezone)).date()
    channels = show.channels if show is not None else ()
    return Line(next((each for each in channels if each.name == name), None), timezone, today)


def since_epoch_s(moment: datetime) -> Fraction:
    """A moment as CLOCK times are counted."""
    return Fraction((moment - _EPOCH) // timedelta(microseconds=1), 1_000_000)
