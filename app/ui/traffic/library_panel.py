"""The spot library at the left of the traffic page: found by words and kind, dragged onto the timeline, kept."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.model.errors import SplicedeckError
from app.model.library import LibraryItem
from app.ui import text
from app.ui.schedule.schedule_desk import ScheduleDesk
from app.ui.theme import Skin
from app.ui.traffic.breaks_panel import FindField
from app.ui.traffic.shelf import Shelf, row_of_item, row_of_template
from app.ui.traffic.shelf_list import ShelfList
from app.ui.traffic.spot_form import SpotForm
from app.ui.widgets.panel_head import PanelHead
from app.ui.widgets.text_button import TextButton
from app.ui.words import _

_LOOK_AGAIN_MS = 5000
_IN_A_ROW = 3


class LibraryPanel(QWidget):
    """``inserted`` carries a Dropped that shall go where the timeline's cursor is. ``said``: what went wrong."""

    inserted = Signal(object)
    said = Signal(str)

    def __init__(self, schedule: ScheduleDesk, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._schedule, self._skin = schedule, skin
        self._items: list[LibraryItem] = []
        self._asking = False
        self.form: SpotForm | None = None
        self.head = PanelHead(_("SPOT LIBRARY"), skin, self)
        self.search = FindField(skin, _("Find a spot, id or brand"), _("Find a spot, id or brand"), self)
        self.shelves = QButtonGroup(self)
        self.cards = ShelfList(skin, self)
        self.add = TextButton(_("Add…"), skin, self)
        self.edit = TextButton(_("Edit…"), skin, self)
        self.remove = TextButton(_("Remove"), skin, self)
        self._again = QTimer(self, interval=_LOOK_AGAIN_MS)
        self._again.timeout.connect(self.read)
        self._lay_out()
        self.search.textChanged.connect(self._filter)
        self.shelves.idClicked.connect(self._filter)
        self.cards.inserted.connect(self._insert)
        for signal, act in ((self.cards.added, self._add), (self.cards.edited, self._edit)):
            signal.connect(act)
        self.cards.removed.connect(self._remove)
        self.cards.selectionModel().selectionChanged.connect(self._judge)
        self.cards.shelf.modelReset.connect(self._judge)
        self.add.clicked.connect(self._add)
        self.edit.clicked.connect(self._edit)
        self.remove.clicked.connect(self._remove)
        schedule.desk.selection_changed.connect(self._show)
        self.dress(skin)
        self._show()
        self.read()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(4)
        for number, shelf in enumerate(Shelf):
            button = TextButton(shelf.value, self._skin, self)
            button.setCheckable(True)
            self.shelves.addButton(button, number)
            grid.addWidget(button, number // _IN_A_ROW, number % _IN_A_ROW)
        self.shelves.button(0).setChecked(True)
        bottom = QHBoxLayout()
        bottom.setSpacing(4)
        for button in (self.add, self.edit, self.remove):
            bottom.addWidget(button)
        inner = QVBoxLayout()
        inner.setContentsMargins(10, 8, 10, 8)
        inner.setSpacing(8)
        inner.addWidget(self.search)
        inner.addLayout(grid)
        inner.addWidget(self.cards, 1)
        inner.addLayout(bottom)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.head)
        whole.addLayout(inner, 1)

    # ---- reading

    def showEvent(self, event: QShowEvent) -> None:
        """While it is seen, what others put in is looked for."""
        super().showEvent(event)
        self._again.start()

    def read(self) -> None:
        """Read the library; unless nobody sees it."""
        if self._asking or (self._again.isActive() and not self.isVisible()):
            return
        self._asking = self._schedule.writable
        self._schedule.call(lambda face: face.spots(), self._on_read, self._on_unread)

    def _on_read(self, items: list[LibraryItem]) -> None:
        self._asking = False
        if items != self._items:
            self._items = items
            self._show()

    def _on_unread(self, error: SplicedeckError) -> None:
        self._asking = False
        self.said.emit(_("the spot library can't be read: {error}").format(error=error))

    def _show(self) -> None:
        channel = self._schedule.desk.channel
        templates = channel.templates if channel is not None else ()
        chosen = self.cards.chosen
        rows = [*(row_of_item(item) for item in self._items), *(row_of_template(one) for one in templates)]
        self.cards.shelf.show_rows(rows)
        self.head.show_value(text.counted(len(self._items), "{n} spot", "{n} spots"))
        if chosen is not None:
            self._choose(chosen.title)
        self._judge()

    def _choose(self, title: str) -> None:
        rows = self.cards.shelf.rows
        place = next((n for n, row in enumerate(rows) if row.title == title), -1)
        if place >= 0:
            self.cards.setCurrentIndex(self.cards.shelf.index(place))

    def _filter(self) -> None:
        self.cards.shelf.filter(list(Shelf)[self.shelves.checkedId()], self.search.text())

    # ---- doing

    def _judge(self) -> None:
        chosen = self.cards.chosen
        kept = chosen is not None and chosen.item is not None
        self.add.setEnabled(self._schedule.writable)
        for button in (self.edit, self.remove):
            button.setEnabled(kept)
            button.setToolTip("" if kept else _("Choose a spot or pod; templates are in the show file"))

    def _insert(self) -> None:
        if (chosen := self.cards.chosen) is not None:
            self.inserted.emit(chosen.dropped)

    def _add(self) -> None:
        self._open(None)

    def _edit(self) -> None:
        chosen = self.cards.chosen
        if chosen is not None and chosen.item is not None:
            self._open(chosen.item)

    def _open(self, item: LibraryItem | None) -> None:
        if not self._schedule.writable:
            return
        if self.form is not None:
            self.form.close()
        taken = {one.id for one in self._items}
        form = self.form = SpotForm(self._schedule, self._skin, item, taken, self.window())
        form.saved.connect(self._on_saved)
        form.finished.connect(lambda _code: self._on_closed(form))
        form.show()
        form.raise_()

    def _on_closed(self, form: SpotForm) -> None:
        if self.form is form:
            self.form = None

    def _on_saved(self, item: LibraryItem) -> None:
        self._items = sorted([*(one for one in self._items if one.id != item.id), item], key=lambda one: one.title)
        self._show()
        self._choose(item.title)

    def _remove(self) -> None:
        chosen = self.cards.chosen
        if chosen is None or chosen.item is None:
            return
        item, by = chosen.item, self._schedule.desk.operator

        def done(_nothing: None) -> None:
            self._items = [one for one in self._items if one.id != item.id]
            self._show()

        def failed(error: SplicedeckError) -> None:
            self.said.emit(_("{title} is not removed: {error}").format(title=item.title, error=error))
            self.read()

        self._schedule.call(lambda face: face.remove_spot(item.id, item.version, by=by), done, failed)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        for widget in (self.head, self.search, self.cards):
            widget.dress(skin)
        for button in self.findChildren(TextButton):
            button.dress(skin)
