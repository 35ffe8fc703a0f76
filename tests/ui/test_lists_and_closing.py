"""The lists at the bottom, and what closing the window asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.model import events
from app.model.states import BreakState, ChannelState
from app.ui.dialogs.quit_question import QuitQuestion
from app.ui.ending import Ending
from tests.ui.conftest import Room
from tests.ui.scripted_engine import NOW, a_break, an_alarm, channel

type Opens = Callable[..., Room]


def test_events_and_alarms_are_listed(room: Opens, qtbot: QtBot) -> None:
    alarmed = channel("two", "News", alarms=(an_alarm("critical", "no packets", key="source"),))
    opened = room(channel("one"), alarmed)
    opened.engine.publish(
        events.AlarmRaised(at=NOW, channel="two", key="source", severity="critical", text="no packets")
    )
    opened.engine.publish(
        events.SegmentWritten(
            at=NOW, channel="two", path="p", rendition="r", sequence=1, pts=1, duration_ticks=1, size=1
        )
    )
    model = opened.window.events.model
    qtbot.waitUntil(lambda: model.rowCount() == 1)
    assert [model.data(model.index(0, column)) for column in range(4)] == [
        "20:15:28",
        "2 News",
        "CRITICAL",
        "no packets",
    ]
    (row,) = opened.window.alarms.rows.values()
    assert row.ack.isVisible()
    QTest.mousePress(row.ack, Qt.MouseButton.LeftButton)
    assert not row.ack.isVisible()
    assert row.shown.acknowledged_by == "mira"
    opened.engine.change("two", alarms=())
    opened.later(0.1)
    assert not opened.window.alarms.rows


def test_an_alarm_that_comes_later_is_seen(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one"), channel("two"))
    opened.engine.change("two", alarms=(an_alarm("warning", "late"),))
    opened.later(0.1)
    opened.engine.change("one", alarms=(an_alarm("critical", "no packets", ago_s=20),))
    opened.later(0.1)
    rows = list(opened.window.alarms.rows.values())
    qtbot.waitUntil(lambda: all(row.isVisible() and row.height() > 40 for row in rows))
    shown = sorted(rows, key=lambda row: row.y())
    assert [row.shown.severity for row in shown] == ["critical", "warning"]


def test_the_event_list_is_bounded(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one"))
    for number in range(700):
        opened.engine.publish(events.BreakCued(at=NOW, channel="one", break_id=f"b{number}"))
    model = opened.window.events.model
    qtbot.waitUntil(lambda: model.rowCount() > 0 and model.line(0).says == "b699")
    assert model.rowCount() == 500


def test_closing_with_channels_on_air_asks_without_a_default(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one"), channel("two"))
    opened.window.close()
    question = opened.window.question
    assert opened.window.isVisible()
    assert question is not None
    assert not question.isModal()
    for button in (question.stop_button, question.stay_button):
        assert not button.isDefault()
        assert not button.autoDefault()
        assert not button.hasFocus()
    QTest.keyClick(question, Qt.Key.Key_Return)
    QTest.keyClick(question, Qt.Key.Key_Space)
    assert question.isVisible()
    QTest.keyClick(question, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: opened.window.question is None)
    assert opened.window.isVisible()
    assert opened.engine.subscribers


def test_cue_keys_work_while_the_question_is_open(room: Opens) -> None:
    opened = room(channel("one", current=a_break(BreakState.CUED, out_in_s=48)))
    opened.window.close()
    assert opened.window.question is not None
    QTest.keyClick(opened.window.question, Qt.Key.Key_F12)
    assert len(opened.engine.submitted) == 1


def test_stop_closes_the_window_and_lets_go_of_the_engine(room: Opens) -> None:
    opened = room(channel("one"))
    opened.window.close()
    assert opened.window.question is not None
    QTest.mouseClick(opened.window.question.stop_button, Qt.MouseButton.LeftButton)
    assert not opened.window.isVisible()
    assert not opened.engine.subscribers


def test_with_nothing_on_air_the_window_just_closes(room: Opens) -> None:
    opened = room(channel("one", state=ChannelState.OFF_AIR))
    opened.window.close()
    assert not opened.window.isVisible()


def asked(room: Room) -> QuitQuestion:
    room.window.close()
    assert room.window.question is not None
    return room.window.question


@pytest.mark.parametrize(("which", "ending"), [("leave_button", Ending.LEAVE), ("stop_button", Ending.STOP)])
def test_a_remote_engine_is_left_or_stopped_as_the_answer_says(room: Opens, which: str, ending: Ending) -> None:
    opened = room(channel("one"), channel("two"), remote=True)
    question = asked(opened)
    assert not question.isModal()
    assert (question.leave_button.text(), question.stop_button.text()) == ("Leave on air", "Stop the channels")
    QTest.mouseClick(getattr(question, which), Qt.MouseButton.LeftButton)
    assert not opened.window.isVisible()
    assert opened.window.ending is ending
    assert not opened.engine.subscribers
    assert not opened.engine.submitted


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_the_question_leaves_the_cue_column_in_sight(room: Opens, size: tuple[int, int]) -> None:
    opened = room(channel("one"), remote=True, size=size)
    question, column = asked(opened), opened.window.column
    assert question.frameGeometry().right() < column.mapToGlobal(column.rect().topLeft()).x()
    assert question.frameGeometry().left() >= opened.window.frameGeometry().left()


def test_the_question_of_a_remote_engine_has_no_default_and_esc_stays(room: Opens, qtbot: QtBot) -> None:
    opened = room(channel("one"), remote=True)
    question = asked(opened)
    for button in (question.leave_button, question.stop_button, question.stay_button):
        assert not button.isDefault()
        assert not button.autoDefault()
        assert not button.hasFocus()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        QTest.keyClick(question, key)
    assert question.isVisible()
    QTest.keyClick(question, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: opened.window.question is None)
    assert opened.window.isVisible()


@pytest.mark.parametrize(("tabs", "ending"), [(1, Ending.LEAVE), (2, Ending.STOP)])
def test_the_question_is_answered_by_the_keyboard(room: Opens, tabs: int, ending: Ending) -> None:
    opened = room(channel("one"), remote=True)
    question = asked(opened)
    question.activateWindow()
    assert QTest.qWaitForWindowActive(question)
    for _ in range(tabs):
        QTest.keyClick(question, Qt.Key.Key_Tab)
    focused = question.focusWidget()
    assert focused is (question.leave_button if tabs == 1 else question.stop_button)
    QTest.keyClick(focused, Qt.Key.Key_Space)
    assert not opened.window.isVisible()
    assert opened.window.ending is ending


def test_cue_keys_work_while_a_remote_question_is_open(room: Opens) -> None:
    opened = room(channel("one", current=a_break(BreakState.CUED, out_in_s=48)), remote=True)
    QTest.keyClick(asked(opened), Qt.Key.Key_F12)
    assert len(opened.engine.submitted) == 1


def test_a_lost_engine_can_be_left_and_not_stopped(room: Opens) -> None:
    opened = room(channel("one"), remote=True)
    question = asked(opened)
    opened.engine.connected, opened.engine.status_age_s = False, 2.0
    opened.later(2.0)
    assert not question.stop_button.isEnabled()
    assert "lost" in question.body.text()
    opened.engine.connected, opened.engine.status_age_s = True, 0.0
    opened.later(0.1)
    assert question.stop_button.isEnabled()
    opened.engine.connected, opened.engine.status_age_s = False, 2.0
    opened.later(2.0)
    QTest.mouseClick(question.leave_button, Qt.MouseButton.LeftButton)
    assert (opened.window.isVisible(), opened.window.ending) == (False, Ending.LEAVE)


def test_a_signal_leaves_a_remote_engine_on_air(room: Opens) -> None:
    opened = room(channel("one"), remote=True)
    opened.window.leave()
    assert (opened.window.isVisible(), opened.window.ending) == (False, Ending.LEAVE)


def test_a_channel_that_starts_again_by_itself_counts_as_on_air(room: Opens) -> None:
    assert asked(room(channel("one", state=ChannelState.FAILED), remote=True)).isVisible()


def test_a_remote_engine_whose_channels_have_all_ended_is_stopped(room: Opens) -> None:
    opened = room(channel("one", state=ChannelState.OFF_AIR), remote=True)
    opened.window.close()
    assert (opened.window.isVisible(), opened.window.ending) == (False, Ending.STOP)


def test_an_engine_of_the_windows_own_process_is_always_stopped(room: Opens) -> None:
    opened = room(channel("one"))
    question = asked(opened)
    assert not question.leave_button.isVisible()
    QTest.mouseClick(question.stop_button, Qt.MouseButton.LeftButton)
    assert opened.window.ending is Ending.STOP
