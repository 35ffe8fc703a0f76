"""What happened, in the log file: an engineer looks there when the window is long closed."""

from __future__ import annotations

import logging

from app.model import events
from app.model.events import Event, event_to_plain
from app.model.timebase import decimal_text
from app.model.wire import utc_text
from app.remote.printing import Printer

logger = logging.getLogger(__name__)
LAST_LINES_S = 1.0
QUIET = (events.SegmentWritten, events.SegmentDelivered, events.CueSent)
"""Left out of what a person reads: they come every few seconds."""


class EventLog:
    """A line an event, written on a thread of its own: a slow disk holds up no command."""

    def __init__(self) -> None:
        self._printer = Printer(write=_log, name="event log")

    def take(self, event: Event) -> None:
        """Never blocks."""
        if not isinstance(event, QUIET):
            self._printer.put(event_line(event))

    def close(self) -> None:
        """Write what waits."""
        self._printer.close(LAST_LINES_S)


def _log(lines: str) -> None:
    for line in lines.splitlines():
        logger.info("%s", line)


def event_line(event: Event) -> str:
    """An event as a person reads it: time, channel, name and what it says."""
    fields = event_to_plain(event)
    for known in ("event", "at", "channel", "section"):
        fields.pop(known, None)
    words = []
    for name, value in fields.items():
        if value in (None, "", {}, []):
            continue
        if name.endswith("_ticks") and isinstance(value, int):
            name, value = name.removesuffix("_ticks") + "_s", decimal_text(value)  # noqa: PLW2901 - the same, readable
        words.append(f"{name}={value}")
    return f"{utc_text(event.at)} {event.channel or '-'} {event.name} {' '.join(words)}"
