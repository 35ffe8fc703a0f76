"""The window on a real X server (Xvfb): the same presses, real expose events, and the whole program."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.test_application import run_program

_ON_X11 = (
    "test_window.py",
    "test_lists_and_closing.py",
    "test_engine_lost.py",
    "test_painting.py",
    "test_marker_page.py",
    "schedule/test_timeline_mouse.py",
    "schedule/library_drag.py",
    "held_on_x11.py",
)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """An X server on a free number."""
    read, write = os.pipe()
    server = subprocess.Popen(
        [shutil.which("Xvfb") or "Xvfb", "-displayfd", str(write), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(10)


def test_the_program_opens_and_ends_on_x11(display: str) -> None:
    status, out, err = run_program({"DISPLAY": display})
    assert (status, out.split()) == (0, ["open", "closed", "0", "stop"]), err


def test_a_look_at_the_display_does_not_make_it_turn_the_window_away(display: str) -> None:
    """A server like this one starts anew when its last client leaves."""
    looks = "from app.ui.preflight import preflight\nfor _ in range(20): preflight()"
    run = subprocess.run(
        [sys.executable, "-c", looks],
        cwd=ROOT,
        env={**os.environ, "DISPLAY": display},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")


def test_presses_and_pictures_on_x11(display: str) -> None:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    tests = [str(ROOT / "tests/ui" / name) for name in _ON_X11]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]
