"""How the window was left is found again; a broken file is kept aside and told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.ui.desktop import keep_layout, lay_out
from app.ui.layout_file import Layout, LayoutFile
from app.ui.widgets.preset_switch import Preset
from tests.ui.conftest import Room
from tests.ui.scripted_engine import channel

type Opens = Callable[..., Room]
ONE, TWO = [(0, 0, 1920, 1080)], [(0, 0, 1920, 1080), (1920, 0, 1920, 1080)]


def test_each_arrangement_of_screens_has_its_own(tmp_path: Path) -> None:
    path = tmp_path / "new" / "window.json"
    file = LayoutFile(path)
    file.keep(ONE, Layout("Traffic"))
    file.keep(TWO, Layout("Engineer", muted=True))
    again = LayoutFile(path)
    assert (again.layout(ONE), again.layout(TWO[::-1])) == (Layout("Traffic"), Layout("Engineer", muted=True))
    assert again.layout([(0, 0, 1280, 720)]) == Layout()
    assert not again.problem


@pytest.mark.parametrize("content", ["", "{", "[]", '{"screens": 3}', '{"screens": {"a": {"preset": 1}}}', "[" * 9000])
def test_a_broken_file_is_kept_aside(tmp_path: Path, content: str) -> None:
    path = tmp_path / "window.json"
    path.write_text(content)
    file = LayoutFile(path)
    assert file.layout(ONE) == Layout()
    assert "window.broken-" in file.problem
    assert [one.read_text() for one in tmp_path.glob("window.broken-*.json")] == [content]
    assert not LayoutFile(path).problem


def test_a_folder_that_cannot_be_written_keeps_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    LayoutFile(tmp_path / "file" / "window.json").keep(ONE, Layout("Traffic"))
    assert (tmp_path / "file").read_text() == ""


def test_the_window_comes_back_as_it_was_left(room: Opens, tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    left = room(channel("one"))
    left.window.presets.choose(Preset.ENGINEER)
    left.window.alarm_book.mute(muted=True)
    keep_layout(left.window, LayoutFile(path))
    come = room(channel("one"))
    lay_out(come.window, LayoutFile(path))
    assert come.window.presets.preset is Preset.ENGINEER
    assert come.window.multiviewer.isVisible()
    assert come.window.alarms.sound.text() == "Muted"
    path.write_text("no layout")
    lay_out(room(channel("one")).window, told := LayoutFile(path))
    assert told.problem


def test_a_window_that_dies_has_kept_what_was_changed(room: Opens, tmp_path: Path, qtbot: QtBot) -> None:
    """By keys, and without the end that a window that is closed has."""
    path = tmp_path / "window.json"
    opened = room(channel("one"), channel("two"))
    lay_out(opened.window, LayoutFile(path))

    def kept() -> Layout:
        (found,) = LayoutFile(path)._kept.values()
        return found

    QTest.keySequence(opened.window, QKeySequence("Alt+2"))
    qtbot.waitUntil(path.exists)
    assert kept().tiles == opened.window.walls.kept() != {}
    QTest.keySequence(opened.window, QKeySequence("Ctrl+3"))
    opened.window.alarm_book.mute(muted=True)
    qtbot.waitUntil(lambda: kept().muted and kept().preset == Preset.ENGINEER.value)
