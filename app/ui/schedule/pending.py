"""An edit that is shown but not written yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from app.model.merging import Stored
from app.model.schedule_face import Edit
from app.ui.schedule.undo_stack import Step

type Key = tuple[str, str]  # channel and id of a break


@dataclass(frozen=True, slots=True)
class Written:
    """A break that has just been written, and its version now."""

    channel: str
    break_id: str
    version: int


@dataclass(slots=True)
class Pending:
    """``versions``: those that were edited, by key. ``origin``: the step that the undo stack knows."""

    step: Step
    origin: Step
    versions: dict[Key, int]
    by: str
    at: datetime

    def edits(self) -> list[Edit]:
        """What is to be written, the removed first: a break that moves to another channel keeps its id."""
        swaps = sorted(self.step.swaps, key=lambda swap: swap.after is not None)
        return [Edit(swap.after, *swap.key, self.versions[swap.key]) for swap in swaps]

    def over(self, key: Key, stored: Stored | None) -> Stored | None:
        """A booking with this edit over it."""
        for swap in self.step.swaps:
            if swap.key != key:
                continue
            if swap.after is None:
                return None if stored is None else replace(stored, removed=True)
            if stored is None:
                return Stored(booking=swap.after, version=0, changed_by=self.by, changed_at=self.at)
            return replace(stored, booking=swap.after, removed=False, changed_by=self.by)
        return stored

    def follows(self, written: Written) -> bool:
        """Build on what was written; whether it does."""
        key = written.channel, written.break_id
        if key not in self.versions:
            return False
        self.versions[key] = written.version
        return True
