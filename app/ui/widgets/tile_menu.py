"""What can be done with a tile beside selecting it: its menu, by the right button, the Menu key or Shift+F10."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QMenu

from app.ui.desk import Desk
from app.ui.widgets.tile_handle import TileHandle
from app.ui.words import _

SOLO = _("Solo audio")
NO_SOLO = _("No sound can be heard here: the engine sends its windows pictures and sound levels, no sound.")


def tile_menu(handle: TileHandle, desk: Desk) -> QMenu:
    """The entries; what can't be done is there too, and says why."""
    made = QMenu(handle)
    name = handle.name
    made.addAction(_("Select"), partial(desk.select, name)).setEnabled(name != desk.selected)
    ganged = made.addAction(_("In the gang"), partial(desk.choose_for_gang, name))
    ganged.setCheckable(True)
    ganged.setChecked(name in desk.gang)
    made.addSeparator()
    for words in (SOLO, NO_SOLO):
        entry = made.addAction(words)
        entry.setEnabled(False)
        entry.setToolTip(NO_SOLO)
    return made
