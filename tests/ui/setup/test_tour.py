"""The tour: offered once, gone with Esc, never in the way of a key or of the cue column."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.cli.setup_face import ProgramSetup
from app.model import commands
from app.ui.setup.tour import STEP_MS, Tour
from tests.ui.setup.conftest import Opens, SetupRoom
from tests.ui.setup.test_wizard import click


def offered(opened: SetupRoom, qtbot: QtBot) -> Tour:
    opened.window.setup.first_start()
    qtbot.waitUntil(lambda: opened.window.setup.tour is not None, timeout=5000)
    tour = opened.window.setup.tour
    assert tour is not None
    return tour


def test_it_is_offered_at_the_first_start_only(setup_room: Opens, face: ProgramSetup, qtbot: QtBot) -> None:
    opened = setup_room(face)
    tour = offered(opened, qtbot)
    assert tour.at == -1
    click(tour.skip)
    assert opened.window.setup.tour is None
    qtbot.waitUntil(lambda: not face.tour_due(), timeout=5000)
    opened.window.setup.first_start()
    qtbot.waitUntil(lambda: not opened.window.setup._errand.busy, timeout=5000)
    assert opened.window.setup.tour is None
    QTest.keySequence(opened.window, QKeySequence("Ctrl+T"))
    assert opened.window.setup.tour is not None


def test_a_face_without_a_first_start_offers_none(tmp_path_factory: object, face: ProgramSetup) -> None:
    assert face.tour_due()
    assert not ProgramSetup(face._data_dir).tour_due()


def test_it_points_at_five_parts_in_a_minute_and_covers_no_cue(
    setup_room: Opens, face: ProgramSetup, qtbot: QtBot
) -> None:
    for size in ((1280, 720), (1920, 1080)):
        opened = setup_room(face, size)
        window = opened.window
        window.setup.start_tour()
        tour = window.setup.tour
        assert tour is not None
        assert len(tour.stops) * STEP_MS == 60_000
        column = QRect(window.column.mapTo(window, QPoint(0, 0)), window.column.size())
        for number in range(5):
            tour.next()
            assert tour.at == number
            assert not tour.box.geometry().intersects(column)
            assert window.rect().contains(tour.box.geometry())
            assert tour._outline.geometry().size() == tour.stops[number].target.size()
        click(tour.go)
        assert window.setup.tour is None


def test_keys_cue_while_it_runs_and_esc_ends_it(setup_room: Opens, face: ProgramSetup, qtbot: QtBot) -> None:
    opened = setup_room(face)
    tour = offered(opened, qtbot)
    focus = QApplication.focusWidget()
    click(tour.go)
    assert QApplication.focusWidget() is focus
    QTest.keySequence(opened.window, QKeySequence("F8"))
    assert [type(each) for each in opened.engine.submitted] == [commands.CueNext]
    QTest.keySequence(opened.window, QKeySequence("Esc"))
    assert opened.window.setup.tour is None


def test_it_goes_on_by_itself(setup_room: Opens, face: ProgramSetup, qtbot: QtBot) -> None:
    opened = setup_room(face)
    opened.window.setup.start_tour()
    tour = opened.window.setup.tour
    assert tour is not None
    tour.next()
    shown = tour.at
    tour._timer.setInterval(20)
    tour._timer.start()
    qtbot.waitUntil(lambda: tour.at > shown, timeout=2000)
