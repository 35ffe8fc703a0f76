"""What the hand does with tiles: drags one to another place, opens its menu, presses it twice."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QMenu, QWidget

from app.ui.desk import Desk
from app.ui.fonts import BOLD
from app.ui.grid import Cell
from app.ui.multiview.layouts import TileLayout
from app.ui.multiview.tile_view import TileView
from app.ui.theme import Palette
from app.ui.widgets.painting import MIDDLE, draw_edge, elided, write
from app.ui.widgets.tile_handle import TileHandle
from app.ui.widgets.tile_menu import tile_menu
from app.ui.words import _

_WORDS = 14


class TileHands(QObject):
    """Of one multiviewer, whose tiles stand in ``view``'s wall. ``dragged``, ``target``: channels; "" while none is."""

    def __init__(self, viewer: QWidget, view: TileView, desk: Desk) -> None:
        super().__init__(viewer)
        self._viewer, self._view, self._desk = viewer, view, desk
        self._handles: list[TileHandle] = []
        self.dragged = self.target = ""
        self._pressed = ""  # the tile under the first of two presses: the second may find another in its place

    def hold(self, handle: TileHandle) -> None:
        """From now on the hand holds this one too."""
        name = handle.name
        self._handles.append(handle)
        handle.held.connect(partial(self._on_held, name))
        handle.dragged.connect(partial(self._on_dragged, name))
        handle.dropped.connect(partial(self._on_dropped, name))
        handle.given_up.connect(self._clear)
        handle.doubled.connect(self._on_doubled)
        handle.stepped.connect(partial(self._view.step, name))
        handle.menu_asked.connect(partial(self._on_menu, name))

    def place(self, shown: Sequence[TileHandle]) -> None:
        """Where the wall has them, and in that order for Tab; the others are out of reach."""
        for handle in self._handles:
            if handle not in shown:
                handle.hide()
        for handle, cell in zip(shown, self._view.wall.cells, strict=True):
            handle.setGeometry(cell.cell)
            handle.show()
        for before, after in pairwise(shown):
            QWidget.setTabOrder(before, after)

    def let_go(self) -> None:
        """Of all: the tiles are made anew, or nobody sees them."""
        self.give_up()
        self._view.hold(held=False)

    def forget(self) -> None:
        """The handles are gone."""
        self.let_go()
        self._handles.clear()

    def give_up(self) -> bool:
        """End the drag without effect; False where there is none."""
        return any(handle.give_up() for handle in self._handles)

    def _on_held(self, name: str, held: bool) -> None:
        if held:
            self._pressed = name
        self._view.hold(held=held)

    def _on_dragged(self, name: str, at: QPoint) -> None:
        target = self._at(at)
        if (name, target) != (self.dragged, self.target):
            self.dragged, self.target = name, "" if target == name else target
            self._viewer.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._viewer.update()

    def _on_dropped(self, name: str, at: QPoint) -> None:
        self._clear()
        if target := self._at(at):
            self._view.drop(name, target)

    def _clear(self) -> None:
        self.dragged = self.target = ""
        self._viewer.unsetCursor()
        self._viewer.update()

    def _at(self, at: QPoint) -> str:
        here, shown = self._viewer.mapFromGlobal(at), self._view.wall
        found = (name for name, cell in zip(shown.shown, shown.cells, strict=True) if cell.cell.contains(here))
        return next(found, "")

    def _on_doubled(self) -> None:
        self._view.zoom(self._pressed)

    def _on_menu(self, name: str, at: QPoint) -> None:
        self.menu(name).popup(at)

    def menu(self, name: str) -> QMenu:
        """What can be done with a tile and with all; nothing of it touches the air."""
        view = self._view
        made = tile_menu(next(handle for handle in self._handles if handle.name == name), self._desk)
        made.addSeparator()
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shown = self._desk.shown_name(name)
        made.addAction(
            _("All tiles again") if view.wall.zoomed else _("{shown} alone").format(shown=shown),
            partial(view.zoom, name),
        )
        pin = made.addAction(_("Keep {shown} large").format(shown=shown), partial(view.pin, name))
        pin.setCheckable(True)
        pin.setChecked(view.pinned(name))
        made.addSeparator()
        for layout in TileLayout:
            choice = made.addAction(_("Layout {layout}").format(layout=layout.words), partial(view.choose, layout))
            choice.setCheckable(True)
            choice.setChecked(layout is view.arrangement.layout)
        made.addSeparator()
        if len(view.wall.pages) > 1:
            made.addAction(_("Next page"), partial(view.turn, 1))
            made.addAction(_("Page back"), partial(view.turn, -1))
        made.addAction(view.window_words, view.window_asked.emit)
        return made

    def paint(self, painter: QPainter, cell: Cell, name: str, p: Palette) -> None:
        """Over a tile's picture: dark while it is carried; a blue edge, and what would happen, where it would go."""
        box = QRectF(cell.picture)
        if self.dragged and name == self.dragged:
            painter.fillRect(box, QColor(0, 0, 0, 150))
        if self.target and name == self.target:
            ground = QRectF(box.left(), box.center().y() - _WORDS, box.width(), 2 * _WORDS)
            painter.fillRect(ground, p.blueb)
            moved = self._desk.shown_name(self.dragged)
            words = _("{moved} here").format(moved=moved)
            if self._is_large(name):
                words = _("{moved}, always large").format(moved=moved)
            elif self._is_large(self.dragged):
                words = _("{moved} here while not large").format(moved=moved)
            write(painter, ground, elided(words, box.width() - 12, _WORDS), p.hi, _WORDS, BOLD, MIDDLE)
            draw_edge(painter, box, p.blue, 6)

    def _is_large(self, name: str) -> bool:
        shown = self._view.wall
        return shown.layout is not TileLayout.GRID and name not in {one for page in shown.pages for one in page}
