"""The bar below the tiles: layouts, pages, and what is out of sight."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.fonts import BOLD, MEDIUM
from app.ui.grammar import Tone
from app.ui.icons import Icon, draw_icon
from app.ui.multiview.layouts import TELLS, TileLayout
from app.ui.multiview.outlook import Outlook
from app.ui.multiview.tile_view import TileView
from app.ui.theme import Skin
from app.ui.widgets.painting import elided, width_of, write
from app.ui.widgets.text_button import TextButton
from app.ui.words import _

_HIGH, _HIGH_ROOMY = 24, 32  # as high as its buttons: four rows of tiles need the rest
_PAD = 8.0


class TileBar(QWidget):
    """``chosen``: a layout; ``turned``: pages on or back; ``show_asked``: what is out of sight is to be seen."""

    chosen = Signal(object)
    turned = Signal(int)
    show_asked = Signal(str)

    def __init__(self, skin: Skin, parent: QWidget) -> None:
        super().__init__(parent)
        self._skin, self.shown, self._notice = skin, Outlook(), ""
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(6, 0, 6, 0)
        self._row.setSpacing(4)
        self.layouts = {
            layout: self._button(layout.words, _("Tiles: {tells}").format(tells=TELLS[layout])) for layout in TileLayout
        }
        for layout, button in self.layouts.items():
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, layout=layout: self._choose(layout))
        self.back, self.on = self._button("<", _("Page back")), self._button(">", _("Next page"))
        self.back.clicked.connect(lambda: self.turned.emit(-1))
        self.on.clicked.connect(lambda: self.turned.emit(1))
        self._row.addStretch(1)
        self.bring = self._button(_("Show"), _("Bring into sight what is told here"))
        self.bring.clicked.connect(lambda: self.show_asked.emit(self.shown.first))
        self._buttons = [*self.layouts.values(), self.back, self.on, self.bring]
        self.hide()

    def _button(self, words: str, tells: str) -> TextButton:
        made = TextButton(words, self._skin, self)
        made.setAccessibleName(tells)
        made.setToolTip(tells)
        self._row.addWidget(made)
        return made

    def add(self, words: str, tells: str) -> TextButton:
        """One more button, at the right."""
        made = self._button(words, tells)
        self._buttons.append(made)
        return made

    def _choose(self, layout: TileLayout) -> None:
        for one, button in self.layouts.items():
            button.setChecked(one is layout)
        self.chosen.emit(layout)

    @property
    def high(self) -> int:
        """What it takes of the room."""
        return _HIGH_ROOMY if self._skin.density.roomy else _HIGH

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        for button in self._buttons:
            button.dress(skin)
        self.update()

    def notice(self, words: str) -> None:
        """About the window that it is in; stays until it is taken back."""
        if words != self._notice:
            self._notice = words
            self._say()

    def serve(self, view: TileView) -> None:
        """Have its buttons act on this view."""
        self.chosen.connect(view.choose)
        self.turned.connect(view.turn)
        self.show_asked.connect(view.show)

    def tell(self, view: TileView, said: Outlook) -> None:
        """Show how a view is, and what it says."""
        layout, paged = view.arrangement.layout, len(view.wall.pages) > 1 and not view.wall.zoomed
        for one, button in self.layouts.items():
            button.setChecked(one is layout)
        for turner in (self.back, self.on):
            turner.setVisible(paged)
        if said == self.shown:
            return
        self.shown = said
        self.bring.setVisible(bool(said.first))
        self._say()

    def _say(self) -> None:
        words = ". ".join(filter(None, (self._place, self.shown.unseen)))
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    @property
    def _place(self) -> str:
        return ", ".join(filter(None, (self.shown.place, self._notice)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The words between the buttons; what is out of sight has its colour, its icon and its word."""
        painter, p, d = QPainter(self), self._skin.palette, self._skin.density
        painter.fillRect(self.rect(), p.bg2)
        size = d.body if d.roomy else d.small
        before = [button for button in (self.on, self.layouts[TileLayout.TWO_EIGHT]) if not button.isHidden()]
        after = [one for one in self._buttons[self._buttons.index(self.bring) :] if not one.isHidden()]
        left = before[0].geometry().right() + 1 + _PAD
        right = (after[0].geometry().left() if after else self.width()) - _PAD
        place = elided(self._place, right - left, size, MEDIUM)
        write(painter, QRectF(left, 0, right - left, self.height()), place, p.text, size, MEDIUM)
        if not self.shown.unseen:
            return
        left += width_of(place, size, MEDIUM) + (2 * _PAD if place else 0)
        colour = self.shown.tone.colour(p)
        if self.shown.tone in {Tone.RED, Tone.AMBER}:
            icon = Icon.OCTAGON_CROSS if self.shown.tone is Tone.RED else Icon.TRIANGLE
            draw_icon(painter, icon, QRectF(left, self.height() / 2 - size / 2, size, size), colour)
            left += size + 6
        words = elided(self.shown.unseen, right - left, size, BOLD)
        write(painter, QRectF(left, 0, right - left, self.height()), words, colour, size, BOLD)
