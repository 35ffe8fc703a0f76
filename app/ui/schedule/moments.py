"""Where a booking lies in time: microseconds since 1970 UTC, whole numbers, as everything on the timeline."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from app.model.schedule import Booking
from app.model.status import ChannelStatus
from app.model.timebase import FrameRate, round_half_up
from app.model.when import When

SECOND_US = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_UNKNOWN_RATE = FrameRate(25)
_MOST_KEPT = 200_000
type Span = tuple[int, int]  # OUT and IN


def us_of(moment: datetime) -> int:
    """A moment as microseconds since 1970 UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(us: int) -> datetime:
    """The moment again, in UTC."""
    return _EPOCH + timedelta(microseconds=us)


def when_of(us: int) -> When:
    """A moment as a schedule writes it: in UTC, which no change of clocks makes ambiguous."""
    moment = moment_of(us)
    return When(moment.isoformat(timespec="microseconds" if moment.microsecond else "seconds").replace("+00:00", "Z"))


def frame_us(frame: int, rate: FrameRate) -> int:
    """House time's frame of its second as microseconds of it: FF divides the second."""
    return round_half_up(Fraction(frame * SECOND_US, rate.nominal))


def on_frame(us: int, rate: FrameRate) -> int:
    """The nearest frame of house time."""
    second, within = divmod(us, SECOND_US)
    return second * SECOND_US + frame_us(round_half_up(Fraction(within * rate.nominal, SECOND_US)), rate)


class Moments:
    """Knows the channels' rates and first frames, and the house's zone. What it found it keeps.

    ``generation`` counts what it learned: times that were found before may be others now.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.generation = 0
        self._clocks: dict[str, tuple[FrameRate, datetime | None]] = {}
        self._found: dict[tuple[str, str], int | None] = {}

    def know(self, channel: ChannelStatus) -> None:
        """Learn a channel's clock; what was counted on another one is forgotten."""
        rate = FrameRate.parse(channel.frame_rate) if channel.frame_rate else _UNKNOWN_RATE
        if self._clocks.get(channel.name) != (rate, channel.first_frame_at):
            self._clocks[channel.name] = (rate, channel.first_frame_at)
            self.generation += 1
            self._found = {key: us for key, us in self._found.items() if key[0] != channel.name}

    def rate(self, channel: str) -> FrameRate:
        """A channel's frames a second; 25 until it has told."""
        return self._clocks.get(channel, (_UNKNOWN_RATE, None))[0]

    def span(self, booking: Booking, *, keep: bool = True) -> Span | None:
        """OUT and IN; None for a break without a time, or one that counts from a start that nobody knows.

        ``keep`` False: it is looked at once only, as of a break that is being dragged.
        """
        plan = booking.plan
        if plan.at is None:
            return None
        key = plan.channel, plan.at.text
        start = self._found[key] if key in self._found else self._start_us(plan.channel, plan.at)
        if keep and key not in self._found:
            if len(self._found) >= _MOST_KEPT:
                self._found.clear()
            self._found[key] = start
        return None if start is None else (start, start + round_half_up(plan.duration_s * SECOND_US))

    def _start_us(self, channel: str, at: When) -> int | None:
        rate, first = self._clocks.get(channel, (_UNKNOWN_RATE, None))
        if first is None and not at.dated:
            return None
        start = first or _EPOCH
        try:
            seconds = at.seconds(first_frame_at=start, rate=rate, timezone=self.zone.key)
        except (ValueError, OverflowError):
            return None
        return us_of(start) + round_half_up(seconds * SECOND_US)
