"""Show files in the window: read as they are typed, compared with the air, saved whole or not at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.cli.setup_face import ProgramSetup
from app.model.setup_face import TakenOn
from app.model.show import Show
from app.settings import demo_toml
from app.ui.setup.show_panel import ShowPanel
from tests.ui.setup.conftest import Opens
from tests.ui.setup.test_wizard import click, write


class OnAir(ProgramSetup):
    """What runs is the demo."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir)
        self.runs = demo_toml(data_dir)
        self.refuses, self.asked_by = "", ""

    def on_air(self) -> str:
        return self.runs

    def take_on(self, show: Show, *, by: str) -> tuple[TakenOn, ...]:
        self.asked_by = by
        if not self.refuses:
            self.runs = self.written(show)
        return (TakenOn("demo", self.refuses),)


@pytest.fixture
def panel(setup_room: Opens, tmp_path: Path, qtbot: QtBot) -> ShowPanel:
    opened = setup_room(OnAir(tmp_path))
    QTest.keySequence(opened.window, QKeySequence("Ctrl+O"))
    dialog = opened.window.setup.show_file
    assert dialog is not None
    qtbot.waitUntil(lambda: '"Demo"' in dialog.panel.text.toPlainText(), timeout=5000)
    return dialog.panel


def settled(panel: ShowPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: panel._look is not None and not panel.errand.busy, timeout=10_000)


def test_it_opens_with_what_is_on_air_and_tells_what_an_edit_means(panel: ShowPanel, qtbot: QtBot) -> None:
    settled(panel, qtbot)
    assert "AGAINST WHAT IS ON AIR: no changes" in panel.told_text.toPlainText()
    limits = '\n[channels.schedule]\nspacing = 300\n\n[[channels.renditions]]\nname = "720p"'
    text = panel.text.toPlainText().replace("1500000", "2000000")
    panel.show_text(text.replace('\n[[channels.renditions]]\nname = "720p"', limits))
    settled(panel, qtbot)
    told = panel.told_text.toPlainText()
    assert "restart  channel demo, rendition 720p: bitrate 1500000 → 2000000" in told
    assert re.search(r"now +channel demo, schedule: added", told)


def test_a_broken_file_is_told_with_line_and_column_and_not_saved(
    panel: ShowPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "show.toml"
    panel.path.setText(str(path))
    panel.show_text(panel.text.toPlainText().replace('name = "720p"', 'name = "720p'))
    settled(panel, qtbot)
    assert "line 16, column 13" in panel.words.text()
    assert not panel.save_button.isEnabled()
    panel.go_to_trouble()
    assert panel.text.textCursor().blockNumber() == 15
    panel.show_text(panel.text.toPlainText().replace('name = "720p', 'name = "720p"\nsise = "1x1"'))
    settled(panel, qtbot)
    assert "line 17" in panel.words.text()
    assert "sise" in panel.words.text()
    panel.save()
    qtbot.waitUntil(lambda: not panel.errand.busy, timeout=5000)
    assert list(tmp_path.glob("show*")) == []


def test_a_file_that_is_replaced_is_kept_with_its_comments(panel: ShowPanel, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "show.toml"
    before = "# what the night shift must know\n" + panel.text.toPlainText()
    path.write_text(before)
    write(panel.path, str(path))
    qtbot.waitUntil(lambda: "AGAINST THE FILE AS IT LIES THERE" in panel.told_text.toPlainText(), timeout=5000)
    assert "-# what the night shift must know" in panel.told_text.toPlainText()
    click(panel.save_button)
    qtbot.waitUntil(lambda: "kept as" in panel.words.text(), timeout=5000)
    (kept,) = tmp_path.glob("show-*.toml")
    assert kept.read_text() == before
    assert path.read_text() == panel.text.toPlainText()
    assert kept.name in panel.words.text()
    assert "It is what is on air" in panel.words.text()


def test_a_folder_that_takes_no_file_is_told_and_nothing_is_half_written(
    panel: ShowPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    panel.path.setText("/proc/show.toml")
    settled(panel, qtbot)
    click(panel.save_button)
    qtbot.waitUntil(lambda: "not written" in panel.words.text(), timeout=5000)
    assert "/proc/show.toml: not written: No such file or directory" in panel.words.text()
    occupied = tmp_path / "folder.toml"
    occupied.mkdir()
    panel.path.setText(str(occupied))
    settled(panel, qtbot)
    click(panel.save_button)
    qtbot.waitUntil(lambda: "Is a directory" in panel.words.text(), timeout=5000)
    assert not [each for each in tmp_path.iterdir() if each.name.endswith(".part")]


LIMITED = '\n[channels.schedule]\nspacing = 300\n\n[[channels.renditions]]\nname = "720p"'


def limited(panel: ShowPanel, qtbot: QtBot) -> OnAir:
    """Limits typed in; the face."""
    face = panel.work.face
    assert isinstance(face, OnAir)
    settled(panel, qtbot)
    assert not panel.live_button.isEnabled()
    panel.show_text(panel.text.toPlainText().replace('\n[[channels.renditions]]\nname = "720p"', LIMITED))
    settled(panel, qtbot)
    return face


def test_what_needs_no_restart_is_taken_on_by_a_click_and_the_file_is_spoken_of(
    panel: ShowPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    face = limited(panel, qtbot)
    click(panel.live_button)
    qtbot.waitUntil(lambda: "Taken on by demo" in panel.words.text(), timeout=5000)
    assert face.asked_by == "mira"
    assert "The file does not say so yet" in panel.words.text()
    assert "AGAINST WHAT IS ON AIR: no changes" in panel.told_text.toPlainText()
    assert not panel.live_button.isEnabled()
    panel.path.setText(str(tmp_path / "show.toml"))
    settled(panel, qtbot)
    click(panel.save_button)
    qtbot.waitUntil(lambda: "It is what is on air" in panel.words.text(), timeout=5000)


def test_a_channel_that_refuses_runs_as_before_and_says_why(panel: ShowPanel, qtbot: QtBot) -> None:
    face = limited(panel, qtbot)
    face.refuses = "ann has the con"
    click(panel.live_button)
    qtbot.waitUntil(lambda: "demo runs as before: ann has the con" in panel.words.text(), timeout=5000)
    assert panel.live_button.isEnabled()
