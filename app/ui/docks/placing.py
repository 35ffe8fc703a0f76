"""Where a floating panel may stand: on a screen that is there, and clear of the strip and the cue column. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize


def placed(panel: QRect, screens: Sequence[QRect], strip: QRect, column: QRect) -> QRect:
    """The place nearest to ``panel``; all in the desktop's pixels. ``column`` and ``strip`` may be empty."""
    screen = max(screens, key=lambda one: _area(one.intersected(panel)), default=QRect())
    if screen.isEmpty():
        return panel
    found = _within(panel, screen)
    if found.intersects(strip):
        found = _within(QRect(QPoint(found.left(), strip.bottom() + 1), found.size()), screen)
    if not found.intersects(column):
        return found
    left_of, right_of = QRect(screen), QRect(screen)
    left_of.setRight(column.left() - 1)
    right_of.setLeft(column.right() + 1)
    room = max((left_of, right_of), key=lambda one: (one.width() >= found.width(), one is left_of, one.width()))
    return _within(found, room) if not room.isEmpty() else found


def _within(panel: QRect, room: QRect) -> QRect:
    size = QSize(min(panel.width(), room.width()), min(panel.height(), room.height()))
    left = min(max(panel.left(), room.left()), room.right() + 1 - size.width())
    top = min(max(panel.top(), room.top()), room.bottom() + 1 - size.height())
    return QRect(QPoint(left, top), size)


def _area(rect: QRect) -> int:
    return rect.width() * rect.height() if not rect.isEmpty() else 0
