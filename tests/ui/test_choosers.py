"""Files and folders are chosen without a question of Qt's own that would make the cue keys dead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox

from app.model import commands
from app.model.states import BreakState
from app.ui.choosers import Chooser, choose_folder, choose_new, unused
from tests.ui.conftest import Room
from tests.ui.scripted_engine import a_break, channel


def typed(chooser: Chooser, words: str) -> None:
    """A name in its field, then what Enter does."""
    assert QTest.qWaitForWindowActive(chooser)
    field = chooser.findChild(QLineEdit)
    assert field is not None
    field.setText(words)
    chooser.accept()


def taken(opened: Room) -> list[str]:
    """What F12 in the window sends."""
    QTest.keyClick(opened.window, Qt.Key.Key_F12)
    return [command.name for command in opened.engine.submitted]


def no_question() -> bool:
    return not [each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox) and each.isVisible()]


@pytest.fixture
def opened(room: Callable[..., Room]) -> Room:
    return room(channel("one", current=a_break(BreakState.CUED)))


def test_a_name_that_is_taken_is_not_asked_about_and_not_replaced(opened: Room, tmp_path: Path) -> None:
    there, chosen = tmp_path / "values.csv", list[str]()
    there.write_text("mine")
    chooser = choose_new(opened.window, "Save", chosen.append, "CSV (*.csv)", suffix=".csv")
    typed(chooser, str(there))
    assert no_question()
    assert chosen == [str(there)]
    assert unused(there) == tmp_path / "values-2.csv"
    assert taken(opened) == [commands.Take.name]


def test_a_folder_that_is_none_is_said_beside_its_name(opened: Room, tmp_path: Path) -> None:
    chosen: list[str] = []
    chooser = choose_folder(opened.window, "Folder", chosen.append)
    typed(chooser, str(tmp_path / "none"))
    assert no_question()
    assert chooser.isVisible()
    assert chooser.labelText(Chooser.DialogLabel.FileName) == "No such folder:"
    assert chosen == []
    assert taken(opened) == [commands.Take.name]
    chooser.close()


def test_an_export_goes_beside_the_one_before(opened: Room, tmp_path: Path) -> None:
    path = tmp_path / "charts.csv"
    path.write_text("the first")
    opened.window.charts.write_values(unused(path))
    assert path.read_text() == "the first"
    assert (tmp_path / "charts-2.csv").exists()
