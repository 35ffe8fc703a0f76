"""The page of markers under real clicks and keys: chosen, explained, copied, with the pictures at its splice."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTabBar
from pytestqt.qtbot import QtBot

from app.engine import PreviewFrame
from app.ui.fonts import BOLD
from app.ui.marker_book import KEPT
from app.ui.widgets.marker_detail import MarkerDetail
from app.ui.widgets.marker_table import MarkerTable
from app.ui.widgets.painting import width_of
from tests.ui.conftest import Room
from tests.ui.feed_markers import IN, NOISE, OUT, handled, kept, proved, seen, sent
from tests.ui.scripted_engine import NOW, channel

type Opens = Callable[..., Room]
SIZES = pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (1600, 960)])


def open_markers(room: Room) -> MarkerTable:
    """With a click on its tab."""
    tabs = room.window.pages.tabs
    QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(2).center())
    assert room.window.markers.isVisible()
    return room.window.markers.table


def choose(room: Room, row: int) -> MarkerDetail:
    table = room.window.markers.table
    place = table.visualRect(table.markers.index(row, 3)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    return room.window.markers.detail


def cells(table: MarkerTable, row: int) -> list[str]:
    return [str(table.markers.data(table.markers.index(row, column))) for column in range(5)]


def arrive(qtbot: QtBot, room: Room, rows: int) -> None:
    qtbot.waitUntil(lambda: room.window.markers.table.markers.rowCount() == rows)


def evidence(folder: Path, colour: str = "green") -> Path:
    folder.mkdir(parents=True)
    pictures = []
    for place, offset in enumerate(range(-5, 5)):
        image = QImage(64, 36, QImage.Format.Format_RGB32)
        image.fill(QColor(colour))
        image.save(str(folder / f"still-{place:02}.jpg"))
        pictures.append({"file": f"still-{place:02}.jpg", "offset_frames": offset, "pts": 1})
    (folder / "verdict.json").write_text(json.dumps({"pictures": pictures, "problems": []}))
    return folder


def test_markers_of_both_kinds_stand_in_one_table(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one", "Sports"))
    opened.engine.publish(seen("k", lead_ms=-1200))
    opened.engine.publish(handled("k", "ignored", reason="its splice time has passed"))
    opened.engine.publish(sent("b1", at=NOW + timedelta(seconds=1)))
    table = open_markers(opened)
    arrive(qtbot, opened, 2)
    command = "splice_insert OUT 4711, 60.000 s, auto-return, at 2:00:00.000"
    assert cells(table, 0) == ["20:15:29.2", "us", "–", command, "SENT"]
    assert cells(table, 1) == ["20:15:28.2", "PID 500", "−1.2 s", command, "IGNORED"]
    assert opened.window.pages.tabs.words == "1 Sports · 1 of its source, 1 ours"
    opened.engine.publish(proved("b1"))
    qtbot.waitUntil(lambda: cells(table, 0)[-1] == "LANDED")
    assert "lead −1.2 s; IGNORED: its splice time has passed" in str(
        table.markers.data(table.markers.index(1, 0), Qt.ItemDataRole.AccessibleTextRole)
    )


def test_the_pictures_give_way_and_come_back_and_nothing_else_moves(room: Opens) -> None:
    opened = room(channel("one"))
    window = opened.window
    column, before = window.column.geometry(), window.multiviewer.height()
    open_markers(opened)
    assert window.column.geometry() == column
    dock = window.pages.parentWidget()
    assert dock is not None
    assert dock.height() >= 370
    assert window.side.height() == window.pages.height()
    QTest.mouseClick(window.pages.tabs, Qt.MouseButton.LeftButton, pos=window.pages.tabs.tabRect(1).center())
    QTest.qWait(0)
    assert window.events.isVisible()
    assert window.multiviewer.height() == before


def test_a_click_explains_every_field(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one"))
    opened.engine.publish(seen("k", source="udp://239.1.1.1:5000"))
    open_markers(opened)
    arrive(qtbot, opened, 1)
    detail = choose(opened, 0)
    fields = dict(detail.fields.model_of_fields.fields)
    assert fields["from"] == "PID 500 of udp://239.1.1.1:5000"
    assert fields["lead"] == "6.2 s before its splice"
    assert fields["splice_event_id"] == "4711 (0x00001267)"
    assert fields["out_of_network"].startswith("yes")
    assert fields["  duration"].startswith("5400000 (60.000000 s)")
    assert fields["hex"] == OUT.hex().upper()
    assert detail.accessibleName() == "Marker: splice_insert OUT 4711, 60.000 s, auto-return, at 2:00:00.000"


def test_the_bytes_are_copied_by_button_and_by_key(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one"))
    opened.engine.publish(seen("k"))
    table = open_markers(opened)
    arrive(qtbot, opened, 1)
    detail = choose(opened, 0)
    clipboard = QGuiApplication.clipboard()
    QTest.mouseClick(detail.copy_hex, Qt.MouseButton.LeftButton)
    assert clipboard.text() == OUT.hex().upper()
    QTest.mouseClick(detail.copy_base64, Qt.MouseButton.LeftButton)
    assert base64.b64decode(clipboard.text()) == OUT
    clipboard.clear()
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert base64.b64decode(clipboard.text()) == OUT
    detail.fields.selectRow(1)
    detail.fields.setFocus()
    QTest.keyClick(detail.fields, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text() == dict(detail.fields.model_of_fields.fields)["arrived"]


def test_it_is_worked_by_the_keyboard_alone(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one"))
    opened.engine.publish(seen("k"))
    opened.engine.publish(seen("l", IN))
    QTest.keyClick(opened.window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    arrive(qtbot, opened, 2)
    table, detail = opened.window.markers.table, opened.window.markers.detail
    assert table.hasFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert detail.row is table.markers.row(0) or detail.row is table.markers.row(1)
    QTest.keyClick(table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert detail.row is table.markers.row(1)
    reached = set()
    for _ in range(12):
        focused = opened.window.focusWidget()
        reached.add(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert {detail.fields, detail.copy_base64, detail.copy_hex, detail.turn} <= reached
    QTest.keyClick(opened.window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert opened.window.timeline.isVisible()
    tabs = opened.window.pages.tabs
    tabs.setFocus()
    QTest.keyClick(tabs, Qt.Key.Key_Right)
    assert opened.window.events.isVisible()
    QTest.keyClick(tabs, Qt.Key.Key_Right)
    assert opened.window.markers.isVisible()
    assert isinstance(tabs, QTabBar)


def test_cue_keys_and_numbers_work_from_the_table(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one"), channel("two"))
    opened.engine.publish(seen("k"))
    opened.engine.publish(seen("m", IN, channel="two"))
    table = open_markers(opened)
    arrive(qtbot, opened, 1)
    choose(opened, 0)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_F8)
    assert [command.name for command in opened.engine.submitted] == ["cue_next"]
    QTest.keyClick(table, Qt.Key.Key_2)
    assert opened.desk.selected == "two"
    assert cells(table, 0)[3].startswith("splice_insert IN")
    assert opened.window.markers.detail.row is None


def test_the_choice_stays_with_its_marker_as_newer_ones_come(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one"))
    opened.engine.publish(seen("k"))
    table = open_markers(opened)
    arrive(qtbot, opened, 1)
    detail = choose(opened, 0)
    opened.engine.publish(seen("l", IN))
    arrive(qtbot, opened, 2)
    assert table.chosen is detail.row is table.markers.row(1)
    opened.engine.publish(handled("k", "relayed"))
    qtbot.waitUntil(lambda: dict(detail.fields.model_of_fields.fields)["what became of it"] == "RELAYED")


@SIZES
def test_the_film_strip_is_shown_once_it_is_kept(
    room: Opens, qtbot: QtBot, tmp_path: Path, size: tuple[int, int]
) -> None:
    opened = room(channel("one"), size=size)
    opened.engine.publish(sent("b1"))
    open_markers(opened)
    arrive(qtbot, opened, 1)
    detail = choose(opened, 0)
    if detail.turn.isVisible():
        QTest.mouseClick(detail.turn, Qt.MouseButton.LeftButton)
    assert detail.strip.isVisible()
    assert detail.strip.shown.nothing.startswith("No pictures yet")
    opened.engine.publish(kept("b1", str(evidence(tmp_path / "a"))))
    qtbot.waitUntil(lambda: len(detail.strip.shown.frames) == 10)
    assert [frame.offset for frame in detail.strip.shown.frames] == list(range(-5, 5))
    assert detail.strip.accessibleName() == "Film-strip, OUT at Origin A: 10 pictures"
    shown = detail.strip.grab().toImage()
    ratio = detail.strip.devicePixelRatioF()
    middle = detail.strip._places(detail.strip.rect().toRectF())[5].center()
    assert QColor(shown.pixel(int(middle.x() * ratio), int(middle.y() * ratio))).green() > 100


def test_each_origin_s_pictures_can_be_seen(room: Opens, qtbot: QtBot, tmp_path: Path) -> None:
    opened = room(channel("one"), size=(1920, 1080))
    opened.engine.publish(sent("b1"))
    opened.engine.publish(kept("b1", str(evidence(tmp_path / "a"))))
    opened.engine.publish(kept("b1", str(tmp_path / "gone"), origin="Origin B"))
    open_markers(opened)
    arrive(qtbot, opened, 1)
    detail = choose(opened, 0)
    qtbot.waitUntil(lambda: detail.origin.text() == "Origin A, 1 of 2")
    QTest.mouseClick(detail.origin, Qt.MouseButton.LeftButton)
    assert detail.origin.text() == "Origin B, 2 of 2"
    assert "no longer kept" in detail.strip.shown.nothing
    QTest.mouseClick(detail.origin, Qt.MouseButton.LeftButton)
    assert len(detail.strip.shown.frames) == 10


def test_a_marker_without_a_splice_of_ours_shows_what_was_on_air(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one"), size=(1920, 1080))
    opened.engine.publish(seen("k", frame=25_010))
    opened.engine.publish(handled("k", "stripped"))
    open_markers(opened)
    arrive(qtbot, opened, 1)
    detail = choose(opened, 0)
    assert not detail.strip.shown.frames
    for number in (25_009, 25_011, 25_020):
        pixels = bytearray(bytes([0, 0, number % 256, 255]) * 64 * 36)
        opened.engine.preview("one").post(PreviewFrame(64, 36, 256, memoryview(pixels), number, (), pixels))
        opened.window._on_beat()
    (frame,) = detail.strip.shown.frames
    assert frame.label == "on air, +1"
    assert QColor(frame.image.pixel(3, 3)).red() == 25_011 % 256


def test_a_marker_placed_by_its_handling_only_has_its_picture_too(room: Opens) -> None:
    opened = room(channel("one"), past=[seen("k"), handled("k", frame=25_010), seen("null", pts=None), handled("null")])
    QTest.qWait(0)
    pixels = bytearray(b"abcd" * 640 * 360)
    opened.engine.preview("one").post(PreviewFrame(640, 360, 2560, memoryview(pixels), 25_010, (), pixels))
    opened.window._on_beat()
    with_picture, without = reversed(opened.desk.markers.rows("one"))
    frame = opened.desk.splice_pictures.of(with_picture)
    assert frame is not None
    assert (frame.label, frame.image.width()) == ("on air", 256)
    assert opened.desk.splice_pictures.of(without) is None


def test_old_markers_wait_for_no_picture(room: Opens) -> None:
    opened = room(channel("one"), past=[seen("k", frame=30_000, at=NOW - timedelta(hours=1))])
    QTest.qWait(0)
    opened.window._on_beat()
    assert not opened.desk.splice_pictures._due


@SIZES
def test_nothing_is_cut_or_crowded(room: Opens, qtbot: QtBot, tmp_path: Path, size: tuple[int, int]) -> None:
    opened = room(channel("one", "A channel with quite a long name"), size=size)
    opened.engine.publish(sent("b1"))
    opened.engine.publish(kept("b1", str(evidence(tmp_path / "a")), origin="primary-origin.eu"))
    opened.engine.publish(kept("b1", str(tmp_path / "b"), origin="secondary-origin.eu"))
    opened.engine.publish(seen("k", NOISE, problem="byte 3: section_length: 17 bytes are told, 9 are there"))
    table = open_markers(opened)
    arrive(qtbot, opened, 2)
    detail = choose(opened, 1)
    for pictures in (False, True):
        if pictures and detail.turn.isVisible():
            QTest.mouseClick(detail.turn, Qt.MouseButton.LeftButton)
        shown = [button for button in detail.buttons if button.isVisible()]
        for button in shown:
            assert detail.rect().contains(button.geometry())
            assert not any(button.geometry().intersects(other.geometry()) for other in shown if other is not button)
            assert not button.geometry().intersects(detail.strip.geometry()) or not detail.strip.isVisible()
        for part in (detail.fields, detail.strip):
            assert not part.isVisible() or (detail.rect().contains(part.geometry()) and part.height() >= 60)
        if detail.fields.isVisible() and detail.strip.isVisible():
            assert not detail.fields.geometry().intersects(detail.strip.geometry())
    body = opened.window._skin.density.body
    for column, widest in ((0, "20:15:28.2"), (1, "PID 8190"), (2, "−12.5 s")):
        assert table.columnWidth(column) >= width_of(widest, body, BOLD) + 14
    for word in ("WITHDRAWN", "MISPLACED", "STRIPPED"):
        assert table.columnWidth(4) >= width_of(word, body, BOLD) + body + 20
    assert table.columnWidth(3) >= 200
    assert (table.height() - table.horizontalHeader().height()) % table.rowHeight(0) == 0


def test_a_hidden_page_costs_nothing_and_a_flood_of_markers_little(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one"))
    model = opened.window.markers.table.markers
    opened.engine.publish(seen("first"))
    QTest.qWait(10)
    assert model.rowCount() == 0  # nobody looks
    open_markers(opened)
    choose(opened, 0)
    told = [seen(f"k{number}", OUT if number % 2 else IN) for number in range(20_000)]
    begun_s = monotonic()
    for event in told:
        opened.engine.publish(event)
    qtbot.waitUntil(lambda: opened.desk.markers.fresh("one") == 20_001, timeout=60_000)
    arrive(qtbot, opened, KEPT)
    assert monotonic() - begun_s < 20
    assert model.row(0).key == "k19999"
    assert opened.window.markers.table.chosen is None  # it has gone from the list


def test_a_window_that_comes_late_is_told_of_the_markers_before(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one"), past=[seen("k"), handled("k", break_id="f1"), sent("f1"), proved("f1")])
    table = open_markers(opened)
    arrive(qtbot, opened, 2)
    assert [cells(table, row)[-1] for row in range(2)] == ["LANDED", "RELAYED"]
