"""The multiviewer in a window of its own: it fills a second screen, or stands beside the control room."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QScreen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.desk import Desk
from app.ui.multiview.tile_view import TileView
from app.ui.theme import Skin, density_for
from app.ui.widgets.multiviewer import Multiviewer
from app.ui.words import _

LEAST_WIDTH, LEAST_HEIGHT = 640, 400
_RIM = 12
ONE_SCREEN = _("one screen only: this window can be moved")


class ApartWindow(QWidget):
    """``closed``: it is gone; ``escaped``: Esc, which it has no use for.

    It never fills the screen of the control room, ``room``.
    There it is a window that can be moved, and stands over ``over`` at first, beside strip and cue column.
    """

    closed = Signal()
    escaped = Signal()

    def __init__(self, desk: Desk, skin: Skin, view: TileView, room: QWidget, over: QWidget) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self.setWindowTitle(_("Multiviewer – Splicedeck"))
        self.setMinimumSize(LEAST_WIDTH, LEAST_HEIGHT)
        self._room, self._over, self._palette = room, over, skin.palette
        self.viewer = Multiviewer(desk, skin, self, view=view, apart=True)
        self.filling = self.viewer.bar.add(_("Fill second screen"), _("Let this window fill the screen that is free"))
        self.filling.clicked.connect(self._fill_free)
        closing = self.viewer.bar.add(_("Close"), _("Close this window; the control room has the same tiles"))
        closing.clicked.connect(self.close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.viewer)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # so that no button has the focus before Tab is pressed
        self.setFocus()

    def open(self) -> None:
        """On the first screen that the control room is not on."""
        if not self._fill_free():
            self._stand_beside()
            self.show()
        self.windowHandle().screenChanged.connect(self.keep_clear)
        self._dress()

    def _fill_free(self) -> bool:
        screen = free_screen(self._room.screen(), QGuiApplication.screens())
        if screen is None:
            return False
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.showFullScreen()
        self._offer(screen=False)  # after the change of screens, which is told on the way
        return True

    def _offer(self, *, screen: bool, alone: bool = False) -> None:
        self.filling.setVisible(screen)
        self.viewer.bar.notice(ONE_SCREEN if alone else "")

    def _stand_beside(self) -> None:
        self._offer(screen=False, alone=True)
        inside = self._over.rect().adjusted(_RIM, 3 * _RIM, -_RIM, -_RIM)  # its title bar needs room too
        self.resize(inside.size().expandedTo(self.minimumSize()))
        self.move(self._over.mapToGlobal(inside.topLeft()))

    def look_again(self) -> None:
        """Screens come or go: Qt moves the windows only after it has told so."""
        QTimer.singleShot(0, self, self.keep_clear)

    def keep_clear(self) -> None:
        """Screens came or went, or one of the two windows changed its own: the control room is never covered."""
        if not self.isFullScreen():
            free = free_screen(self._room.screen(), QGuiApplication.screens())
            self._offer(screen=free is not None, alone=free is None)
        elif self.screen() is self._room.screen() and not self._fill_free():
            self.showNormal()
            self._stand_beside()

    def dress(self, skin: Skin) -> None:
        """Take on another palette; the density is this window's own."""
        self._palette = skin.palette
        self._dress()

    def _dress(self) -> None:
        self.viewer.dress(Skin(self._palette, density_for(self.width(), self.height())))

    def changeEvent(self, event: QEvent) -> None:
        """A minimised window wants no pictures."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.WindowStateChange:
            self.viewer.window_changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc ends a drag or a zoom, else lets the gang go; it never closes the window, and is never a cue."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif not (self.viewer.hands.give_up() or self.viewer.view.back()):
            self.escaped.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The control room goes on."""
        super().closeEvent(event)
        self.closed.emit()


def free_screen(taken: QScreen, screens: list[QScreen]) -> QScreen | None:
    """The first screen on which the control room is not; None: there is none, or only copies of its own."""
    return next((one for one in screens if not one.geometry().intersects(taken.geometry())), None)
