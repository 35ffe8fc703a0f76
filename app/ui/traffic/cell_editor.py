"""The field that opens in a cell. What can't be taken keeps it open, with the reason below it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.ui.fonts import MEDIUM, font
from app.ui.icons import Icon
from app.ui.theme import Palette, Skin
from app.ui.widgets.painting import draw_edge, icon_and_words, width_of
from app.ui.words import _


def field_sheet(palette: Palette, *, wrong: bool = False) -> str:
    """A field's dress; a wrong one is dashed red."""
    edge = f"2px dashed {palette.red.name()}" if wrong else f"2px solid {palette.blue.name()}"
    rest = f"2px dashed {palette.red.name()}" if wrong else f"1px solid {palette.edge.name()}"
    return (
        f"QLineEdit {{ background: {palette.bg0.name()}; color: {palette.hi.name()}; border: {rest}; "
        f"padding: 0 6px; selection-background-color: {palette.blueb.name()}; border-radius: 3px; }}"
        f"QLineEdit:focus {{ border: {edge}; }}"
    )


def form_field(parent: QWidget, name: str, words: str, skin: Skin) -> QLineEdit:
    """A field of a dialog, by its name for assistive technology."""
    made = QLineEdit(words, parent)
    made.setAccessibleName(name)
    made.setFont(font(skin.density.body, MEDIUM))
    made.setStyleSheet(field_sheet(skin.palette))
    made.setFixedHeight(28)
    return made


def form_sheet(palette: Palette) -> str:
    """Boxes and lists of a dialog, which the desktop's style would draw dark on dark."""
    p = palette
    return f"""
    QComboBox {{ background: {p.bg3.name()}; color: {p.hi.name()}; border: 1px solid {p.edge.name()};
        border-radius: 5px; padding: 5px 10px; font-weight: 700; }}
    QComboBox:focus {{ border: 2px solid {p.blue.name()}; padding: 4px 9px; }}
    QComboBox QAbstractItemView {{ background: {p.bg2.name()}; color: {p.hi.name()};
        selection-background-color: {p.blueb.name()}; border: 1px solid {p.edge.name()}; }}
    QCheckBox {{ color: {p.text.name()}; spacing: 8px; }}
    QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {p.edge.name()}; border-radius: 3px;
        background: {p.bg0.name()}; }}
    QCheckBox::indicator:checked {{ background: {p.face.name()}; border: 3px solid {p.bg0.name()};
        outline: 1px solid {p.hi.name()}; }}
    QCheckBox:focus {{ color: {p.blue.name()}; }}
    QProgressBar {{ background: {p.bg3.name()}; border: none; border-radius: 3px; }}
    QProgressBar::chunk {{ background: {p.blue.name()}; border-radius: 3px; }}
    QPlainTextEdit, QTableWidget {{ background: {p.bg0.name()}; color: {p.hi.name()};
        border: 1px solid {p.edge.name()}; gridline-color: {p.line.name()}; }}
    QHeaderView::section {{ background: {p.bg2.name()}; color: {p.dim.name()}; border: none; padding: 4px 8px; }}
    """


class ReasonLabel(QWidget):
    """Why a field is not taken; stands over the rows below it, or above where there is no room."""

    def __init__(self, skin: Skin, parent: QWidget) -> None:
        super().__init__(parent)
        self.skin, self.words, self._room = skin, "", parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_at(self, words: str, field: QWidget) -> None:
        """Tell these words of a field of the same parent."""
        self.words = words
        self.setAccessibleName(_("Refused: {words}").format(words=words))
        room, size = self._room.rect(), self.skin.density.body
        width = min(room.width() - 8, round(width_of(words, size, MEDIUM)) + size + 34)
        height = size + 14
        top = field.geometry().bottom() + 2
        if top + height > room.bottom():
            top = field.geometry().top() - height - 2
        left = max(4, min(field.geometry().left(), room.right() - width - 4))
        self.setGeometry(left, top, width, height)
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """As a refused button: dark, dashed red."""
        painter, box, p = QPainter(self), QRectF(self.rect()), self.skin.palette
        painter.fillRect(box, p.redb)
        draw_edge(painter, box, p.red, 1.5, dashed=True)
        size = self.skin.density.body
        icon_and_words(painter, box.adjusted(9, 0, -6, 0), Icon.OCTAGON_CROSS, self.words, p.hi, size, MEDIUM)


class CellEditor(QLineEdit):
    """A line in a cell; ``refuse`` says why it is not taken, until something else is typed."""

    def __init__(self, skin: Skin, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self._skin = skin
        self.setFont(font(skin.density.body))
        self.setStyleSheet(field_sheet(skin.palette))
        self.setAccessibleName(name)
        self.reason = ReasonLabel(skin, parent)
        self.textEdited.connect(self._take_back)
        self.destroyed.connect(self.reason.deleteLater)

    def refuse(self, words: str) -> None:
        """Stay open, and say why."""
        self.setStyleSheet(field_sheet(self._skin.palette, wrong=True))
        self.setAccessibleDescription(words)
        self.reason.show_at(words, self)
        self.selectAll()

    def _take_back(self) -> None:
        if self.reason.isVisible():
            self.reason.hide()
            self.setAccessibleDescription("")
            self.setStyleSheet(field_sheet(self._skin.palette))
