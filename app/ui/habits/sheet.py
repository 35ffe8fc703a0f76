"""A sheet over the left of the window: strip, cue column and status bar stay in sight, and every cue key goes on."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.theme import Skin
from app.ui.widgets.painting import draw_edge, elided, width_of, write
from app.ui.widgets.text_button import TextButton
from app.ui.words import _, inner


class Sheet(QWidget):
    """A child of the window, so no window of its own can take the keys. ``closed``: Esc, its button, or its key again.

    Subclasses put what they show into ``body`` and their buttons into ``row``.
    """

    closed = Signal()

    def __init__(self, title: str, skin: Skin, parent: QWidget) -> None:
        super().__init__(parent)
        self.skin, self._title, self._before = skin, title, parent
        self.setAccessibleName(title)
        self.setAutoFillBackground(True)
        self.close_button = TextButton(_("Close (Esc)"), skin, self)
        self.close_button.setAccessibleName(_("Close {title}").format(title=inner(title)))
        self.close_button.setToolTip(_("Close this sheet; nothing is lost"))
        self.close_button.clicked.connect(self.shut)
        self.row, self.body = QHBoxLayout(), QVBoxLayout()
        self.row.setSpacing(6)
        self._whole = QVBoxLayout(self)
        self._whole.setSpacing(8)
        self._whole.addLayout(self.row)
        self._whole.addLayout(self.body, 1)
        self.hide()

    def button(self, words: str, tells: str, act: object) -> TextButton:
        """One for ``row``; ``tells``: what it does, ``act``: does it."""
        made = TextButton(words, self.skin, self)
        made.setAccessibleName(words)
        made.setToolTip(tells)
        made.clicked.connect(act)
        return made

    def first(self) -> QWidget:
        """What has the focus once it is open."""
        return self.close_button

    def open(self) -> None:
        """Show it; the focus goes in, and back where it was at its end."""
        if self.isHidden():
            self._before = self._focused() or self.window()
            self.show()
        self.raise_()
        self.first().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def shut(self) -> None:
        """Hide it."""
        if self.isHidden():
            return
        focused = self._focused()
        inside = focused is not None and self.isAncestorOf(focused)
        self.hide()
        if inside:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def _focused(self) -> QWidget | None:
        return self.window().focusWidget()

    def toggle(self) -> None:
        """Open it, or close it."""
        self.open() if self.isHidden() else self.shut()

    def place(self, area: QRect) -> None:
        """All of the room that may be covered."""
        self.setGeometry(area)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self.skin = skin
        side = 14 if skin.density.roomy else 10
        self._whole.setContentsMargins(side, 10, side, side)
        for button in self.findChildren(TextButton):
            button.dress(skin)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes it; what it has no use for stays here: nothing below it is meant."""
        if event.key() == Qt.Key.Key_Escape:
            self.shut()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, frame, title."""
        painter, box, d, p = QPainter(self), QRectF(self.rect()), self.skin.density, self.skin.palette
        painter.fillRect(box, p.bg1)
        draw_edge(painter, box, p.edge, 1)
        row = QRectF(self.row.geometry())
        wide = self.close_button.x() - row.left() if self.row.count() else row.width()
        write(painter, row, elided(self._title, wide, d.title), p.hi, d.title)

    def title_width(self) -> int:
        """How much of the head row the title takes."""
        return round(width_of(self._title, self.skin.density.title)) + 18
