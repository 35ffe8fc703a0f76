"""What the pages of the set-up are made of: labelled fields, and the words below them."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.ui.fonts import BOLD, MEDIUM, font
from app.ui.grammar import Tone
from app.ui.theme import Skin
from app.ui.traffic.cell_editor import field_sheet


class Words(QLabel):
    """A few sentences that wrap; a refusal is red, has its own ground and begins with its word."""

    def __init__(self, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._skin = skin
        self.setWordWrap(True)
        self.setFont(font(skin.density.body, MEDIUM))
        self.tell("")

    def tell(self, words: str, tone: Tone = Tone.PLAIN) -> None:
        """Say it; "" for nothing."""
        p = self._skin.palette
        marks = {
            Tone.RED: ("✕  ", p.hi, p.redb),
            Tone.GREEN: ("✓  ", p.hi, p.greenb),
            Tone.AMBER: ("!  ", p.hi, p.amberb),
        }
        mark, colour, ground = marks.get(tone, ("", p.text, p.bg1))
        self.setText(f"{mark}{words}" if words else "")
        self.setAccessibleName(words)
        edge = f"border-left: 3px solid {p.red.name()};" if tone is Tone.RED else ""
        pad = "padding: 5px 8px;" if words and mark else "padding: 0;"
        self.setStyleSheet(f"QLabel {{ color: {colour.name()}; background: {ground.name()}; {edge} {pad} }}")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may need another line."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """A crowded page would cut its lines."""
        self.setMinimumHeight(self.heightForWidth(self.width()) if self.text() else 0)


class Field(QLineEdit):
    """A line of text with a name for those who can't see its label."""

    def __init__(self, skin: Skin, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._skin = skin
        self.setAccessibleName(name)
        self.setFont(font(skin.density.body, MEDIUM))
        self.setFixedHeight(30)
        self.mark(wrong=False)

    def mark(self, *, wrong: bool) -> None:
        """Whether what stands in it was refused."""
        self.setStyleSheet(field_sheet(self._skin.palette, wrong=wrong))


def heading(words: str, skin: Skin) -> QLabel:
    """The title of a page."""
    label = QLabel(words)
    label.setFont(font(skin.density.title, BOLD))
    return label


def caption(words: str, skin: Skin) -> QLabel:
    """What a field is for."""
    label = QLabel(words)
    label.setFont(font(skin.density.body, BOLD))
    return label


def explanation(words: str, skin: Skin) -> QLabel:
    """A sentence of help."""
    label = QLabel(words)
    label.setWordWrap(True)
    label.setFont(font(skin.density.body, MEDIUM))
    label.setStyleSheet(f"color: {skin.palette.dim.name()};")
    return label


def row(*widgets: QWidget, stretch: bool = False) -> QHBoxLayout:
    """Side by side; fields take what is left, or ``stretch``: the room behind them does."""
    line = QHBoxLayout()
    line.setSpacing(8)
    for widget in widgets:
        line.addWidget(widget, 1 if isinstance(widget, QLineEdit | QPlainTextEdit | Words) else 0)
    if stretch:
        line.addStretch()
    return line


def page_layout(page: QWidget) -> QVBoxLayout:
    """Of a page."""
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    return layout
