"""The status bar: the engine, the screen's own lateness, what is pushed; the keys at the right."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent

from app.ui.fonts import BOLD
from app.ui.grammar import Tone
from app.ui.icons import Icon, draw_icon
from app.ui.presses import Press
from app.ui.widgets.painted import Painted
from app.ui.widgets.painting import RIGHT, elided, width_of, write


@dataclass(frozen=True, slots=True)
class StatusFace:
    """Words at the left in a tone; keys at the right."""

    words: str = ""
    tone: Tone = Tone.GREEN
    keys: str = ""


class StatusLine(Painted[StatusFace]):
    """Paints a ``StatusFace``; the keys give way to the words. A refused press is told here in its full length."""

    _refusal = ""

    def show_refusal(self, press: Press | None) -> None:
        """What was refused on the selected channel, as long as its button says so."""
        refusal = f"{press.verb.value} refused: {press.reason}" if press is not None else ""
        if refusal != self._refusal:
            self._refusal = refusal
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One line."""
        painter, box, d, p = QPainter(self), QRectF(self.rect()), self.skin.density, self.skin.palette
        painter.fillRect(box, p.bg2)
        size = d.body if d.roomy else d.small
        tone = Tone.RED if self._refusal else self.shown.tone
        icon = {Tone.GREEN: Icon.CHECK_DISC, Tone.RED: Icon.OCTAGON_CROSS}.get(tone, Icon.TRIANGLE)
        draw_icon(painter, icon, QRectF(11, box.center().y() - size / 2, size, size), tone.colour(p))
        inner = box.adjusted(11 + size + 6, 0, -12, 0)
        words = elided(self._refusal or self.shown.words, inner.width(), size, BOLD)
        colour = p.text if tone is Tone.GREEN else tone.colour(p)
        write(painter, inner, words, colour, size)
        if width_of(words, size) + width_of(self.shown.keys, size) + 40 < inner.width():
            write(painter, inner, self.shown.keys, p.dim, size, BOLD, RIGHT)
