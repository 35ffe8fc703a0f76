"""What a user does to docks without dragging: by key, from the palette, or from the menu of a title."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu

from app.ui.docks.dock import Dock
from app.ui.words import _

if TYPE_CHECKING:
    from app.ui.docks.room import DockRoom
    from app.ui.rooms import Rooms

_LOCKED = _("The panel is locked: its docks stay where they are until it is unlocked")
_SIDES = {
    Qt.DockWidgetArea.LeftDockWidgetArea: _("Move to the left"),
    Qt.DockWidgetArea.TopDockWidgetArea: _("Move to the top"),
    Qt.DockWidgetArea.RightDockWidgetArea: _("Move to the right"),
    Qt.DockWidgetArea.BottomDockWidgetArea: _("Move to the bottom"),
}


class DockHand(QObject):
    """Acts on the dock that has the focus; on the first of the preset where none has it."""

    def __init__(self, rooms: Rooms) -> None:
        super().__init__(rooms)
        self._rooms = rooms

    def serve(self, room: DockRoom) -> None:
        """From now on the menus of its docks, too."""
        for dock in room.docks:
            dock.menu_asked.connect(self._open_menu)

    @property
    def _room(self) -> DockRoom:
        return self._rooms.room

    def _with_focus(self) -> Dock | None:
        widget = QApplication.focusWidget()
        while widget is not None and widget not in self._room.docks:
            widget = widget.parentWidget()
        return widget if isinstance(widget, Dock) else None

    def _free(self) -> bool:
        if self._room.locked:
            self._rooms.told.emit(_LOCKED)
        return not self._room.locked

    def focus_next(self) -> None:
        """Give the focus to the next panel of the preset."""
        docks, now = self._room.docks, self._with_focus()
        docks[(docks.index(now) + 1) % len(docks) if now in docks else 0].take_focus()

    def move_on(self) -> None:
        """To the next side of the window, clockwise."""
        dock = self._with_focus() or self._room.docks[0]
        sides = list(_SIDES)
        side = self._room.dockWidgetArea(dock)
        self.move_to(dock, sides[(sides.index(side) + 1) % len(sides)] if side in sides else sides[0])

    def move_to(self, dock: Dock, side: Qt.DockWidgetArea) -> None:
        """To this side of the window."""
        if self._free():
            had_focus = self._with_focus() is dock
            dock.setFloating(False)
            self._room.addDockWidget(side, dock)
            self._room.moved_by_hand()
            if had_focus:
                dock.take_focus()

    def tab_with(self, dock: Dock, other: Dock) -> None:
        """Into the other's place, as a tab."""
        if self._free():
            other.setFloating(False)
            dock.setFloating(False)
            self._room.tabifyDockWidget(other, dock)
            dock.raise_()
            self._room.moved_by_hand()

    def float_or_put_back(self, dock: Dock | None = None) -> None:
        """Make it a window of its own, or put it back into this one."""
        if self._free():
            chosen = dock or self._with_focus() or self._room.docks[0]
            chosen.setFloating(not chosen.isFloating())

    def reset(self) -> None:
        """Lay the preset out as at first."""
        if self._free():
            self._room.reset()

    def menu(self, dock: Dock) -> QMenu:
        """All that can be done with a dock."""
        made = QMenu(dock.windowTitle(), dock)
        made.addAction(
            _("Put back into the window") if dock.isFloating() else _("Float"), partial(self.float_or_put_back, dock)
        )
        made.addSeparator()
        for side, words in _SIDES.items():
            act = made.addAction(words, partial(self.move_to, dock, side))
            act.setEnabled(dock.isFloating() or self._room.dockWidgetArea(dock) != side)
        others = [other for other in self._room.docks if other is not dock]
        for other in others:
            made.addAction(
                _("Tab with: {windowTitle}").format(windowTitle=other.windowTitle()),
                partial(self.tab_with, dock, other),
            )
        made.addSeparator()
        made.addAction(_("Reset the layout"), self.reset)
        if self._room.locked:
            for act in made.actions():
                act.setEnabled(False)
            made.addAction(_("The panel is locked")).setEnabled(False)
        return made

    def _open_menu(self, dock: Dock, where: QPoint) -> None:
        menu = self.menu(dock)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(where)
