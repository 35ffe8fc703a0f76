"""The charts of the selected channel: head with the span, four or nine small charts, export."""

from __future__ import annotations

import csv
import importlib
import math
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from app.ui.charts.span import Span
from app.ui.choosers import choose_new, unused
from app.ui.desk import Desk
from app.ui.fonts import MEDIUM, font
from app.ui.theme import Skin
from app.ui.widgets.panel_head import PanelHead
from app.ui.widgets.text_button import TextButton
from app.ui.words import _

if TYPE_CHECKING:
    from app.ui.charts.faces import ChartFace, Scales
    from app.ui.charts.plot import SmallChart

EVERY_MS = 500
LIBRARY_AFTER_MS = 400  # pyqtgraph takes 0.6 s to import: not before the window stands, and on a thread of its own
_LOOK_MS = 50
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LIBRARY = "app.ui.charts.plot"


class ChartPanel(QWidget):
    """Draws only while it is seen, twice a second at most. ``said``: what became of an export."""

    said = Signal(str)

    def __init__(self, desk: Desk, skin: Skin, parent: QWidget | None = None, *, full: bool = False) -> None:
        super().__init__(parent)
        self._desk, self._skin, self._full = desk, skin, full
        self._scales: dict[str, Scales] = {}
        self.span = Span.QUARTER
        self._drawn_s = float("-inf")
        self.charts: list[SmallChart] = []
        self.head = PanelHead(_("CHARTS"), skin, self)
        self.span_button = TextButton(self.span.words, skin, self.head)
        self.more_button = TextButton(_("More"), skin, self.head)
        self._head_buttons()
        self._waits = QLabel(_("The charts are being loaded"), self)
        self._waits.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._waits.setFont(font(skin.density.small, MEDIUM))
        self._grid = QGridLayout()
        self._grid.setContentsMargins(4, 4, 4, 4)
        self._grid.setSpacing(4)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.head)
        whole.addWidget(self._waits, 1)
        whole.addLayout(self._grid, 1)
        self._library: threading.Thread | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_timer)
        desk.selection_changed.connect(lambda _name: self.refresh())

    def _head_buttons(self) -> None:
        row = QHBoxLayout(self.head)
        row.setContentsMargins(70, 2, 4, 2)
        row.setSpacing(4)
        row.addStretch()
        told = {
            self.span_button: (_("How far back the charts reach"), self._span_menu),
            self.more_button: (_("Save the charts or their values, or read them as a table"), self._more_menu),
        }
        for button, (tells, menu) in told.items():
            button.setToolTip(tells)
            button.setAccessibleName(tells)
            button.pressed.connect(lambda under=button, made=menu: self._show_menu(made(), under))
            row.addWidget(button)

    def _span_menu(self) -> QMenu:
        menu = QMenu(_("Span"), self)
        for span in Span:
            chosen = menu.addAction(_("Last {words}").format(words=span.words))
            chosen.setCheckable(True)
            chosen.setChecked(span is self.span)
            chosen.triggered.connect(lambda _checked=False, given=span: self.choose(given))
        return menu

    def _more_menu(self) -> QMenu:
        menu = QMenu(_("Charts"), self)
        for words, act in (
            (_("Save picture…"), self._ask_picture),
            (_("Save values…"), self._ask_values),
            (_("Values as a table"), self._show_table),
        ):
            menu.addAction(words).triggered.connect(lambda _checked=False, chosen=act: chosen())
        return menu

    def _show_menu(self, menu: QMenu, under: QWidget) -> None:
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(under.mapToGlobal(under.rect().bottomLeft()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Everything, also where the window has no room for the buttons."""
        menu = self._more_menu()
        menu.insertMenu(menu.actions()[0], self._span_menu())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    @property
    def ready(self) -> bool:
        """Whether the charts are there."""
        return bool(self.charts)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        self.head.dress(skin)
        for button in (self.span_button, self.more_button):
            button.dress(skin)
        for chart in self.charts:
            chart.dress(skin)

    def choose(self, span: Span) -> None:
        """Show so much of the past."""
        self.span = span
        self.span_button.setText(span.words)
        self.span_button.updateGeometry()
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """From now on it draws."""
        super().showEvent(event)
        if self.ready:
            self._timer.start(EVERY_MS)
            self.refresh()
        else:
            QTimer.singleShot(LIBRARY_AFTER_MS, self, self._load)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees it: it costs nothing."""
        super().hideEvent(event)
        self._timer.stop()

    def _load(self) -> None:
        """The end of the program waits for it: a thread that is cut off in the middle of an import takes Qt down."""
        if self._library is None:
            self._library = threading.Thread(
                target=importlib.import_module, args=("pyqtgraph",), name="charts' library"
            )
            self._library.start()
        self._timer.start(_LOOK_MS)

    def _on_timer(self) -> None:
        if self.ready:
            if self._desk.clock() - self._drawn_s >= self.span.every_s - EVERY_MS / 2000:
                self.refresh()
        elif self._library is not None and not self._library.is_alive():
            self._build()
            self._timer.start(EVERY_MS)
            self.refresh()

    def _build(self) -> None:
        made: type[SmallChart] = importlib.import_module(_LIBRARY).SmallChart
        self.charts = [made(self._skin, self) for _other in range(9 if self._full else 4)]
        columns = 3 if self._full else 2
        for number, chart in enumerate(self.charts):
            chart.hovered.connect(self._look_at)
            self._grid.addWidget(chart, number // columns, number % columns)
        self._waits.hide()

    def faces(self) -> tuple[ChartFace, ...]:
        """What the charts show now."""
        from app.ui.charts.faces import Scales, all_faces, small_faces  # noqa: PLC0415 - with it numpy is imported

        name = self._desk.selected
        scales = self._scales.setdefault(f"{name} {self.span}", Scales())
        draw = all_faces if self._full else small_faces
        return draw(self._desk.history.of(name), self.span, scales)

    def refresh(self) -> None:
        """Draw what there is."""
        if not self.isVisible():
            return
        kept, now_s = self._desk.history.of(self._desk.selected), self._desk.clock()
        self._drawn_s = now_s
        breaks = [(now_s - since, now_s - until) for since, until in kept.breaks]
        alarms = [now_s - at for at in kept.alarms]
        for chart, face in zip(self.charts, self.faces(), strict=False):
            chart.show_face(face, self.span, breaks, alarms)

    def _look_at(self, back_s: float) -> None:
        """All charts show the values of the same moment."""
        for chart in self.charts:
            chart.look_at(back_s if back_s >= 0 else None)

    def rows(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Heads and rows of all values, oldest first: the UTC time of each bin, then a column a curve."""
        faces = self.faces()
        heads = [_("UTC"), *(f"{face.title} {line.label}".strip() for face in faces for line in face.lines)]
        lines = [line.values for face in faces for line in face.lines]
        if not lines:
            return tuple(heads), []
        bins = min(map(len, lines))
        step_s = self.span / bins
        rows = [
            (
                f"{self._desk.now - timedelta(seconds=(bins - 1 - place) * step_s):%Y-%m-%dT%H:%M:%SZ}",
                *("" if math.isnan(values[place]) else f"{values[place]:.3f}" for values in lines),
            )
            for place in range(bins)
            if any(not math.isnan(values[place]) for values in lines)
        ]
        return tuple(heads), rows

    def write_values(self, path: Path) -> None:
        """The values as CSV; a name that a spreadsheet would take for a formula is quoted."""
        heads, rows = self.rows()
        try:
            with path.open("w", newline="", encoding="utf-8") as file:
                table = csv.writer(file)
                table.writerow([f"'{head}" if head.startswith(_FORMULA) else head for head in heads])
                table.writerows(rows)
        except OSError as error:
            self.said.emit(_("{path}: not written ({strerror})").format(path=path, strerror=error.strerror))
        else:
            self.said.emit(_("Values written: {path}").format(path=path))

    def write_picture(self, path: Path) -> None:
        """The panel as it is seen, as PNG."""
        written = self.grab().save(str(path), "PNG")
        self.said.emit(
            _("Picture written: {path}").format(path=path)
            if written
            else _("{path}: the picture can't be written there").format(path=path)
        )

    def _ask_picture(self) -> None:
        self._ask(_("Save the charts"), _("PNG picture (*.png)"), ".png", self.write_picture)

    def _ask_values(self) -> None:
        self._ask(_("Save the values"), _("CSV (*.csv)"), ".csv", self.write_values)

    def _ask(self, title: str, form: str, suffix: str, write: Callable[[Path], None]) -> None:
        offered = f"{self._desk.selected}-{self.span.words.replace(' ', '')}{suffix}"
        choose_new(self.window(), title, lambda path: write(unused(Path(path))), form, suffix=suffix, offered=offered)

    def _show_table(self) -> None:
        from app.ui.charts.table import ValuesDialog  # noqa: PLC0415 - seldom wanted

        heads, rows = self.rows()
        dialog = ValuesDialog(heads, rows, self._skin, self.window())
        dialog.show()
