"""A rehearsal looks like one, and goes on air by a question that is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.cli.named_breaks import changed_since, lists_of, plans_of
from app.cli.setup_face import ProgramSetup
from app.model.states import BreakState
from app.model.status import EngineStatus
from app.settings import show_from_toml
from app.ui.desk import Desk
from app.ui.dialogs.promote_question import READING
from app.ui.ending import Ending
from app.ui.main_window import MainWindow
from app.ui.theme import STANDARD
from tests.ui.conftest import Room
from tests.ui.scripted_engine import NOW, ZONE, ScriptedEngine, a_break, channel

SHOW = """
[show]
name = "Evening"
timezone = "Europe/Berlin"

[[origins]]
name = "local"
url = "file:///nowhere/"

[[channels]]
name = "news-1"
title = "News"
frame_rate = "25"
sources = ["test:bars"]

[[channels.renditions]]
name = "360p"
size = "640x360"
bitrate = 500000

[[channels.outputs]]
kind = "hls"
origins = ["local"]
path = "news-1/"
"""

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
def test_it_goes_on_air_by_the_answer_alone(rehearsal: tuple[MainWindow, Rehearsing], qtbot: QtBot) -> None:
    window, _ = rehearsal
    QTest.mouseClick(window.promoting.band.button, Qt.MouseButton.LeftButton)
    question = window.promoting.question
    assert question is not None
    assert not question.isModal()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        QTest.keyClick(question, key)
    assert (question.isVisible(), window.isVisible()) == (True, True)
    qtbot.waitUntil(question.air_button.isEnabled)
    QTest.mouseClick(question.air_button, Qt.MouseButton.LeftButton)
    assert (window.isVisible(), window.ending) == (False, Ending.PROMOTE)


@pytest.mark.parametrize("rehearsal", [True], indirect=True)
def test_an_open_break_is_not_cut_off(rehearsal: tuple[MainWindow, Rehearsing], qtbot: QtBot) -> None:
    window, engine = rehearsal
    QTest.mouseClick(window.promoting.band.button, Qt.MouseButton.LeftButton)
    question = window.promoting.question
    assert question is not None
    qtbot.waitUntil(question.air_button.isEnabled)
    engine.change("one", current=a_break(BreakState.ARMED, out_in_s=3, armed_ago_s=3))
    window.desk.poll()
    assert not question.air_button.isEnabled()
    assert question.body.text().startswith("1 News: a break is open or armed")
    QTest.mouseClick(question.air_button, Qt.MouseButton.LeftButton)
    assert window.isVisible()


@pytest.mark.parametrize("rehearsal", [False], indirect=True)
def test_a_window_that_can_t_promote_offers_nothing(rehearsal: tuple[MainWindow, Rehearsing]) -> None:
    assert not rehearsal[0].promoting.band.button.isVisible()


def test_what_was_edited_since_is_told_and_what_cant_be_read_stays_off_air(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "evening.toml"
    path.write_text(SHOW)
    breaks = tmp_path / "day.csv"
    breaks.write_text("id,channel,at,duration\nb1,news-1,+8,30\n")
    show = show_from_toml(SHOW, str(path), folder=tmp_path, check_folders=False)
    plans = list(plans_of(lists_of(show, [breaks]), show))
    face = ProgramSetup(tmp_path, differs=partial(changed_since, path, [breaks], SHOW, plans))
    desk = Desk(Rehearsing(channel("news-1", "News")), ZoneInfo(ZONE), "mira", clock=lambda: 100.0, now=lambda: NOW)
    window = MainWindow(desk, "Evening", STANDARD, remote=True, promotes=True, setup=face)
    window.show()

    def asked() -> tuple[bool, str]:
        QTest.mouseClick(window.promoting.band.button, Qt.MouseButton.LeftButton)
        question = window.promoting.question
        assert question is not None
        qtbot.waitUntil(lambda: READING not in question.body.text())
        told = question.air_button.isEnabled(), question.body.text()
        QTest.mouseClick(question.stay_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: window.promoting.question is None)
        return told

    airs, told = asked()
    assert airs
    assert "Not as it was rehearsed" not in told
    path.write_text(SHOW.replace("News", "Late news"))
    breaks.write_text("id,channel,at,duration\nb1,news-1,+8,60\nb2,news-1,+90,30\n")
    airs, told = asked()
    assert airs
    assert "evening.toml has been edited since. Breaks in the lists: 1 new, 1 changed." in told
    path.write_text("[show")
    airs, told = asked()
    assert not airs
    assert "evening.toml" in told
    window.leave()
    window.deleteLater()
