"""The status bar: the engine, the screen's own lateness, what is pushed; the keys at the right."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QContextMenuEvent, QPainter, QPaintEvent

from app.ui.fonts import BOLD
from app.ui.grammar import Tone
from app.ui.icons import Icon, draw_icon
from app.ui.presses import Press
from app.ui.widgets.copying import show_copy_menu
from app.ui.widgets.painted import Painted
from app.ui.widgets.painting import RIGHT, elided, width_of, write
from app.ui.words import _


@dataclass(frozen=True, slots=True)
class StatusLamp:
    """A lamp with its words."""

    words: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class StatusFace:
    """Words at the left in a tone, the store's lamp after them; keys at the right."""

    words: str = ""
    tone: Tone = Tone.GREEN
    keys: str = ""
    store: StatusLamp | None = None


_ICONS = {Tone.GREEN: Icon.CHECK_DISC, Tone.RED: Icon.OCTAGON_CROSS}


class StatusLine(Painted[StatusFace]):
    """Paints a ``StatusFace``; the keys give way to the words. A refused press is told here in its full length."""

    _refusal = ""
    last_refusal = ""  # also when it stands no more: to be copied
    last = ""  # what came last from the keys or a surface, in the place of the keys' names

    def show_refusal(self, press: Press | None) -> None:
        """What was refused on the selected channel, as long as its button says so."""
        refusal = (
            _("{value} refused: {reason}").format(value=press.verb.value, reason=press.reason)
            if press is not None
            else ""
        )
        if refusal != self._refusal:
            self._refusal, self.last_refusal = refusal, refusal or self.last_refusal
            self.update()

    def show_last(self, words: str) -> None:
        """What came last; "": the keys' names again."""
        if words != self.last:
            self.last = words
            self.update()

    def show_value(self, shown: StatusFace) -> None:
        """Paint this from now on."""
        super().show_value(shown)
        told = [shown.words, shown.store.words if shown.store is not None else ""]
        self.setAccessibleName(" · ".join(filter(None, told)))
        self.setToolTip(self.accessibleName())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Copy the refusal, else what the line says."""
        show_copy_menu(event.globalPos(), self, self._refusal or self.accessibleName())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One line."""
        painter, box, d, p = QPainter(self), QRectF(self.rect()), self.skin.density, self.skin.palette
        painter.fillRect(box, p.bg2)
        size = d.body if d.roomy else d.small
        engine = StatusLamp(self._refusal, Tone.RED) if self._refusal else StatusLamp(self.shown.words, self.shown.tone)
        left = self._paint_lamp(painter, box.adjusted(11, 0, -12, 0), engine, size)
        if self.shown.store is not None and left + 60 < box.right():
            left = self._paint_lamp(
                painter, QRectF(left + 16, 0, box.right() - left - 28, box.height()), self.shown.store, size
            )
        keys = elided(self.last, max(0.0, box.right() - left - 42), size, BOLD) or self.shown.keys
        if left + width_of(keys, size) + 30 < box.right():
            write(painter, box.adjusted(0, 0, -12, 0), keys, p.hi if self.last else p.dim, size, BOLD, RIGHT)

    def _paint_lamp(self, painter: QPainter, box: QRectF, lamp: StatusLamp, size: int) -> float:
        """Icon and words; where they end."""
        p, tone = self.skin.palette, lamp.tone
        icon = _ICONS.get(tone, Icon.TRIANGLE)
        draw_icon(painter, icon, QRectF(box.left(), box.center().y() - size / 2, size, size), tone.colour(p))
        inner = box.adjusted(size + 6, 0, 0, 0)
        words = elided(lamp.words, inner.width(), size, BOLD)
        write(painter, inner, words, p.text if tone is Tone.GREEN else tone.colour(p), size)
        return inner.left() + width_of(words, size)
