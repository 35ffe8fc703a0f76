"""What the events said about each channel's breaks: sent, accepted by each origin, landed. Pure; GUI thread only."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.model import events
from app.model.states import BreakState, ProofState
from app.model.status import ChannelStatus
from app.ui import text
from app.ui.grammar import Tone
from app.ui.icons import Icon
from app.ui.words import _

_BREAKS_KEPT = 8
_PATHS_KEPT = 64
_FIRST_CLOSES_WITHIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Lamp:
    """One lamp: its icon, its few words, its colour."""

    icon: Icon
    words: str
    tone: Tone = Tone.QUIET


@dataclass(frozen=True, slots=True)
class LampRow:
    """The three lamps of one origin."""

    origin: str
    sent: Lamp
    accepted: Lamp
    landed: Lamp


@dataclass(frozen=True, slots=True)
class ProofCount:
    """Origins at which the break's newest splice has landed, or will not; of how many."""

    landed: int
    bad: int
    total: int

    def __str__(self) -> str:
        return f"{self.bad or self.landed}/{self.total}"


@dataclass(slots=True)
class BreakTrail:
    """One break's traces. ``verdicts``: (origin, output, direction) to verdict and when it was reached."""

    break_id: str
    armed_at: datetime | None = None
    sent_at: datetime | None = None
    out_at: datetime | None = None
    in_at: datetime | None = None
    in_announced: bool = False
    withdrawn_at: datetime | None = None
    carriers: list[str] = field(default_factory=list)
    accepted_at: dict[str, datetime] = field(default_factory=dict)
    verdicts: dict[tuple[str, str, str], tuple[ProofState, datetime]] = field(default_factory=dict)

    @property
    def direction(self) -> str:
        """Which splice is looked at: the OUT, and once the IN was spliced, the IN."""
        return "out" if self.in_at is None else "in"

    def verdict(self, origin: str, direction: str) -> tuple[ProofState, datetime] | None:
        """The worst verdict at an origin, over its outputs; None while there is none."""
        found = [given for (where, _other, way), given in self.verdicts.items() if (where, way) == (origin, direction)]
        bad = [given for given in found if given[0] is not ProofState.LANDED]
        return next(iter(bad or found), None)


class Trails:
    """The newest breaks of every channel."""

    def __init__(self) -> None:
        self._by_channel: dict[str, OrderedDict[str, BreakTrail]] = {}

    def take(self, event: events.Event) -> None:
        """Learn from one event."""
        match event:
            case events.SegmentWritten():
                self._written(event)
            case events.SegmentDelivered():
                self._delivered(event)
            case events.BreakEvent():
                self._traced(event)
            case _:
                pass

    def newest(self, channel: str) -> BreakTrail | None:
        """The break that was heard of last."""
        trails = self._by_channel.get(channel)
        return next(reversed(trails.values())) if trails else None

    def of(self, channel: ChannelStatus) -> BreakTrail | None:
        """The armed or open break's own trail; between breaks the newest."""
        brk = channel.current
        if brk is not None and brk.state in {BreakState.ARMED, BreakState.ON_AIR}:
            trails = self._by_channel.get(channel.name)
            return trails.get(brk.id) if trails else None
        return self.newest(channel.name)

    def of_break(self, channel: str, break_id: str) -> BreakTrail | None:
        """A break's own; None: nothing was heard of it, or too long ago."""
        trails = self._by_channel.get(channel)
        return trails.get(break_id) if trails else None

    def _traced(self, event: events.BreakEvent) -> None:
        match event:
            case events.BreakArmed():
                self._trail(event).armed_at = event.at
            case events.CueSent(kind="out"):
                trail = self._trail(event)
                trail.sent_at = trail.sent_at or event.at
            case events.CueSent(kind="in"):
                self._trail(event).in_announced = True
            case events.BreakOut() | events.BreakResumed():
                self._trail(event).out_at = event.out_at
            case events.BreakIn():
                self._trail(event).in_at = event.in_at
            case events.BreakWithdrawn():
                self._trail(event).withdrawn_at = event.at
            case events.SpliceProved():
                key = (event.origin, event.output, event.direction)
                self._trail(event).verdicts[key] = (event.verdict, event.at)
            case _:
                pass

    def _trail(self, event: events.BreakEvent) -> BreakTrail:
        trails = self._by_channel.setdefault(event.channel, OrderedDict())
        if event.break_id not in trails:
            trails[event.break_id] = BreakTrail(event.break_id)
            while len(trails) > _BREAKS_KEPT:
                trails.popitem(last=False)
        return trails[event.break_id]

    def _written(self, event: events.SegmentWritten) -> None:
        """A segment that closed after the section was sent shows, once an origin has it, that the section is there.

        Only the first ones: a window that came later has not seen those, and would take any for the first.
        """
        trail = self.newest(event.channel)
        if trail is None or trail.sent_at is None:
            return
        if timedelta() <= event.at - trail.sent_at <= _FIRST_CLOSES_WITHIN:
            trail.carriers.append(event.path)
            del trail.carriers[:-_PATHS_KEPT]

    def _delivered(self, event: events.SegmentDelivered) -> None:
        trail = self.newest(event.channel)
        if trail is not None and event.path in trail.carriers and trail.verdict(event.origin, "out") is None:
            trail.accepted_at.setdefault(event.origin, event.at)


def proof_count(trail: BreakTrail | None, channel: ChannelStatus) -> ProofCount:
    """How many of the channel's origins have the newest splice."""
    total = len(channel.origins)
    if trail is None:
        return ProofCount(0, 0, total)
    verdicts = [trail.verdict(origin, trail.direction) for origin in channel.origins]
    reached = [verdict[0] for verdict in verdicts if verdict is not None]
    landed = sum(verdict is ProofState.LANDED for verdict in reached)
    return ProofCount(landed, len(reached) - landed, total)


def lamp_rows(trail: BreakTrail | None, channel: ChannelStatus) -> tuple[LampRow, ...]:
    """The lamps of the channel's origins, in the show's order."""
    return tuple(
        LampRow(origin, _sent(trail), _accepted(trail, origin, channel), _landed(trail, origin))
        for origin in channel.origins
    )


def _sent(trail: BreakTrail | None) -> Lamp:
    if trail is None or trail.sent_at is None:
        return Lamp(Icon.RING, _("at TAKE"))
    return Lamp(Icon.CHECK_DISC, text.second_and_hundredths(trail.sent_at), Tone.GREEN)


def _accepted(trail: BreakTrail | None, origin: str, channel: ChannelStatus) -> Lamp:
    if trail is None or trail.sent_at is None:
        return Lamp(Icon.RING, "–")
    accepted = trail.accepted_at.get(origin)
    if accepted is not None:
        return Lamp(Icon.CHECK_DISC, text.delay((accepted - trail.sent_at).total_seconds()), Tone.GREEN)
    proved = trail.verdict(origin, "out")
    if proved is not None and proved[0] not in _NOT_READ:  # read back, so it was taken: before this window came
        return Lamp(Icon.CHECK_DISC, _("taken"), Tone.GREEN)
    measured = channel.origins[origin]
    if measured.last_error and measured.backlog:
        return Lamp(Icon.HALF_DISC, _("{backlog} waiting").format(backlog=measured.backlog), Tone.AMBER)
    return Lamp(Icon.RING, _("pending"))


_NOT_READ = {ProofState.PENDING, ProofState.MISSING}
_BAD = {
    ProofState.LATE: Lamp(Icon.CLOCK, _("late"), Tone.AMBER),
    ProofState.MISPLACED: Lamp(Icon.ARROW_OFF, _("misplaced"), Tone.RED),
    ProofState.MISSING: Lamp(Icon.STRUCK_RING, _("missing"), Tone.RED),
}


def _landed(trail: BreakTrail | None, origin: str) -> Lamp:
    if trail is None:
        return Lamp(Icon.RING, "–")
    if trail.withdrawn_at is not None:
        return Lamp(Icon.BARRED_RING, _("withdrawn"))
    verdict = trail.verdict(origin, trail.direction)
    spliced_at = trail.out_at if trail.in_at is None else trail.in_at
    way = "" if trail.in_at is None else _("IN ")
    if verdict is None or verdict[0] is ProofState.PENDING:
        return Lamp(Icon.RING, _("after OUT") if spliced_at is None else way + _("due"))
    if verdict[0] is ProofState.LANDED:
        after = text.delay((verdict[1] - spliced_at).total_seconds()) if spliced_at else _("landed")
        return Lamp(Icon.CHECK_DISC, f"{way}{after}", Tone.GREEN)
    return _BAD[verdict[0]]
