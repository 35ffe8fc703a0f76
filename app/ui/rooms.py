"""What fills the window beside the cue column: the operator's room, traffic's, or the engineer's."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStackedLayout, QWidget

from app.ui.docks.dock import Dock
from app.ui.docks.hand import DockHand
from app.ui.docks.placing import placed
from app.ui.docks.room import BETWEEN, DockRoom
from app.ui.theme import Density
from app.ui.widgets.bottom_pages import BottomPages
from app.ui.widgets.multiviewer import Multiviewer
from app.ui.widgets.preset_switch import Preset
from app.ui.widgets.side_pages import SidePages
from app.ui.words import _

_INSPECTOR_SHARE, _CROWDED_SHARE = 57, 43  # per cent of what strip and status line leave
_CROWD = 16  # with more channels their pictures would get too small


class OperatorRoom(DockRoom):
    """Pictures in the middle; the timeline, events and markers below them, beside charts and alarms."""

    def __init__(self, pages: BottomPages, side: SidePages) -> None:
        self._pages, self._side = pages, side
        self._bottom = 0
        docks = (
            Dock("pages", _("Ad breaks, events and markers"), pages.tabs, pages),
            Dock("side", _("Alarms and charts"), side.head, side),
        )
        super().__init__(docks)

    def place_docks(self) -> None:
        """Side by side at the bottom."""
        pages, side = self.docks
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, pages)
        self.splitDockWidget(pages, side, Qt.Orientation.Horizontal)

    def size_docks(self) -> None:
        """The height of the density; charts and alarms as wide as they need."""
        side = self._side.first_width
        across = self.width() - side - BETWEEN
        self.resizeDocks(list(self.docks), [self._bottom] * 2, Qt.Orientation.Vertical)
        self.resizeDocks(list(self.docks), [across, side], Qt.Orientation.Horizontal)

    def set_bottom(self, height: int) -> None:
        """From now on the docks have this height, where the user has not chosen another."""
        self._bottom = height
        self.size_if_not_own()


class Rooms(QWidget):
    """One of three at a time. The one multiviewer goes where it is looked at; hidden, it asks for no pictures.

    ``makers``: of the rooms that the first picture need not wait for; ``made``: one of them stands. ``arranged``: the
    user moved, floated or resized a panel; ``escaped``: Esc in one that floats.
    """

    made = Signal(object)
    arranged = Signal()
    told = Signal(str)
    escaped = Signal()

    def __init__(
        self,
        multiviewer: Multiviewer,
        pages: BottomPages,
        side: SidePages,
        makers: Mapping[Preset, Callable[[], DockRoom]],
    ) -> None:
        super().__init__()
        self.setMinimumSize(1, 1)  # however wide the docks want to be, the cue column keeps its place
        self._multiviewer, self._pages, self._side = multiviewer, pages, side
        self._operator = OperatorRoom(pages, side)
        self._makers, self._rooms = dict(makers), dict[Preset, DockRoom]()
        self._brought: dict[Preset, str] = {}  # how rooms that are not made yet were left
        self._locked = False
        self._operator.middle.addWidget(multiviewer)
        self._clear_of: tuple[QWidget, QWidget] | None = None
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self.hand = DockHand(self)
        self._take_in(Preset.OPERATOR, self._operator)
        screens = QGuiApplication.instance()
        if isinstance(screens, QGuiApplication):
            screens.screenRemoved.connect(self._look_again)
            screens.screenAdded.connect(self._look_again)

    def _take_in(self, preset: Preset, room: DockRoom) -> None:
        self._rooms[preset] = room
        self._stack.addWidget(room)
        room.told.connect(self.told)
        room.arranged.connect(self._on_arranged)
        for dock in room.docks:
            dock.escaped.connect(self.escaped)
        self.hand.serve(room)
        room.lock(locked=self._locked)
        room.bring(self._brought.pop(preset, ""))

    def of(self, preset: Preset) -> DockRoom:
        """A preset's room; it is made when it is first asked for."""
        if preset not in self._rooms:
            self._take_in(preset, self._makers[preset]())
            self.made.emit(preset)
        return self._rooms[preset]

    @property
    def made_rooms(self) -> tuple[DockRoom, ...]:
        """Those that stand."""
        return tuple(self._rooms.values())

    def is_made(self, preset: Preset) -> bool:
        """Whether its room stands."""
        return preset in self._rooms

    def bring(self, preset: Preset, state: str) -> None:
        """Have its room laid out as it was left."""
        if preset in self._rooms:
            self._rooms[preset].bring(state)
        else:
            self._brought[preset] = state

    def states(self) -> dict[str, str]:
        """How each preset's room was left, where its user has arranged it."""
        kept = self._brought | {preset: room.state() for preset, room in self._rooms.items()}
        return {preset.value: state for preset, state in kept.items() if state}

    def keep_clear(self, strip: QWidget, column: QWidget) -> None:
        """What no floating dock may cover. Call it once, when they stand in the window."""
        self._clear_of = strip, column
        self.window().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window was moved: the cue column may have come under a dock."""
        if event.type() in {QEvent.Type.Move, QEvent.Type.Resize}:
            self._look_again()
        return super().eventFilter(watched, event)

    def _look_again(self, _cause: object = None) -> None:
        self.room.look_again()

    @property
    def room(self) -> DockRoom:
        """The one in front."""
        return tuple(self._rooms.values())[self._stack.currentIndex()]

    def _on_arranged(self) -> None:
        screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        clear = [QRect(one.mapToGlobal(QPoint(0, 0)), one.size()) for one in self._clear_of or ()]
        for dock in self.room.docks:
            if dock.isFloating() and dock.isVisible():
                place = placed(dock.frameGeometry(), screens, *(clear or (QRect(), QRect())))
                if place != dock.frameGeometry():
                    dock.setGeometry(place)
        self.arranged.emit()

    def lock(self, *, locked: bool) -> None:
        """Hold the docks of all presets."""
        self._locked = locked
        for room in self._rooms.values():
            room.lock(locked=locked)

    def show_preset(self, preset: Preset) -> None:
        """Bring this room to the front."""
        room = self.of(preset)
        if preset is not Preset.TRAFFIC:
            room.middle.addWidget(self._multiviewer)
        self._stack.setCurrentWidget(room)
        room.refresh()
        self._multiviewer.show()  # a widget that changes its parent is hidden until the loop turns

    def set_bottom(self, density: Density, middle: int, channels: int) -> None:
        """The markers take more of the height while they are looked at; the pictures give way, the cue column never."""
        height = density.bottom - BETWEEN
        self._side.give_way(yields=self._pages.inspects)
        if self._pages.inspects:
            share = _CROWDED_SHARE if channels > _CROWD else _INSPECTOR_SHARE
            height = max(height, middle * share // 100)
        self._operator.set_bottom(height)
        if self.is_made(Preset.ENGINEER):
            self.of(Preset.ENGINEER).size_if_not_own()
