"""Traffic's room: the spot library, the timeline, the newest import, the table of breaks, what the linter found."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.model.asrun_export import AsRunExport
from app.ui.desk import Desk
from app.ui.docks.dock import Dock
from app.ui.docks.room import HALVES, DockRoom
from app.ui.schedule.mime import files_of
from app.ui.schedule.schedule_desk import NO_SCHEDULE, ScheduleDesk
from app.ui.schedule.timeline import Timeline
from app.ui.theme import Skin
from app.ui.traffic.break_form import BreakForm
from app.ui.traffic.breaks_panel import BreaksPanel
from app.ui.traffic.cell_edits import Key
from app.ui.traffic.export_dialog import ExportDialog
from app.ui.traffic.figures_dialog import FiguresDialog
from app.ui.traffic.findings_strip import FindingsStrip
from app.ui.traffic.import_dialog import ImportDialog
from app.ui.traffic.import_line import ImportLine
from app.ui.traffic.import_work import Done
from app.ui.traffic.library_panel import LibraryPanel
from app.ui.words import _

_LIBRARY = 270, 200  # roomy, compact


class TrafficPage(DockRoom):
    """No dialog of it is modal: the cue keys work on."""

    def __init__(self, desk: Desk, schedule: ScheduleDesk, skin: Skin, timeline: Timeline) -> None:
        self._desk, self._schedule, self._skin = desk, schedule, skin
        self.timeline = timeline
        self.library = LibraryPanel(schedule, skin)
        halves = self._halves = QSplitter(Qt.Orientation.Vertical)
        super().__init__((Dock("library", _("Spot library"), self.library.head, self.library),), halves)
        self.breaks = BreaksPanel(schedule, skin, self)
        self.findings = FindingsStrip(schedule, skin, self)
        self.line = ImportLine(schedule, skin, self)
        self.export = ExportDialog(_export_of(schedule.face), self)
        self.figures = FiguresDialog(desk, _export_of(schedule.face), skin, self)
        self.dialog: ImportDialog | None = None
        self.form: BreakForm | None = None
        self._telling = False
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()
        self.dress(skin)

    def _lay_out(self) -> None:
        lower = QWidget(self)
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        for widget in (self.line, self.breaks, self.findings):
            below.addWidget(widget, 1 if widget is self.breaks else 0)
        halves = self._halves
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(4)
        halves.addWidget(self.timeline)
        halves.addWidget(lower)
        for number, part in enumerate(HALVES):
            halves.setStretchFactor(number, part // 10)
        self.middle.addWidget(halves)

    def place_docks(self) -> None:
        """The library at the left."""
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.docks[0])

    def size_docks(self) -> None:
        """As wide as the density has it; the timeline over the table."""
        wide = _LIBRARY[0] if self._skin.density.roomy else _LIBRARY[1]
        self.resizeDocks(list(self.docks), [wide], Qt.Orientation.Horizontal)

    def _connect(self) -> None:
        self.timeline.import_asked.connect(self.import_list)
        self.timeline.files_dropped.connect(lambda files: self.import_list(*files[:1]))
        self.timeline.canvas.looked.connect(self._on_timeline)
        self.breaks.table.chosen_changed.connect(self._on_table)
        self.breaks.wanted.connect(self._add_break)
        self.breaks.export.clicked.connect(self._export)
        self.breaks.figures.clicked.connect(self._show_figures)
        self.breaks.figures.setEnabled(self.export.possible)
        self.breaks.figures.setToolTip(
            _("What was booked today against what aired") if self.export.possible else NO_SCHEDULE
        )
        self.breaks.export.setEnabled(self.export.possible)
        self.breaks.export.setToolTip(_("What went to air, into a file") if self.export.possible else NO_SCHEDULE)
        self.library.inserted.connect(self.timeline.insert)
        self.findings.looked_at.connect(self._choose)
        self.line.reviewed.connect(self._review)
        for teller in (self.library, self.findings, self.export):
            teller.said.connect(self.breaks.tell)

    # ---- one choice for timeline, table and findings

    def _choose(self, keys: tuple[Key, ...]) -> None:
        self.breaks.table.choose(keys)

    def _on_table(self) -> None:
        if self._telling:
            return
        keys = tuple(row.key for row in self.breaks.table.chosen)
        self._telling = True
        self.timeline.canvas.select(keys, keys[0] if keys else None)
        self._telling = False
        self.findings.look_at(keys)

    def _on_timeline(self) -> None:
        keys = tuple(sorted(self.timeline.canvas.selected))
        if self._telling or set(keys) == {row.key for row in self.breaks.table.chosen}:
            return
        self._telling = True
        self.breaks.table.choose(keys)
        self._telling = False
        self.findings.look_at(keys)

    # ---- dialogs

    def import_list(self, named: str = "") -> None:
        """Open the import; ``named``: a file or address to be read at once."""
        if not self._schedule.writable:
            self.breaks.tell(NO_SCHEDULE)
            return
        dialog = self._import_dialog()
        if named:
            dialog.start(named)

    def _review(self, done: Done) -> None:
        self._import_dialog().review(done)

    def _import_dialog(self) -> ImportDialog:
        if self.dialog is None:
            self.dialog = ImportDialog(self._schedule, self._skin, self.window())
            self.dialog.taken_in.connect(self.line.tell)
            self.dialog.taken_back.connect(self.line.tell_undone)
        self._present(self.dialog)
        return self.dialog

    def _add_break(self) -> None:
        if not self._schedule.writable:
            self.breaks.tell(NO_SCHEDULE)
            return
        if self.form is not None:
            self.form.close()
        form = self.form = BreakForm(self._schedule, self._skin, self.window())
        form.made.connect(lambda key: self._choose((key,)))
        form.finished.connect(lambda _code: self._forget(form))
        self._present(form)

    def _forget(self, form: BreakForm) -> None:
        if self.form is form:
            self.form = None

    def _present(self, dialog: QWidget) -> None:
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _export(self) -> None:
        self.export.open(f"{self._desk.now.astimezone(self._desk.zone):%Y-%m-%d}")

    def _show_figures(self) -> None:
        self.figures.look()
        self._present(self.figures)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file dropped anywhere on the page is imported."""
        if files_of(event.mimeData()) and self._schedule.writable:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """The first of them."""
        event.acceptProposedAction()
        self.import_list(files_of(event.mimeData())[0])

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        self.library.setMinimumWidth(_LIBRARY[1])
        self.size_if_not_own()
        for widget in (self.library, self.timeline, self.line, self.breaks, self.findings, self.figures):
            widget.dress(skin)


def _export_of(face: object) -> AsRunExport | None:
    return face if isinstance(face, AsRunExport) else None
