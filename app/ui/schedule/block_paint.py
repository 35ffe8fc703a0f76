"""How one break is painted: fill, edge, pattern, icon, length, its ads' ticks, its lamp."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPixmap

from app.model.schedule import AirMode
from app.model.states import ProofState
from app.ui.fonts import BOLD, MEDIUM
from app.ui.icons import Icon, draw_icon
from app.ui.schedule.block import ICONS, LAMPS, MODE_ICONS, Kind
from app.ui.theme import Palette, Skin
from app.ui.widgets.painting import LEFT, MIDDLE, draw_edge, elided, fill_round, width_of, write

_KEPT = 1500
ICON_ONLY_UNDER = 30
_PAD, _GAP = 5.0, 4.0
_AD_LEAST, _TITLE_LEAST = 24, 40


@dataclass(frozen=True, slots=True)
class Look:
    """Colours of a kind. ``edge_px`` 0: no edge."""

    fill: QColor
    edge: QColor
    words: QColor
    edge_px: float = 1.0
    dashed: bool = False
    hatched: bool = False


def look_of(kind: Kind, p: Palette) -> Look:
    """Look.md's language of blocks: a dashed edge says that something is wrong or will not be."""
    return _looks(p.name, p)[kind]


_KNOWN: dict[str, dict[Kind, Look]] = {}


def _looks(name: str, p: Palette) -> dict[Kind, Look]:
    """All looks of a palette, made once."""
    if name not in _KNOWN:
        cued, over = Look(p.amberb, p.amber, p.amber, 2), Look(p.bg1, p.edge, p.dim, 1, dashed=True)
        _KNOWN[name] = {
            Kind.PLANNED: Look(p.plan, p.planl, p.hi),
            Kind.CONFLICT: Look(p.plan, p.amber, p.hi, 2, dashed=True, hatched=True),
            Kind.CUED: cued,
            Kind.HELD: cued,
            Kind.ARMED: Look(p.amber, p.amber, p.ink, 1),
            Kind.ON_AIR: Look(p.redf, p.red, p.sel, 2),
            Kind.RETURNED: Look(p.past, p.line, p.dim),
            Kind.FAILED: Look(p.redb, p.red, p.red, 2, dashed=True),
            Kind.SKIPPED: over,
            Kind.WITHDRAWN: over,
            Kind.NOT_AIRED: over,
        }
    return _KNOWN[name]


@dataclass(frozen=True, slots=True)
class BlockFace:
    """What a block's picture depends on. ``cuts_px``: where its ads meet; ``title``, ``ads``: where there is room."""

    kind: Kind
    width: int
    height: int
    label: str
    lamp: ProofState | None = None
    cuts_px: tuple[int, ...] = ()
    title: str = ""
    ads: tuple[str, ...] = ()
    mode: AirMode = AirMode.AUTO


class BlockFaces:
    """Pictures of blocks, painted once each: those of a schedule look alike."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[BlockFace, float], QPixmap] = OrderedDict()
        self._skin: Skin | None = None

    def draw(self, painter: QPainter, x: int, y: int, face: BlockFace, skin: Skin) -> None:
        """Put a block's picture there."""
        if skin is not self._skin:
            self._skin = skin
            self._kept.clear()
        ratio = painter.device().devicePixelRatio()
        key = face, ratio
        made = self._kept.get(key)
        if made is None:
            made = _picture(face, skin, ratio)
            self._kept[key] = made
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        painter.drawPixmap(x, y, made)


def _picture(face: BlockFace, skin: Skin, ratio: float) -> QPixmap:
    made = QPixmap(round(face.width * ratio), round(face.height * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    paint_block(painter, QRectF(0, 0, face.width, face.height), face, skin)
    painter.end()
    return made


def paint_block(
    painter: QPainter, box: QRectF, face: BlockFace, skin: Skin, *, gone_px: float = 0.0, room: QRectF | None = None
) -> None:
    """A block. ``gone_px``: how much of one on air is over; ``room``: the part in sight, where its words stand."""
    p = skin.palette
    look = look_of(face.kind, p)
    radius = 3.0 if box.width() > 8 else 0.0
    fill_round(painter, box, look.fill, radius)
    if look.hatched:
        painter.fillRect(box, QBrush(QColor(p.amber.red(), p.amber.green(), p.amber.blue(), 90), _HATCH))
    if gone_px > 0:
        gone = QRectF(box.left(), box.top(), min(gone_px, box.width()), box.height())
        painter.fillRect(gone.adjusted(1, 1, 0, -1), p.redb)
        painter.fillRect(QRectF(gone.right() - 1, box.top(), 2, box.height()), p.sel)
    for cut in face.cuts_px:
        painter.fillRect(
            QRectF(box.left() + cut, box.bottom() - 4, 1, 3), look.words if face.kind is _ARMED else p.planl
        )
    draw_edge(painter, box, look.edge, look.edge_px, dashed=look.dashed, radius=radius)
    if face.ads and box.height() >= 30:
        _paint_ads(painter, box, face, look)
        room = QRectF(room or box)
        room.setHeight(room.height() / 2 + 2)
    _paint_words(painter, room or box, face, look, skin)


def _paint_ads(painter: QPainter, box: QRectF, face: BlockFace, look: Look) -> None:
    """The names of its ads below its length, each as far as its own part reaches."""
    edges = [0, *face.cuts_px, int(box.width())]
    for name, (left, right) in zip(face.ads, pairwise(edges), strict=False):
        part = QRectF(box.left() + left + _PAD, box.bottom() - 18, right - left - 2 * _PAD, 14)
        if part.width() >= _AD_LEAST:
            write(painter, part, elided(name, part.width(), 12, MEDIUM), look.words, 12, MEDIUM)


_HATCH, _ARMED = Qt.BrushStyle.BDiagPattern, Kind.ARMED


def _paint_words(painter: QPainter, box: QRectF, face: BlockFace, look: Look, skin: Skin) -> None:
    p, size = skin.palette, 13 if skin.density.roomy else 12
    if box.height() < 11 or box.width() < 12:
        return
    icon = MODE_ICONS.get(face.mode) if face.kind is Kind.PLANNED else ICONS.get(face.kind)
    lamp = None if face.lamp is None else LAMPS[face.lamp]
    words = width_of(face.label, size, BOLD)
    icons = [(one, _colour(one is lamp, face, look, p)) for one in (icon, lamp) if one is not None]
    wide = words + len(icons) * (size + _GAP) + 2 * _PAD
    middle = box.center().y()
    if wide <= box.width() or (not icons and words + 4 <= box.width() and box.height() < 30):
        _one_line(painter, box, face, icons, look, size, lamp is not None)
        return
    if box.height() >= 30 and words + 4 <= box.width() and box.width() >= ICON_ONLY_UNDER:
        line = QRectF(box.left(), box.top() + 1, box.width(), size + 4)
        write(painter, line, face.label, look.words, size, BOLD, MIDDLE)
        middle = box.bottom() - 5 - size / 2
    elif box.height() >= 30:
        middle = box.bottom() - 5 - size / 2
    fitting = icons[: max(1, int((box.width() - 2) // (size + 2)))] if box.width() >= size + 2 else []
    left = box.center().x() - (len(fitting) * (size + 2) - 2) / 2
    for shown, colour in fitting:
        draw_icon(painter, shown, QRectF(left, middle - size / 2, size, size), colour)
        left += size + 2


def _one_line(
    painter: QPainter,
    box: QRectF,
    face: BlockFace,
    icons: list[tuple[Icon, QColor]],
    look: Look,
    size: int,
    lamp: bool,
) -> None:
    left, middle = box.left() + _PAD, box.center().y()
    if lamp:
        shown, colour = icons[-1]
        draw_icon(painter, shown, QRectF(box.right() - _PAD - size, middle - size / 2, size, size), colour)
    for shown, colour in icons[: len(icons) - lamp]:
        draw_icon(painter, shown, QRectF(left, middle - size / 2, size, size), colour)
        left += size + _GAP
    write(painter, QRectF(left, box.top(), box.width(), box.height()), face.label, look.words, size, BOLD, LEFT)
    left += width_of(face.label, size, BOLD) + 8
    room = box.right() - _PAD - left - (size + _GAP if lamp else 0)
    if face.title and room >= _TITLE_LEAST:
        title = elided(face.title, room, size, MEDIUM)
        write(painter, QRectF(left, box.top(), room, box.height()), title, look.words, size, MEDIUM, LEFT)


def _colour(is_lamp: bool, face: BlockFace, look: Look, p: Palette) -> QColor:
    if not is_lamp or face.kind is Kind.ARMED:
        return look.words
    match face.lamp:
        case ProofState.LANDED:
            return p.green
        case ProofState.LATE:
            return p.amber
        case ProofState.MISPLACED | ProofState.MISSING:
            return p.red
        case _:
            return look.words
