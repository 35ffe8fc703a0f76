"""The values behind the charts as a plain table: what assistive technology reads, and the clipboard takes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from app.ui.theme import Skin
from app.ui.words import _


class ValuesDialog(QDialog):
    """Not modal. Newest row first; Ctrl+C copies the chosen rows with their heads, tabs between."""

    def __init__(
        self, heads: tuple[str, ...], rows: list[tuple[str, ...]], skin: Skin, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Values of the charts"))
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.table = QTableWidget(len(rows), len(heads), self)
        self.table.setAccessibleName(_("Values of the charts, newest first"))
        self.table.setHorizontalHeaderLabels(list(heads))
        self.table.verticalHeader().setDefaultSectionSize(skin.density.row)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        for number, row in enumerate(reversed(rows)):
            for column, words in enumerate(row):
                self.table.setItem(number, column, QTableWidgetItem(words))
        self.table.resizeColumnsToContents()
        layout = QVBoxLayout(self)
        layout.addWidget(self.table)
        self.resize(760, 420)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy; all else as any dialog."""
        if not event.matches(QKeySequence.StandardKey.Copy):
            super().keyPressEvent(event)
            return
        table = self.table
        chosen = sorted({index.row() for index in table.selectedIndexes()})
        columns = range(table.columnCount())
        heads = "\t".join(_words(table.horizontalHeaderItem(column)) for column in columns)
        lines = ["\t".join(_words(table.item(row, column)) for column in columns) for row in chosen]
        QGuiApplication.clipboard().setText("\n".join([heads, *lines]))


def _words(item: QTableWidgetItem | None) -> str:
    return "" if item is None else item.text()
