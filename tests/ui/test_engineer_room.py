"""The engineer's preset, and what the alarm lists can do beside acknowledging."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.model import events
from app.model.states import ChannelState
from app.model.status import ScheduleStatus
from app.ui.alarm_book import KEPT
from app.ui.engineer.cells import CHECKS, OTHER, check_of, destination_rows, matrix_rows
from app.ui.grammar import Tone
from app.ui.icons import Icon
from app.ui.widgets.preset_switch import Preset
from tests.ui.conftest import Room
from tests.ui.scripted_engine import NOW, ZONE, an_alarm, channel, origin

type Opens = Callable[..., Room]


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (3840, 2160)])
def test_the_pictures_go_with_the_engineer_and_come_back(room: Opens, size: tuple[int, int]) -> None:
    opened = room(*(channel(f"c{n}") for n in range(16)), size=size)
    window, high = opened.window, opened.window.multiviewer.height()
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert window.presets.preset is Preset.ENGINEER
    assert window.multiviewer.isVisible()
    assert window.multiviewer.height() < high
    assert len({cell.cell.top() for cell in window.multiviewer.cells}) == (2 if size[1] <= 1080 else 3)
    assert window.engineer.isAncestorOf(window.multiviewer)
    table = window.engineer.matrix
    right = sum(table.columnWidth(column) for column in range(17))
    assert right <= table.viewport().width()
    assert window.column.isVisible()
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert not window.multiviewer.isVisible()
    assert opened.engine.preview("c0").size is None
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.multiviewer.isVisible()
    assert window.multiviewer.height() == high


def test_no_alarm_is_missing_in_the_matrix() -> None:
    keys = ("source.lost", "black", "silence", "encoder", "origin:a:gap", "proof:a", "never heard of")
    alarmed = channel("one", alarms=tuple(an_alarm("critical", key, key=key) for key in keys))
    assert [check_of(alarm) for alarm in alarmed.alarms] == list(CHECKS)
    assert check_of(alarmed.alarms[-1]) == OTHER
    rows = matrix_rows((alarmed, channel("two"), channel("three", state=ChannelState.OFF_AIR)))
    assert {row[1].tone for row in rows} == {Tone.RED}
    assert {row[2].icon for row in rows} == {Icon.DOT}
    assert {row[3].icon for row in rows} == {Icon.BARRED_RING}
    assert {cell.icon for row in matrix_rows((alarmed,), lost=True) for cell in row[1:]} == {Icon.RING}


def test_a_failing_destination_says_why(room: Opens) -> None:
    failing = channel("one", origins={"A": origin(), "B": origin(backlog=4, lost=1, last_error="503")})
    opened = room(failing)
    rows = destination_rows(failing, opened.desk.zone)
    assert [row[1].words for row in rows] == ["TAKES", "FAILING"]
    assert "503" in rows[1][1].says
    opened.window.presets.choose(Preset.ENGINEER)
    model = opened.window.engineer.destinations.cells
    assert [model.data(model.index(1, column)) for column in (0, 3, 4)] == ["B", "4", "1"]


def test_a_shelved_alarm_leaves_both_lists_and_comes_back(room: Opens) -> None:
    opened = room(channel("one", alarms=(an_alarm("critical", "no packets", key="source"),)))
    lists = (opened.window.alarms, opened.window.engineer.alarms)
    (key,) = lists[0].rows
    lists[0].menu(key).actions()[2].trigger()
    assert [len(one.rows) for one in lists] == [0, 0]
    opened.engine.change("one", alarms=(an_alarm("critical", "no packets again", key="source", ago_s=0),))
    opened.later(4 * 60)
    assert [len(one.rows) for one in lists] == [0, 0]
    opened.later(61)
    assert [len(one.rows) for one in lists] == [1, 1]


def test_only_unseen_critical_alarms_sound_and_they_can_be_muted(room: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = room(channel("one", alarms=(an_alarm("warning", "late"),)))
    book, rung = opened.window.alarm_book, list[float]()
    monkeypatch.setattr(book, "ring", lambda: rung.append(opened.seconds))
    opened.later(3)
    assert not rung
    opened.engine.change("one", alarms=(an_alarm("critical", "no packets", key="source"),))
    for _ in range(9):
        opened.later(0.5)
    assert [later - sooner for sooner, later in itertools.pairwise(rung)] == [2.0, 2.0]
    QTest.mouseClick(opened.window.alarms.sound, Qt.MouseButton.LeftButton)
    opened.later(3)
    assert len(rung) == 3
    assert opened.window.engineer.alarms.sound.text() == "Muted"
    QTest.mouseClick(opened.window.alarms.sound, Qt.MouseButton.LeftButton)
    (row,) = opened.window.alarms.rows.values()
    QTest.mousePress(row.ack, Qt.MouseButton.LeftButton)
    heard = len(rung)
    opened.later(5)
    assert len(rung) == heard


def test_cleared_alarms_are_kept_from_when_to_when(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one", "News"))
    for number in range(KEPT + 50):
        opened.engine.publish(
            events.AlarmRaised(at=NOW, channel="one", key=f"k{number}", severity="critical", text=f"alarm {number}")
        )
        opened.engine.publish(events.AlarmCleared(at=NOW, channel="one", key=f"k{number}", text=""))
    book = opened.window.alarm_book
    qtbot.waitUntil(lambda: bool(book.past) and book.past[0].says == f"alarm {KEPT + 49}")
    assert len(book.past) == KEPT
    panel = opened.window.alarms
    QTest.mouseClick(panel.history, Qt.MouseButton.LeftButton)
    assert panel.past.isVisible()
    model = panel.past.cells
    shown = [model.data(model.index(0, column)) for column in range(4)]
    assert shown == ["20:15:28", "20:15:28", "1 News", f"alarm {KEPT + 49}"]


@pytest.mark.parametrize(
    ("late_s", "said"),
    [(Fraction(0), ""), (Fraction(1, 2), ""), (Fraction(73), "show +01:13"), (Fraction(-5), "show −00:05")],
)
def test_the_strip_tells_how_late_the_show_is(room: Opens, late_s: Fraction, said: str) -> None:
    opened = room(channel("one"))
    opened.engine.change("one", schedule=ScheduleStatus(late_s=late_s))
    opened.later(0.1)
    assert opened.window.strip.shown.late == said
    assert opened.window.strip.shown.zone.startswith("UTC+01:00")
    assert str(opened.desk.zone) == ZONE
