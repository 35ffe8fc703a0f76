"""What stands still on the timeline: the heads of the rows, the ruler, the lane with the labels."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.ui.fonts import BOLD, HEAVY, MEDIUM
from app.ui.grammar import Mark
from app.ui.icons import draw_icon
from app.ui.schedule.block import length_text
from app.ui.schedule.places import BAR, Places
from app.ui.schedule.ruler import Tick
from app.ui.schedule.time_scale import TimeScale
from app.ui.theme import Skin
from app.ui.widgets.painting import LEFT, MIDDLE, RIGHT, draw_edge, elided, fill_round, width_of, write
from app.ui.words import _

_MINUTE_US = 60_000_000


@dataclass(frozen=True, slots=True)
class RowHead:
    """``mark``: the channel's state, None where it is quiet. ``minutage_us``: of this hour, None: not shown.

    ``limit_us``: what the house allows of it; None: it says nothing.
    """

    number: int
    title: str
    selected: bool = False
    mark: Mark | None = None
    minutage_us: int | None = None
    limit_us: int | None = None


def paint_row_head(painter: QPainter, box: QRectF, head: RowHead, skin: Skin) -> None:
    """Number, title, state; below them the hour's minutage."""
    p, d = skin.palette, skin.density
    painter.fillRect(box, p.bg2 if head.selected else p.bg1)
    if head.selected:
        painter.fillRect(QRectF(box.left(), box.top(), 4, box.height() - 1), p.sel)
    painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), p.line)
    size = d.body
    words = head.minutage_us is not None and box.height() >= 34
    line = QRectF(box.left(), box.top(), box.width(), box.height() / 2 + 4 if words else box.height() - 1)
    write(painter, QRectF(box.left(), line.top(), 30, line.height()), str(head.number or ""), p.hi, size, HEAVY, RIGHT)
    room = box.width() - 40 - (size + 14)
    title = elided(head.title, room, size, BOLD, middle=True)
    write(
        painter,
        QRectF(box.left() + 40, line.top(), room, line.height()),
        title,
        p.hi if head.selected else p.text,
        size,
    )
    if head.mark is not None:
        square = QRectF(box.right() - size - 8, line.center().y() - size / 2, size, size)
        colour = head.mark.tone.colour(p)
        draw_icon(painter, head.mark.icon, square, colour)
    if words and head.minutage_us is not None:
        _paint_minutage(painter, box, head.minutage_us, head.limit_us, skin)


def minutage_words(minutage_us: int, limit_us: int | None) -> str:
    """The minutes of breaks in this hour, and of how many."""
    if limit_us is None:
        return _("{length_text} this hour").format(length_text=length_text(minutage_us))
    minutes, rest = divmod(limit_us, _MINUTE_US)
    return f"{length_text(minutage_us)} / {length_text(limit_us) if rest else minutes}"


def _paint_minutage(painter: QPainter, box: QRectF, minutage_us: int, limit_us: int | None, skin: Skin) -> None:
    """A bar too, where there is something that it can be a part of."""
    p, said = skin.palette, minutage_words(minutage_us, limit_us)
    over = limit_us is not None and minutage_us > limit_us
    below = QRectF(box.left(), box.bottom() - 18, box.width() - 10, 14)
    write(painter, below, said, p.amber if over else p.text, 12, MEDIUM, RIGHT)
    if limit_us is None:
        return
    bar = QRectF(box.left() + 40, box.bottom() - 12, box.width() - 40 - width_of(said, 12, MEDIUM) - 18, 4)
    painter.fillRect(bar, p.bg0)
    share = min(1.0, minutage_us / limit_us)
    painter.fillRect(QRectF(bar.left(), bar.top(), bar.width() * share, 4), p.amber if over else p.planl)


def paint_ruler(
    painter: QPainter, places: Places, scale: TimeScale, ticks: list[Tick], day: str, skin: Skin, flag: QRectF
) -> None:
    """The date at the left, the times; in the lane above them the days that begin, clear of the playhead's flag."""
    p, small = skin.palette, skin.density.small
    painter.fillRect(QRectF(0, 0, places.width, places.rows_top), p.bg0)
    painter.fillRect(QRectF(0, places.rows_top - 1, places.width, 1), p.line)
    write(painter, QRectF(10, 0, places.head - 12, places.lane), day, p.text, small, BOLD)
    painter.save()
    painter.setClipRect(QRectF(places.head, 0, places.time_width, places.rows_top))
    for tick in ticks:
        x = places.head + scale.x_of(tick.us)
        painter.fillRect(QRectF(x, places.rows_top - 5, 1, 5), p.line)
        half = width_of(tick.label, small, BOLD) / 2
        if places.head <= x - half and x + half <= places.width - BAR:  # a time that is cut is another time
            write(painter, QRectF(x - 60, places.lane, 120, places.ruler - 4), tick.label, p.text, small, BOLD, MIDDLE)
        if tick.day and tick.day != tick.label:
            words = QRectF(x + 4, 0, width_of(tick.day, small, BOLD), places.lane)
            if words.intersects(flag):
                fits = flag.right() + 6 + words.width() <= places.width - BAR
                words.moveLeft(flag.right() + 6 if fits else flag.left() - 6 - words.width())
            write(painter, words, tick.day, p.text, small, BOLD, LEFT)
            painter.fillRect(QRectF(x, 0, 1, places.lane), p.edge)
    painter.restore()
    painter.fillRect(QRectF(places.width - BAR, 0, BAR, places.rows_top), p.bg0)


def flag_box(places: Places, x: float, words: str, skin: Skin, *, snap: bool = False) -> QRectF:
    """Where the label of a moment at ``x`` stands in the lane above the ruler."""
    wide = width_of(words, skin.density.small, BOLD) + 14
    left = min(max(places.head + 1.0, x - (8 if snap else wide / 2)), places.width - BAR - wide)
    return QRectF(left, 1, wide, places.lane - 2)


def paint_flag(painter: QPainter, box: QRectF, words: str, skin: Skin, *, snap: bool = False) -> None:
    """A label in its ``flag_box``: white for the playhead, blue for a snap."""
    p, small = skin.palette, skin.density.small
    fill_round(painter, box, p.blueb if snap else p.sel, 3)
    if snap:
        draw_edge(painter, box, p.blue, 1.5, radius=3)
    write(painter, box, words, p.hi if snap else p.ink, small, BOLD, MIDDLE)
