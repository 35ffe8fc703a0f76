"""What happened, in the log file: an engineer looks there when the window is long closed."""

from __future__ import annotations

import logging

from app.cli.account import QUIET, event_line
from app.cli.printing import Printer
from app.model.events import Event

logger = logging.getLogger(__name__)
LAST_LINES_S = 1.0


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
