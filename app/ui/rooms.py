"""What fills the window beside the cue column: the operator's room, or traffic's."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.ui.theme import Density
from app.ui.widgets.bottom_pages import BottomPages
from app.ui.widgets.multiviewer import Multiviewer
from app.ui.widgets.preset_switch import Preset
from app.ui.widgets.side_pages import SidePages

_INSPECTOR_SHARE, _CROWDED_SHARE = 57, 43  # per cent of what strip and status line leave
_CROWD = 16  # with more channels their pictures would get too small


class Rooms(QWidget):
    """One of two at a time; the other one is hidden, so it asks for no pictures."""

    def __init__(self, multiviewer: Multiviewer, pages: BottomPages, side: SidePages, traffic: QWidget) -> None:
        super().__init__()
        self._pages, self._side = pages, side
        bottom = QHBoxLayout()
        bottom.setSpacing(4)
        bottom.addWidget(pages, 1)
        bottom.addWidget(side)
        operator = QWidget()
        room = QVBoxLayout(operator)
        room.setContentsMargins(0, 0, 0, 0)
        room.setSpacing(0)
        room.addWidget(multiviewer, 1)
        room.addLayout(bottom)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(operator)
        self._stack.addWidget(traffic)

    def show_preset(self, preset: Preset) -> None:
        """Bring this room to the front."""
        self._stack.setCurrentIndex(tuple(Preset).index(preset))

    def set_bottom(self, density: Density, middle: int, channels: int) -> None:
        """The markers take more of the height while they are looked at; the pictures give way, the cue column never."""
        height = density.bottom
        if self._pages.inspects:
            share = _CROWDED_SHARE if channels > _CROWD else _INSPECTOR_SHARE
            height = max(height, middle * share // 100)
        self._pages.setFixedHeight(height)
        self._side.setFixedHeight(height)
