"""The bottom right: charts and alarms beside each other, or where the room is wanted as two tabs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.charts.panel import ChartPanel
from app.ui.theme import Skin
from app.ui.widgets.alarm_list import AlarmPanel
from app.ui.widgets.page_tabs import PageTabs
from app.ui.words import _

_CHARTS_WIDTH = 346
_ALARMS, _CHARTS = 0, 1


class SidePages(QWidget):
    """The alarms are in front until the other tab is chosen."""

    def __init__(self, alarms: AlarmPanel, charts: ChartPanel, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._alarms, self._charts, self._skin, self._yields = alarms, charts, skin, False
        self.tabs = PageTabs((_("ALARMS"), _("CHARTS")), skin, self)
        self.tabs.setAccessibleName(_("Alarms or charts"))
        self.tabs.setToolTip(_("What is wrong now, or how the selected channel has been"))
        self.tabs.setTabToolTip(_ALARMS, _("The alarms that stand, with ACK"))
        self.tabs.setTabToolTip(_CHARTS, _("Bit rates, encode time, push time and loudness of the selected channel"))
        self.tabs.currentChanged.connect(self._place)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(charts)
        row.addWidget(alarms)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.tabs)
        whole.addLayout(row, 1)
        alarms.told.connect(self.tabs.say, Qt.ConnectionType.DirectConnection)
        self.dress(skin)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        self.tabs.dress(skin)
        self.tabs.say(self._alarms.words)
        self._alarms.setFixedWidth(skin.density.alarms)
        self._place()

    def give_way(self, *, yields: bool) -> None:
        """Be two tabs while what stands beside it wants the width."""
        if yields != self._yields:
            self._yields = yields
            self._place()

    def _place(self, _index: int = 0) -> None:
        roomy = self._skin.density.roomy and not self._yields
        self._charts.setFixedWidth(_CHARTS_WIDTH if roomy else self._skin.density.alarms)
        self._charts.head.setVisible(roomy)
        self.tabs.setVisible(not roomy)
        self._alarms.show_head(there=roomy)
        self._charts.setVisible(roomy or self.tabs.currentIndex() == _CHARTS)
        self._alarms.setVisible(roomy or self.tabs.currentIndex() == _ALARMS)
