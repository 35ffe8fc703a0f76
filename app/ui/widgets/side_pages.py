"""The bottom right: charts and alarms beside each other, or where the room is wanted as two tabs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.ui.charts.panel import ChartPanel
from app.ui.theme import Skin
from app.ui.widgets.alarm_list import AlarmPanel
from app.ui.widgets.page_tabs import PageTabs
from app.ui.words import _

_CHARTS_WIDTH, _BETWEEN = 346, 4
_ALARMS, _CHARTS = 0, 1
_UNBOUND = (1 << 24) - 1  # Qt's own largest width


class SidePages(QWidget):
    """The alarms are in front until the other tab is chosen.

    ``head``: the tabs, or both heads beside each other; its dock has it as title bar.
    """

    def __init__(self, alarms: AlarmPanel, charts: ChartPanel, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._alarms, self._charts, self._skin, self._yields = alarms, charts, skin, False
        self.head = QWidget()
        self.head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.tabs = PageTabs((_("ALARMS"), _("CHARTS")), skin, self.head)
        self.tabs.setAccessibleName(_("Alarms or charts"))
        self.tabs.setToolTip(_("What is wrong now, or how the selected channel has been"))
        self.tabs.setTabToolTip(_ALARMS, _("The alarms that stand, with ACK"))
        self.tabs.setTabToolTip(_CHARTS, _("Bit rates, encode time, push time and loudness of the selected channel"))
        self.tabs.currentChanged.connect(self._place)
        for row, widgets in (
            (QHBoxLayout(self), (charts, alarms)),
            (QHBoxLayout(self.head), (self.tabs, charts.head, alarms.head)),
        ):
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(_BETWEEN)
            for widget in widgets:
                row.addWidget(widget)
        alarms.told.connect(self.tabs.say, Qt.ConnectionType.DirectConnection)
        self.dress(skin)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        self.tabs.dress(skin)
        self.tabs.say(self._alarms.words)
        self.head.setFixedHeight(self.tabs.height())
        self.setMinimumWidth(skin.density.alarms)
        self._place()

    @property
    def first_width(self) -> int:
        """What it has until the user chooses another."""
        alarms = self._skin.density.alarms
        return alarms if self._yields or not self._skin.density.roomy else _CHARTS_WIDTH + _BETWEEN + alarms

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Where there is room for both, both are there."""
        self._place()

    def give_way(self, *, yields: bool) -> None:
        """Be two tabs while what stands beside it wants the width."""
        if yields != self._yields:
            self._yields = yields
            self._place()

    def _place(self, _index: int = 0) -> None:
        alarms = self._skin.density.alarms
        roomy = self.width() >= _CHARTS_WIDTH + _BETWEEN + alarms
        for part in (self._alarms, self._alarms.head):
            part.setMinimumWidth(alarms if roomy else 0)
            part.setMaximumWidth(alarms if roomy else _UNBOUND)
        self._charts.head.setVisible(roomy)
        self.tabs.setVisible(not roomy)
        self._alarms.show_head(there=roomy)
        self._charts.setVisible(roomy or self.tabs.currentIndex() == _CHARTS)
        self._alarms.setVisible(roomy or self.tabs.currentIndex() == _ALARMS)
