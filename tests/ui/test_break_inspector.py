"""From a line of the event list or a block to the break's pictures and bytes, and its evidence into a file."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.model import events
from app.model.states import BreakState
from app.ui.evidence_files import bundle
from app.ui.widgets.preset_switch import Preset
from tests.ui.conftest import Room
from tests.ui.feed_markers import kept, proved, sent
from tests.ui.scripted_engine import NOW, a_break, an_alarm, channel
from tests.ui.test_marker_page import evidence

type Opens = Callable[..., Room]


def test_a_click_on_an_event_opens_its_break(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one"), channel("two"))
    for number in (1, 2, 3):
        opened.engine.publish(sent(f"b{number}", at=NOW + timedelta(seconds=number)))
    window, model = opened.window, opened.window.events.model
    opened.desk.select("two")
    qtbot.waitUntil(lambda: model.rowCount() == 3)
    tabs = window.pages.tabs
    QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(1).center())
    table = window.events.table
    place = table.visualRect(model.index(1, 3)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.pages.inspects
    assert opened.desk.selected == "one"
    chosen = window.markers.table.chosen
    assert chosen is not None
    assert chosen.break_id == "b2"
    assert not opened.engine.submitted


def test_a_break_without_a_marker_says_so(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one"))
    opened.engine.publish(events.BreakCued(at=NOW, channel="one", break_id="b9"))
    qtbot.waitUntil(lambda: opened.window.events.model.rowCount() == 1)
    opened.window.pages.show_break("one", "b9")
    assert opened.window.pages.tabs.words == "no marker of that break is kept here"


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_the_evidence_of_a_splice_is_saved_as_one_file(
    room: Opens, qtbot: QtBot, tmp_path: Path, size: tuple[int, int]
) -> None:
    folder = evidence(tmp_path / "kept")
    opened = room(channel("one"), size=size)
    opened.engine.publish(sent("b1"))
    opened.engine.publish(proved("b1"))
    opened.engine.publish(kept("b1", str(folder)))
    window = opened.window
    qtbot.waitUntil(lambda: bool(window.desk.markers.rows("one")))
    window.pages.show_break("one", "b1")
    detail = window.markers.detail
    qtbot.waitUntil(detail.save.isVisible)
    QTest.mouseClick(detail.save, Qt.MouseButton.LeftButton)
    chooser = detail.saving.chooser
    assert chooser is not None
    assert not chooser.isModal()
    chooser.fileSelected.emit(str(tmp_path / "out"))
    chooser.close()
    target = tmp_path / "out.zip"
    qtbot.waitUntil(target.exists)
    with zipfile.ZipFile(target) as file:
        names = {Path(name).name for name in file.namelist()}
    assert names == {path.name for path in folder.iterdir()}
    qtbot.waitUntil(lambda: window.pages.tabs.words == f"Evidence saved: {target}")


def test_a_bundle_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    assert "no longer kept" in bundle({"a": str(tmp_path / "gone")}, tmp_path / "x.zip")
    folder = evidence(tmp_path / "kept")
    assert "can't be saved" in bundle({"a": str(folder)}, tmp_path / "no" / "x.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept"]


def test_a_block_of_the_timeline_leads_to_its_break(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one", current=a_break(BreakState.CUED, out_in_s=60, key="b1")))
    opened.engine.publish(sent("b1"))
    opened.later(0.1)
    canvas = opened.window.timeline.canvas
    qtbot.waitUntil(lambda: canvas.block(("one", "b1")) is not None and bool(opened.desk.markers.rows("one")))
    block = canvas.block(("one", "b1"))
    assert block is not None
    box = canvas.box_of(block)
    assert box is not None
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=box.center())
    menu = canvas.acts.menu(canvas.pointer(box.center()))
    (entry,) = [action for action in menu.actions() if action.text() == "Show its markers and pictures"]
    entry.trigger()
    assert opened.window.pages.inspects
    chosen = opened.window.markers.table.chosen
    assert chosen is not None
    assert chosen.break_id == "b1"


def test_ten_thousand_events_leave_the_lists_short(room: Opens) -> None:
    opened = room(channel("one"))
    model = opened.window.events.model
    for number in range(10_000):
        opened.desk.happened.emit(events.BreakCued(at=NOW, channel="one", break_id=f"b{number}"))
    assert model.rowCount() == 500
    assert model.line(0).says == "b9999"


def test_an_alarm_opens_the_break_that_it_is_about_and_only_ack_acknowledges(room: Opens, qtbot: QtBot) -> None:
    opened = room(
        channel("one", alarms=(an_alarm("warning", "'b2' was missed: air it?", key="schedule.ask.b2"),)),
        channel("two", alarms=(an_alarm("warning", "no sound", key="source.no_audio"),)),
    )
    for number in (1, 2):
        opened.engine.publish(sent(f"b{number}", at=NOW + timedelta(seconds=number)))
    window = opened.window
    opened.desk.select("two")
    qtbot.waitUntil(lambda: len(opened.desk.markers.rows("one")) == 2)
    rows = {key[0]: row for key, row in window.alarms.rows.items()}
    QTest.mouseClick(rows["two"], Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    assert not window.pages.inspects
    window.presets.choose(Preset.ENGINEER)
    (asked,) = (row for key, row in window.engineer.alarms.rows.items() if key[0] == "one")
    QTest.mouseClick(asked, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    assert (window.presets.preset, window.pages.inspects) == (Preset.OPERATOR, True)
    chosen = window.markers.table.chosen
    assert chosen is not None
    assert (chosen.channel, chosen.break_id) == ("one", "b2")
    assert not opened.desk.acknowledged
    assert not opened.engine.submitted


def test_what_traffic_sees_opens_in_the_operators_room(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one"))
    opened.engine.publish(sent("b1"))
    window = opened.window
    qtbot.waitUntil(lambda: bool(opened.desk.markers.rows("one")))
    for asking in (window.traffic.canvas, window.page.breaks.table):
        window.presets.choose(Preset.TRAFFIC)
        window.pages.show_breaks()
        asking.break_asked.emit("one", "b1")
        assert (window.presets.preset, window.pages.inspects) == (Preset.OPERATOR, True)
