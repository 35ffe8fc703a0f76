"""A widget that paints itself from one frozen value, and only when that value has changed."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.ui.theme import Skin


class Painted[Shown](QWidget):
    """``shown`` is what it paints; ``show_value`` repaints when it differs."""

    def __init__(self, skin: Skin, shown: Shown, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.skin, self.shown = skin, shown

    def show_value(self, shown: Shown) -> None:
        """Paint this from now on."""
        if shown != self.shown:
            self.shown = shown
            self.update()

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self.skin = skin
        self.updateGeometry()
        self.update()
