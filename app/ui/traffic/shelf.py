"""What the library holds, as rows of a list that can be dragged onto the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QObject, Qt

from app.model.library import LibraryItem, LibraryKind
from app.model.status import TemplateStatus
from app.ui import text
from app.ui.model_words import shown
from app.ui.schedule.edits import Dropped
from app.ui.schedule.mime import LIBRARY_MIME, mime_of
from app.ui.traffic.house_time import length_shown
from app.ui.traffic.plain_table import NO_PARENT, Index
from app.ui.words import _


class Shelf(StrEnum):
    """What is looked at; the words of its button."""

    ALL = _("All")
    PODS = _("Pods")
    SPOTS = _("Spots")
    OWN = _("Own")
    FILL = _("Fill")
    TEMPLATES = _("Templates")


_KINDS = {
    Shelf.PODS: LibraryKind.POD,
    Shelf.SPOTS: LibraryKind.SPOT,
    Shelf.OWN: LibraryKind.OWN,
    Shelf.FILL: LibraryKind.FILL,
}


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """``item`` None: a template of the show file, which the library can't change."""

    title: str
    detail: str
    length: str
    dropped: Dropped
    item: LibraryItem | None
    shelf: Shelf

    @property
    def spoken(self) -> str:
        """In one sentence."""
        return ", ".join(part for part in (self.title, self.length, self.detail) if part)


def row_of_item(item: LibraryItem) -> ShelfRow:
    """A spot or a pod."""
    shelf = next(shelf for shelf, kind in _KINDS.items() if kind is item.kind)
    what = (
        shown(item.kind.value)
        if item.kind in {LibraryKind.OWN, LibraryKind.FILL}
        else text.counted(len(item.spots), "{n} ad", "{n} ads")
    )
    return ShelfRow(
        item.title, f"{what} · {item.id}", length_shown(item.duration_s), Dropped.of_item(item), item, shelf
    )


def row_of_template(template: TemplateStatus) -> ShelfRow:
    """A template of the selected channel."""
    length = "" if template.duration_s is None else length_shown(template.duration_s)
    dropped = Dropped(template.name, duration_s=template.duration_s, template=template.name)
    return ShelfRow(template.name, _("template"), length, dropped, None, Shelf.TEMPLATES)


class ShelfModel(QAbstractListModel):
    """Rows of one shelf that have all the words looked for."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[ShelfRow] = []
        self._all: list[ShelfRow] = []
        self._shelf, self._words = Shelf.ALL, ""

    @property
    def known(self) -> int:
        """How many there are, whatever is looked for."""
        return len(self._all)

    def show_rows(self, rows: Sequence[ShelfRow]) -> None:
        """Hold these."""
        if list(rows) != self._all:
            self._all = list(rows)
            self._arrange()

    def filter(self, shelf: Shelf, words: str) -> None:
        """Show only these."""
        if (shelf, words.lower()) != (self._shelf, self._words):
            self._shelf, self._words = shelf, words.lower()
            self._arrange()

    def _arrange(self) -> None:
        self.beginResetModel()
        self.rows = [row for row in self._all if self._is_wanted(row)]
        self.endResetModel()

    def _is_wanted(self, row: ShelfRow) -> bool:
        spots = " ".join(f"{spot.id} {spot.title}" for spot in row.dropped.spots)
        searched = f"{row.spoken} {spots}".lower()
        return self._shelf in {Shelf.ALL, row.shelf} and all(word in searched for word in self._words.split())

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Qt's own."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's own; the ads of a pod in the tool tip."""
        row = self.rows[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return row.spoken
        if role == Qt.ItemDataRole.ToolTipRole:
            ads = [f"{spot.id}  {spot.title}  {length_shown(spot.duration_s)}" for spot in row.dropped.spots]
            return "\n".join([row.spoken, *ads])
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """All can be dragged."""
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        """The library's own."""
        return [LIBRARY_MIME]

    def mimeData(self, indexes: Sequence[Index]) -> QMimeData:
        """What a drag carries."""
        return mime_of(*(self.rows[index.row()].dropped for index in indexes))
