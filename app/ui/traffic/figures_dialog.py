"""Today's figures: what was booked against what aired, as charts; read off the GUI's thread, anew at each look."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout, QWidget

from app.model.asrun_export import AsRunExport
from app.model.outcome_figures import Figures
from app.ui.desk import Desk
from app.ui.schedule_charts import ScheduleCharts, charts_of
from app.ui.theme import Skin
from app.ui.traffic.errand import Errand
from app.ui.words import _


class FiguresDialog(QDialog):
    """Not modal. ``look`` reads them; until they come, those of before stand."""

    def __init__(self, desk: Desk, export: AsRunExport | None, skin: Skin, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._export = desk, export
        self.setWindowTitle(_("Booked and aired today"))
        self.setModal(False)
        self.charts = ScheduleCharts(skin, self)
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        whole = QVBoxLayout(self)
        whole.addWidget(self.charts, 1)
        whole.addWidget(self.words)
        self._errand = Errand(self)
        self._errand.done.connect(self._take)
        self._errand.failed.connect(self._say)

    def look(self) -> None:
        """Read the figures of the house's day."""
        export, zone = self._export, self._desk.zone
        if export is None:
            return
        day = self._desk.now.astimezone(zone).date()
        since, until = (
            datetime.combine(each, time(0), zone).astimezone(UTC) for each in (day, day + timedelta(days=1))
        )
        self._errand.run(lambda: export.figures(since, until), "figures")

    def _take(self, found: Figures) -> None:
        self.charts.show_value(charts_of(found, self._desk.zone))
        self.words.setText(
            _("As of {now:%H:%M:%S}, {key}").format(
                now=self._desk.now.astimezone(self._desk.zone), key=self._desk.zone.key
            )
        )

    def _say(self, why: str) -> None:
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setText(_("Not read: {why}").format(why=why))

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self.charts.dress(skin)
