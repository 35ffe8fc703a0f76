"""Slips of hand and eye: a second window's Esc, a double click on the lock, a menu that was open for long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.model import commands
from app.model.states import BreakState
from app.model.status import ConStatus, MissedQuestion, ScheduleStatus
from app.ui.actions import ACTIONS, Verb, Wish
from app.ui.schedule.planner_menu import add_planner
from tests.ui.conftest import Room
from tests.ui.scripted_engine import NOW, a_break, channel
from tests.ui.test_window import refused

WISH = Wish("mira", Fraction(30))


@pytest.fixture
def gang(room: Callable[..., Room]) -> Room:
    opened = room(*(channel(name, current=a_break(BreakState.CUED)) for name in ("one", "two")), remote=True)
    opened.desk.choose_for_gang("two")
    assert len(opened.desk.ganged) == 2
    return opened


def test_esc_in_the_second_window_lets_the_gang_go(gang: Room, qtbot: QtBot) -> None:
    gang.window.walls.open()
    apart = gang.window.walls.apart
    assert apart is not None
    QTest.keyClick(apart, Qt.Key.Key_Escape)
    assert gang.desk.gang == frozenset()
    apart.close()


def test_esc_in_a_floating_dock_lets_the_gang_go(gang: Room) -> None:
    dock = gang.window.rooms.room.docks[0]
    QTest.keyClick(dock, Qt.Key.Key_Escape)
    assert gang.desk.gang == frozenset(), "in the window it goes on to the window"
    gang.desk.choose_for_gang("two")
    dock.setFloating(True)
    QTest.keyClick(dock, Qt.Key.Key_Escape)
    assert gang.desk.gang == frozenset()


def test_a_double_click_on_the_lock_leaves_the_panel_locked(room: Callable[..., Room]) -> None:
    opened = room(channel("one"))
    QTest.mouseClick(opened.window.lock, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(opened.window.lock, Qt.MouseButton.LeftButton)
    assert opened.desk.locked


@pytest.mark.parametrize(
    ("verb", "state", "named"),
    [
        (Verb.TAKE, BreakState.CUED, "b1"),
        (Verb.HOLD, BreakState.CUED, "b1"),
        (Verb.SKIP, BreakState.CUED, "b1"),
        (Verb.WITHDRAW, BreakState.ARMED, "b1"),
        (Verb.RETURN, BreakState.ON_AIR, "b1"),
        (Verb.EXTEND, BreakState.ON_AIR, "b1"),
        (Verb.CUE_NEXT, None, "next"),
        (Verb.SKIP, None, "next"),
    ],
)
def test_a_press_names_the_break_that_was_seen(verb: Verb, state: BreakState | None, named: str) -> None:
    following = a_break(BreakState.PLANNED, out_in_s=900, key="next")
    current = None if state is None else a_break(state, out_in_s=-5 if state is BreakState.ON_AIR else 5)
    command = ACTIONS[verb].build(channel("one", current=current, following=following), WISH)
    assert isinstance(command, commands.OfBreak)
    assert command.break_id == named


def planner_menu(opened: Room) -> QMenu:
    menu = QMenu(opened.window)
    add_planner(menu, opened.window.timeline.canvas, "one")
    return menu


def air_late(menu: QMenu) -> None:
    next(action for action in menu.actions() if action.text().startswith("Air ")).trigger()


@pytest.fixture
def asked(room: Callable[..., Room], monkeypatch: pytest.MonkeyPatch) -> tuple[Room, list[str]]:
    """A missed break that asks, and what the timeline says."""
    question = MissedQuestion(id="m1", title="Missed", booked_at=NOW, until=None)
    opened = room(replace(channel("one"), schedule=ScheduleStatus(questions=(question,))))
    told: list[str] = []
    monkeypatch.setattr(opened.window.timeline.canvas, "say", told.append)
    return opened, told


def test_a_menu_that_was_open_when_the_panel_was_locked_airs_nothing(asked: tuple[Room, list[str]]) -> None:
    opened, told = asked
    menu = planner_menu(opened)
    opened.desk.toggle_lock()
    air_late(menu)
    assert opened.engine.submitted == []
    assert told[-1].startswith("not sent: Air Missed now, late: panel locked")


def test_it_airs_nothing_past_the_con_and_tells_what_the_engine_refused(
    asked: tuple[Room, list[str]], qtbot: QtBot
) -> None:
    opened, told = asked
    opened.engine.change("one", con=ConStatus(holder="bob", since=opened.now, offered_to=""))
    opened.desk.poll()
    air_late(planner_menu(opened))
    assert opened.engine.submitted == []
    assert "bob" in told[-1]
    opened.engine.change("one", con=None)
    opened.desk.poll()
    air_late(planner_menu(opened))
    (command,) = opened.engine.submitted
    opened.engine.publish(refused(command, "it is over"))
    qtbot.waitUntil(lambda: told[-1] == "refused: Air Missed now, late: it is over", timeout=2000)
