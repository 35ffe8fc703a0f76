"""The timeline as a benchmark measures it: how long a frame takes while it is panned, zoomed and dragged on."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.model.merging import Stored
    from app.model.status import EngineStatus
    from app.ui.bridge import Engine
    from app.ui.schedule.canvas import TimelineCanvas

WIDTH, HEIGHT = 1520, 620  # of the timeline in a window of 1920 by 1080


@dataclass(frozen=True, slots=True)
class Frames:
    """What each frame took."""

    wall_ms: tuple[float, ...]
    cpu_ms: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class TimelineTimes:
    """Milliseconds of each frame, on the wall and of a core. ``bare``: as many boxes, one by one, on such a widget."""

    pan: Frames
    zoom: Frames
    drag: Frames
    bare: Frames
    in_sight: int


def measured_timeline(engine: Engine, status: EngineStatus, stored: Sequence[Stored], frames: int) -> TimelineTimes:
    """Open a timeline over these bookings, all of them in sight, and time its frames."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - as Qt below, only where it is measured

    from app.ui.desk import Desk  # noqa: PLC0415 - Qt may be missing until it is asked for
    from app.ui.desktop import prepared_application  # noqa: PLC0415 - as above
    from app.ui.schedule.moments import us_of  # noqa: PLC0415 - as above
    from app.ui.schedule.schedule_desk import ScheduleDesk  # noqa: PLC0415 - as above
    from app.ui.schedule.timeline import Timeline  # noqa: PLC0415 - as above
    from app.ui.theme import ROOMY, STANDARD, Skin  # noqa: PLC0415 - as above

    application = prepared_application(STANDARD)
    now = datetime.now(UTC)
    desk = Desk(engine, ZoneInfo(status.timezone), "bench", now=lambda: now)
    schedule = ScheduleDesk(None, desk)
    schedule.take(stored)
    timeline = Timeline(desk, schedule, Skin(STANDARD, ROOMY))
    timeline.resize(WIDTH, HEIGHT)
    timeline.show()
    application.processEvents()
    canvas = timeline.canvas
    lanes = schedule.blocks.lanes
    blocks = [block for name in canvas.names for block in lanes.lane(name).blocks]
    since, until = min(block.start_us for block in blocks), max(block.end_us for block in blocks)
    canvas.look(canvas.scale.showing(since, until, canvas.places.time_width))
    width, count = canvas.places.time_width, 0
    for name in canvas.rows:
        count += sum(1 for _ in lanes.lane(name).over(canvas.scale.us_at(0), canvas.scale.us_at(width)))
    turn = application.processEvents
    try:
        pan = _frames(canvas, turn, frames, lambda n: canvas.pan(7 if n % 40 < 20 else -7))
        zoom = _frames(canvas, turn, frames, lambda n: canvas.zoom(1.03 if n % 30 < 15 else 1 / 1.03, width // 3))
        drag = _dragged(canvas, turn, frames, us_of(now))
    finally:
        timeline.close()
        schedule.close()
        desk.close()
    return TimelineTimes(pan, zoom, drag, _bare(turn, frames, len(blocks)), count)


def _frames(canvas: QWidget, turn: Callable[[], None], frames: int, step: Callable[[int], None]) -> Frames:
    wall_ms, cpu_ms = [], []
    for number in range(frames):
        began, began_cpu = time.perf_counter(), time.thread_time()
        step(number)
        canvas.repaint()
        wall_ms.append(1000 * (time.perf_counter() - began))
        cpu_ms.append(1000 * (time.thread_time() - began_cpu))
        turn()
    return Frames(tuple(wall_ms), tuple(cpu_ms))


def _dragged(canvas: TimelineCanvas, turn: Callable[[], None], frames: int, now_us: int) -> Frames:
    """A block that is taken by the mouse and carried over the rows."""
    from PySide6.QtCore import QEvent, QPointF, Qt  # noqa: PLC0415 - Qt may be missing until it is asked for
    from PySide6.QtGui import QMouseEvent  # noqa: PLC0415 - as above
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - as above

    lane = canvas.schedule.blocks.lanes.lane(canvas.rows[1])
    held = next(block for block in lane.blocks if block.start_us > now_us + 3_600_000_000)
    box = canvas.box_of(held)
    if box is None:
        return Frames((), ())
    start = QPointF(box.center())
    left, none, keys = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier

    def send(kind: QEvent.Type, at: QPointF, button: Qt.MouseButton) -> None:
        where = QPointF(canvas.mapToGlobal(at))
        QApplication.sendEvent(canvas, QMouseEvent(kind, at, where, button, left, keys))

    send(QEvent.Type.MouseButtonPress, start, left)
    send(QEvent.Type.MouseMove, start + QPointF(20, 0), none)

    def step(number: int) -> None:
        send(QEvent.Type.MouseMove, start + QPointF(20 + number % 200, number % 5 * 40), none)

    made = _frames(canvas, turn, frames, step)
    canvas.hand.cancel()
    return made


def _bare(turn: Callable[[], None], frames: int, boxes: int) -> Frames:
    """What Qt takes where nobody thinks: a call for every box."""
    from PySide6.QtCore import QRect  # noqa: PLC0415 - Qt may be missing until it is asked for
    from PySide6.QtGui import QColor, QPainter, QPaintEvent  # noqa: PLC0415 - as above
    from PySide6.QtWidgets import QWidget  # noqa: PLC0415 - as above

    colour = QColor("#33475E")

    class Bare(QWidget):
        def paintEvent(self, _event: QPaintEvent) -> None:
            painter = QPainter(self)
            for number in range(boxes):
                painter.fillRect(QRect(number * 7 % WIDTH, number // 834 * 40, 2, 34), colour)

    widget = Bare()
    widget.resize(WIDTH, HEIGHT)
    widget.show()
    turn()
    made = _frames(widget, turn, max(20, frames // 4), lambda _number: None)
    widget.close()
    return made
