"""The multiviewers of a control room: the one in its window, the one in a window of its own, and what they share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.ui.multiview.apart import ApartWindow
from app.ui.multiview.kept import APART, HERE, OPEN, read_walls
from app.ui.multiview.layouts import LEAST_BESIDE_TABLES, LEAST_PICTURE, TileLayout, layout_id
from app.ui.multiview.tile_edits import TileEdits
from app.ui.multiview.tile_view import TileView
from app.ui.theme import Skin
from app.ui.widgets.multiviewer import Multiviewer
from app.ui.widgets.preset_switch import Preset
from app.ui.widgets.tile_handle import TileHandle
from app.ui.words import _

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow


class Walls(QObject):
    """Owns the second window, and both arrangements: the second keeps its own while it is closed.

    ``changed``: what ``kept`` tells may be another.
    """

    changed = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.apart: ApartWindow | None = None
        self._left_open = self._safe_areas = False
        self._far = TileView(window.desk, _("Close this window"))
        self._near = window.multiviewer.view
        self.edits = TileEdits(window.schedule, (self._near, self._far), self)
        for view in (self._near, self._far):
            view.window_asked.connect(self.turn)
            view.changed.connect(self.changed)
        window.presets.currentChanged.connect(self._on_preset)

    def _on_preset(self) -> None:
        """The engineer's pictures are small, beside all that the page has to tell of each channel in words."""
        small = self._window.presets.preset is Preset.ENGINEER
        self._near.set_least(LEAST_BESIDE_TABLES if small else LEAST_PICTURE)

    # ---- the second window

    def turn(self) -> None:
        """Open the window, or close it."""
        if self.apart is not None:
            self.apart.close()
        else:
            self.open()

    def open(self) -> None:
        """On a second screen, where there is one."""
        window = self._window
        self.apart = ApartWindow(window.desk, window.skin, self._far, window, window.rooms)
        self.apart.closed.connect(self._on_closed)
        self.apart.escaped.connect(window.desk.clear_gang)
        window.heartbeat.beat.connect(self.apart.viewer.look)
        self.apart.viewer.show_safe_areas(on=self._safe_areas)
        screens = QGuiApplication.instance()
        if isinstance(screens, QGuiApplication):
            screens.screenAdded.connect(self.apart.look_again)
            screens.screenRemoved.connect(self.apart.look_again)
        self.apart.open()
        self.changed.emit()
        window.windowHandle().screenChanged.connect(self.apart.keep_clear)

    def close(self) -> None:
        """The control room is closed; whether the window was open is kept."""
        self._left_open = self._left_open or self.apart is not None
        if self.apart is not None:
            self.apart.close()

    def _on_closed(self) -> None:
        self.apart = None
        self.changed.emit()

    def dress(self, skin: Skin) -> None:
        """Take on another palette."""
        if self.apart is not None:
            self.apart.dress(skin)

    def show_safe_areas(self, *, on: bool) -> None:
        """On the tiles of both windows, or no more."""
        self._safe_areas = on
        for viewer in (self._window.multiviewer, self.apart.viewer if self.apart is not None else None):
            if viewer is not None:
                viewer.show_safe_areas(on=on)

    # ---- keys

    @property
    def _viewer(self) -> Multiviewer:
        """The one that is looked at: in the active window."""
        apart = self.apart
        return apart.viewer if apart is not None and apart.isActiveWindow() else self._window.multiviewer

    def _tile(self) -> str:
        """The tile with the focus, or the selected channel's."""
        focus = QApplication.focusWidget()
        return focus.name if isinstance(focus, TileHandle) else self._window.desk.selected

    def acts(self) -> dict[str, Callable[[], object]]:
        """By the ids of the registry; for the multiviewer that is looked at."""
        return {
            **{layout_id(layout): partial(self._do, TileView.choose, layout) for layout in TileLayout},
            "tiles.alone": lambda: self._viewer.view.zoom(self._tile()),
            "tiles.pin": lambda: self._viewer.view.pin(self._tile()),
            "tiles.next": partial(self._do, TileView.turn, 1),
            "tiles.back": partial(self._do, TileView.turn, -1),
            "tiles.unseen": self._show_unseen,
            "tiles.window": self.turn,
        }

    def _do[T](self, act: Callable[[TileView, T], None], what: T) -> None:
        act(self._viewer.view, what)

    def select(self, number: int) -> None:
        """Select a channel by its number, and have it in sight, though it was selected before."""
        desk = self._window.desk
        desk.select_number(number)
        if desk.number(desk.selected) == number:
            self._viewer.view.reveal(desk.selected)

    def _show_unseen(self) -> None:
        viewer = self._viewer
        if viewer.bar.isVisible() and viewer.bar.shown.first:
            viewer.view.show(viewer.bar.shown.first)

    def escape(self) -> bool:
        """End a drag or a zoom; False where there is none."""
        viewer = self._window.multiviewer
        return viewer.hands.give_up() or (viewer.isVisible() and viewer.view.back())

    # ---- kept

    def kept(self) -> dict[str, object]:
        """For the layout file."""
        apart = {OPEN: self.apart is not None or self._left_open, **self._far.arrangement.kept()}
        return {HERE: self._near.arrangement.kept(), APART: apart}

    def restore(self, told: dict[str, object]) -> None:
        """As it was left; the second window once the first is there."""
        near, far, was_open = read_walls(told)
        self._near.take(near)
        self._far.take(far)
        if was_open:
            QTimer.singleShot(0, self._reopen)

    def _reopen(self) -> None:
        if self.apart is None and self._window.isVisible():
            self.open()
