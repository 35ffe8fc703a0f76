"""What was edited, to take it back and do it again. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from app.model.schedule import Booking

_KEPT = 200


@dataclass(frozen=True, slots=True)
class Swap:
    """One break before and after an edit; None: there is none."""

    before: Booking | None
    after: Booking | None

    @property
    def key(self) -> tuple[str, str]:
        """Channel and id of the break."""
        booking = self.after or self.before
        if booking is None:
            raise ValueError("a swap of nothing")
        return booking.plan.channel, booking.plan.id

    @property
    def back(self) -> Swap:
        """The other way round."""
        return Swap(self.after, self.before)


@dataclass(frozen=True, slots=True)
class Step:
    """One edit as its author sees it: ``label`` is "move", "split"; a move to another channel is two swaps."""

    label: str
    swaps: tuple[Swap, ...]

    @property
    def back(self) -> Step:
        """What takes it back."""
        return Step(self.label, tuple(swap.back for swap in reversed(self.swaps)))


class UndoStack:
    """The newest 200 steps."""

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []

    @property
    def undo_label(self) -> str:
        """What would be taken back; "": nothing."""
        return self._done[-1].label if self._done else ""

    @property
    def redo_label(self) -> str:
        """What would be done again; "": nothing."""
        return self._undone[-1].label if self._undone else ""

    def did(self, step: Step) -> None:
        """A new edit: what was undone before it can't be done again."""
        self._done.append(step)
        del self._done[:-_KEPT]
        self._undone.clear()

    def newest_done(self) -> Step | None:
        """What undo is about."""
        return self._done[-1] if self._done else None

    def newest_undone(self) -> Step | None:
        """What redo is about."""
        return self._undone[-1] if self._undone else None

    def undid(self) -> None:
        """The newest was taken back."""
        self._undone.append(self._done.pop())

    def redid(self) -> None:
        """The newest that was taken back was done again."""
        self._done.append(self._undone.pop())

    def forget(self, step: Step) -> None:
        """It was never written, so there is nothing to take back."""
        self._done = [one for one in self._done if one is not step]
        self._undone = [one for one in self._undone if one is not step]

    def drop_done(self) -> None:
        """The newest can't be taken back any more."""
        self._done.pop()

    def drop_undone(self) -> None:
        """The newest that was taken back can't be done again any more."""
        self._undone.pop()
