"""What stands on a tile's picture: flags by gravity, never in its middle; the pre-roll's ring; loudness; safe areas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from app.engine import PreviewFrame
from app.model.quality import QualityStatus
from app.model.states import BreakState, ChannelState
from app.model.status import BreakStatus, ChannelStatus
from app.ui.desk import Desk
from app.ui.grid import Cell, tile_grid
from app.ui.habits.own_settings import OwnSettings
from app.ui.loudness import EMPTY, Loudness, loudness_of
from app.ui.main_window import MainWindow
from app.ui.meter import Needle
from app.ui.theme import STANDARD
from app.ui.tile_face import TileFace, quiet_key, tile_face
from app.ui.tile_flags import BLACK, CAPTIONS, FLAGS, NO_CAPTIONS, OVER, SILENT, flag_words, flags_of
from app.ui.trail import ProofCount
from app.ui.widgets.flag_painter import paint_flags
from app.ui.widgets.meter_painter import MeterPainter, loud_bar
from app.ui.widgets.safe_areas import safe_area
from app.ui.widgets.tile_handle import TileHandle
from app.ui.widgets.tile_menu import NO_SOLO, SOLO, tile_menu
from app.ui.widgets.tile_painter import paint_overlay
from tests.ui.conftest import Room
from tests.ui.scripted_engine import NOW, ZONE, ScriptedEngine, a_break, an_alarm, channel
from tests.ui.test_tile_face import ARMED, OPEN, STATES

NO_PROOF = ProofCount(0, 0, 0)
FINE = QualityStatus(short_lufs=-23.0, momentary_lufs=-14.0, target_lufs=-23.0, tolerance_lu=10.0, captions=True)
ALL_WRONG = QualityStatus(black=True, frozen=True, silent=True, over=True, captions=False, scte35=False)
SIZES = [(1520, 734), (380, 242), (236, 157), (190, 130), (150, 122), (118, 90)]
TOLD = st.none() | st.booleans()
QUALITY = st.builds(QualityStatus, black=TOLD, frozen=TOLD, silent=TOLD, over=TOLD, captions=TOLD, scte35=TOLD)


def test_the_flags_come_in_the_order_of_their_gravity() -> None:
    assert [flag.word for flag in flags_of(ALL_WRONG)] == ["BLACK", "SILENT", "SCTE LOST", "CC LOST", "OVER"]
    assert flags_of(QualityStatus(frozen=True, captions=True, scte35=True))[0].word == "FROZEN"
    assert flag_words(flags_of(QualityStatus(over=True, captions=True, scte35=True))) == "OVER, SCTE there, CC there"
    assert flags_of(None) == flags_of(QualityStatus()) == ()


@given(QUALITY)
def test_each_flag_has_its_own_word_and_shape_and_there_is_never_a_contradiction(quality: QualityStatus) -> None:
    up = flags_of(quality)
    assert list(up) == sorted(up, key=FLAGS.index)
    assert len({flag.icon for flag in FLAGS}) == len({flag.word for flag in FLAGS}) == len(FLAGS)
    assert not {CAPTIONS, NO_CAPTIONS} <= set(up)
    assert (BLACK in up, SILENT in up, OVER in up) == (bool(quality.black), bool(quality.silent), bool(quality.over))


def painted(status: ChannelStatus, size: tuple[int, int]) -> tuple[Cell, TileFace, list[QRectF]]:
    (cell,) = tile_grid(1, *size)
    image = QImage(*size, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    face = tile_face(status, ProofCount(1, 0, 2), NOW)
    places = paint_overlay(painter, cell, face, STANDARD)
    flags = paint_flags(painter, QRectF(cell.picture), face, cell.form, [], STANDARD)
    painter.end()
    assert all(QRectF(cell.picture).contains(place) for place in (*places, *flags))
    return cell, face, places


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", [*STATES, "armed, all wrong"])
def test_nothing_on_a_picture_covers_its_middle_or_another_thing(
    qapp: QApplication, size: tuple[int, int], name: str
) -> None:
    status = channel("c", current=ARMED) if name not in STATES else STATES[name][0]
    cell, face, places = painted(replace(status, quality=ALL_WRONG), size)
    width, height = cell.picture.width(), cell.picture.height()
    middle = QRectF(cell.picture).adjusted(width * 0.4, height * 0.4, -width * 0.4, -height * 0.4)
    assert qapp.applicationName()
    assert not any(place.intersects(middle) for place in places if size[0] > 200)
    shrunk = [place.adjusted(0.5, 0.5, -0.5, -0.5) for place in places]
    crossing = [(one, two) for n, one in enumerate(shrunk) for two in shrunk[:n] if one.intersects(two)]
    assert not crossing, face


@pytest.mark.parametrize("size", SIZES)
def test_with_all_wrong_at_least_the_gravest_is_on_the_picture(qapp: QApplication, size: tuple[int, int]) -> None:
    for current in (None, ARMED, OPEN):
        status = channel("c", current=current)
        bare, wrong = painted(status, size)[2], painted(replace(status, quality=ALL_WRONG), size)[2]
        assert len(wrong) > len(bare) - 1, qapp.applicationName()  # the time to withdraw may make room for them
        if current is not ARMED:
            assert len(wrong) > len(bare)


def test_off_air_or_without_its_engine_a_tile_flags_nothing() -> None:
    status = replace(channel("c"), quality=ALL_WRONG)
    assert tile_face(status, NO_PROOF, NOW).flags
    assert not tile_face(status, NO_PROOF, NOW, lost=True).flags
    assert not tile_face(replace(status, state=ChannelState.STOPPING), NO_PROOF, NOW).flags


def test_in_a_pre_roll_the_tile_says_how_long_the_take_can_be_undone() -> None:
    face = tile_face(channel("c", current=ARMED), NO_PROOF, NOW)
    assert face.undo == "3.8 s"  # 4.2 s to OUT, too late from 0.48 s before it
    assert face.ring is not None
    assert face.ring.gone == pytest.approx(1.8 / 6, abs=1 / 60)
    assert face.ring.late_from == pytest.approx(1 - 0.48 / 6)
    late = tile_face(channel("c", current=ARMED), NO_PROOF, NOW + timedelta(seconds=3.8))
    assert (late.undo, late.ring is not None) == ("", True)
    assert tile_face(channel("c", current=OPEN), NO_PROOF, NOW).ring is None


@given(
    quality=st.none() | QUALITY,
    following=st.sampled_from((None, a_break(BreakState.PLANNED, out_in_s=662))),
    state=st.sampled_from(ChannelState),
    later_s=st.floats(0, 3),
)
def test_while_its_key_is_the_same_a_quiet_tile_has_the_same_face(
    quality: QualityStatus | None, following: BreakStatus | None, state: ChannelState, later_s: float
) -> None:
    status = replace(channel("c", state=state), quality=quality, next=following)
    later, moved = NOW + timedelta(seconds=later_s), replace(status, frame=status.frame + 9)
    assert quiet_key(status, NOW, 0.1, lost=False) is not None
    if quiet_key(status, NOW, 0.1, lost=False) == quiet_key(moved, later, 0.2, lost=False):
        assert tile_face(status, NO_PROOF, NOW, picture_s=0.1) == tile_face(moved, NO_PROOF, later, picture_s=0.2)


def test_a_tile_is_not_quiet_with_a_break_an_alarm_an_old_picture_or_without_its_engine() -> None:
    plain = channel("c")
    for status in (replace(plain, current=ARMED), replace(plain, alarms=(an_alarm("warning", "503"),))):
        assert quiet_key(status, NOW, 0.1, lost=False) is None
    assert quiet_key(plain, NOW, 2.0, lost=False) is None
    assert quiet_key(plain, NOW, 0.1, lost=True) is None


@pytest.mark.parametrize(("lufs", "part"), [(-23.0, 2 / 3), (-5.0, 1), (0.0, 1), (-59.0, 0), (-100.0, 0), (None, 0)])
def test_the_target_is_two_thirds_up_and_the_scale_is_ebu_plus_18(lufs: float | None, part: float) -> None:
    assert loudness_of(replace(FINE, short_lufs=lufs)).short == pytest.approx(part)
    assert loudness_of(FINE).target == pytest.approx(2 / 3)
    assert loudness_of(FINE).most == pytest.approx(46 / 54)
    assert loudness_of(replace(FINE, target_lufs=-14.0, short_lufs=-14.0)).short == pytest.approx(2 / 3)
    assert loudness_of(None) == loudness_of(QualityStatus(short_lufs=-20.0)) == EMPTY


@pytest.mark.parametrize("width", [10, 26, 32])
def test_the_loudness_stands_beside_the_peaks_with_its_target(qapp: QApplication, width: int) -> None:
    box = QRect(5, 5, width, 108)
    image = QImage(60, 120, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    loudness = Loudness(short=0.9, momentary=0.5, most=0.8)
    MeterPainter().paint(painter, box, [Needle(-60, -60), Needle(-60, -60)], 0.0, STANDARD, loudness, 1.0)
    painter.end()
    assert qapp.applicationName()
    left, wide = loud_bar(box)
    assert left + wide == box.left() + width
    column = [image.pixelColor(left + wide // 2, y) for y in range(box.top(), box.top() + box.height())]
    assert column.index(STANDARD.amber) == 108 - round(108 * 0.9)
    assert column[108 - round(108 * 0.8) + 2] == STANDARD.meter
    assert column[108 - round(108 * 2 / 3)] == image.pixelColor(left - 2, box.top() + 36) == STANDARD.hi
    assert column[108 - 54] == STANDARD.sel
    quiet = [image.pixelColor(box.left() + 1, y) for y in range(box.top(), box.top() + box.height())]
    assert STANDARD.meter not in quiet


def test_the_safe_areas_are_those_of_ebu_r_95() -> None:
    assert safe_area(QRect(0, 0, 1920, 1080), 93) == QRect(67, 38, 1786, 1004)
    assert safe_area(QRect(0, 0, 1920, 1080), 90) == QRect(96, 54, 1728, 972)


def a_grey_picture(cell: Cell) -> PreviewFrame:
    width, height = cell.picture.width(), cell.picture.height()
    pixels = bytes((100, 100, 100, 255)) * width * height
    return PreviewFrame(width, height, width * 4, memoryview(pixels), 1, (-20.0, -20.0), pixels)


def test_a_key_draws_the_safe_areas(room: Callable[..., Room]) -> None:
    opened = room(channel("one"))
    viewer = opened.window.multiviewer
    (cell,) = viewer.cells
    opened.engine.preview("one").post(a_grey_picture(cell))
    viewer.look()
    area = safe_area(cell.picture, 93)
    spot = QPoint(area.left(), area.center().y())
    assert viewer.grab().toImage().pixelColor(spot).red() == 100
    QTest.keyClick(opened.window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert viewer.grab().toImage().pixelColor(spot) == STANDARD.hi
    assert viewer.grab().toImage().pixelColor(cell.picture.center()).red() == 100
    QTest.keyClick(opened.window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert viewer.grab().toImage().pixelColor(spot).red() == 100


def test_the_safe_areas_are_kept(qapp: QApplication, tmp_path: Path) -> None:
    desk = Desk(ScriptedEngine(channel("one")), ZoneInfo(ZONE), "mira")
    first = MainWindow(desk, "Evening", STANDARD, own=OwnSettings(tmp_path / "window.json"))
    first.show()
    first.activateWindow()
    assert QTest.qWaitForWindowActive(first)
    QTest.keyClick(first, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert first.habits.looks.safe_areas
    first.leave()
    first.deleteLater()
    assert qapp.applicationName()
    second = MainWindow(desk, "Evening", STANDARD, own=OwnSettings(tmp_path / "window.json"))
    assert second.habits.looks.safe_areas
    assert second.habits.look_sheet.looks.safe_areas
    second.deleteLater()


def test_the_menu_of_a_tile_says_why_no_sound_can_be_heard(room: Callable[..., Room]) -> None:
    opened = room(channel("one"), channel("two"))
    handle = next(one for one in opened.window.findChildren(TileHandle) if one.name == "two")
    entries = {entry.text(): entry for entry in tile_menu(handle, opened.desk).actions()}
    assert not entries[SOLO].isEnabled()
    assert entries[SOLO].toolTip() == NO_SOLO in entries
    entries["In the gang"].trigger()
    assert opened.desk.gang == {"one", "two"}
    entries["Select"].trigger()
    assert opened.desk.selected == "two"
    middle = handle.rect().center()
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(handle, QContextMenuEvent(reason, middle, handle.mapToGlobal(middle)))
    menus = [menu for menu in handle.findChildren(QMenu) if menu.isVisible()]
    assert len(menus) == 1
    assert not opened.engine.submitted
    menus[0].close()


def test_the_tile_is_read_out_with_its_flags(room: Callable[..., Room]) -> None:
    opened = room(channel("one"))
    opened.engine.change("one", quality=replace(ALL_WRONG, black=False))
    opened.desk.poll()
    (handle,) = opened.window.findChildren(TileHandle)
    assert handle.accessibleName() == "1 one, ON AIR, FROZEN, SILENT, SCTE LOST, CC LOST, OVER"
