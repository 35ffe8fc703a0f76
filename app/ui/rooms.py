"""What fills the window beside the cue column: the operator's room, traffic's, or the engineer's."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.ui.engineer.page import EngineerPage
from app.ui.theme import Density
from app.ui.widgets.bottom_pages import BottomPages
from app.ui.widgets.multiviewer import Multiviewer
from app.ui.widgets.preset_switch import Preset
from app.ui.widgets.side_pages import SidePages

_INSPECTOR_SHARE, _CROWDED_SHARE = 57, 43  # per cent of what strip and status line leave
_CROWD = 16  # with more channels their pictures would get too small
_UNBOUND = (1 << 24) - 1  # Qt's own largest height


class Rooms(QWidget):
    """One of three at a time. The one multiviewer goes where it is looked at; hidden, it asks for no pictures."""

    def __init__(
        self,
        multiviewer: Multiviewer,
        pages: BottomPages,
        side: SidePages,
        traffic: QWidget,
        engineer: EngineerPage,
    ) -> None:
        super().__init__()
        self._multiviewer, self._pages, self._side, self._engineer = multiviewer, pages, side, engineer
        self._middle = 0
        bottom = QHBoxLayout()
        bottom.setSpacing(4)
        bottom.addWidget(pages, 1)
        bottom.addWidget(side)
        operator = QWidget()
        self._room = QVBoxLayout(operator)
        self._room.setContentsMargins(0, 0, 0, 0)
        self._room.setSpacing(0)
        self._room.addWidget(multiviewer, 1)
        self._room.addLayout(bottom)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        for room in (operator, traffic, engineer):
            self._stack.addWidget(room)

    def show_preset(self, preset: Preset) -> None:
        """Bring this room to the front."""
        self._stack.setCurrentIndex(tuple(Preset).index(preset))
        if preset is Preset.ENGINEER:
            self._engineer.put_pictures(self._multiviewer)
            self._engineer.refresh()
        elif preset is Preset.OPERATOR:
            self._room.insertWidget(0, self._multiviewer, 1)
        self._multiviewer.show()  # a widget that changes its parent is hidden until the loop turns
        self._set_pictures()

    def _set_pictures(self) -> None:
        if self._stack.currentWidget() is self._engineer:
            self._multiviewer.setFixedHeight(self._engineer.pictures_height(self._middle))
        else:
            self._multiviewer.setMinimumHeight(0)
            self._multiviewer.setMaximumHeight(_UNBOUND)

    def set_bottom(self, density: Density, middle: int, channels: int) -> None:
        """The markers take more of the height while they are looked at; the pictures give way, the cue column never."""
        height = density.bottom
        self._side.give_way(yields=self._pages.inspects)
        if self._pages.inspects:
            share = _CROWDED_SHARE if channels > _CROWD else _INSPECTOR_SHARE
            height = max(height, middle * share // 100)
        self._pages.setFixedHeight(height)
        self._side.setFixedHeight(height)
        self._middle = middle
        self._set_pictures()
