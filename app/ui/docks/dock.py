"""A panel that can be moved, floated and tabbed. Its own head is its title bar, so that it costs no height."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QDockWidget, QWidget

from app.ui.words import _

_FREE = QDockWidget.DockWidgetFeature.DockWidgetMovable | QDockWidget.DockWidgetFeature.DockWidgetFloatable
_TELLS = _("Drag it to move this panel, double-click to float it; the menu has more")


class Dock(QDockWidget):
    """It can't be closed: whoever tries puts it back into the window. ``menu_asked``: on its title, where.

    ``escaped``: Esc, which nothing in it has a use for, while it is a window of its own.
    """

    menu_asked = Signal(object, object)
    escaped = Signal()

    def __init__(self, name: str, title: str, head: QWidget, panel: QWidget) -> None:
        super().__init__(title)
        self.setObjectName(name)
        self.setAccessibleName(_("{title}, a panel that can be moved").format(title=title))
        self.setTitleBarWidget(head)
        self.setWidget(panel)
        self.head = head
        if not head.toolTip():
            head.setToolTip(_TELLS)
        for button in self.findChildren(QAbstractButton, options=Qt.FindChildOption.FindDirectChildrenOnly):
            button.setToolTip(_TELLS)  # Qt's own, which it hides where there is a title bar of ours
        self.lock(locked=False)

    def lock(self, *, locked: bool) -> None:
        """Hold it where it is, or let it go."""
        self.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures if locked else _FREE)

    def take_focus(self) -> None:
        """Come to the front and give the focus to the first thing in it that takes it."""
        self.raise_()
        if self.isFloating():
            self.activateWindow()
        inside = (*self.widget().findChildren(QWidget), *self.head.findChildren(QWidget), self.head)
        takers = (one for one in inside if one.isVisible() and one.isEnabled() and one.focusPolicy() & _BY_TAB)
        if (taker := next(takers, None)) is not None:
            taker.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """In the window Esc goes on to the window; out of it there is none to go to."""
        if event.key() == Qt.Key.Key_Escape and self.isFloating():
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """A desktop's key or button that closes windows: back into the window it goes."""
        event.ignore()
        self.setFloating(False)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """On the title only: what is below has menus of its own."""
        if self.head.geometry().contains(event.pos()):
            self.menu_asked.emit(self, event.globalPos())
        else:
            event.ignore()


_BY_TAB = Qt.FocusPolicy.TabFocus
