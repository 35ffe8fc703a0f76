"""A stand-in for the engine: holds the statuses it was given, records what is submitted, calls back when told to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from app.engine import Mailbox
from app.model.commands import Command
from app.model.events import Event
from app.model.segment import OriginStatus
from app.model.states import BreakState, ChannelState, Order
from app.model.status import Alarm, BreakStatus, ChannelStatus, EngineStatus
from app.model.timebase import ticks_of

NOW = datetime(2026, 11, 22, 19, 15, 28, 250_000, tzinfo=UTC)
ZONE = "Europe/Berlin"


def origin(delivered: int = 120, backlog: int = 0, lost: int = 0, last_error: str = "") -> OriginStatus:
    return OriginStatus(
        backlog=backlog,
        delivered=delivered,
        lost=lost,
        last_delivered_at=NOW,
        last_error=last_error,
        push_ms=31.0,
    )


def a_break(
    state: BreakState,
    *,
    out_in_s: float | None = None,
    lasts_s: int = 120,
    title: str = "Half-time 1",
    ads: tuple[str, ...] = ("Volta", "Nordbank", "Fizz", "Toyland"),
    armed_ago_s: float | None = None,
    key: str = "b1",
    now: datetime = NOW,
) -> BreakStatus:
    """A break whose OUT is so many seconds after ``now`` (before it when negative), with frames of 25 a second."""
    out_at = None if out_in_s is None else now + timedelta(seconds=out_in_s)
    in_at = None if out_at is None else out_at + timedelta(seconds=lasts_s)
    frame = None if out_in_s is None else round(25_000 + out_in_s * 25)
    armed = state in {BreakState.ARMED, BreakState.ON_AIR}
    return BreakStatus(
        id=key,
        title=title,
        state=state,
        splice_event_id=4211,
        duration_ticks=ticks_of(lasts_s),
        frame=frame,
        in_frame=None if frame is None else frame + lasts_s * 25,
        out_at=out_at,
        in_at=in_at,
        withdraw_until_frame=frame - 12 if armed and frame is not None else None,
        withdraw_until_at=out_at - timedelta(seconds=0.48) if armed and out_at is not None else None,
        armed_at=now - timedelta(seconds=armed_ago_s) if armed_ago_s is not None else None,
        ads=ads,
    )


def channel(
    name: str,
    title: str = "",
    *,
    state: ChannelState = ChannelState.ON_AIR,
    current: BreakStatus | None = None,
    following: BreakStatus | None = None,
    source: str = "test:bars",
    slate_by_hand: bool = False,
    alarms: tuple[Alarm, ...] = (),
    origins: dict[str, OriginStatus] | None = None,
    now: datetime = NOW,
) -> ChannelStatus:
    """A channel at frame 25000, 25 frames a second, whose frame 25000 is shown at ``now``."""
    return ChannelStatus(
        name=name,
        title=title,
        order=Order.ON_AIR,
        state=state,
        source=source,
        slate_by_hand=slate_by_hand,
        frame_rate="25",
        frame=25_000,
        first_pts=900_000,
        first_frame_at=now - timedelta(seconds=1000),
        pre_roll_ticks=ticks_of(Fraction(6)),
        current=current,
        on_air=current if current is not None and current.state is BreakState.ON_AIR else None,
        next=following,
        planned=0 if following is None else 3,
        origins={"Origin A": origin(), "Origin B": origin()} if origins is None else origins,
        alarms=alarms,
        repeated_frames=0,
        dropped_frames=0,
        late_frames=0,
        preview_rate=25.0,
        take_lands_frame=25_000 + 160,
    )


def an_alarm(severity: str, text: str, key: str = "origin:b", ago_s: float = 12) -> Alarm:
    return Alarm(key=key, severity=severity, text=text, raised_at=NOW - timedelta(seconds=ago_s))


class ScriptedEngine:
    """The engine's face over canned answers."""

    def __init__(self, *channels: ChannelStatus) -> None:
        self.submitted: list[Command] = []
        self.past: list[Event] = []
        self.subscribers: list[Callable[[Event], None]] = []
        self.mailboxes: dict[str, Mailbox] = {}
        self.connected, self.ended, self.status_age_s, self.mismatch = True, False, 0.0, ""
        self.status = EngineStatus(
            pid=1, version="0.1.0", since=NOW, show="Evening", timezone=ZONE, channels=tuple(channels)
        )

    def submit(self, command: Command) -> None:
        self.submitted.append(command)

    def follow(self, callback: Callable[[Event], None]) -> Callable[[], None]:
        for event in self.past:
            callback(event)
        self.subscribers.append(callback)
        return lambda: self.subscribers.remove(callback)

    def snapshot(self) -> EngineStatus:
        return self.status

    def preview(self, channel: str) -> Mailbox:
        return self.mailboxes.setdefault(channel, Mailbox())

    def publish(self, event: Event) -> None:
        for subscriber in tuple(self.subscribers):
            subscriber(event)

    def change(self, name: str, **fields: object) -> None:
        """Let a channel's status have these fields from now on."""
        channels = tuple(
            replace(status, **fields) if status.name == name else status  # type: ignore[arg-type]  # a test names any field
            for status in self.status.channels
        )
        self.status = replace(self.status, channels=channels)
