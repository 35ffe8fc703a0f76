"""Whether a channel moves: looked at a few times a second by what its own threads have done, told within a second.

Pure: the time and the pulses are handed in. Late is not hung: a thread that gets no processor, a process that was
stopped or suspended and an encoder that is slow all move again, and restarting their channel would only cost more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.pipeline.workers import Pulse

LOOK_S = 0.2  # between two looks
STILL_S = 0.8  # without a move: with the look that sees it, within a second
STARTING_S = 3.0  # a life's first seconds, in which encoders and graphs are made: so long a standstill is none
PATIENCE = 2  # times the longest standstill it came out of lately
LONGEST_S = 5.0  # of patience, for a slow one and for one that gets no processor
FORGETS = 0.02  # seconds of a standstill in the past that are forgotten in one second
NO_PROCESSOR = 0.7  # of the time one thread was ready to run and did not: the machine is short
MANY_WAIT = 1.5  # so many at a time on average, none of them long: an encoder's own threads, or one behind the other


@dataclass(slots=True)
class _Stage:
    """One thread. ``still_s``: how long it has owed a move; ``worst_s``: the longest lately that ended in one."""

    moves: int
    owes: bool
    still_s: float = 0.0
    worst_s: float = 0.0

    def seen(self, pulse: Pulse, passed_s: float) -> None:
        self.worst_s = max(0.0, self.worst_s - FORGETS * passed_s)
        if pulse.moves != self.moves:
            self.worst_s = max(self.worst_s, self.still_s)
        self.still_s = self.still_s + passed_s if pulse.moves == self.moves and pulse.owes and self.owes else 0.0
        self.moves, self.owes = pulse.moves, pulse.owes

    def limit_s(self, least_s: float) -> float:
        return max(least_s, min(PATIENCE * self.worst_s, LONGEST_S))


class FrameClock:
    """Of one life of one channel. ``frame_s``: how long a frame lasts. One thread only.

    ``waited_s()``: by thread, the seconds it has ever been ready to run without a processor; empty where the system
    does not tell.
    """

    def __init__(self, frame_s: float, waited_s: Callable[[], Mapping[int, float]]) -> None:
        self._least_s = max(STILL_S, 2 * frame_s)
        self._waited_s = waited_s
        self._stages: dict[str, _Stage] = {}
        self._looked_s: float | None = None
        self._age_s = 0.0
        self._before: tuple[float, Mapping[int, float]] | None = None  # since the present standstill began

    def look(self, now_s: float, pulses: Sequence[Pulse]) -> str:
        """What hangs and for how long, or "" while all is well. ``pulses``: each thread's, downstream first."""
        # A look that is late itself proves nothing about others: the process was stopped, or the machine is short.
        passed_s = 0.0 if self._looked_s is None else min(now_s - self._looked_s, 2 * LOOK_S)
        self._looked_s = now_s
        self._age_s += passed_s
        for pulse in pulses:
            stage = self._stages.setdefault(pulse.thread, _Stage(pulse.moves, owes=False))
            stage.seen(pulse, passed_s)
        order = [pulse.thread for pulse in pulses]
        if not any(self._stages[name].still_s for name in order):
            self._before = None
            return ""
        if self._before is None:
            self._before = (now_s, self._waited_s())
        return self._verdict(now_s, order)

    def _verdict(self, now_s: float, order: Sequence[str]) -> str:
        least_s = self._least_s if self._age_s > STARTING_S else max(STARTING_S, self._least_s)
        late = [name for name in order if self._stages[name].still_s >= self._stages[name].limit_s(least_s)]
        if not late:
            return ""
        if min(self._stages[name].still_s for name in late) < LONGEST_S and self._machine_is_short(now_s):
            return ""
        # What hangs holds up what is upstream of it, a moment later: the most downstream one is the cause.
        cause = next(name for name in order if self._stages[name].still_s >= self._least_s / 2)
        return f"{cause} hangs: no move for {self._stages[cause].still_s:.1f} s"

    def _machine_is_short(self, now_s: float) -> bool:
        if self._before is None:
            return False
        since_s, before = self._before
        after = self._waited_s()
        waits_s = [waited - before[thread] for thread, waited in after.items() if thread in before]
        passed_s = now_s - since_s
        return max(waits_s, default=0.0) > NO_PROCESSOR * passed_s or sum(waits_s) > MANY_WAIT * passed_s
