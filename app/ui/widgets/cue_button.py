"""The painted buttons of the cue column: real buttons that fire on press and answer on their own face."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.ui.actions import ACTIONS, Verb
from app.ui.faces import Face, Kind
from app.ui.fonts import BOLD, HEAVY, MEDIUM
from app.ui.icons import draw_icon
from app.ui.theme import Palette, Skin
from app.ui.widgets.painting import (
    RIGHT,
    cap_width,
    draw_cap,
    draw_edge,
    draw_ring,
    elided,
    fill_round,
    width_of,
    write,
)
from app.ui.words import _


class CueButton(QAbstractButton):
    """One verb. ``pressed`` fires on the press of the mouse or of assistive technology, never on a key.

    Cue keys work wherever the focus is; a key that followed the focus would be a second, blind way to air.
    """

    def __init__(self, verb: Verb, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.verb, self.skin = verb, skin
        self.face = Face(Kind.DISABLED, verb.value, "")
        self._key, self._cap = ACTIONS[verb].key, ACTIONS[verb].cap
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setText(verb.value)
        self._describe()

    def show_face(self, face: Face) -> None:
        """Paint this face from now on, with the key that the user has chosen where it shows one."""
        face = replace(face, cap=self._cap) if face.cap else face
        if face != self.face:
            self.face = face
            self._describe()
            self.update()

    def show_key(self, key: str, cap: str) -> None:
        """The key that presses it: as it is called, and as its cap has it."""
        self._key, self._cap = key, cap
        self.face = replace(self.face, cap=cap) if self.face.cap else self.face
        self._describe()
        self.update()

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self.skin = skin
        self.update()

    def _describe(self) -> None:
        action, face = ACTIONS[self.verb], self.face
        self.setAccessibleName(f"{face.word}, {self._key}")
        self.setAccessibleDescription(" ".join(part for part in (face.line, face.right, face.tag) if part))
        why = _("\nNot now: {why}").format(why=face.why) if face.why else ""
        self.setToolTip(f"{action.tells} ({self._key}){why}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """No key presses it; Tab and the rest go on to the window."""
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """As ``keyPressEvent``."""
        event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second press of a double click is a slip of the hand: SLATE and HOLD would be undone by it."""
        event.accept()

    def sizeHint(self) -> QSize:
        """Any: the column places it."""
        return QSize(100, 44)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The face, in the dress of its kind."""
        painter = QPainter(self)
        box = QRectF(self.rect())
        ink, soft = draw_body(painter, box, self.face.kind, self.skin.palette)
        if self.verb is Verb.TAKE:
            _paint_take(painter, box, self.face, self.skin, (ink, soft))
        elif self.verb is Verb.WITHDRAW:
            _paint_withdraw(painter, box, self.face, self.skin, (ink, soft))
        else:
            _paint_small(painter, box, self.face, self.skin, (ink, soft))
        if self.hasFocus():
            draw_edge(painter, box.adjusted(3, 3, -3, -3), self.skin.palette.blue, 2, radius=3)


def draw_body(painter: QPainter, box: QRectF, kind: Kind, p: Palette) -> tuple[QColor, QColor]:
    """Fill and edge; the colours of the word and of the line under it."""
    radius = 5.0
    fill, edge, width, dashed, ink, soft = {
        Kind.PRIMARY: (p.face, None, 0.0, False, p.ink, p.ink),
        Kind.READY: (p.bg3, p.edge, 1.2, False, p.hi, p.hi),
        Kind.DISABLED: (p.bg1, p.line, 1.2, True, p.dim, p.dim),
        Kind.PRESSED: (p.bg0, p.sel, 2.5, False, p.hi, p.hi),
        Kind.HELD: (p.amberb, p.amber, 2.0, False, p.amber, p.amber),
        Kind.ARMED: (p.amber, None, 0.0, False, p.ink, p.ink),
        Kind.IN_BREAK: (p.redb, p.red, 2.5, False, p.hi, p.hi),
        Kind.LANDED: (p.greenb, p.green, 1.5, False, p.green, p.green),
        Kind.REFUSED: (p.bg1, p.red, 2.0, True, p.red, p.red),
    }[kind]
    fill_round(painter, box, fill, radius)
    if edge is not None:
        draw_edge(painter, box, edge, width, dashed=dashed, radius=radius)
    return ink, soft


def _paint_small(painter: QPainter, box: QRectF, face: Face, skin: Skin, colours: tuple[QColor, QColor]) -> None:
    d, pad = skin.density, _small_pad(skin)
    inner = box.adjusted(pad, 0, -pad, 0)
    upper, lower = (box.height() * 0.35, box.height() * 0.73) if d.roomy else (box.height() * 0.32, box.height() * 0.73)
    write(painter, QRectF(inner.left(), upper - 12, inner.width(), 24), face.word, colours[0], d.button)
    draw_cap(painter, inner.right() + 1, upper, face.cap, d.small, colours[0]) if face.cap else None
    cut = face.kind is Kind.REFUSED and width_of(face.line, d.small, MEDIUM) > inner.width()
    line = _("refused") if cut else face.line  # a reason is never cut: the status bar has the whole of it
    write(painter, QRectF(inner.left(), lower - 10, inner.width(), 20), line, colours[1], d.small, MEDIUM)


def _small_pad(skin: Skin) -> float:
    return 9.0 if skin.density.roomy else 6.0


def small_room(face: Face, skin: Skin, width: float) -> float:
    """Pixels to spare in the tighter row of a small button; below 0 something would be cut."""
    d, inner = skin.density, width - 2 * _small_pad(skin)
    upper = width_of(face.word, d.button) + (2 + cap_width(face.cap, d.small) if face.cap else 0)
    return inner - max(upper, width_of(face.line, d.small, MEDIUM))


def _paint_take(painter: QPainter, box: QRectF, face: Face, skin: Skin, colours: tuple[QColor, QColor]) -> None:
    d, side = skin.density, 16.0 if skin.density.roomy else 12.0
    inner = box.adjusted(side, 0, -side, 0)
    upper, lower = box.height() * 0.31, box.height() * 0.765
    icon = d.take * 0.8
    left = inner.left()
    if face.icon is not None:
        draw_icon(painter, face.icon, QRectF(left, upper - icon / 2, icon, icon), colours[0])
        left += icon + 12
    write(painter, QRectF(left, upper - 30, inner.width(), 60), face.word, colours[0], d.take, HEAVY)
    right = draw_cap(painter, inner.right(), upper, face.cap, d.button, colours[0]) if face.cap else inner.right()
    if face.tag:
        _draw_tag(painter, right - 10, upper, face.tag, skin)
    size = take_line_size(face, skin, inner.width())
    below = QRectF(inner.left(), lower - 20, inner.width(), 40)
    room = inner.width() - (width_of(face.right, d.deadline, HEAVY) + 12 if face.right else 0)
    line = elided(face.line, room, size, MEDIUM)
    write(painter, below, line, colours[1], size, MEDIUM)
    write(painter, below, face.right, colours[0], d.deadline, HEAVY, RIGHT)


def take_line_size(face: Face, skin: Skin, width: float) -> int:
    """The largest type, from 21 or 17 px down to 12, in which TAKE's line fits beside its deadline."""
    largest = 21 if skin.density.roomy else 17
    room = width - (width_of(face.right, skin.density.deadline, HEAVY) + 12 if face.right else 0)
    fitting = (size for size in range(largest, 12, -1) if width_of(face.line, size, MEDIUM) <= room)
    return next(fitting, 12)


def _draw_tag(painter: QPainter, right: float, middle: float, tag: str, skin: Skin) -> None:
    size = skin.density.state
    box = QRectF(right - width_of(tag, size) - 16, middle - size / 2 - 6, width_of(tag, size) + 16, size + 12)
    fill_round(painter, box, skin.palette.amber, 4)
    draw_edge(painter, box, skin.palette.ink, 1.2, radius=4)
    write(painter, box.adjusted(8, 0, 0, 0), tag, skin.palette.ink, size)


def _paint_withdraw(painter: QPainter, box: QRectF, face: Face, skin: Skin, colours: tuple[QColor, QColor]) -> None:
    d, p = skin.density, skin.palette
    ring = box.height() - 14
    left, left_text = box.left() + 8, box.left() + 12
    upper, lower = box.height() * (0.36 if d.roomy else 0.32), box.height() * 0.73
    if face.ring is not None and face.icon is not None:
        lit = face.kind is Kind.PRIMARY
        rest = (QColor("#C3CCD6"), p.amber_on_face, p.edge) if lit else (p.line, p.line, p.dim)
        place = QRectF(left, box.center().y() - ring / 2, ring, ring)
        draw_ring(painter, place, face.ring, ring * 0.15, rest)
        inset = ring * 0.265
        draw_icon(painter, face.icon, place.adjusted(inset, inset, -inset, -inset), colours[0])
        left_text = left + ring + 10
    word_left = left_text
    if face.ring is None and face.icon is not None:
        draw_icon(painter, face.icon, QRectF(left_text, upper - d.button / 2, d.button, d.button), colours[0])
        word_left += d.button + 8
    write(painter, QRectF(word_left, upper - 14, 220, 28), face.word, colours[0], d.button + 3, BOLD)
    if face.cap:
        draw_cap(painter, box.right() - 9, upper, face.cap, d.small, colours[0])
    size = d.body
    line = elided(face.line, box.right() - left_text - 8, size, MEDIUM)
    write(painter, QRectF(left_text, lower - 12, box.width(), 24), line, colours[1], size, MEDIUM)
