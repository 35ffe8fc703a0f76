"""The one exception tree. A foreign error is translated where it enters (``raise ... from``).

SplicedeckError                     exit status 1: what was asked for failed
├── UsageError                      exit status 2: an input that can't be used: place, what is wrong, what is right
│   ├── ShowFileError               the show file
│   ├── BreakListError              a break list as a whole (a bad row is a refusal, not an error)
│   └── UnsupportedError            a kind the contract names and this version has not got yet
├── CancelledError                  a long work that was given up on the way; nothing of it was done
├── EnvironmentLackError            exit status 3: the machine lacks something; carries the remedy
├── CueError                        an SCTE-35 section: byte offset and field
├── CommandRefusedError             an operator's command, with the reason shown to them
├── SourceError                     a source can't be opened, or was lost
├── EncoderError                    an encoder refused its settings or failed
├── DeliveryError                   an origin did not take an object
├── StorageError                    the store can't be read or written
│   ├── StoreUnusableError          the store that was named can't be used; exit status 2
│   ├── RowUnwritableError          what an event tells fits no row; the store itself is fine
│   ├── StaleError                  an edit of what somebody else has changed meanwhile
│   └── LockedError                 an edit of what is armed, on air, or has aired
└── ProofError                      our own output can't be read back
"""

from __future__ import annotations


class SplicedeckError(Exception):
    """Root of every error this program raises on purpose; ``str()`` is one line for its user."""

    exit_status = 1


class UsageError(SplicedeckError):
    """An input that can't be used at all: ``where`` (file and key path or line), ``what``, ``remedy``."""

    exit_status = 2

    def __init__(self, where: str, what: str, remedy: str = "") -> None:
        self.where, self.what, self.remedy = where, what, remedy
        text = ": ".join(part for part in (where, what) if part) + (f"; {remedy}" if remedy else "")
        super().__init__("".join(c if c.isprintable() else repr(c)[1:-1] for c in text))  # one line, whatever it quotes


class ShowFileError(UsageError):
    """The show file can't be used."""


class BreakListError(UsageError):
    """A break list can't be read as a whole."""


class UnsupportedError(UsageError):
    """Named by the contract, not in this version."""


class CancelledError(SplicedeckError):
    """Given up by whoever asked for it: nothing of it was done."""


class EnvironmentLackError(SplicedeckError):
    """This machine lacks something; ``remedy`` says what to do about it."""

    exit_status = 3

    def __init__(self, what: str, remedy: str) -> None:
        self.what, self.remedy = what, remedy
        super().__init__(f"{what}; {remedy}")


class CueError(SplicedeckError):
    """An SCTE-35 section that is refused: ``offset`` in bytes from table_id (None: not a place), ``field``."""

    def __init__(self, what: str, *, offset: int | None = None, field: str = "") -> None:
        self.what, self.offset, self.field = what, offset, field
        place = "" if offset is None else f"byte {offset}: "
        super().__init__(f"{place}{field + ': ' if field else ''}{what}")


class CommandRefusedError(SplicedeckError):
    """A command that changes nothing on air; ``str()`` is the reason the operator reads."""


class SourceError(SplicedeckError):
    """A source can't be opened or was lost."""


class EncoderError(SplicedeckError):
    """An encoder refused its settings or failed."""


class DeliveryError(SplicedeckError):
    """An origin did not take an object; ``status`` is the HTTP status where there was one."""

    def __init__(self, what: str, *, status: int | None = None) -> None:
        self.status = status
        super().__init__(what)


class StorageError(SplicedeckError):
    """The store can't be read or written."""


class StoreUnusableError(StorageError):
    """The store that was named can't be used: none there, not ours, from a newer version, damaged, or locked."""

    exit_status = 2

    def __init__(self, where: str, what: str, remedy: str) -> None:
        self.where, self.what, self.remedy = where, what, remedy
        super().__init__(f"{where}: {what}; {remedy}")


class RowUnwritableError(StorageError):
    """What an event tells fits no row: no second try will help."""


class StaleError(StorageError):
    """Somebody else was quicker: nothing was written. ``version``: the one that stands now, None where it is gone.

    ``channel`` "": it is an item of the library.
    """

    def __init__(self, break_id: str, channel: str, version: int | None) -> None:
        self.version = version
        now = "it is gone" if version is None else f"its version is {version} now"
        what = f"break {break_id!r} of {channel}" if channel else f"{break_id!r} of the library"
        super().__init__(f"{what} was changed meanwhile ({now}); look at it, then edit it again")


class LockedError(StorageError):
    """The break is armed, on air or has aired: nothing was written."""

    def __init__(self, break_id: str, channel: str, state: str) -> None:
        super().__init__(f"break {break_id!r} of {channel} is {state.replace('_', ' ')}: it can't be changed any more")


class ProofError(SplicedeckError):
    """Our own output can't be read back."""
