"""A rehearsal looks like one, and goes on air by a question that is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.model.states import BreakState
from app.model.status import EngineStatus
from app.ui.desk import Desk
from app.ui.ending import Ending
from app.ui.main_window import MainWindow
from app.ui.theme import STANDARD
from tests.ui.conftest import Room
from tests.ui.scripted_engine import NOW, ZONE, ScriptedEngine, a_break, channel

type Opens = Callable[..., Room]


class Rehearsing(ScriptedEngine):
    """The engine of a rehearsal."""

    def snapshot(self) -> EngineStatus:
        status = super().snapshot()
        shown = tuple(replace(one, rehearsal=True) for one in status.channels)
        return replace(status, channels=shown, rehearsal=True)


@pytest.fixture(params=[True, False])
def rehearsal(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[tuple[MainWindow, Rehearsing]]:
    engine = Rehearsing(channel("one", "News"))
    desk = Desk(engine, ZoneInfo(ZONE), "mira", clock=lambda: 100.0, now=lambda: NOW)
    window = MainWindow(desk, "Evening", STANDARD, remote=True, promotes=request.param)
    window.resize(1280, 720)
    window.show()
    assert QTest.qWaitForWindowActive(window)
    yield window, engine
    window.leave()
    window.deleteLater()


def test_a_show_on_air_has_no_band(room: Opens) -> None:
    opened = room(channel("one"))
    assert not opened.window.promoting.band.isVisible()
    assert opened.window.multiviewer.faces[0].mark.word == "ON AIR"


def test_band_tiles_and_strip_say_rehearsal(rehearsal: tuple[MainWindow, Rehearsing]) -> None:
    window, _ = rehearsal
    band = window.promoting.band
    assert band.isVisible()
    assert band.width() == window.width()
    assert window.multiviewer.faces[0].mark.word == "REHEARSAL"
    assert window.strip.shown.on_air_word == "REHEARSAL"


@pytest.mark.parametrize("rehearsal", [True], indirect=True)
def test_it_goes_on_air_by_the_answer_alone(rehearsal: tuple[MainWindow, Rehearsing]) -> None:
    window, _ = rehearsal
    QTest.mouseClick(window.promoting.band.button, Qt.MouseButton.LeftButton)
    question = window.promoting.question
    assert question is not None
    assert not question.isModal()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        QTest.keyClick(question, key)
    assert (question.isVisible(), window.isVisible()) == (True, True)
    QTest.mouseClick(question.air_button, Qt.MouseButton.LeftButton)
    assert (window.isVisible(), window.ending) == (False, Ending.PROMOTE)


@pytest.mark.parametrize("rehearsal", [True], indirect=True)
def test_an_open_break_is_not_cut_off(rehearsal: tuple[MainWindow, Rehearsing]) -> None:
    window, engine = rehearsal
    QTest.mouseClick(window.promoting.band.button, Qt.MouseButton.LeftButton)
    question = window.promoting.question
    assert question is not None
    engine.change("one", current=a_break(BreakState.ARMED, out_in_s=3, armed_ago_s=3))
    window.desk.poll()
    assert not question.air_button.isEnabled()
    assert question.body.text().startswith("1 News: a break is open or armed")
    QTest.mouseClick(question.air_button, Qt.MouseButton.LeftButton)
    assert window.isVisible()


@pytest.mark.parametrize("rehearsal", [False], indirect=True)
def test_a_window_that_can_t_promote_offers_nothing(rehearsal: tuple[MainWindow, Rehearsing]) -> None:
    assert not rehearsal[0].promoting.band.button.isVisible()
