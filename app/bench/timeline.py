"""A timeline with 10,000 breaks in sight: frames while it is panned, zoomed and dragged on, against bare boxes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from app.bench.figures import Figure, Outcome, median, percentile
from app.engine import Mailbox
from app.model.commands import Command
from app.model.events import Event
from app.model.merging import Stored
from app.model.rundown import BreakPlan
from app.model.schedule import Booking
from app.model.states import ChannelState, Order
from app.model.status import ChannelStatus, EngineStatus
from app.model.when import When
from app.ui.schedule.measured import measured_timeline

BREAKS, CHANNELS, FRAMES = 10_000, 12, 240
LIMIT_MS = 16.0
_WEEK_S = 604_800
_CONFLICT_EVERY = 50


class _StillEngine:
    """Stands for an engine on which nothing happens."""

    connected, ended, status_age_s, mismatch = True, False, 0.0, ""

    def __init__(self, status: EngineStatus) -> None:
        self._status = status

    def submit(self, command: Command) -> None:
        """Nothing is carried out."""

    def follow(self, _callback: Callable[[Event], None]) -> Callable[[], None]:
        """Nothing happens."""
        return lambda: None

    def snapshot(self) -> EngineStatus:
        """As it was."""
        return self._status

    def preview(self, _channel: str) -> Mailbox:
        """None is shown."""
        return Mailbox()


def run() -> Outcome:
    """A week of twelve channels; frames are what the window itself paints, on no screen."""
    status = _status()
    times = measured_timeline(_StillEngine(status), status, bookings(), FRAMES)
    judged = {"pan": times.pan, "zoom": times.zoom, "drag": times.drag}
    return Outcome(
        "timeline",
        f"Qt filling {BREAKS} boxes on a widget of the same size, one call each",
        (
            *(
                Figure(f"{name}, frame p95", percentile(one.wall_ms, 0.95), "ms", LIMIT_MS)
                for name, one in judged.items()
            ),
            *(Figure(f"{name}, CPU p95", percentile(one.cpu_ms, 0.95), "ms") for name, one in judged.items()),
            *(Figure(f"{name}, median", median(one.wall_ms), "ms") for name, one in judged.items()),
            Figure("reference, frame p95", percentile(times.bare.wall_ms, 0.95), "ms"),
            Figure("reference, CPU p95", percentile(times.bare.cpu_ms, 0.95), "ms"),
        ),
        (f"{times.in_sight} breaks in sight on {CHANNELS} channels, {FRAMES} frames each",),
    )


def bookings(breaks: int = BREAKS) -> list[Stored]:
    """A week around now, every channel as full as the others; here and there two overlap."""
    now = datetime.now(UTC).replace(microsecond=0)
    every_s = _WEEK_S * CHANNELS // breaks
    made = []
    for number in range(breaks):
        place = number // CHANNELS
        early_s = every_s if place % _CONFLICT_EVERY == _CONFLICT_EVERY - 1 else 0
        at = now + timedelta(seconds=place * every_s - _WEEK_S // 3 - early_s)
        plan = BreakPlan(
            f"b{number}",
            f"c{number % CHANNELS}",
            When(at.isoformat().replace("+00:00", "Z")),
            Fraction(60 + 30 * (number % 5)),
            title=f"Pod {number}",
        )
        made.append(Stored(booking=Booking(plan=plan), version=number + 1, changed_at=now))
    return made


def _status() -> EngineStatus:
    now = datetime.now(UTC)
    channels = tuple(
        ChannelStatus(
            name=f"c{number}",
            title=f"Channel {number + 1}",
            order=Order.ON_AIR,
            state=ChannelState.ON_AIR,
            source="test:bars",
            slate_by_hand=False,
            frame_rate="25",
            frame=1000,
            first_pts=900_000,
            first_frame_at=now - timedelta(seconds=40),
            pre_roll_ticks=540_000,
            current=None,
            next=None,
            planned=0,
            origins={},
            alarms=(),
            repeated_frames=0,
            dropped_frames=0,
            late_frames=0,
        )
        for number in range(CHANNELS)
    )
    return EngineStatus(pid=1, version="", since=now, show="Bench", timezone="Europe/Berlin", channels=channels)
