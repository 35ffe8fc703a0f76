"""What a cue command has to pass before its channel sees it, whoever gave it: the con, and the guard of takes.

The channel itself refuses two takes within a second and a take of another break than the cued one; here are what it
can't know: the take before it was started again, a gang of several channels, and what was seen on air.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from app.engine.con import Cons
from app.model import commands, events
from app.model.answers import accepted, refused
from app.model.errors import CommandRefusedError
from app.model.status import ChannelStatus, ConStatus, playing
from app.model.wire import Plain

TAKE_GUARD_S = 1.0  # at least this between two takes of one channel; a gang is one take
CON, TAKES = "con", "takes"  # keys in the journal
MOST_GANGS = 64  # whose verdict is remembered; their members come within a moment
MOST_OWN = 50_000
_TAKES = (commands.Take, commands.InsertBreak)
CUES = (  # a list's PlanBreak is a booking: the schedule airs whoever has the con
    *(commands.InsertBreak, commands.CueNext, commands.Hold, commands.Take, commands.Skip),
    *(commands.Return, commands.Extend, commands.Withdraw, commands.Slate, commands.AnswerMissed),
    commands.ChangeChannel,
)


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the guard keeps what has to outlive the engine's process."""

    keep: Callable[[str, Plain], None]
    kept: Callable[[str], Plain]


class CueGuard:
    """``refusal``, ``order_con`` and ``note`` on the engine thread; the rest from any.

    ``status``: of a channel, as it stands. ``clock_s`` counts in this process, ``now`` over its restarts.
    """

    def __init__(
        self,
        channels: Collection[str],
        status: Callable[[str], ChannelStatus],
        store: Kept,
        *,
        clock_s: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._status, self._store, self._clock_s, self._now = status, store, clock_s, now
        self.cons = Cons(channels, store.kept(CON), lambda value: store.keep(CON, value))
        self._taken_at: dict[str, str] = {}
        self._taken_s = self._taken_before(store.kept(TAKES), channels)
        self._gangs: OrderedDict[str, str | None] = OrderedDict()
        self._own: OrderedDict[str, None] = OrderedDict()
        self._channels = frozenset(channels)
        self._ordered: Counter[str] = Counter()  # orders of the con that wait, by channel
        self._lock = threading.Lock()

    def _taken_before(self, kept: Plain, channels: Collection[str]) -> dict[str, float]:
        """A take before the engine was killed counts; one that the clock puts into the future does not."""
        found: dict[str, float] = {}
        for name, value in kept.items() if isinstance(kept, Mapping) else ():
            try:
                ago_s = (self._now() - datetime.fromisoformat(str(value))).total_seconds()
            except (ValueError, TypeError):
                continue
            if name in channels and 0 <= ago_s < TAKE_GUARD_S:
                found[name] = self._clock_s() - ago_s
        return found

    # ---- any thread

    def con(self, channel: str) -> ConStatus | None:
        """Who has the channel's con."""
        return self.cons.status(channel)

    def own(self, command: commands.Command) -> commands.Command:
        """The show's own schedule and automation air whoever has the con: nobody else can claim to be them."""
        with self._lock:
            self._own[command.id] = None
            if len(self._own) > MOST_OWN:
                self._own.popitem(last=False)
        return command

    def refusal_at_once(self, command: commands.Command) -> str | None:
        """Why the con refuses a command before it is journaled, so that no later life of the engine airs it.

        While an order of the con waits in front of it, only ``refusal`` can tell.
        """
        with self._lock:
            if isinstance(command, commands.ConCommand):
                if command.channel in self._channels:
                    self._ordered[command.channel] += 1
                return None
            if command.id in self._own or self._ordered[command.channel] > 0:
                return None
        return self.cons.refusal(command) if isinstance(command, CUES) else None

    # ---- the engine thread

    def refusal(self, command: commands.Command) -> str | None:
        """Why a command may not go to its channel; None: it may."""
        with self._lock:
            own = self._own.pop(command.id, False) is None
        if not own and isinstance(command, CUES) and (reason := self.cons.refusal(command)):
            return reason
        return self._take_refusal(command) if isinstance(command, _TAKES) else None

    def _take_refusal(self, command: commands.Command) -> str | None:
        if not isinstance(command, commands.Take):
            return self._too_soon((command.channel,))
        if command.gang:
            if command.gang not in self._gangs:
                self._gangs[command.gang] = self._too_soon((command.channel, *command.members))
                if len(self._gangs) > MOST_GANGS:
                    self._gangs.popitem(last=False)
            soon = self._gangs[command.gang]
        else:
            soon = self._too_soon((command.channel,))
        return soon or self._stale(command)

    def _too_soon(self, channels: Collection[str]) -> str | None:
        now_s = self._clock_s()
        for name in channels:
            taken_s = self._taken_s.get(name)
            if taken_s is not None and now_s - taken_s < TAKE_GUARD_S:
                which = f" ({name})" if len(channels) > 1 else ""
                return f"just taken{which}: wait {TAKE_GUARD_S:g} s between takes"
        return None

    def _stale(self, command: commands.Take) -> str | None:
        if command.playing is None:
            return None
        plays = playing(self._status(command.channel))
        return None if plays == command.playing else f"stale: {plays} is on air now, look again"

    def note(self, event: events.Event) -> None:
        """A take that was accepted counts from here on, also for the engine after this one."""
        if isinstance(event, events.CommandAccepted) and event.command in {kind.name for kind in _TAKES}:
            self._taken_s[event.channel] = self._clock_s()
            self._taken_at[event.channel] = self._now().isoformat()
            self._store.keep(TAKES, dict(self._taken_at))

    def order_con(self, command: commands.ConCommand) -> tuple[events.Event, ...]:
        """Carry it out; the answer, and what changed."""
        try:
            event = self.cons.carry_out(command)
        except CommandRefusedError as error:
            return (refused(command, self._now(), str(error)),)
        finally:
            with self._lock:
                self._ordered[command.channel] = max(0, self._ordered[command.channel] - 1)
        return accepted(command, event.at), event
