"""The table of breaks: what the timeline shows, for the keyboard and for assistive technology."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from app.model.merging import BookingState
from app.ui.fonts import BOLD
from app.ui.schedule.moments import us_of
from app.ui.schedule.schedule_desk import ScheduleDesk
from app.ui.theme import Skin
from app.ui.traffic import house_time
from app.ui.traffic.break_row import BreakRow
from app.ui.traffic.breaks_delegate import BreaksDelegate
from app.ui.traffic.breaks_model import BreaksModel
from app.ui.traffic.cell_edits import Key
from app.ui.traffic.columns import EDITABLE, HEADS, NARROW, Column
from app.ui.traffic.plain_table import PlainTable
from app.ui.widgets.painting import width_of
from app.ui.words import _

KEYS = _("Enter edits, ← → nudge 1 frame, Shift ← → 1 s, Ins adds, Del removes, M its markers")
_WIDEST = {
    Column.STATE: _("NOT AIRED"),
    Column.OUT: _("Mon 00:00:00:00"),
    Column.LENGTH: "0:00:00.0",
    Column.ADS: _("ADS 00"),
    Column.EVENT: "4294967295",
    Column.TYPE: _("0x38 POPO"),
}
_SHARES = {Column.CHANNEL: (15, 18), Column.TITLE: (20, 28), Column.ID: (9, 10), Column.FROM: (12, 0)}
_MORE = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class BreaksTable(PlainTable):
    """``chosen_changed``: other breaks are chosen. ``said``: why something was not done. ``wanted``: a new break.

    ``break_asked``: what became of one is wanted, by M or a click on its proof; channel and break.
    """

    chosen_changed = Signal()
    said = Signal(str)
    wanted = Signal()
    break_asked = Signal(str, str)

    def __init__(self, schedule: ScheduleDesk, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(skin, _("Breaks of the schedule"), HEADS, parent)
        self.setAccessibleDescription(KEYS)
        self.breaks = BreaksModel(schedule, self)
        self._schedule = schedule
        self._delegate = BreaksDelegate(self.breaks, skin, self)
        self._wanted: tuple[Key, ...] = ()
        self._top: Key | None = None
        self._column = int(Column.OUT)
        self.setModel(self.breaks)
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.head.setSectionsClickable(True)
        self.head.setSortIndicatorShown(True)
        self.head.setSortIndicator(Column.OUT, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self.head.setSectionResizeMode(Column.PROOF, QHeaderView.ResizeMode.Stretch)
        self.breaks.modelAboutToBeReset.connect(self._remember)
        self.breaks.redone.connect(self._choose_again)
        self.breaks.refused.connect(self.said)
        self.clicked.connect(self._on_click)
        self.dress(skin)

    # ---- what is chosen

    @property
    def chosen(self) -> list[BreakRow]:
        """The breaks that are chosen, from the top."""
        return [self.breaks.row(n) for n in sorted({index.row() for index in self.selectionModel().selectedRows()})]

    def choose(self, keys: tuple[Key, ...]) -> None:
        """Choose these, and show the first."""
        self._wanted = keys
        self._choose_again()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Qt's own."""
        super().selectionChanged(selected, deselected)
        self.chosen_changed.emit()

    def _remember(self) -> None:
        self._wanted = tuple(row.key for row in self.chosen)
        self._column = max(0, self.currentIndex().column())
        top = self.rowAt(1)
        self._top = self.breaks.row(top).key if top >= 0 else self._top

    def _choose_again(self) -> None:
        """The choice stays with its breaks as the rows move; one that was moved away by its own id is let go."""
        self._look_back()
        places = [self.breaks.place(key) for key in self._wanted]
        there = [place for place in places if place >= 0]
        chosen = QItemSelection()
        for place in there:
            chosen.select(self.breaks.index(place, 0), self.breaks.index(place, len(HEADS) - 1))
        model = self.selectionModel()
        if there:
            index = self.breaks.index(there[0], self._column)
            model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(index)
        model.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _look_back(self) -> None:
        """The rows that were seen stay in sight; at first those of now."""
        place = self.breaks.place(self._top) if self._top is not None else -1
        if place < 0 and self._top is None:
            now_us = us_of(self._schedule.desk.now)
            starts = (self.breaks.row(n).start_us for n in range(self.breaks.rowCount()))
            place = max(0, next((n for n, start in enumerate(starts) if start is None or start >= now_us), 0) - 2)
        if 0 <= place < self.breaks.rowCount():
            self.scrollTo(self.breaks.index(place, Column.OUT), QAbstractItemView.ScrollHint.PositionAtTop)

    # ---- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter edits, arrows to the sides nudge, Ins adds, Del removes; the rest is Qt's."""
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2}:
            self.edit_chosen()
        elif key in _MORE:
            rate = self._schedule.moments.rate(self.chosen[0].key[0]) if self.chosen else None
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            if rate is not None:
                self.nudge(_MORE[Qt.Key(key)] * (rate.nominal if shifted else 1))
        elif key == Qt.Key.Key_M and not event.modifiers():
            self._inspect(self.currentIndex())
        elif key == Qt.Key.Key_Insert:
            self.wanted.emit()
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.remove()
        else:
            super().keyPressEvent(event)

    def _on_click(self, index: QModelIndex) -> None:
        if index.column() == Column.PROOF:
            self._inspect(index)

    def _inspect(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        row = self.breaks.row(index.row())
        if row.stored.state is BookingState.PLANNED:
            self.said.emit(_("{key} has not aired: there are no pictures and sections yet").format(key=row.key[1]))
        else:
            self.break_asked.emit(*row.key)

    def edit_chosen(self) -> None:
        """Open the current cell, or where it can't be typed into, the time."""
        index = self.currentIndex()
        if not index.isValid():
            return
        if Column(index.column()) not in EDITABLE:
            index = index.siblingAtColumn(Column.OUT)
            self.setCurrentIndex(index)
        if reason := self.breaks.locked(self.breaks.row(index.row())):
            self.said.emit(reason)
            return
        self.edit(index)

    def nudge(self, frames: int) -> None:
        """Move what is chosen by so many frames of its own channel, as one edit."""
        ground, changes = self.breaks.ground, []
        for row in self.chosen:
            booking = row.stored.booking
            plan = booking.plan
            if plan.at is None:
                self.said.emit(_("{id} has no time yet: type one").format(id=plan.id))
                return
            try:
                at = house_time.nudged(plan.at, frames, ground.zone, ground.rate(plan.channel))
            except ValueError as error:
                self.said.emit(f"{plan.id}: {error}")
                return
            changes.append((booking, replace(booking, plan=replace(plan, at=at))))
        self._tell(self._schedule.edit(changes, _("nudge")))

    def remove(self) -> None:
        """Take what is chosen out of the schedule, as one edit; undo brings it back."""
        rows = self.chosen
        if rows:
            below = self.breaks.index(min(self.currentIndex().row(), self.breaks.rowCount() - len(rows) - 1), 0)
            self._tell(self._schedule.edit([(row.stored.booking, None) for row in rows], _("remove")))
            if not self.chosen and below.row() >= 0 and self.breaks.rowCount():
                self.setCurrentIndex(self.breaks.index(below.row(), 0))

    def _tell(self, reason: str) -> None:
        if reason:
            self.said.emit(reason)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Tab in a field goes on to what can be typed next, to the end of its row."""
        step = {
            QAbstractItemView.CursorAction.MoveNext: 1,
            QAbstractItemView.CursorAction.MovePrevious: -1,
        }.get(action)
        index = self.currentIndex()
        if step is None or not index.isValid():
            return super().moveCursor(action, modifiers)
        order = sorted(column for column in EDITABLE if not self.isColumnHidden(column))
        here = order.index(Column(index.column())) if index.column() in order else 0
        return index.siblingAtColumn(order[max(0, min(len(order) - 1, here + step))])

    # ---- looks

    def showEvent(self, event: QShowEvent) -> None:
        """It opens at now."""
        super().showEvent(event)
        if self._top is None:
            self._look_back()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Names share what the figures leave."""
        super().resizeEvent(event)
        self._lay_columns()

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        super().dress(skin)
        if self.model() is not None:
            for column in NARROW:
                self.setColumnHidden(column, not skin.density.roomy)
            self._lay_columns()

    def _lay_columns(self) -> None:
        size, left = self.skin.density.body, self.viewport().width()
        for column, words in _WIDEST.items():
            head = round(width_of(HEADS[column] + " ▾", self.skin.density.small, BOLD)) + 16
            width = max(head, round(width_of(words, size, BOLD)) + 18)
            width += size + 8 if column is Column.STATE else 0  # its icon
            self.setColumnWidth(column, width)
            left -= 0 if self.isColumnHidden(column) else width
        for column, shares in _SHARES.items():
            self.setColumnWidth(column, max(64, left * shares[not self.skin.density.roomy] // 100))
