"""The engineer's page: small pictures in two rows, charts, destinations, sources, checks by channel, alarms."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.charts.panel import ChartPanel
from app.ui.desk import Desk
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
_TABLES_SHARE = 39  # per cent of the width, where charts stand beside the tables


class EngineerPage(QWidget):
    """``put_pictures``: the one multiviewer comes here while the page is open. ``put_charts``: the charts' slot."""

    def __init__(self, desk: Desk, alarms: AlarmPanel, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._skin, self.alarms = desk, skin, alarms
        self.charts: ChartPanel | None = None
        self.destinations = CellTable(skin, _("Destinations"), DESTINATION_HEADS, (24, 25, 17, 18, 14, 21))
        self.sources = CellTable(skin, _("Sources"), SOURCE_HEADS, (38, 24, 17, 15, 13))
        self.matrix = CellTable(skin, _("Checks by channel"), (_("CHECK"),), (24, 10))
        self._heads = [PanelHead(title, skin) for title in (_("DESTINATIONS"), _("SOURCES"), _("HEALTH, ALL CHANNELS"))]
        tables = (self.destinations, self.sources, self.matrix)
        self._sides = [QVBoxLayout(), QVBoxLayout()]
        for side in self._sides:
            side.setSpacing(0)
        for number, (head, table) in enumerate(zip(self._heads, tables, strict=True)):
            self._sides[number // 2].addWidget(head)
            self._sides[number // 2].addWidget(table)
        self._sides[1].addWidget(alarms, 1)
        self._sides[0].addStretch(1)
        self._below = QHBoxLayout()
        self._below.setSpacing(4)
        self._below.addLayout(self._sides[0], 1)
        self._below.addLayout(self._sides[1], 1)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(0)
        self._whole.addLayout(self._below, 1)
        desk.refreshed.connect(self.refresh)
        desk.selection_changed.connect(self.refresh)
        self.dress(skin)

    def put_pictures(self, multiviewer: QWidget) -> None:
        """On top, in two rows."""
        self._whole.insertWidget(0, multiviewer)

    def put_charts(self, charts: ChartPanel) -> None:
        """At the left; the tables go to its right, one above the other."""
        self.charts = charts
        left, right = self._sides
        self._below.removeItem(left)
        self._below.removeItem(right)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addLayout(left)
        column.addLayout(right, 1)
        self._below.addWidget(charts, 100 - _TABLES_SHARE)
        self._below.addLayout(column, _TABLES_SHARE)
        self.dress(self._skin)

    def pictures_height(self, middle: int) -> int:
        """Of the two rows of tiles."""
        spare = min(middle - _BELOW_ENOUGH, middle * _PICTURES_MOST // 100)
        return max(middle * _PICTURES_SHARE // 100, spare)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        for head in self._heads:
            head.dress(skin)
        for table in (self.destinations, self.sources, self.matrix):
            table.dress(skin)
        self.alarms.dress(skin)
        if self.charts is not None:
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
