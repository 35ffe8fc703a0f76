"""What an import writes: each booking of the list against its row, three ways. Nothing here asks the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from app.model.merging import Change, ChangeKind, Choice, Conflict, MergeResult, differing, merged
from app.model.rundown import BreakPlan
from app.model.schedule import Booking
from app.storage.booking_text import booking_from, booking_text
from app.storage.schedule_rows import Key, Values, base_of, is_locked

type Choices = Mapping[tuple[str, str], Choice]


class Merging:
    """Takes a list's bookings, then what it has no more.

    ``new``: key, content and plan; ``written``: rows; ``before``: rows as found.

    ``list_id``: what new rows are counted to.
    """

    def __init__(self, rows: Mapping[Key, Values], choose: Choices, list_id: int) -> None:
        self.new: list[tuple[Key, str, BreakPlan]] = []
        self.written: list[dict[str, Any]] = []
        self.before: list[Values] = []
        self.seen: set[Key] = set()
        self._rows, self._choose, self.list_id = rows, choose, list_id
        self._unchanged = 0
        self._changes: list[Change] = []
        self._conflicts: list[Conflict] = []
        self._standing: list[Booking] = []

    def result(self) -> MergeResult:
        """What came of it."""
        kinds = [change.kind for change in self._changes]
        return MergeResult(
            added=kinds.count(ChangeKind.ADDED),
            changed=kinds.count(ChangeKind.CHANGED),
            unchanged=self._unchanged,
            removed=kinds.count(ChangeKind.REMOVED),
            conflicts=tuple(self._conflicts),
            bookings=tuple(self._standing),
            changes=tuple(self._changes),
        )

    def take(self, key: Key, theirs: Booking) -> None:
        """A booking of the list, by ``key_of`` it."""
        if key in self.seen:
            self._conflict(key, "the list has this id twice: its first counts", theirs=theirs)
            return
        self.seen.add(key)
        row = self._rows.get(key)
        if row is None or (row["removed"] and row["list_id"] is None):
            self._add(key, row, theirs)
        elif row["removed"]:
            self._take_removed(key, row, theirs)
        else:
            self._take_standing(key, row, theirs)

    def take_missing(self, rows: Iterable[Values], *, doubtful: bool) -> None:
        """What the list had and has no more. ``doubtful``: it may be among the rows that were refused."""
        for row in rows:
            key = row["channel"], row["break_id"]
            mine, choice = booking_from(row["content"]), self._choose.get(key)
            edited = "the list has it no more, but it was edited here" if row["base"] is not None else ""
            refused = "the list has it no more, or it is among the rows that were refused" if doubtful else ""
            reason = "the list has it no more, but it is locked" if is_locked(row) else edited or refused
            if is_locked(row) or (reason and choice is None):
                self._conflict(key, reason, base=base_of(row), mine=mine)
            elif choice is Choice.MINE:
                self._write(row, mine, base=None, list_id=None)
            else:
                self._write(row, mine, base=None, list_id=None, removed=True)
                self._changes.append(Change(kind=ChangeKind.REMOVED, before=mine, after=None))

    def _add(self, key: Key, row: Values | None, theirs: Booking) -> None:
        self._changes.append(Change(kind=ChangeKind.ADDED, before=None, after=theirs))
        self._standing.append(theirs)
        if row is not None:
            self._write(row, theirs, base=None, list_id=self.list_id)
            return
        self.new.append((key, booking_text(theirs), theirs.plan))

    def _take_removed(self, key: Key, row: Values, theirs: Booking) -> None:
        """Removed here by hand: it stays so while the list says nothing new of it."""
        base, choice = base_of(row), self._choose.get(key)
        if choice is Choice.THEIRS:
            self._write(row, theirs, base=None, list_id=row["list_id"])
            self._changes.append(Change(kind=ChangeKind.ADDED, before=None, after=theirs))
            self._standing.append(theirs)
        elif base is not None and (listed := differing(base, theirs)):
            if choice is None:
                self._conflict(key, "it was removed here, and the list has it changed", fields=listed, theirs=theirs)
            else:
                self._write(row, booking_from(row["content"]), base=theirs, list_id=row["list_id"], removed=True)
        else:
            self._unchanged += 1

    def _take_standing(self, key: Key, row: Values, theirs: Booking) -> None:
        if row["list_id"] is not None and row["base"] is None and row["content"] == booking_text(theirs):
            self._stay(theirs)  # nearly all of a list that is given again
            return
        mine, base = booking_from(row["content"]), base_of(row)
        if base is not None and not differing(base, theirs):
            self._stay(mine)
            return
        if is_locked(row) and differing(mine, theirs):
            reason = f"it is {row['state'].replace('_', ' ')}: locked"
            self._conflict(key, reason, fields=differing(mine, theirs), base=base, mine=mine, theirs=theirs)
            return
        after, apart = merged(base, mine, theirs)
        choice = self._choose.get(key)
        if apart and choice is None:
            self._conflict(key, "edited here, and changed in the list", apart, base=base, mine=mine, theirs=theirs)
            return
        after = theirs if choice is Choice.THEIRS else after
        self._write(row, after, base=theirs, list_id=row["list_id"] or self.list_id)
        if differing(mine, after):
            self._changes.append(Change(kind=ChangeKind.CHANGED, before=mine, after=after))
            self._standing.append(after)
        else:
            self._stay(after)

    def _stay(self, booking: Booking) -> None:
        self._unchanged += 1
        self._standing.append(booking)

    def _conflict(
        self,
        key: Key,
        reason: str,
        fields: tuple[str, ...] = (),
        *,
        base: Booking | None = None,
        mine: Booking | None = None,
        theirs: Booking | None = None,
    ) -> None:
        found = Conflict(channel=key[0], break_id=key[1], reason=reason, fields=fields, base=base, mine=mine)
        self._conflicts.append(replace(found, theirs=theirs))
        if mine is not None and theirs is not None:
            self._standing.append(mine)

    def _write(
        self, row: Values, after: Booking, *, base: Booking | None, list_id: int | None, removed: bool = False
    ) -> None:
        content = booking_text(after)
        kept = booking_text(base) if base is not None and (removed or differing(after, base)) else None
        self.before.append(row)
        values = {"channel": row["channel"], "break_id": row["break_id"], "content": content, "plan": after.plan}
        self.written.append(values | {"base": kept, "list_id": list_id, "removed": removed})
