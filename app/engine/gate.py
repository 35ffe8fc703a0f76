"""A command is carried out once it is on disk, or at its last lawful moment: a slow disk makes no break late."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.model import commands
from app.model.timebase import FrameRate

AT_ONCE_S = 0.25  # what may wait waits no longer for a disk: the operator looks at it
PLANNED_S = 2.0  # for a break that lies far ahead, and schedules bring hundreds at once
FAR_S = 10.0
ANNOUNCED_S = 4.0  # SCTE 35 §9.9.2.1: of the pre-roll, so much has to be left
_UNHURRIED = (
    *(commands.InsertBreak, commands.Take, commands.CueNext, commands.Hold, commands.Skip),
    commands.ScheduleCommand,
    commands.ChangeChannel,
    commands.PlanBreak,  # one without a time waits for its TAKE
)


def lawful_wait_s(
    command: commands.Command, frame_s: float, pre_roll_s: float, *, ahead_s: float | None = None
) -> float:
    """How long a command may wait for the disk without anything on air being later than without a disk.

    ``ahead_s``: from now to the time that a planned break names; None: that is not known, or it names none.
    """
    if isinstance(command, commands.PlanBreak) and ahead_s is not None:
        return PLANNED_S if ahead_s > FAR_S else frame_s
    if not isinstance(command, _UNHURRIED) or getattr(command, "immediate", False):
        return frame_s
    return max(frame_s, min(AT_ONCE_S, pre_roll_s - ANNOUNCED_S))


def ahead_s(
    command: commands.Command, *, now: datetime, first_frame_at: datetime | None, rate: FrameRate, timezone: str
) -> float | None:
    """Seconds from now to the time that a planned break names; None: it names none, or one that does not exist."""
    if not isinstance(command, commands.PlanBreak) or command.plan.at is None:
        return None
    start = first_frame_at or now
    try:
        seconds = command.plan.at.seconds(first_frame_at=start, rate=rate, timezone=timezone, today=None)
    except ValueError:
        return None
    return float(seconds) - (now - start).total_seconds()


@dataclass(slots=True)
class _Held:
    command: commands.Command
    due_s: float
    on_disk: bool = False


class Queue:
    """Commands that wait, by channel, in order. No thread, no clock: ``now_s`` is given."""

    def __init__(self) -> None:
        self._held: dict[str, deque[_Held]] = {}
        self._soonest_s: float | None = None  # or sooner than that: it is looked up anew only when it has come

    def __len__(self) -> int:
        return sum(map(len, self._held.values()))

    def add(self, command: commands.Command, due_s: float) -> Callable[[], None]:
        """Take a command up; the result tells that it is on disk."""
        held = _Held(command, due_s)
        self._soonest_s = due_s if self._soonest_s is None else min(self._soonest_s, due_s)
        self._held.setdefault(command.channel, deque()).append(held)

        def on_disk() -> None:
            held.on_disk = True

        return on_disk

    def next_due_s(self) -> float | None:
        """When the next has to go, on disk or not; never too late."""
        return self._soonest_s

    def ready(self, now_s: float) -> list[tuple[commands.Command, bool]]:
        """What may go now, in each channel's order, and whether it goes before it was on disk.

        One whose moment has come takes those along that stand before it in its channel.
        """
        found: list[tuple[commands.Command, bool]] = []
        due = self._soonest_s is not None and self._soonest_s <= now_s
        for channel, waiting in list(self._held.items()):
            last_due = max((n for n, held in enumerate(waiting, 1) if held.due_s <= now_s), default=0) if due else 0
            while waiting and (last_due > 0 or waiting[0].on_disk):
                held = waiting.popleft()
                found.append((held.command, not held.on_disk))
                last_due -= 1
            if not waiting:
                del self._held[channel]
        if due or not self._held:
            self._soonest_s = min((held.due_s for waiting in self._held.values() for held in waiting), default=None)
        return found


class CommandJournal(Protocol):
    """What the gate asks of the journal."""

    def command(self, command: commands.Command, on_disk: Callable[[], None]) -> None:
        """Write it down; ``on_disk`` from any thread."""

    def overdue(self, command_id: str) -> None:
        """It is carried out before it was on disk."""


class CommandGate:
    """``submit`` from any thread, never blocks; ``release`` is called in each channel's order and must not block.

    ``wait_s(command)``: how long it may wait. ``release`` comes from the journal's thread, or from the gate's own at
    the last lawful moment; then the journal marks the row and raises its alarm.
    """

    def __init__(
        self,
        journal: CommandJournal,
        release: Callable[[commands.Command], None],
        wait_s: Callable[[commands.Command], float],
    ) -> None:
        self._journal, self._release, self._wait_s = journal, release, wait_s
        self._queue = Queue()
        self._changed = threading.Condition()
        self._order = threading.Lock()  # held from the queue to ``release``: two threads must not swap what they took
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="command gate")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; what still waits goes at once."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join()
        self._let_through(float("inf"))

    def submit(self, command: commands.Command) -> None:
        """Journal a command, then let it through; after ``stop`` at once."""
        with self._changed:
            due_s = time.monotonic() + (0.0 if self._stopping else self._wait_s(command))
            told = self._queue.add(command, due_s)
            # Within the lock: the journal has each channel's commands in the order in which they are carried out.
            self._journal.command(command, lambda: self._on_disk(told))
            self._changed.notify_all()
            stopping = self._stopping
        if stopping:
            self._let_through(float("inf"))

    def _on_disk(self, told: Callable[[], None]) -> None:
        with self._changed:
            told()
        self._let_through(time.monotonic())

    def _let_through(self, now_s: float) -> None:
        with self._order:
            with self._changed:
                ready = self._queue.ready(now_s)
            for command, early in ready:
                if early:
                    self._journal.overdue(command.id)
                self._release(command)

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._stopping:
                    return
                due_s = self._queue.next_due_s()
                now_s = time.monotonic()
                if due_s is None or due_s > now_s:
                    self._changed.wait(None if due_s is None else due_s - now_s)
                    continue
            self._let_through(now_s)
