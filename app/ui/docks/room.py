"""A room of the window: what stays in the middle, and docks around it that the user arranges."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QTabBar, QTabWidget, QVBoxLayout, QWidget

from app.ui.docks.dock import Dock
from app.ui.words import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.ui.theme import Skin

BETWEEN = 4  # pixels of a separator, as the style sheet has it
_VERSION = 1  # of what is kept: raised when docks get other names
_SETTLED_MS = 120
HALVES = 580, 420  # parts that the upper and the lower half have at first
_LEAST = 320, 160  # pixels that the middle keeps
_MIDDLE_GONE = _("The panels of this preset could not be laid out as they were left: they stand as at first")


class DockRoom(QMainWindow):
    """Until the user moves something, ``size_docks`` rules; then it is their ``own`` and is kept as they left it.

    ``arranged``: the user changed something, or a window that floats must be looked at. ``told``: what went wrong.
    """

    arranged = Signal()
    told = Signal(str)

    def __init__(self, docks: Sequence[Dock], halves: QSplitter | None = None) -> None:
        super().__init__(None, Qt.WindowType.Widget)
        self.docks, self.halves, self.own, self.locked = tuple(docks), halves, False, False
        self._arranging = self._pulling = False
        self._kept = ""
        self.setDockOptions(QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        holder = QWidget(self)
        holder.setMinimumSize(*_LEAST)
        self.middle = QVBoxLayout(holder)
        self.middle.setContentsMargins(0, 0, 0, 0)
        self.middle.setSpacing(0)
        self.setCentralWidget(holder)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settle.timeout.connect(self._on_settled)
        with self._by_itself():
            self.place_docks()
            self._first = self.saveState(_VERSION)
        for dock in self.docks:
            dock.dockLocationChanged.connect(self._on_hand)
            dock.topLevelChanged.connect(self._on_hand)
            dock.installEventFilter(self)
        if halves is not None:
            halves.splitterMoved.connect(self._on_hand)

    def place_docks(self) -> None:
        """Put every dock where it stands at first."""

    def refresh(self) -> None:
        """It has come into sight."""

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""

    def size_docks(self) -> None:
        """Give the docks the sizes that they have at first, in the window as it is."""

    @contextmanager
    def _by_itself(self) -> Iterator[None]:
        before, self._arranging = self._arranging, True
        try:
            yield
        finally:
            self._arranging = before

    def size_if_not_own(self) -> None:
        """The first sizes again, unless the user has chosen others."""
        if not self.own and self.isVisible():
            with self._by_itself():
                for _pass in range(2):  # the second finds free what the first took from a neighbour
                    self.size_docks()
                    self._activate()

    def _activate(self) -> None:
        if (layout := self.layout()) is not None:
            layout.activate()

    def reset(self) -> None:
        """As at first."""
        with self._by_itself():
            for dock in self.docks:
                dock.setFloating(False)
            self.restoreState(self._first, _VERSION)
            if self.halves is not None:
                self.halves.setSizes(list(HALVES))
            for dock in self.docks:
                dock.show()
            self.own, self._kept = False, ""
            self._activate()
        self.size_if_not_own()
        self._settle.start()

    def state(self) -> str:
        """How it was left, to be kept; "" where all is as at first."""
        if self.own and self.isVisible():
            self._keep()
        return self._kept

    def _keep(self) -> None:
        parts = [self.saveState(_VERSION)]
        if self.halves is not None:
            parts.append(self.halves.saveState())
        self._kept = " ".join(bytes(part.toBase64().data()).decode() for part in parts)

    def bring(self, state: str) -> None:
        """Lay it out as it was left, now or as soon as it is seen."""
        self._kept, self.own = state, bool(state)
        if state and self.isVisible():
            self._restore()

    def _restore(self) -> None:
        parts = [QByteArray.fromBase64(part.encode()) for part in self._kept.split()]
        with self._by_itself():
            done = self.restoreState(parts[0], _VERSION)
            if done and self.halves is not None and len(parts) > 1:
                done = self.halves.restoreState(parts[1])
            for dock in self.docks:
                dock.show()
        if done:
            self._settle.start()
        else:
            self.reset()
            self.told.emit(_MIDDLE_GONE)

    def lock(self, *, locked: bool) -> None:
        """Hold docks and sizes."""
        if locked == self.locked:
            return
        self.locked = locked
        for dock in self.docks:
            dock.lock(locked=locked)
        if self.halves is not None:
            self.halves.handle(1).setEnabled(not locked)

    def moved_by_hand(self) -> None:
        """A dock was moved by key or menu; Qt tells only of another side."""
        self._on_hand()

    def _on_hand(self, _cause: object = None) -> None:
        if not self._arranging:
            self.own = True
            self._settle.start()

    def _on_settled(self) -> None:
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._settle.start()
            return
        if self.own and self.isVisible():
            self._keep()
        for bar in self.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            bar.setObjectName("tabbed")
            bar.style().polish(bar)  # Qt looks for its dress only when it is made
            bar.setAccessibleName(_("Panels that share a place"))
            bar.setDrawBase(False)
            bar.setExpanding(False)
            bar.setElideMode(Qt.TextElideMode.ElideNone)
            bar.updateGeometry()
        self.arranged.emit()

    def look_again(self) -> None:
        """Screens or the window have changed: see, a little later, where the floating docks stand."""
        if any(dock.isFloating() for dock in self.docks):
            self._settle.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A floating dock that was moved or resized."""
        if (
            event.type() in {QEvent.Type.Move, QEvent.Type.Resize}
            and isinstance(watched, Dock)
            and watched.isFloating()
        ):
            self._on_hand()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """A separator that is pulled makes the sizes the user's own; the panel lock holds it."""
        if isinstance(event, QMouseEvent):
            kind = event.type()
            if kind == QEvent.Type.MouseButtonPress and self.isSeparator(event.position().toPoint()):
                if self.locked:
                    return True
                self._pulling = True
            elif kind == QEvent.Type.MouseButtonRelease and self._pulling:
                self._pulling = False
                self._on_hand()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The first sizes go with the window."""
        super().resizeEvent(event)
        self.size_if_not_own()

    def showEvent(self, event: QShowEvent) -> None:
        """What floats comes and goes with its room."""
        super().showEvent(event)
        if event.spontaneous():
            return
        if self.own and self._kept:
            self._restore()
        else:
            self.size_if_not_own()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep how it stands before what floats is hidden."""
        super().hideEvent(event)
        if event.spontaneous():
            return
        if self.own:
            self._keep()
        with self._by_itself():
            for dock in self.docks:
                if dock.isFloating():
                    dock.hide()
