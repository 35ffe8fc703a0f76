"""The engineer's page: small pictures in two rows, charts, destinations, sources, checks by channel, alarms."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.charts.panel import ChartPanel
from app.ui.desk import Desk
from app.ui.docks.dock import Dock
from app.ui.docks.room import BETWEEN, DockRoom
from app.ui.engineer.cell_table import CellTable
from app.ui.engineer.cells import (
    CHECKS,
    DESTINATION_HEADS,
    SOURCE_HEADS,
    destination_rows,
    matrix_rows,
    source_rows,
)
from app.ui.theme import Density, Skin
from app.ui.widgets.alarm_list import AlarmPanel
from app.ui.widgets.panel_head import PanelHead
from app.ui.words import _

MOST_SHOWN = 16  # channels of the matrix: as many as there are small pictures
_PICTURES_SHARE, _PICTURES_MOST = 29, 46  # per cent of the height, for two rows of tiles
_BELOW_ENOUGH = 1100  # pixels for charts and tables: on a taller screen the rest is the pictures'
_TABLES_SHARE = 41  # per cent of the width, where charts stand beside the tables


class EngineerPage(DockRoom):
    """Its middle is the one multiviewer's place while the page is open."""

    def __init__(self, desk: Desk, alarms: AlarmPanel, charts: ChartPanel, skin: Skin) -> None:
        self._desk, self._skin, self.alarms, self.charts = desk, skin, alarms, charts
        self.destinations = CellTable(skin, _("Destinations"), DESTINATION_HEADS, (60, 83, 58, 58, 46, 74))
        self.sources = CellTable(skin, _("Sources"), SOURCE_HEADS, (38, 24, 17, 15, 13))
        self.matrix = CellTable(skin, _("Checks by channel"), (_("CHECK"),), (24, 10))
        self._heads = [PanelHead(title, skin) for title in (_("DESTINATIONS"), _("SOURCES"), _("HEALTH, ALL CHANNELS"))]
        super().__init__(self._docks())
        desk.refreshed.connect(self.refresh)
        desk.selection_changed.connect(self.refresh)
        self.dress(skin)

    def _docks(self) -> tuple[Dock, ...]:
        targets = QWidget()
        column = QVBoxLayout(targets)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.destinations, self._heads[1], self.sources):
            column.addWidget(widget)
        column.addStretch(1)
        checks = QWidget()
        row = QVBoxLayout(checks)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.matrix, 0, Qt.AlignmentFlag.AlignTop)
        return (
            Dock("charts", _("Charts"), self.charts.head, self.charts),
            Dock("targets", _("Destinations and sources"), self._heads[0], targets),
            Dock("checks", _("Health of all channels"), self._heads[2], checks),
            Dock("alarms", _("Alarms"), self.alarms.head, self.alarms),
        )

    def place_docks(self) -> None:
        """Charts at the left; the tables to their right, one above the other."""
        charts, *tables = self.docks
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, charts)
        beside, way = charts, Qt.Orientation.Horizontal
        for dock in tables:
            self.splitDockWidget(beside, dock, way)
            beside, way = dock, Qt.Orientation.Vertical

    def size_docks(self) -> None:
        """Small pictures; tables as high as their rows, the alarms take the rest."""
        charts, targets, checks, alarms = self.docks
        below = self.height() - self._pictures_height() - BETWEEN
        high = [dock.minimumSizeHint().height() for dock in (targets, checks)]
        wide = self.width() * _TABLES_SHARE // 100
        self.resizeDocks([charts, targets], [self.width() - wide - BETWEEN, wide], Qt.Orientation.Horizontal)
        self.resizeDocks([charts], [below], Qt.Orientation.Vertical)
        self.resizeDocks([targets, checks, alarms], [*high, below - sum(high) - 2 * BETWEEN], Qt.Orientation.Vertical)

    def _pictures_height(self) -> int:
        spare = min(self.height() - _BELOW_ENOUGH, self.height() * _PICTURES_MOST // 100)
        return max(self.height() * _PICTURES_SHARE // 100, spare)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        for head in self._heads:
            head.dress(skin)
        for table in (self.destinations, self.sources, self.matrix):
            table.dress(skin)
        self.alarms.dress(skin)
        self.charts.dress(skin)
        self._set_heights(skin.density)
        self.refresh()

    def _set_heights(self, density: Density) -> None:
        origins = len(self._desk.channel.origins) if self._desk.channel is not None else 0
        self.destinations.setFixedHeight(self.destinations.height_for(min(max(origins, 1), 4)) + 4)
        self.sources.setFixedHeight(self.sources.height_for(1) + 4)
        self.matrix.setFixedHeight(self.matrix.height_for(len(CHECKS)) + (4 if density.roomy else 2))

    def refresh(self, _cause: object = None) -> None:
        """Show a new snapshot; hidden, it costs nothing."""
        if not self.isVisible():
            return
        desk, channel = self._desk, self._desk.channel
        shown = desk.status.channels[:MOST_SHOWN]
        self.destinations.show_rows(destination_rows(channel, desk.zone))
        self.sources.show_rows(source_rows(channel))
        heads = (_("CHECK"), *(str(number) for number, _other in enumerate(shown, 1)))
        self.matrix.show_rows(matrix_rows(shown, lost=desk.absence is not None), heads)
        name = desk.shown_name(desk.selected)
        hidden = len(desk.status.channels) - len(shown)
        more = _(" · {hidden} more not shown").format(hidden=hidden) if hidden else ""
        for head, words in zip(
            self._heads, (name, name, _("row = check, column = channel{more}").format(more=more)), strict=True
        ):
            head.show_value(words)
        self._set_heights(self._skin.density)
