"""Everything is painted in every state, in both densities and palettes, and nothing that may not be cut is cut."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.engine import PreviewFrame
from app.model.states import BreakState
from app.ui.actions import Verb, Wish
from app.ui.countdown import countdown
from app.ui.faces import Face, Panel, resting_face
from app.ui.fonts import HEAVY
from app.ui.grammar import MARKS, Body
from app.ui.grid import tile_grid
from app.ui.icons import Icon, draw_icon
from app.ui.loudness import EMPTY
from app.ui.meter import Needle
from app.ui.theme import COLOUR_BLIND_SAFE, COMPACT, ROOMY, STANDARD, Density, Palette, Skin
from app.ui.tile_face import tile_face
from app.ui.trail import ProofCount
from app.ui.widgets.column_places import column_places
from app.ui.widgets.cue_button import small_room, take_line_size
from app.ui.widgets.lamp_table import words_room
from app.ui.widgets.meter_painter import MeterPainter
from app.ui.widgets.overlay import Overlay
from app.ui.widgets.painting import mark_width, whole_parts, width_of
from app.ui.widgets.tile_painter import TileLabel, paint_ground, paint_no_picture, paint_picture
from tests.ui.conftest import Room
from tests.ui.scripted_engine import NOW, ZONE, a_break, channel
from tests.ui.test_tile_face import STATES

COLUMNS = {ROOMY: (400, 994), COMPACT: (336, 652)}


@pytest.mark.parametrize("density", [ROOMY, COMPACT], ids=["roomy", "compact"])
@pytest.mark.parametrize(
    ("column", "words"),
    [
        *((1, words) for words in ("at TAKE", "58.88")),
        *((2, words) for words in ("pending", "taken", "12 waiting", "+88.8")),
        *((3, words) for words in ("withdrawn", "misplaced", "missing", "late", "after OUT", "IN due", "IN +88.8")),
    ],
)
def test_no_word_of_a_lamp_is_cut(qapp: QApplication, density: Density, column: int, words: str) -> None:
    table = column_places(*COLUMNS[density], density).lamps
    assert width_of(words, density.body) <= words_room(column, table.width(), density.body), qapp.applicationName()


@pytest.mark.parametrize("palette", [STANDARD, COLOUR_BLIND_SAFE], ids=lambda p: p.name)
@pytest.mark.parametrize("size", [(1500, 720), (380, 242), (236, 157), (150, 122), (118, 90)])
def test_every_state_of_a_tile_is_painted(qapp: QApplication, palette: Palette, size: tuple[int, int]) -> None:
    (cell,) = tile_grid(1, *size)
    for status, mark in STATES.values():
        image = QImage(*size, QImage.Format.Format_RGB32)
        face = tile_face(status, ProofCount(1, 1, 2), NOW)
        for selected in (False, True):
            label = TileLabel(12, "Regional North and the Isles", selected)
            image.fill(QColor("magenta"))
            painter = QPainter(image)
            assert painter.isActive()
            paint_ground(painter, cell, label, face, palette)
            paint_no_picture(painter, cell, palette)
            Overlay().paint(painter, cell, face, palette, 1.0)
            MeterPainter().paint(painter, cell.meter, [Needle(-3, -2)], 0.0, palette, EMPTY, 1.0)
            painter.end()
            frame = QColor(image.pixel(cell.cell.topLeft()))
            assert (frame == palette.sel) is selected
            edge = image.pixelColor(cell.band.left() + 3, cell.band.top() + mark.edge - 1)
            assert edge == (palette.line if mark.body is Body.BARE else mark.tone.colour(palette))


@pytest.mark.parametrize("icon", list(Icon))
def test_every_icon_draws_something_inside_its_box(qapp: QApplication, icon: Icon) -> None:
    image = QImage(48, 48, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    draw_icon(painter, icon, QRectF(16, 16, 16, 16), QColor("white"))
    painter.end()
    lit = [(x, y) for x in range(48) for y in range(48) if image.pixelColor(x, y).red() > 64]
    assert len(lit) >= 12
    assert all(15 <= x <= 32 and 15 <= y <= 32 for x, y in lit)


def all_faces(verb: Verb) -> list[Face]:
    breaks = [
        None,
        a_break(BreakState.CUED),
        a_break(BreakState.CUED, out_in_s=227),
        a_break(BreakState.HELD, out_in_s=-12),
        a_break(BreakState.ARMED, out_in_s=4.2, armed_ago_s=2),
        a_break(BreakState.ARMED, out_in_s=0.2, armed_ago_s=6),
        a_break(BreakState.ON_AIR, out_in_s=-36, armed_ago_s=42, lasts_s=5000),
    ]
    followers = [None, a_break(BreakState.PLANNED, out_in_s=946), a_break(BreakState.PLANNED)]
    statuses = [channel("c", current=brk, following=after) for brk in breaks for after in followers]
    statuses += [status for status, _ in STATES.values()]
    panels = [
        Panel(status, NOW, ZoneInfo(ZONE), Wish("mira", Fraction(180)), locked=locked, proof=ProofCount(2, 0, 12))
        for status in statuses
        for locked in (False, True)
    ]
    return [resting_face(verb, shown) for shown in panels]


@pytest.mark.parametrize("density", [ROOMY, COMPACT])
@pytest.mark.parametrize("verb", sorted(set(Verb) - {Verb.TAKE, Verb.WITHDRAW}))
def test_no_word_key_or_reason_of_a_small_button_is_cut(qapp: QApplication, density: Density, verb: Verb) -> None:
    width = column_places(*COLUMNS[density], density).buttons[verb].width()
    room = {face: small_room(face, Skin(STANDARD, density), width) for face in all_faces(verb)}
    assert not {face: spare for face, spare in room.items() if spare < 0}


@pytest.mark.parametrize("density", [ROOMY, COMPACT])
def test_takes_line_and_deadline_fit_beside_each_other(qapp: QApplication, density: Density) -> None:
    skin = Skin(STANDARD, density)
    width = column_places(*COLUMNS[density], density).buttons[Verb.TAKE].width() - (32 if density.roomy else 24)
    for face in all_faces(Verb.TAKE):
        size = take_line_size(face, skin, width)
        right = width_of(face.right, density.deadline, HEAVY) + 12 if face.right else 0
        assert size >= (16 if density.roomy else 12)
        assert width_of(face.line, size) * 0.97 + right <= width


@pytest.mark.parametrize("density", [ROOMY, COMPACT])
def test_countdowns_fit_their_card(qapp: QApplication, density: Density) -> None:
    width = column_places(*COLUMNS[density], density).countdown.width()
    assert width_of("00:00", density.countdown, HEAVY) <= width - 24
    open_break = a_break(BreakState.ON_AIR, out_in_s=-1, lasts_s=3601, armed_ago_s=7)
    card = countdown(Panel(channel("c", current=open_break), NOW, ZoneInfo(ZONE), Wish("mira", None)))
    words = width_of(card.headline, density.button) + width_of(card.aside, density.state)
    assert words + 60 <= width
    assert max(mark_width(mark, density.state) for mark in MARKS) < width / 2


@pytest.mark.parametrize("density", [ROOMY, COMPACT])
@pytest.mark.parametrize("lack", [0, 40, 120])
def test_the_column_keeps_its_order_and_its_least_sizes(density: Density, lack: int) -> None:
    width, height = COLUMNS[density]
    if not density.roomy:
        lack = 0
    places = column_places(width, height - lack, density)
    order = [places.title, places.countdown, places.card, *places.lengths[:1], places.buttons[Verb.CUE_NEXT]]
    order += [places.buttons[verb] for verb in (Verb.TAKE, Verb.WITHDRAW, Verb.RETURN)] + [places.lamps]
    assert all(upper.bottom() < lower.top() for upper, lower in pairwise(order))
    assert places.buttons[Verb.TAKE].height() >= 84
    assert min(place.height() for place in places.buttons.values()) >= 44
    assert places.lamps.height() >= 22 + 2 * 27
    right = {row[-1].right() for row in ([places.title], places.lengths, [places.buttons[Verb.SKIP]])}
    assert len(right) == 1


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (1920, 1011), (2560, 1440)])
def test_the_whole_window_is_painted(room: Callable[..., Room], size: tuple[int, int]) -> None:
    opened = room(*(status for status, _ in STATES.values()), size=size)
    grabbed = opened.window.grab().toImage()
    assert grabbed.width() == size[0]
    assert len({grabbed.pixel(x, y) for x in range(0, size[0], 7) for y in range(0, size[1], 7)}) > 30


def test_a_new_picture_is_shown_and_its_memory_is_kept(room: Callable[..., Room]) -> None:
    opened = room(channel("one"))
    viewer, mailbox = opened.window.multiviewer, opened.engine.preview("one")
    cell = viewer.cells[0]
    assert mailbox.size == (cell.picture.width(), cell.picture.height())
    width, height = mailbox.size
    stride = width * 4 + 64
    pixels = bytearray(b"\x10\x80\xf0\xff" * (stride // 4) * height)
    mailbox.post(PreviewFrame(width, height, stride, memoryview(bytes(pixels)), 1, (-3.0, -20.0), None))
    del pixels
    viewer.look()
    grabbed = viewer.grab().toImage()
    assert grabbed.pixelColor(cell.picture.center()) == QColor(0xF0, 0x80, 0x10)
    meter = [grabbed.pixelColor(cell.meter.left() + 2, y) for y in range(cell.meter.top(), cell.meter.bottom())]
    assert STANDARD.amber in meter
    assert STANDARD.meter in meter


def test_pictures_are_wanted_only_while_they_can_be_seen(room: Callable[..., Room]) -> None:
    opened = room(channel("one"))
    opened.window.hide()
    assert opened.engine.preview("one").size is None
    opened.window.show()
    assert opened.engine.preview("one").size is not None


@pytest.mark.usefixtures("qapp")
@given(st.lists(st.text("abc defg", min_size=1, max_size=12), min_size=1, max_size=6), st.integers(0, 600))
def test_of_a_list_whole_parts_are_shown(parts: list[str], width: int) -> None:
    words = ", ".join(parts)
    shown = whole_parts(words, width, 13)
    count = len(shown.split(", "))
    assert shown == ", ".join(parts[:count])
    assert count == 1 or width_of(shown, 13) <= width
    assert count == len(parts) or width_of(", ".join(parts[: count + 1]), 13) > width


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_a_picture_that_is_scaled_leaves_the_next_one_sharp(qapp: QApplication, ratio: float) -> None:
    first, second = tile_grid(2, 600, 240)
    face = tile_face(channel("one"), ProofCount(0, 0, 0), NOW)
    stripes = QImage(
        round(second.picture.width() * ratio), round(second.picture.height() * ratio), QImage.Format.Format_RGB32
    )
    for y in range(stripes.height()):
        for x in range(stripes.width()):
            stripes.setPixel(x, y, 0xFFFFFFFF if x % 2 else 0xFF000000)

    def painted(*, behind_another: bool) -> QImage:
        device = QImage(round(600 * ratio), round(240 * ratio), QImage.Format.Format_RGB32)
        device.setDevicePixelRatio(ratio)
        device.fill(0)
        painter = QPainter(device)
        if behind_another:
            painter.setClipRect(first.picture)
            paint_picture(painter, first, stripes.scaled(64, 36), face, ratio)
        painter.setClipRect(second.picture)
        paint_picture(painter, second, stripes, face, ratio)
        painter.end()
        box = second.picture
        return device.copy(*(round(side * ratio) for side in (box.x(), box.y(), box.width(), box.height())))

    assert qapp.applicationName()
    assert painted(behind_another=True) == painted(behind_another=False)
