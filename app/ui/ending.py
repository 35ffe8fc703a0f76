"""What is to become of the channels once the window is closed. Without Qt: the command line asks for it."""

from __future__ import annotations

from enum import StrEnum


class Ending(StrEnum):
    """The answer of whoever closed the window."""

    LEAVE = "leave"
    STOP = "stop"
    PROMOTE = "promote"  # of a rehearsal: it ends, and the show goes on air
