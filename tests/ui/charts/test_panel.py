"""The charts in the window: loaded behind it, drawn from the history, read by hover, keys, table and files."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.model.readings import Readings, RungReading
from app.ui.charts.span import Span
from app.ui.charts.table import ValuesDialog
from tests.ui.conftest import Room
from tests.ui.scripted_engine import channel

type Opens = Callable[..., Room]


def _drawn(room: Opens, qtbot: QtBot, *, name: str = "540p", seconds: int = 30) -> Room:
    opened = room(channel("one", "News"), channel("two"), size=(1920, 1080))
    one = opened.engine.status.channels[0]
    for second in range(seconds):
        rung = RungReading(
            name=name, pictures=second * 25, encoded_bytes=second * 250_000, encoding_s=second * 0.5, waiting=0
        )
        opened.engine.change("one", frame=second * 25, readings=Readings(rungs=(rung,), waiting=0, room=24))
        opened.later(1)
    assert one.name == opened.desk.selected
    qtbot.waitUntil(lambda: opened.window.charts.ready, timeout=20_000)
    opened.window.charts.refresh()
    return opened


def test_the_selected_channel_is_drawn(room: Opens, qtbot: QtBot) -> None:
    opened = _drawn(room, qtbot)
    panel = opened.window.charts
    assert [chart.accessibleName() for chart in panel.charts] == [
        "Mb/s: 540p 2",
        "Encode ms: 20",
        "Push ms: Origin A 31, Origin B 31",
        "Frames/s: 25",
    ]
    QTest.keyClick(opened.window, Qt.Key.Key_2)
    assert panel.charts[0].accessibleName() == "Mb/s: nothing measured"


def test_charts_and_alarms_are_tabs_where_the_window_is_small(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one"))
    side, panel = opened.window.side, opened.window.charts
    assert (side.tabs.isVisible(), opened.window.alarms.isVisible(), panel.isVisible()) == (True, True, False)
    QTest.mouseClick(side.tabs, Qt.MouseButton.LeftButton, pos=side.tabs.tabRect(1).center())
    assert (opened.window.alarms.isVisible(), panel.isVisible()) == (False, True)
    qtbot.waitUntil(lambda: panel.ready, timeout=20_000)
    opened.window.resize(1920, 1080)
    assert (side.tabs.isVisible(), opened.window.alarms.isVisible(), panel.isVisible()) == (False, True, True)


def test_the_past_is_read_by_mouse_and_by_keys(room: Opens, qtbot: QtBot) -> None:
    opened = _drawn(room, qtbot)
    panel = opened.window.charts
    panel.choose(Span.MINUTE)
    chart = panel.charts[0]
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Home)
    assert chart.head.values == (("", "–"),)
    QTest.keyClick(chart, Qt.Key.Key_End)
    assert chart.head.values == (("", "2"),)
    box = chart.plot.viewport()
    QTest.mouseMove(box, QPoint(box.width() * 9 // 10, box.height() // 2))
    assert panel.charts[3].head.values == (("", "25"),)


def test_values_go_into_a_table_and_files(room: Opens, qtbot: QtBot, tmp_path: Path) -> None:
    opened = _drawn(room, qtbot, name="=540p")
    panel, said = opened.window.charts, list[str]()
    panel.said.connect(said.append)
    panel.write_values(tmp_path / "v.csv")
    with (tmp_path / "v.csv").open() as file:
        heads, *rows = list(csv.reader(file))
    assert heads[:3] == ["UTC", "Mb/s =540p", "Encode ms"]
    assert not any(head.startswith("=") for head in heads)
    assert [row[1] for row in rows[-3:]] == ["2.000"] * 3
    assert rows[-1][0] == f"{opened.desk.now:%Y-%m-%dT%H:%M:%SZ}"
    panel.write_picture(tmp_path / "v.png")
    assert (tmp_path / "v.png").read_bytes().startswith(b"\x89PNG")
    panel.write_values(tmp_path / "none" / "v.csv")
    assert said[-1].endswith("not written (No such file or directory)")
    dialog = ValuesDialog(*panel.rows(), panel.charts[0].skin)
    dialog.table.selectRow(0)
    QTest.keyClick(dialog, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QApplication.clipboard().text().splitlines()
    assert (copied[0].split("\t")[0], copied[1].split("\t")[:2]) == ("UTC", [rows[-1][0], "2.000"])


def test_a_chart_never_takes_a_cue_key(room: Opens, qtbot: QtBot) -> None:
    opened = _drawn(room, qtbot)
    opened.window.charts.charts[0].setFocus()
    QTest.keyClick(opened.window.charts.charts[0], Qt.Key.Key_F8)
    assert [type(command).name for command in opened.engine.submitted] == ["cue_next"]


@pytest.mark.parametrize("span", list(Span))
def test_every_span_is_drawn(room: Opens, qtbot: QtBot, span: Span) -> None:
    opened = _drawn(room, qtbot, seconds=5)
    opened.window.charts.choose(span)
    assert opened.window.charts.charts[0].span is span
    assert len(replace(opened.window.charts.faces()[0]).lines[0].values) <= 1440
