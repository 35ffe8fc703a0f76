"""The breaks of the schedule as a table: the very rows that the timeline shows, sorted, filtered, edited in place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from app.model.merging import Stored
from app.model.rundown import BreakPlan
from app.model.schedule import Booking
from app.model.schedule_findings import ScheduleFinding
from app.model.states import BreakState
from app.model.status import ChannelStatus
from app.ui.schedule.moments import moment_of, us_of
from app.ui.schedule.schedule_desk import ScheduleDesk
from app.ui.traffic.break_row import BreakRow, Says, proof_of, row_of, spoken, state_of, worst
from app.ui.traffic.cell_edits import Ground, Key, edited, editing_text
from app.ui.traffic.columns import EDITABLE, HEADS, SPOKEN, Column
from app.ui.traffic.ground import ground_of, house_day
from app.ui.traffic.plain_table import NO_PARENT, Index
from app.ui.words import _, inner

_LAST_US = 1 << 62


class BreaksModel(QAbstractTableModel):
    """``refused``: why what was typed into a cell is not taken. ``redone``: the rows are others than before."""

    refused = Signal(str)
    redone = Signal()

    def __init__(self, schedule: ScheduleDesk, parent: QObject) -> None:
        super().__init__(parent)
        self._schedule, self._desk = schedule, schedule.desk
        self._rows: list[BreakRow] = []
        self._kept: dict[Key, BreakRow] = {}
        self._live: dict[str, ChannelStatus] = {}
        self._seen: tuple[object, ...] = ()
        self._clocks: tuple[object, ...] = ()
        self._told: tuple[object, ...] = ()
        self._words_for: object = None
        self._held = self._behind = False
        self._column, self._order = Column.OUT, Qt.SortOrder.AscendingOrder
        self._wanted, self._only = "", ""
        schedule.refreshed.connect(self.follow)
        self._desk.refreshed.connect(self._look)
        self.follow()

    # ---- what is shown

    @property
    def ground(self) -> Ground:
        """What edits stand on now."""
        return ground_of(self._schedule)

    def follow(self) -> None:
        """Show the schedule as it is now; once nobody types any more."""
        schedule = self._schedule
        clocks = schedule.moments.generation, house_day(self._desk)
        seen = (schedule.generation, schedule.findings, clocks)
        if self._held or seen == self._seen:
            return
        learned, self._seen, self._clocks = clocks != self._clocks, seen, clocks
        found, ground = worst(schedule.findings), self.ground
        kept = self._kept if (ground.rates, ground.today) == self._words_for else {}
        self._kept, self._words_for = {}, (ground.rates, ground.today)
        for key, stored in schedule.rows.items():
            row, finding, at = kept.get(key), found.get(key), stored.booking.plan.at
            moved = learned and at is not None and not at.dated
            if row is None or row.stored is not stored or row.finding is not finding or moved:
                row = self._row(stored, ground, finding)
            self._kept[key] = row
        self._arrange()

    def _row(self, stored: Stored, ground: Ground, finding: ScheduleFinding | None) -> BreakRow:
        """What was handed to a channel lies where that said; counted from a later start it never aired."""
        plan = stored.booking.plan
        span, known = self._schedule.span(stored.booking), None
        start_us = span[0] if span else None
        handed = stored.state.locked and plan.at is not None and not plan.at.dated
        if handed:
            known = self._schedule.blocks.book.breaks.get((plan.channel, plan.id))
            start_us = known.out_us if known is not None and known.out_us is not None else start_us
        unsure = handed and (known is None or known.out_us is None)
        name = self._desk.shown_name(plan.channel)
        return row_of(stored, start_us, name, ground, finding, aired_elsewhen=unsure)

    def hold(self, *, held: bool) -> None:
        """Let no row move while a cell is typed into: its field would be closed, and what was typed lost."""
        self._held = held
        if not held:
            self.follow()
            if self._behind:
                self._arrange()

    def filter(self, words: str, channel: str) -> None:
        """Only rows that have all of these words, and are of this channel; "" for any."""
        if (words.lower(), channel) != (self._wanted, self._only):
            self._wanted, self._only = words.lower(), channel
            self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Qt's own."""
        self._column, self._order = Column(column), order
        self._arrange()

    def _arrange(self) -> None:
        self._behind = self._held
        if self._held:
            return
        words = self._wanted.split()
        rows = [
            row
            for row in self._kept.values()
            if (not self._only or row.key[0] == self._only) and (not words or all(word in row.found for word in words))
        ]
        rows.sort(key=self._sorting(), reverse=self._order is Qt.SortOrder.DescendingOrder)
        if [row.key for row in rows] == [row.key for row in self._rows]:
            self._rows = rows
            self._redraw()
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()
        self.redone.emit()

    def _sorting(self) -> Callable[[BreakRow], tuple[Any, ...]]:
        def at(row: BreakRow) -> tuple[int, str, str]:
            return (_LAST_US if row.start_us is None else row.start_us), *row.key

        column = self._column
        if column is Column.OUT:
            return at
        of: dict[Column, Callable[[BreakRow], object]] = {
            Column.LENGTH: lambda row: row.stored.booking.plan.duration_s,
            Column.EVENT: lambda row: row.stored.booking.plan.splice_event_id or 0,
            Column.ADS: lambda row: int(row.cells[Column.ADS] or 0),
            Column.CHANNEL: lambda row: self._desk.number(row.key[0]) or _LAST_US,
            Column.STATE: lambda row: self.state(row).words,
            Column.PROOF: lambda row: self.proof(row).words,
        }
        first = of.setdefault(column, lambda row: row.cells[column].lower())
        return lambda row: (first(row), *at(row))

    def _look(self) -> None:
        """The engine's word of the breaks has changed, or may have, or a channel's start that some count from."""
        if self._clocks != (self._schedule.moments.generation, house_day(self._desk)):
            self.follow()
        live = {channel.name: channel for channel in self._desk.status.channels}
        told = (int(self._desk.now.timestamp()), [(one.name, one.current, one.on_air) for one in live.values()])
        self._live = live
        if told != self._told:
            self._told = told
            self._redraw()

    def _redraw(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(HEADS) - 1))

    # ---- rows

    @property
    def known(self) -> int:
        """How many breaks there are, whatever is filtered."""
        return len(self._kept)

    def row(self, row: int) -> BreakRow:
        """The break in a row."""
        return self._rows[row]

    def place(self, key: Key) -> int:
        """In which row a break is; -1: in none."""
        return next((n for n, row in enumerate(self._rows) if row.key == key), -1)

    def state(self, row: BreakRow) -> Says:
        """Where a break stands."""
        return state_of(row, self._live.get(row.key[0]), us_of(self._desk.now))

    def proof(self, row: BreakRow) -> Says:
        """What its proof says, else the linter."""
        trail = self._desk.trails.of_break(*row.key)
        known = self._schedule.blocks.book.breaks.get(row.key)
        skipped = known is not None and known.state is BreakState.SKIPPED
        return proof_of(row, trail, us_of(self._desk.now), self._live.get(row.key[0]), skipped=skipped)

    # ---- Qt's own

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Qt's own."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        """Qt's own."""
        return 0 if parent.isValid() else len(HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's own."""
        heads = {
            Qt.ItemDataRole.DisplayRole: HEADS,
            Qt.ItemDataRole.ToolTipRole: SPOKEN,
            Qt.ItemDataRole.AccessibleTextRole: SPOKEN,
        }
        words = heads.get(Qt.ItemDataRole(role)) if orientation == Qt.Orientation.Horizontal else None
        return words[section] if words else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """What can be typed, unless the break is locked."""
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        if index.isValid() and Column(index.column()) in EDITABLE and not self.locked(self._rows[index.row()]):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def locked(self, row: BreakRow) -> str:
        """Why a break can't be edited; "" if it can."""
        return self._schedule.locked(row.stored.booking)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's own: texts, and all of a row as the tool tip and for assistive technology."""
        row, column = self._rows[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self.words(row, column)
        if role == Qt.ItemDataRole.EditRole:
            return editing_text(row.stored.booking, column, self.ground)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{SPOKEN[column].partition(',')[0]}: {self.words(row, column) or _('none')}"
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole}:
            return spoken(row, self.state(row), self.proof(row))
        return None

    def words(self, row: BreakRow, column: Column) -> str:
        """One cell's."""
        if column is Column.STATE:
            return self.state(row).words
        return self.proof(row).words if column is Column.PROOF else row.cells[column]

    # ---- editing

    def _ground_of(self, row: BreakRow) -> Ground:
        """A time without its day is completed by the day that the row shows."""
        ground, at = self.ground, row.stored.booking.plan.at
        if at is None or at.dated or row.start_us is None:
            return ground
        return replace(ground, today=moment_of(row.start_us).astimezone(ground.zone).date())

    def trouble(self, index: Index, text: str) -> str:
        """Why this can't be typed there; "" if it can."""
        row, column = self._rows[index.row()], Column(index.column())
        try:
            edited(row.stored.booking, column, text, self._ground_of(row))
        except ValueError as error:
            return " ".join(str(error).split())
        return self.locked(row)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take what was typed; False, and ``refused`` says why, where it can't be."""
        if role != Qt.ItemDataRole.EditRole:
            return False
        row, column = self._rows[index.row()], Column(index.column())
        reason = self.trouble(index, str(value))
        if not reason:
            after = edited(row.stored.booking, column, str(value), self._ground_of(row))
            reason = self.change(
                row.stored.booking,
                after,
                _("edit {column} of {key}").format(column=inner(HEADS[column]), key=row.key[1]),
            )
        if reason:
            self.refused.emit(reason)
        return not reason

    def change(self, before: Booking, after: Booking | None, label: str) -> str:
        """One step of the undo stack. A break of another channel or id is another break. "": done."""
        if after is not None and _key(before.plan) != _key(after.plan):
            return self._schedule.edit([(before, None), (None, after)], label)
        return self._schedule.edit([(before, after)], label)

    def index_of(self, key: Key, column: Column) -> QModelIndex:
        """A break's cell; not valid where it is not shown."""
        place = self.place(key)
        return self.index(place, column) if place >= 0 else QModelIndex()


def _key(plan: BreakPlan) -> Key:
    return plan.channel, plan.id
