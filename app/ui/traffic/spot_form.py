"""The form of a spot or pod. It closes once what was typed is kept; until then it says what stands in the way."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.model.errors import SplicedeckError
from app.model.library import LibraryItem, LibraryKind
from app.ui.model_words import shown
from app.ui.schedule.schedule_desk import ScheduleDesk
from app.ui.theme import Skin
from app.ui.traffic.buttons import PrimaryButton
from app.ui.traffic.cell_editor import form_field, form_sheet
from app.ui.traffic.spot_fields import HEADS, SpotText, item_of
from app.ui.widgets.text_button import TextButton
from app.ui.words import _


class SpotForm(QDialog):
    """Not modal. ``saved`` carries the LibraryItem as it is kept."""

    saved = Signal(object)

    def __init__(
        self, schedule: ScheduleDesk, skin: Skin, item: LibraryItem | None, taken: Iterable[str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._schedule, self._skin, self._item = schedule, skin, item
        self._taken = set(taken) - ({item.id} if item is not None else set())
        self.setWindowTitle(
            _("Edit {title}").format(title=item.title) if item is not None else _("Add to the spot library")
        )
        self.setModal(False)
        self.setStyleSheet(form_sheet(skin.palette))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.title = self._field(_("Title"), item.title if item is not None else "")
        self.id = self._field(_("Id"), item.id if item is not None else "")
        self.id.setEnabled(item is None)
        self.kind = QComboBox(self)
        self.kind.setAccessibleName(_("Kind"))
        for kind in LibraryKind:
            self.kind.addItem(shown(kind.value), kind)
        self.kind.setCurrentIndex(self.kind.findData(item.kind if item is not None else LibraryKind.SPOT))
        self.spots = QTableWidget(0, len(HEADS), self)
        self.spots.setAccessibleName(_("Ads: id, title, length, media, UPID"))
        self.spots.setHorizontalHeaderLabels(HEADS)
        self.spots.verticalHeader().hide()
        self.spots.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.spots.setTabKeyNavigation(True)
        for spot in item.spots if item is not None else ():
            self._put(SpotText.of(spot))
        if item is None:
            self._put(SpotText())
        self.more = TextButton(_("Add ad"), skin, self)
        self.less = TextButton(_("Remove ad"), skin, self)
        self.reason = QLabel(self)
        self.reason.setWordWrap(True)
        self.reason.setStyleSheet(f"color: {skin.palette.red.name()}; font-weight: 700;")
        self.close_button = TextButton(_("Close"), skin, self)
        self.keep = PrimaryButton(_("Keep"), skin, self)
        self._lay_out()
        self.more.clicked.connect(lambda: self._put(SpotText()))
        self.less.clicked.connect(lambda: self.spots.removeRow(self.spots.currentRow()))
        self.close_button.clicked.connect(self.close)
        self.keep.clicked.connect(self.save)
        self.resize(640, 420)

    def _field(self, name: str, words: str) -> QLineEdit:
        made = form_field(self, name, words, self._skin)
        made.returnPressed.connect(self.save)
        return made

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow(_("Title"), self.title)
        form.addRow(_("Id"), self.id)
        form.addRow(_("Kind"), self.kind)
        ads, bottom = QHBoxLayout(), QHBoxLayout()
        for widget in (self.more, self.less):
            ads.addWidget(widget)
        ads.addStretch()
        bottom.addWidget(self.reason, 1)
        for widget in (self.close_button, self.keep):
            bottom.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 14, 14, 14)
        whole.setSpacing(10)
        whole.addLayout(form)
        whole.addWidget(self.spots, 1)
        whole.addLayout(ads)
        whole.addLayout(bottom)

    def _put(self, spot: SpotText) -> None:
        row = self.spots.rowCount()
        self.spots.insertRow(row)
        for column, words in enumerate((spot.id, spot.title, spot.length, spot.media, spot.upid)):
            self.spots.setItem(row, column, QTableWidgetItem(words))

    def _typed(self) -> list[SpotText]:
        def cell(row: int, column: int) -> str:
            found = self.spots.item(row, column)
            return found.text() if found is not None else ""

        return [SpotText(*(cell(row, column) for column in range(len(HEADS)))) for row in range(self.spots.rowCount())]

    def save(self) -> None:
        """Keep what was typed, or say why not."""
        version = self._item.version if self._item is not None else 0
        try:
            kind = LibraryKind(self.kind.currentData())
            item = item_of(self.id.text(), self.title.text(), kind, self._typed(), self._taken, version)
        except ValueError as error:
            self._say(str(error))
            return
        by = self._schedule.desk.operator
        self._say("")
        self.keep.allow(_("being kept"))
        self._schedule.call(lambda face: face.write_spot(item, version, by=by), self._on_kept, self._on_failed)

    def _on_kept(self, item: LibraryItem) -> None:
        self.saved.emit(item)
        self.close()

    def _on_failed(self, error: SplicedeckError) -> None:
        self._say(_("not kept: {error}").format(error=error))

    def _say(self, words: str) -> None:
        self.keep.allow("")
        self.reason.setText(words)
        self.reason.setAccessibleName(words)
