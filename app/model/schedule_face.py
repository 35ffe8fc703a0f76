"""The schedule as a window holds it: a protocol, so that the window knows neither the store nor the importers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.model.library import LibraryItem
from app.model.merging import Choice, MergeResult, Stored, UndoResult
from app.model.progress import Progress
from app.model.schedule import Booking, Imported
from app.model.schedule_findings import BookingKey, ScheduleFinding
from app.model.schedule_limits import ScheduleLimits


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to be written: ``booking`` None removes the break. ``version``: the one that was edited; 0: a new one."""

    booking: Booking | None
    channel: str
    break_id: str
    version: int

    @property
    def key(self) -> tuple[str, str]:
        """What the break is known by."""
        return self.channel, self.break_id


class ScheduleFace(Protocol):
    """All calls may block: a window makes them on a worker thread of its own. StorageError: nothing was written.

    ``limits``: what the house allows, by channel; a channel that is in no show has none.
    """

    limits: Mapping[str, ScheduleLimits]

    @property
    def where(self) -> str:
        """The store, by path or URL, without a password."""
        ...

    def revision(self) -> int:
        """Of the newest change; 0 before the first."""
        ...

    def bookings(self, channel: str | None, since: datetime | None, until: datetime | None) -> list[Stored]:
        """Bookings by their start, ``since`` included, ``until`` not; those without a moment where neither is given."""
        ...

    def unplaced(self) -> list[Stored]:
        """Bookings without a moment that the store knows: they follow others, wait, or count from a channel's start."""
        ...

    def changes(self, since: int) -> list[Stored]:
        """What was changed behind a revision, removed ones among it, oldest change first."""
        ...

    def write(self, edits: Sequence[Edit], *, by: str) -> list[Stored]:
        """All of them or, on StaleError, LockedError or StorageError, none; as they stand then, in their order."""
        ...

    def watch(
        self, since: int, changed: Callable[[list[Stored]], None], trouble: Callable[[str | None], None]
    ) -> Callable[[], None]:
        """Call back, on a thread of its own, with what others change, until the result is called.

        ``trouble``: the store can't be reached, and why; None: it can again, and what was missed has been told.
        """
        ...

    def read_list(self, named: str, *, channel: str | None, progress: Progress | None = None) -> Imported:
        """Read a file or URL. UsageError: it can't be used at all. CancelledError: ``progress`` gave it up."""
        ...

    def merge(
        self,
        imported: Imported,
        *,
        by: str,
        dry_run: bool,
        remove_missing: bool,
        choose: Mapping[tuple[str, str], Choice],
        progress: Progress | None = None,
    ) -> MergeResult:
        """Take a list in, or say what that would do. CancelledError: ``progress`` gave it up, nothing was written."""
        ...

    def undo_import(self, import_id: int, *, by: str) -> UndoResult:
        """Take back what an import did, but for what was changed since or is locked."""
        ...

    def spots(self) -> list[LibraryItem]:
        """The spot library, by title."""
        ...

    def write_spot(self, item: LibraryItem, version: int, *, by: str) -> LibraryItem:
        """Write an item of the library where its ``version`` still stands; 0 makes a new one. StaleError."""
        ...

    def remove_spot(self, item_id: str, version: int, *, by: str) -> None:
        """Take an item out of the library where its ``version`` still stands. StaleError."""
        ...

    def findings(self, bookings: Sequence[Booking], over: Collection[BookingKey]) -> list[ScheduleFinding]:
        """What the linter has to say of them; ``over``: what can't be changed any more."""
        ...
