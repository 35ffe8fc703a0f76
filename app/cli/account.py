"""What a headless run says of itself: a line an event, and in the end whether it did what was asked."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterable
from datetime import UTC, datetime

from app.model import events
from app.model.events import Event, event_to_plain
from app.model.states import ChannelState, Order
from app.model.status import EngineStatus
from app.remote.event_log import QUIET, event_line
from app.remote.printing import Printer

LAST_LINES_S = 2.0
LINES_LIMIT = 1000  # of what failed; more is counted


class Account:
    """Prints events as they come and counts what failed. Any thread.

    An operator's command that is refused is no failure: the answer is what was asked for. A line that is no command is.
    """

    def __init__(self, channels: Iterable[str], *, as_json: bool) -> None:
        self._as_json = as_json
        self._lock = threading.Lock()
        self.on_air = threading.Event()  # the first channel's first frame, or its end
        self.all_stopped = threading.Event()
        self._going = set(channels)
        self.failed: list[str] = []
        self._more_failed = 0
        self._printer = Printer()

    @property
    def output_gone(self) -> threading.Event:
        """Whoever read our stdout has left."""
        return self._printer.gone

    def take(self, event: Event) -> None:
        """Print and count one event; never blocks."""
        with self._lock:
            self._count(event)
            if self._as_json:
                self._printer.put(json.dumps(event_to_plain(event), ensure_ascii=False))
            elif not isinstance(event, QUIET):
                self._printer.put(event_line(event))

    def go_on_from(self, status: EngineStatus) -> None:
        """Behind events of a run that were told to others."""
        with self._lock:
            for channel in status.channels:
                if channel.state is ChannelState.ON_AIR:
                    self.on_air.set()
                elif channel.order is Order.STOP and channel.state in {ChannelState.OFF_AIR, ChannelState.FAILED}:
                    self._going.discard(channel.name)
            if not self._going:
                self.on_air.set()
                self.all_stopped.set()

    def complain(self, where: str, reason: str) -> None:
        """A line of scripted commands that is none."""
        self.take(
            events.CommandRefused(
                at=datetime.now(UTC), channel="", command="", id=where, by="script", reason=f"{where}: {reason}"
            )
        )

    def _count(self, event: Event) -> None:
        match event:
            case events.ChannelStarted():
                self.on_air.set()
            case events.ChannelStopped():
                self._going.discard(event.channel)
                self.on_air.set()
                if not self._going:
                    self.all_stopped.set()
                if event.reason:
                    self._fail(f"channel {event.channel}: {event.reason}")
            case events.BreakFailed() | events.BreakMissed() | events.BreakRefused() | events.BreakKeptOff():
                self._fail(f"break {event.title or event.break_id}: {event.reason}")
            case events.CommandRefused() if not event.command:
                self._fail(event.reason)

    def _fail(self, line: str) -> None:
        if len(self.failed) < LINES_LIMIT:
            self.failed.append(line)
        else:
            self._more_failed += 1

    def sum_up(self) -> None:
        """The last lines, then why the run's exit status is 1, on stderr, a line each."""
        unprinted = self._printer.close(LAST_LINES_S)
        if unprinted:
            print(f"{unprinted} lines were not printed: stdout took no more", file=sys.stderr)
        for line in self.failed:
            print(line, file=sys.stderr)
        if self._more_failed:
            print(f"and {self._more_failed} more", file=sys.stderr)
