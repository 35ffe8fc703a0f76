"""A dialog of the set-up: never modal, and never over the cue column."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QTimer
from PySide6.QtGui import QMoveEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

from app.ui.theme import Skin
from app.ui.traffic.cell_editor import form_sheet

_MARGIN, _WIDEST, _HIGHEST = 12, 1100, 720
_SHARE = 78  # per cent of a small window's height: the tiles' heads stay in sight


class SetupDialog(QDialog):
    """It stands in ``room``, the part of the window beside the cue column, and goes back there when it is moved out."""

    def __init__(self, title: str, skin: Skin, window: QWidget, room: QWidget) -> None:
        super().__init__(window)
        self._room = room
        self.setWindowTitle(title)
        self.setModal(False)
        self.setStyleSheet(form_sheet(skin.palette) + _spin_sheet(skin))
        self._settling = QTimer(self, interval=150, singleShot=True)
        self._settling.timeout.connect(self.settle)

    def area(self) -> QRect:
        """Where it may be, on the screen."""
        return QRect(self._room.mapToGlobal(QPoint(0, 0)), self._room.size())

    def settle(self) -> None:
        """Stand beside the cue column, no larger than the room there."""
        area = self.area().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        frame = self.frameGeometry().size() - self.size()
        self.resize(self.size().boundedTo(area.size() - frame))
        at, size = self.pos(), self.frameGeometry().size()
        left = min(max(at.x(), area.left()), area.right() - size.width() + 1)
        top = min(max(at.y(), area.top()), area.bottom() - size.height() + 1)
        if QPoint(left, top) != at:
            self.move(left, top)

    def showEvent(self, event: QShowEvent) -> None:
        """At the room's foot, so that the pictures above stay in sight as far as there is room."""
        super().showEvent(event)
        area = self.area().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        self.resize(min(area.width(), _WIDEST), min(area.height() * _SHARE // 100, _HIGHEST))
        self.move(area.left(), area.bottom() - self.frameGeometry().height() + 1)
        self.settle()

    def moveEvent(self, event: QMoveEvent) -> None:
        """Back beside the cue column, once the hand rests."""
        super().moveEvent(event)
        self._settling.start()


def _spin_sheet(skin: Skin) -> str:
    """Numbers that are turned, in the dress of the other fields."""
    p = skin.palette
    return (
        f"QDoubleSpinBox {{ background: {p.bg0.name()}; color: {p.hi.name()}; border: 1px solid {p.edge.name()}; "
        f"border-radius: 3px; padding: 4px 6px; min-width: 90px; }}"
        f"QDoubleSpinBox:focus {{ border: 2px solid {p.blue.name()}; }}"
    )
