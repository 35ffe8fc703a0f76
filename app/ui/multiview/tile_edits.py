"""Takes back what was done to tiles, in its turn among the edits of the schedule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject

from app.ui.multiview.arrangement import Arrangement
from app.ui.multiview.tile_view import TileView
from app.ui.schedule.schedule_desk import ScheduleDesk
from app.ui.schedule.undo_stack import Step

_KEPT = 100


@dataclass(frozen=True, slots=True)
class _Edit:
    """The arrangement on the other side of it. ``after``: the schedule's step that was the newest then."""

    view: TileView
    other: Arrangement
    after: Step | None


class TileEdits(QObject):
    """One Ctrl+Z for both: whichever edit was made last is taken back first. Nothing of it touches the air."""

    def __init__(self, schedule: ScheduleDesk, views: Sequence[TileView], parent: QObject) -> None:
        super().__init__(parent)
        self._schedule = schedule
        self._done: list[_Edit] = []
        self._undone: list[_Edit] = []
        for view in views:
            view.edited.connect(partial(self._on_edited, view))

    def _on_edited(self, view: TileView, before: Arrangement) -> None:
        self._done.append(_Edit(view, before, self._schedule.undo_stack.newest_done()))
        del self._done[:-_KEPT]
        self._undone.clear()

    def undo(self) -> None:
        """The newest edit of tiles, unless the schedule has a newer one."""
        newest = self._schedule.undo_stack.newest_done()
        if self._done and (newest is None or newest is self._done[-1].after):
            self._undone.append(self._turn(self._done.pop(), self._schedule.undo_stack.newest_undone()))
        else:
            self._schedule.undo()

    def redo(self) -> None:
        """The edit of tiles that was taken back last, unless one of the schedule was taken back since."""
        newest = self._schedule.undo_stack.newest_undone()
        if self._undone and (newest is None or newest is self._undone[-1].after):
            self._done.append(self._turn(self._undone.pop(), self._schedule.undo_stack.newest_done()))
        else:
            self._schedule.redo()

    @staticmethod
    def _turn(edit: _Edit, after: Step | None) -> _Edit:
        there = edit.view.arrangement
        edit.view.take(edit.other)
        return _Edit(edit.view, there, after)
