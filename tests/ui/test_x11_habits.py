"""Keys from outside on a real X server: TAKE gets another key and is held; the window is killed, and opened again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from tests.ui.conftest import Room
from tests.ui.scripted_engine import channel
from tests.ui.test_x11 import ROOT, display

__all__ = ["display"]
PROGRAM = textwrap.dedent("""
    import sys, threading, time
    from pathlib import Path
    from app.model.states import BreakState
    from app.ui.application import open_window
    from tests.ui.scripted_engine import ScriptedEngine, a_break, channel
    engine = ScriptedEngine(channel("one", current=a_break(BreakState.CUED, out_in_s=48)), channel("two"))
    submit = engine.submit
    engine.submit = lambda command: (print(command.name, command.channel, flush=True), submit(command))
    def say():
        mailbox = engine.preview("one")
        while mailbox.size is None:
            time.sleep(0.02)
        print("open", flush=True)
    threading.Thread(target=say, daemon=True).start()
    open_window(engine, "Evening", "Europe/Berlin", remote=True, data_dir=Path(sys.argv[1]))
""")


def opened(display: str, folder: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "SPLICEDECK_CONFIG_DIR": str(folder)}
    command = [sys.executable, "-c", PROGRAM, str(folder)]
    program = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    assert program.stdout.readline() == "open\n"
    found = xdotool(display, "search", "--sync", "--onlyvisible", "--name", "Evening").split()
    xdotool(display, "windowfocus", "--sync", found[0])
    return program


def xdotool(display: str, *words: str) -> str:
    environment = {**os.environ, "DISPLAY": display}
    run = subprocess.run(["xdotool", *words], env=environment, capture_output=True, text=True, check=True, timeout=30)
    return run.stdout


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_take_gets_another_key_and_a_killed_window_is_told_of(display: str, tmp_path: Path) -> None:
    own = tmp_path / "window.json"
    program = opened(display, tmp_path)
    try:
        xdotool(display, "key", "--delay", "80", "F1", "Down", "Down", "Down", "Return", "ctrl+F5")
        until(own.exists)
        assert json.loads(own.read_text())["keys"] == {"cue.take": "Ctrl+F5"}
        xdotool(display, "key", "F12")  # nobody's now
        xdotool(display, "keydown", "ctrl", "keydown", "F5", "sleep", "1", "keyup", "F5", "keyup", "ctrl")
        xdotool(display, "key", "--delay", "80", "Escape", "ctrl+k")
        xdotool(display, "type", "--delay", "40", "two")
        xdotool(display, "key", "--delay", "80", "Return", "F8")
        assert program.stdout is not None
        assert [program.stdout.readline() for _ in range(2)] == ["take one\n", "cue_next two\n"]
        program.send_signal(signal.SIGKILL)
        assert program.communicate(timeout=30)[0] == ""
    finally:
        program.kill()
        program.wait()
    again = opened(display, tmp_path)
    try:
        (report,) = (tmp_path / "crashes").glob("report-*.txt")
        assert "killed from outside" in report.read_text()
        xdotool(display, "key", "ctrl+F5")
        assert again.stdout is not None
        assert again.stdout.readline() == "take one\n"
        again.send_signal(signal.SIGTERM)
        again.communicate(timeout=60)
    finally:
        again.kill()
        again.wait()
    assert again.returncode == 0
    assert list((tmp_path / "crashes").iterdir()) == [report]


def test_a_panel_is_dragged_by_its_title_to_another_side(
    display: str, tmp_path: Path, room: Callable[..., Room]
) -> None:
    layout = tmp_path / "window.json"
    program = opened(display, tmp_path)
    try:
        steps = [str(word) for x in range(640, 0, -80) for word in ("mousemove", x - 50, 800 - (640 - x) // 2)]
        moves = [word for step in range(0, len(steps), 3) for word in (*steps[step : step + 3], "sleep", "0.06")]
        xdotool(display, "mousemove", "700", "808", "mousedown", "1", *moves, "sleep", "0.3", "mouseup", "1")
        until(layout.exists)
        assert area_of(layout, room) == Qt.DockWidgetArea.LeftDockWidgetArea
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=60)
    finally:
        program.kill()
        program.wait()
    assert program.returncode == 0


def area_of(layout: Path, room: Callable[..., Room]) -> Qt.DockWidgetArea:
    """Where a window that reads the file has the panel of the timeline."""
    (kept,) = json.loads(layout.read_text())["screens"].values()
    rooms = room(channel("one"), size=(1920, 1080)).window.rooms
    rooms.room.bring(kept["docks"]["Operator"])
    return rooms.room.dockWidgetArea(rooms.room.docks[0])
