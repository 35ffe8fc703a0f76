"""The multiviewer in a window of its own, on one screen and on two."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.engine import PreviewFrame
from app.model import commands
from app.model.states import BreakState
from app.ui.desktop import keep_layout, lay_out
from app.ui.layout_file import LayoutFile
from app.ui.multiview.apart import ONE_SCREEN, ApartWindow
from app.ui.multiview.layouts import TileLayout
from app.ui.theme import COLOUR_BLIND_SAFE
from app.ui.widgets.multiviewer import Multiviewer
from tests.ui.conftest import Room
from tests.ui.scripted_engine import a_break, channel

type Opens = Callable[..., Room]
ROOT = Path(__file__).resolve().parents[3]
CUED = a_break(BreakState.CUED, out_in_s=48)


def key(opened: Room, words: str) -> None:
    QTest.keySequence(QApplication.activeWindow() or opened.window, QKeySequence(words))


def layout_of(viewer: Multiviewer) -> TileLayout:
    return viewer.view.wall.layout


def count(viewer: Multiviewer) -> int:
    return len(viewer.cells)


def apart(opened: Room) -> ApartWindow:
    key(opened, "Ctrl+F")
    window = opened.window.walls.apart
    assert window is not None
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    return window


def test_on_one_screen_it_says_so_and_is_a_window_that_can_be_moved(room: Opens) -> None:
    opened = room(channel("one"), channel("two"))
    window = apart(opened)
    assert not window.isFullScreen()
    assert opened.window.isVisible()
    column = opened.window.column
    assert window.frameGeometry().right() < column.mapToGlobal(column.rect().topLeft()).x()
    assert ONE_SCREEN in window.viewer.bar.accessibleName()
    assert not window.filling.isVisible()
    QTest.mouseClick(window.viewer.findChildren(type(window.filling))[-1], Qt.MouseButton.LeftButton)
    assert opened.window.walls.apart is None
    assert opened.window.isVisible()


def test_the_engine_makes_the_largest_that_any_window_wants_and_no_more_than_is_looked_at(room: Opens) -> None:
    opened = room(channel("one"), channel("two"), channel("three"), channel("four"))
    box, here = opened.engine.preview("one"), opened.window.multiviewer
    first = (here.cells[0].picture.width(), here.cells[0].picture.height())
    assert box.size == first
    window = apart(opened)
    window.resize(1600, 1000)
    QApplication.processEvents()
    cell = window.viewer.cells[0]
    assert box.size == (cell.picture.width(), cell.picture.height())
    assert box.size > first
    pixels = b"\x10\x80\xf0\xff" * (box.size[0] * box.size[1])
    box.post(PreviewFrame(*box.size, box.size[0] * 4, memoryview(pixels), 1, (-3.0,), None))
    for viewer in (here, window.viewer):
        viewer.look()
        picture = viewer.cells[0].picture
        assert viewer.grab().toImage().pixelColor(picture.center()).name() == "#f08010"
    opened.window.hide()
    assert box.size == (cell.picture.width(), cell.picture.height())
    opened.window.show()
    window.close()
    assert box.size == first


def test_cue_keys_act_there_too_and_esc_neither_closes_it_nor_fires(room: Opens) -> None:
    opened = room(channel("one", current=CUED), channel("two"))
    window = apart(opened)
    key(opened, "Ctrl+E")
    assert count(window.viewer) == 1
    assert count(opened.window.multiviewer) == 2  # the keys of tiles are those of the window that is looked at
    key(opened, "Esc")
    assert count(window.viewer) == 2
    key(opened, "Esc")
    assert window.isVisible()
    assert not opened.engine.submitted
    key(opened, "F12")
    assert [type(command) for command in opened.engine.submitted] == [commands.Take]
    key(opened, "2")
    assert opened.desk.selected == "two"


def test_it_keeps_its_own_layout_wears_the_colours_and_goes_with_the_control_room(room: Opens, tmp_path: Path) -> None:
    opened = room(*(channel(f"c{n}") for n in range(6)))
    window = apart(opened)
    key(opened, "Alt+2")
    assert layout_of(window.viewer) is TileLayout.ONE_FIVE
    assert layout_of(opened.window.multiviewer) is TileLayout.GRID
    opened.window.wear(COLOUR_BLIND_SAFE)
    assert window.viewer.bar._skin.palette is COLOUR_BLIND_SAFE
    window.resize(800, 500)
    key(opened, "Ctrl+Z")
    assert layout_of(window.viewer) is TileLayout.GRID
    key(opened, "Ctrl+Y")
    path = tmp_path / "window.json"
    opened.window.leave()
    assert opened.window.walls.apart is None
    keep_layout(opened.window, LayoutFile(path))
    come = Room(*(channel(f"c{n}") for n in range(6)))
    lay_out(come.window, LayoutFile(path))  # as the program does: before the window is shown
    come.window.show()
    QApplication.processEvents()
    try:
        assert come.window.walls.apart is not None
        assert layout_of(come.window.walls.apart.viewer) is TileLayout.ONE_FIVE
    finally:
        come.window.leave()


def test_it_fills_a_second_screen_and_never_covers_the_control_room(tmp_path: Path) -> None:
    """Two screens are the platform's matter, so in a process of its own."""
    screen = {"name": "a", "x": 0, "y": 0, "width": 1280, "height": 720, "logicalDpi": 96, "dpr": 1}
    (tmp_path / "two.json").write_text(json.dumps({"screens": [screen, {**screen, "name": "b", "x": 1280}]}))
    platform = f"offscreen:configfile={tmp_path / 'two.json'}"
    environment = {**os.environ, "QT_QPA_PLATFORM": platform, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", "-m", "tests.ui.multiview.on_two_screens"]
    told = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True, timeout=60)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == {
        "opened": ["b", True, "a", True],
        "followed": ["a", True, "b", True],
        "beside": ["b", False, "b", True],
    }
