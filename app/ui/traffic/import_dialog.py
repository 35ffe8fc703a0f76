"""Importing a list: what it would change first, then whose word counts, then all of it in one step."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.model.merging import Choice
from app.ui import text
from app.ui.choosers import choose_file
from app.ui.fonts import MEDIUM, font
from app.ui.model_words import shown
from app.ui.schedule.schedule_desk import ScheduleDesk
from app.ui.theme import Skin
from app.ui.traffic.buttons import PrimaryButton
from app.ui.traffic.cell_editor import field_sheet, form_sheet
from app.ui.traffic.diff_rows import DiffKind, diff_rows, summary
from app.ui.traffic.diff_table import DiffTable
from app.ui.traffic.ground import ground_of
from app.ui.traffic.import_words import ImportWords
from app.ui.traffic.import_work import Done, ImportWork, Stage
from app.ui.traffic.refused_table import RefusedTable
from app.ui.widgets.text_button import TextButton
from app.ui.words import _

_FILES = _("Schedules (*.csv *.tsv *.txt *.json *.xml *.xlsx);;All files (*)")
_LOOK_MS = 100
_TABS = (None, *DiffKind)


class ImportDialog(QDialog):
    """Not modal: the cue keys work on. ``taken_in`` carries a Done, ``taken_back`` an UndoResult."""

    taken_in = Signal(object)
    taken_back = Signal(object)

    def __init__(self, schedule: ScheduleDesk, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Import a list"))
        self.setModal(False)
        self.setStyleSheet(form_sheet(skin.palette))
        self.setAcceptDrops(True)
        self._schedule, self._skin = schedule, skin
        self._done: Done | None = None
        self.work = ImportWork(schedule, self)
        self._make()
        self._lay_out()
        self.work.changed.connect(self._show)
        self.work.finished.connect(self._on_finished)
        self.work.undone.connect(self._on_undone)
        self.diff.rows.chosen.connect(self._judge)
        self.resize(1080, 640) if skin.density.roomy else self.resize(940, 560)
        self._show()

    def _make(self) -> None:
        skin = self._skin
        self.named = QLineEdit(self)
        self.named.setPlaceholderText(_("A file or an http(s) address; or drop a file anywhere here"))
        self.named.setAccessibleName(_("File or address of the list"))
        self.named.setFont(font(skin.density.body, MEDIUM))
        self.named.setStyleSheet(field_sheet(skin.palette))
        self.named.setFixedHeight(30)
        self.choose = TextButton(_("Choose file…"), skin, self)
        self.read = TextButton(_("Read"), skin, self)
        self.channel = QComboBox(self)
        self.channel.setAccessibleName(_("Channel of rows that name none"))
        self.channel.setToolTip(_("Channel of rows that name none"))
        self.channel.addItem(_("Channel: by row"), "")
        self.channel.setFont(font(skin.density.body))
        for one in self._schedule.desk.status.channels:
            self.channel.addItem(self._schedule.desk.shown_name(one.name), one.name)
        self.words = ImportWords(skin, self)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._show_progress)
        self.cancel = TextButton(_("Cancel"), skin, self)
        self.tabs = QButtonGroup(self)
        self.diff, self.refused = DiffTable(skin, self), RefusedTable(skin, self)
        self.notes = QPlainTextEdit(self)
        self.notes.setReadOnly(True)
        self.notes.setAccessibleName(_("Notes of the import"))
        self.missing = QCheckBox(_("Remove what the list has no more"), self)
        self.whole = QCheckBox(_("All or nothing: no import while a row is refused"), self)
        for box in (self.missing, self.whole):
            box.setFont(font(skin.density.body, MEDIUM))
        self.mine = TextButton(_("Mine for all"), skin, self)
        self.theirs = TextButton(_("Theirs for all"), skin, self)
        self.undo = TextButton(_("Undo import"), skin, self)
        self.close_button = TextButton(_("Close"), skin, self)
        self.go = PrimaryButton(_("Import"), skin, self)
        self.named.returnPressed.connect(self.start)
        self.choose.clicked.connect(self._choose_file)
        self.read.clicked.connect(self.start)
        self.cancel.clicked.connect(self.work.cancel)
        self.missing.toggled.connect(self._compare)
        self.whole.toggled.connect(self._judge)
        self.mine.clicked.connect(lambda: self.diff.rows.turn_all(Choice.MINE))
        self.theirs.clicked.connect(lambda: self.diff.rows.turn_all(Choice.THEIRS))
        self.close_button.clicked.connect(self.close)
        self.go.clicked.connect(self._write)
        self.undo.clicked.connect(self._undo)

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 14, 14, 14)
        whole.setSpacing(10)
        self._top: Sequence[QWidget] = (self.named, self.choose, self.read, self.channel)
        whole.addLayout(_row(*self._top))
        whole.addLayout(_row(self.words, self.cancel))
        whole.addWidget(self.bar)
        tabs = QHBoxLayout()
        tabs.setSpacing(6)
        for number in range(len(_TABS) + 2):
            button = TextButton("", self._skin, self)
            button.setCheckable(True)
            self.tabs.addButton(button, number)
            tabs.addWidget(button)
        tabs.addStretch()
        tabs.addWidget(self.mine)
        tabs.addWidget(self.theirs)
        whole.addLayout(tabs)
        self._stack = QStackedLayout()
        for page in (self.diff, self.refused, self.notes):
            self._stack.addWidget(page)
        whole.addLayout(self._stack, 1)
        bottom = _row(self.missing, self.whole)
        bottom.addStretch()
        for button in (self.undo, self.close_button, self.go):
            bottom.addWidget(button)
        whole.addLayout(bottom)
        self.tabs.button(0).setChecked(True)
        self.tabs.idClicked.connect(self._turn)

    # ---- where the list comes from

    def start(self, named: str = "") -> None:
        """Read what is named, and show what it would change."""
        if named:
            self.named.setText(named)
        if self.named.text().strip():
            self._done = None
            self.work.read(
                self.named.text().strip(), self.channel.currentData() or None, remove_missing=self.missing.isChecked()
            )

    def review(self, done: Done) -> None:
        """Show what an import did; its conflicts are left to choose in."""
        self._done = done
        self.named.setText(done.imported.file)
        self.work.review(done)

    def _choose_file(self) -> None:
        choose_file(self, _("Choose a list"), self.start, _FILES)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file, or an address."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """The first of them."""
        url = event.mimeData().urls()[0]
        event.acceptProposedAction()
        self.start(url.toLocalFile() if url.isLocalFile() else url.toString())

    # ---- steps

    def _compare(self) -> None:
        if self._done is None and self.work.stage is Stage.IDLE:
            self.work.compare(remove_missing=self.missing.isChecked())

    def _write(self) -> None:
        rows = self.diff.rows
        self.work.write(rows.choices, rows.mine(), remove_missing=self.missing.isChecked())

    def _undo(self) -> None:
        if self._done is not None:
            self.work.undo(self._done.import_ids)

    def _on_finished(self, done: Done) -> None:
        self._done = done
        self.taken_in.emit(done)
        if not done.result.conflicts:
            self.close()

    def _on_undone(self, result: object) -> None:
        self._done = None
        self.taken_back.emit(result)
        self.close()

    def closeEvent(self, event: object) -> None:
        """Whoever closes it waits for nothing any more."""
        self.work.cancel()
        super().closeEvent(event)  # type: ignore[arg-type]  # Qt's own event

    # ---- what is shown

    def _show(self) -> None:
        work, done = self.work, self._done is not None
        busy = work.stage is not Stage.IDLE
        for widget in self._top:
            widget.setEnabled(not busy)
        self.bar.setVisible(busy)
        self.cancel.setVisible(busy)
        if busy and not self._look.isActive():
            self._look.start()
        elif not busy:
            self._look.stop()
        self._show_progress()
        if work.result is not None and not busy:
            self.diff.rows.show_rows(diff_rows(work.result, ground_of(self._schedule)), done=done)
        elif work.result is None:
            self.diff.rows.show_rows(())
        refused = work.imported.refused if work.imported is not None else ()
        notes = work.imported.notes if work.imported is not None else ()
        self.refused.rows.show_rows(refused)
        self.notes.setPlainText("\n".join(notes))
        counts = self.diff.rows.counts()
        labels = [_("All {count}").format(count=sum(counts.values()))]
        labels += [f"{shown(kind.lower()).capitalize()} {counts[kind]}" for kind in DiffKind]
        labels += [_("Refused {refused}").format(refused=len(refused)), _("Notes {notes}").format(notes=len(notes))]
        for number, label in enumerate(labels):
            self.tabs.button(number).setText(label)
            self.tabs.button(number).updateGeometry()
        if refused and not counts[DiffKind.CONFLICT] and not sum(counts.values()):
            self._turn(len(_TABS))
        self._judge()

    def _show_progress(self) -> None:
        self.bar.setRange(0, self.work.total)
        self.bar.setValue(self.work.done)
        if self.work.stage is not Stage.IDLE:
            self.words.tell(self.work, "", "")

    def _turn(self, number: int) -> None:
        self.tabs.button(number).setChecked(True)
        self._stack.setCurrentIndex(max(0, number - len(_TABS) + 1))
        if number < len(_TABS):
            self.diff.rows.filter(_TABS[number])

    def _judge(self) -> None:
        """What can be done, and what is said."""
        work, rows, done = self.work, self.diff.rows, self._done is not None
        refused = len(work.imported.refused) if work.imported is not None else 0
        changes = sum(count for kind, count in rows.counts().items() if kind is not DiffKind.CONFLICT)
        changes = 0 if done else changes - len(rows.mine())
        changes += rows.counts()[DiffKind.CONFLICT] - rows.open_conflicts() if rows.choices else 0
        self.go.setText(
            text.counted(changes, "Apply {n} choice", "Apply {n} choices")
            if done
            else text.counted(changes, "Import {n} change", "Import {n} changes")
        )
        self.go.updateGeometry()
        reason = _("read a list first") if work.result is None else "" if changes else _("it would change nothing")
        if work.stage is not Stage.IDLE:
            reason = work.stage.value
        if refused and self.whole.isChecked() and not done:
            rows_ = text.counted(refused, "{n} row", "{n} rows")
            reason = _("{counted} refused: nothing is imported while All or nothing is on").format(counted=rows_)
        self.go.allow(reason)
        self.undo.setVisible(done)
        self.missing.setEnabled(not done)
        self.whole.setEnabled(not done)
        self.words.tell(work, summary(work.result) if work.result is not None else "", reason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's own."""
        super().resizeEvent(event)
        self.channel.setMaximumWidth(max(230, self.width() // 5))


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget, 1 if isinstance(widget, QLineEdit | ImportWords) else 0)
    return row
