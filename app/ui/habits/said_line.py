"""A line at the foot of a sheet: what can be done here, or what was refused and why."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui.fonts import BOLD, MEDIUM
from app.ui.grammar import Tone
from app.ui.theme import Skin
from app.ui.widgets.painted import Painted
from app.ui.widgets.painting import elided, write


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence and its tone."""

    words: str = ""
    tone: Tone = Tone.QUIET


class SaidLine(Painted[Said]):
    """One line; the whole of it as its tool tip."""

    def __init__(self, skin: Skin, parent: QWidget) -> None:
        super().__init__(skin, Said(), parent)
        self.dress(skin)

    def say(self, words: str, tone: Tone = Tone.QUIET) -> None:
        """Show this from now on."""
        self.show_value(Said(words, tone))
        self.setAccessibleName(words)
        self.setToolTip(words)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        super().dress(skin)
        self.setFixedHeight(26 if skin.density.roomy else 22)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Quiet in grey, a refusal in its colour."""
        painter, box, d, p = QPainter(self), QRectF(self.rect()), self.skin.density, self.skin.palette
        quiet = self.shown.tone is Tone.QUIET
        weight = MEDIUM if quiet else BOLD
        words = elided(self.shown.words, box.width(), d.body, weight)
        write(painter, box, words, p.text if quiet else self.shown.tone.colour(p), d.body, weight)
