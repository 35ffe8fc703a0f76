"""The mouse on the timeline: takes hold, drags with a ghost, lets go; Esc puts everything back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QCursor, QDropEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from app.ui.schedule.block import Block
from app.ui.schedule.gestures import Band, Carry, Draw, Editing, Ghost, Ground, Move, Pointer, Resize, ghost_of
from app.ui.schedule.grounds import ground_for
from app.ui.schedule.mime import dropped_of, files_of
from app.ui.schedule.time_scale import TimeScale
from app.ui.words import _

if TYPE_CHECKING:
    from app.ui.schedule.canvas import TimelineCanvas

_GRIP, _GRIP_FROM = 6, 22  # pixels at a block's ends that resize it, and from which width on
_EDGE, _STEP_PX, _STEP_MS = 28, 18, 30
_ZOOM_STEP = 0.8
_SHIFT, _CTRL, _ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


class Hand:
    """What the mouse does. ``idle``: it holds nothing."""

    def __init__(self, canvas: TimelineCanvas) -> None:
        self._canvas = canvas
        self._pressed: QPoint | None = None
        self._gesture: Editing | Band | None = None
        self._pan: tuple[int, TimeScale] | None = None
        self._ground: Ground | None = None
        self._at, self._copying = QPoint(), False
        self._creep = QTimer(canvas, interval=_STEP_MS)
        self._creep.timeout.connect(self._on_creep)

    @property
    def idle(self) -> bool:
        """Whether nothing is held."""
        return self._gesture is None and self._pan is None and self._pressed is None

    def cancel(self) -> bool:
        """Put everything back; whether something was held."""
        held = not self.idle
        self._pressed = self._gesture = self._pan = self._ground = None
        self._canvas.busy = False
        self._creep.stop()
        self._canvas.show_ghost(None)
        return held

    def block_at(self, at: QPoint) -> Block | None:
        """The block there: of several the last one painted."""
        canvas = self._canvas
        places = canvas.places
        index = places.index_at(at.y())
        x = at.x() - places.head
        if index is None or not 0 <= x < places.time_width or index >= len(canvas.rows):
            return None
        lane = canvas.schedule.blocks.lanes.lane(canvas.rows[index])
        around = [*lane.over(canvas.scale.us_at(x - 1), canvas.scale.us_at(x + 2))]
        low = (at.y() - places.y_of(index)) * 2 >= places.row
        found = [block for block in around if not block.level or (block.level == 2) == low]
        return found[-1] if found else None

    def grip_at(self, block: Block, at: QPoint) -> str:
        """Which end of a block a press would take: ``start``, ``end``, or "" for the whole."""
        box = self._canvas.box_of(block)
        if box is None or box.width() < _GRIP_FROM:
            return ""
        if at.x() - box.left() < _GRIP:
            return "start"
        return "end" if box.right() - at.x() < _GRIP else ""

    # ---- the mouse

    def press(self, event: QMouseEvent) -> None:
        """Take hold."""
        canvas, at = self._canvas, event.position().toPoint()
        places = canvas.places
        if event.button() == Qt.MouseButton.MiddleButton or (
            event.button() == Qt.MouseButton.LeftButton and at.y() < places.rows_top and at.x() >= places.head
        ):
            self._pan, canvas.busy = (at.x(), canvas.scale), True
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        index = places.index_at(at.y())
        if at.x() < places.head:
            if index is not None and index < len(canvas.rows):
                canvas.desk.select(canvas.rows[index])
            return
        self._pressed, self._at, canvas.busy = at, at, True
        block, keys = self.block_at(at), event.modifiers()
        if block is None:
            canvas.cursor_us = canvas.pointer(at).us
            if not keys & (_SHIFT | _CTRL):
                canvas.select(())
            return
        if keys & _SHIFT:
            canvas.select(canvas.selected ^ {block.key}, block.key)
        elif block.key not in canvas.selected:
            canvas.select({block.key}, block.key)
        else:
            canvas.select(canvas.selected, block.key)

    def move(self, event: QMouseEvent) -> None:
        """Drag what is held; a few pixels are no drag."""
        canvas, at = self._canvas, event.position().toPoint()
        self._at = at
        if self._pan is not None:
            since_x, scale = self._pan
            canvas.look(scale.panned(since_x - at.x()))
            return
        if self._pressed is None:
            self._show_cursor(at)
            return
        if self._gesture is None:
            if (at - self._pressed).manhattanLength() < QApplication.startDragDistance():
                return
            self._begin(self._pressed, event.modifiers())
            if self.idle:
                return
        self._drag(snapping=not event.modifiers() & _ALT)
        near = at.x() < canvas.places.head + _EDGE or at.x() > canvas.width() - _EDGE
        if near and not self._creep.isActive():
            self._creep.start()
        elif not near:
            self._creep.stop()

    def _begin(self, at: QPoint, keys: Qt.KeyboardModifier) -> None:
        canvas = self._canvas
        since, block = canvas.pointer(at), self.block_at(at)
        if block is None:
            kept = canvas.selected if keys & _SHIFT else frozenset()
            self._gesture = Draw(since) if keys & _CTRL else Band(since, kept)
        elif (grip := self.grip_at(block, at)) and len(canvas.selected) <= 1 and not keys & _CTRL:
            self._gesture = Resize(block, grip == "start", since)
        else:
            blocks = tuple(one for one in canvas.chosen() if one.booking is not None)
            if block.booking is None or block not in blocks:
                canvas.say(_("{key} is the engine's own: the cue column is for it").format(key=block.key[1]))
                self.cancel()
                return
            self._gesture = Move(blocks, block, since, copies=bool(keys & _CTRL))
        held = () if isinstance(self._gesture, Draw | Band) else canvas.selected
        self._ground = ground_for(canvas, held)

    def _drag(self, *, snapping: bool) -> None:
        canvas, gesture, ground = self._canvas, self._gesture, self._ground
        pointer = canvas.pointer(self._at)
        if isinstance(gesture, Band):
            canvas.show_ghost(None, (gesture, pointer))
            canvas.select(gesture.before | self._banded(gesture, pointer), canvas.focused)
        elif gesture is not None and ground is not None:
            canvas.show_ghost(ghost_of(gesture, pointer, ground.held(snapping=snapping and canvas.snaps)))

    def _banded(self, band: Band, at: Pointer) -> frozenset[tuple[str, str]]:
        rows = self._canvas.rows
        first, last = sorted((rows.index(band.since.channel), rows.index(at.channel)))
        since, until = sorted((band.since.us, at.us))
        lanes = self._canvas.schedule.blocks.lanes
        return frozenset(b.key for name in rows[first : last + 1] for b in lanes.lane(name).over(since, until))

    def release(self, event: QMouseEvent) -> None:
        """Let go: the edit is made where the ghost was."""
        if event.button() not in {Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton}:
            return
        ghost = self._canvas.ghost
        self.cancel()
        if ghost is not None:
            self._canvas.edit(ghost.pairs, ghost.label)

    def double(self, event: QMouseEvent) -> None:
        """A new break on free ground."""
        at = event.position().toPoint()
        if event.button() == Qt.MouseButton.LeftButton and self._canvas.places.index_at(at.y()) is not None:
            self.cancel()
            if self.block_at(at) is None and at.x() >= self._canvas.places.head:
                self._canvas.acts.create(self._canvas.pointer(at))

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom around the mouse, pan, or scroll the rows."""
        canvas, turned = self._canvas, event.angleDelta()
        x = round(event.position().x()) - canvas.places.head
        if event.modifiers() & _CTRL:
            canvas.zoom(_ZOOM_STEP ** (turned.y() / 120), x)
        elif event.modifiers() & _SHIFT or abs(turned.x()) > abs(turned.y()):
            canvas.pan(-round((turned.x() or turned.y()) * 0.8))
        elif turned.y():
            canvas.scroll_rows(-1 if turned.y() > 0 else 1)
        event.accept()

    def menu(self, event: QContextMenuEvent) -> None:
        """What can be done with the block there, or on the ground."""
        block = self.block_at(event.pos())
        if block is not None and block.key not in self._canvas.selected:
            self._canvas.select({block.key}, block.key)
        pointer = self._canvas.pointer(event.pos())
        self._canvas.cursor_us = pointer.us
        self._canvas.acts.menu(pointer).popup(event.globalPos())

    def _on_creep(self) -> None:
        """Near the edge time runs on under what is dragged."""
        canvas = self._canvas
        left = self._at.x() < canvas.places.head + _EDGE
        canvas.pan(-_STEP_PX if left else _STEP_PX)
        self._drag(snapping=not QApplication.keyboardModifiers() & _ALT)

    def _show_cursor(self, at: QPoint) -> None:
        block = self.block_at(at)
        grip = self.grip_at(block, at) if block is not None and block.booking is not None else ""
        shape = Qt.CursorShape.SizeHorCursor if grip else Qt.CursorShape.ArrowCursor
        if self._canvas.cursor().shape() is not shape:
            self._canvas.setCursor(QCursor(shape))

    # ---- drag and drop from elsewhere

    def leave(self) -> None:
        """It has gone elsewhere: the next is held against what stands then."""
        self._ground = None
        self._canvas.show_ghost(None)

    def enter(self, event: QDropEvent) -> None:
        """It may come in over the ruler or a row's head: what is refused here, Qt tells nothing more of."""
        self.drag(event)
        if dropped_of(event.mimeData()):
            event.accept()

    def drag(self, event: QDropEvent) -> None:
        """Show where it would fall."""
        canvas, mime = self._canvas, event.mimeData()
        dropped = dropped_of(mime)
        if dropped:
            ghost = self._carried(event)
            canvas.show_ghost(ghost)
            event.setDropAction(Qt.DropAction.CopyAction)
            event.setAccepted(ghost is not None)
        else:
            event.setAccepted(bool(files_of(mime)) and canvas.schedule.writable)

    def drop(self, event: QDropEvent) -> None:
        """Make breaks of it, or hand the files to the import."""
        canvas, ghost = self._canvas, self._carried(event)
        self.leave()
        if ghost is not None:
            canvas.edit(ghost.pairs, ghost.label)
            canvas.setFocus()
        elif files := files_of(event.mimeData()):
            canvas.files_dropped.emit(files)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def _carried(self, event: QDropEvent) -> Ghost | None:
        canvas, dropped = self._canvas, dropped_of(event.mimeData())
        at = event.position().toPoint()
        places = canvas.places
        on_time = 0 <= at.x() - places.head < places.time_width
        if not dropped or not on_time or places.index_at(at.y()) is None:
            return None
        if self._ground is None:
            self._ground = ground_for(canvas, ())
        snapping = canvas.snaps and not event.modifiers() & _ALT
        return ghost_of(Carry(dropped), canvas.pointer(at), self._ground.held(snapping=snapping))
