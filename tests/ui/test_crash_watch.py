"""A window that dies leaves a report for the next one: how it died, without what is nobody's business."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.ui.habits.crash_watch import FOLDER, KEPT_REPORTS, CrashReport, crash_watch
from tests.ui.conftest import Room
from tests.ui.scripted_engine import channel

type Opens = Callable[..., Room]

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = textwrap.dedent("""
    import ctypes, os, signal, sys
    from pathlib import Path
    from app.model.errors import UsageError
    from app.ui.habits.crash_watch import crash_watch
    from app.ui.hooks import fault_hooks
    def secret_place():
        url = f"https://mira:hunter2@{os.environ['PLACE']}/live?token=abc123"
        raise ValueError(f"no origin at {url} from {Path.home()}/show")
    with crash_watch(Path(sys.argv[1])) as watch, fault_hooks(watch.note):
        print(watch.report.headline if watch.report else "none", flush=True)
        for deed in sys.argv[2:]:
            if deed == "fault":
                ctypes.string_at(0)
            elif deed == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            elif deed == "raise":
                try:
                    secret_place()
                except ValueError as error:
                    sys.excepthook(type(error), error, error.__traceback__)
            elif deed == "break":
                raise KeyError("a window of glass")
            elif deed == "refuse":
                raise UsageError("the show", "is none", "name another")
            elif deed == "wait":
                sys.stdin.readline()
    print("ended", flush=True)
""")


def window(data_dir: Path, *deeds: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, str(data_dir), *deeds],
        cwd=ROOT,
        env=os.environ | {"PLACE": "origin.example", "MOST_PRIVATE": "never-written"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def report(data_dir: Path) -> str:
    (file,) = (data_dir / FOLDER).glob("report-*.txt")
    return file.read_text("utf-8")


def test_a_good_end_leaves_nothing(tmp_path: Path) -> None:
    assert window(tmp_path).stdout.split() == ["none", "ended"]
    assert not list((tmp_path / FOLDER).iterdir())
    assert window(tmp_path).stdout.split() == ["none", "ended"]


def test_a_fault_of_memory_is_told_with_its_python_lines(tmp_path: Path) -> None:
    assert window(tmp_path, "fault").returncode == -signal.SIGSEGV
    told = window(tmp_path).stdout
    assert re.match(r"The last window, opened .* UTC, ended unexpectedly \(Segmentation fault\)", told)
    assert "Fatal Python error: Segmentation fault" in report(tmp_path)
    assert "string_at" in report(tmp_path)
    assert window(tmp_path).stdout.startswith("none")


def test_a_window_killed_from_outside_is_told(tmp_path: Path) -> None:
    assert window(tmp_path, "kill").returncode == -signal.SIGKILL
    assert "ended unexpectedly (killed, or the machine went down)" in window(tmp_path).stdout
    assert "killed from outside" in report(tmp_path)


def test_what_nobody_caught_is_told_without_secrets_and_without_the_home_folder(tmp_path: Path) -> None:
    assert window(tmp_path, "raise").stdout.split()[-1] == "ended"
    assert "met faults of its own" in window(tmp_path).stdout
    told = report(tmp_path)
    assert "in secret_place" in told
    assert "ValueError: no origin at https://***@origin.example/live?token=***" in told
    for private in ("hunter2", "abc123", "never-written", str(Path.home()) + "/"):
        assert private not in told


def test_a_window_that_breaks_off_is_told_and_a_refusal_is_not(tmp_path: Path) -> None:
    assert window(tmp_path, "refuse").returncode == 1
    assert window(tmp_path, "break").stdout.split() == ["none"]
    assert "met faults of its own" in window(tmp_path).stdout
    assert "KeyError: 'a window of glass'" in report(tmp_path)


def test_a_window_that_still_runs_is_left_in_peace(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(tmp_path), "wait"]
    first = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert first.stdout is not None
        assert first.stdout.readline() == "none\n"
        assert window(tmp_path).stdout.split() == ["none", "ended"]
        out, _ = first.communicate("\n", timeout=60)
    finally:
        first.kill()
        first.wait()
    assert out == "ended\n"
    assert not list((tmp_path / FOLDER).iterdir())


def test_reports_do_not_pile_up(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    for n in range(KEPT_REPORTS + 5):
        (folder / f"report-2026110{n // 10}T{n:06}Z.txt").touch()
    (folder / "window-20261101T000000Z-1.ended").touch()
    (folder / "window-20261101T000000Z-1.uncaught").write_bytes(b"\xff broken \x00" + b"x" * 1_000_000)
    with crash_watch(tmp_path) as watch:
        assert watch.report is not None
        assert len(watch.report.text) < 100_000
    assert len(list(folder.glob("report-*.txt"))) == KEPT_REPORTS


@pytest.mark.parametrize("where", [None, "file"])
def test_without_a_folder_the_window_opens_all_the_same(tmp_path: Path, where: str | None) -> None:
    data_dir = tmp_path / where if where is not None else None
    if data_dir is not None:
        data_dir.touch()
    with crash_watch(data_dir) as watch:
        watch.note(ValueError, ValueError("x"), None)
        assert watch.report is None


def test_the_next_window_shows_it_and_no_cue_waits_for_it(room: Opens, tmp_path: Path) -> None:
    opened = room(channel("one"))
    bar = opened.window.habits.note
    found = CrashReport(
        tmp_path / "report.txt", "The last window ended unexpectedly (Aborted)", "the whole report", True
    )
    bar.tell_crash(found)
    bar.tell("Something else")
    assert bar.isVisible()
    assert bar.words.startswith("The last window ended unexpectedly (Aborted).")
    column = opened.window.column
    assert bar.geometry().right() < column.mapTo(opened.window, column.rect().topLeft()).x()
    QTest.keyClick(opened.window, Qt.Key.Key_F8)
    assert len(opened.engine.submitted) == 1
    QTest.mouseClick(bar.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "the whole report"
    QTest.mouseClick(bar.away, Qt.MouseButton.LeftButton)
    assert (bar.words, bar.folder.isVisible()) == ("Something else", False)
    QTest.mouseClick(bar.away, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()
