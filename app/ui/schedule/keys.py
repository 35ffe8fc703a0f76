"""The keyboard on the timeline: everything that the mouse does.

Arrows nudge a frame, with Shift a second; with Ctrl they go to the next break or channel, with Ctrl+Shift they
select on the way; with Alt they move the end, or, up and down, the break to another channel.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.ui.schedule.canvas import TimelineCanvas

_K, _M = Qt.Key, Qt.KeyboardModifier
_NONE, _SHIFT, _CTRL, _ALT = _M.NoModifier, _M.ShiftModifier, _M.ControlModifier, _M.AltModifier
_USED = _SHIFT | _CTRL | _ALT
_ZOOM = 0.8
type Press = tuple[Qt.Key, Qt.KeyboardModifier]


def press_key(canvas: TimelineCanvas, event: QKeyEvent) -> bool:
    """Do what a key stands for; False: it means nothing here, or nothing to put back."""
    key, held = Qt.Key(event.key()), event.modifiers() & _USED
    if key == _K.Key_Escape:
        if canvas.hand.cancel() or canvas.selected:
            canvas.select(())
            return True
        return False
    if key in {_K.Key_Plus, _K.Key_Equal, _K.Key_Minus}:
        canvas.zoom(1 / _ZOOM if key == _K.Key_Minus else _ZOOM)
        return True
    act = _table(canvas).get((key, held))
    if act is None or not canvas.hand.idle:
        return act is not None
    act()
    return True


def _table(canvas: TimelineCanvas) -> dict[Press, Callable[[], None]]:
    acts, page = canvas.acts, canvas.places.time_width // 2
    made: dict[Press, Callable[[], None]] = {
        (_K.Key_Up, _CTRL): lambda: acts.go_row(-1),
        (_K.Key_Down, _CTRL): lambda: acts.go_row(1),
        (_K.Key_Up, _ALT): lambda: acts.shift_rows(-1),
        (_K.Key_Down, _ALT): lambda: acts.shift_rows(1),
        (_K.Key_Up, _NONE): lambda: canvas.scroll_rows(-1),
        (_K.Key_Down, _NONE): lambda: canvas.scroll_rows(1),
        (_K.Key_PageUp, _NONE): lambda: canvas.pan(-page),
        (_K.Key_PageDown, _NONE): lambda: canvas.pan(page),
        (_K.Key_Home, _NONE): lambda: canvas.follow(on=True),
        (_K.Key_Insert, _NONE): acts.create,
        (_K.Key_N, _NONE): acts.create,
        (_K.Key_S, _NONE): acts.split,
        (_K.Key_D, _CTRL): acts.duplicate,
        (_K.Key_A, _CTRL): acts.select_all,
        (_K.Key_Delete, _NONE): acts.remove,
        (_K.Key_Menu, _NONE): lambda: _menu(canvas),
        (_K.Key_F10, _SHIFT): lambda: _menu(canvas),
    }
    for key, way in ((_K.Key_Left, -1), (_K.Key_Right, 1)):
        made[key, _NONE] = partial(acts.nudge, way)
        made[key, _SHIFT] = partial(acts.nudge, 0, way)
        made[key, _CTRL] = partial(acts.go, way)
        made[key, _CTRL | _SHIFT] = partial(acts.go, way, adding=True)
        made[key, _ALT] = partial(acts.stretch, way)
        made[key, _ALT | _SHIFT] = partial(acts.stretch, 0, way)
    return made


def _menu(canvas: TimelineCanvas) -> None:
    """At the focused break."""
    block = canvas.block(canvas.focused)
    box = None if block is None else canvas.box_of(block)
    place = canvas.rect().center() if box is None else box.center()
    canvas.acts.menu(canvas.pointer(place)).popup(canvas.mapToGlobal(place))
