"""Opening the window: what is checked first, and the whole way from start to a clean end."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from app.model.errors import EnvironmentLackError
from app.ui.history.history import PUSH
from app.ui.history.past_file import unpacked
from app.ui.hooks import Seldom
from app.ui.preflight import missing_packages, preflight

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = textwrap.dedent("""
    import os, sys, threading, time
    from pathlib import Path
    from app.ui.application import open_window, preflight
    from tests.ui.scripted_engine import ScriptedEngine, channel
    preflight()
    looks = []
    class Engine(ScriptedEngine):
        def snapshot(self):
            looks.append(1)
            return self.status
    engine = Engine(channel("one"), channel("two"))
    def say():
        mailbox = engine.preview("one")
        deadline = time.monotonic() + 20
        while (mailbox.size is None or len(looks) < 50) and time.monotonic() < deadline:
            time.sleep(0.02)
        print("open", flush=True)
    threading.Thread(target=say).start()
    folder = Path(sys.argv[2]) if "--data-dir" in sys.argv else None
    ending = open_window(engine, "Evening", "Europe/Berlin", remote="--remote" in sys.argv, data_dir=folder)
    print("closed", len(engine.subscribers), ending, flush=True)
""")


def run_program(display: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    """Open the window in a process of its own, and end it with SIGTERM once it shows."""
    environment = {key: value for key, value in os.environ.items() if key not in {"DISPLAY", "QT_QPA_PLATFORM"}}
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=ROOT,
        env=environment | display,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert program.stdout is not None
        first = program.stdout.readline()
        if first:
            program.send_signal(signal.SIGTERM)
        out, err = program.communicate(timeout=90)
    finally:
        program.kill()
        program.wait()
    return program.returncode, first + out, err


def test_the_window_opens_and_sigterm_ends_it_cleanly() -> None:
    status, out, err = run_program({"QT_QPA_PLATFORM": "offscreen"})
    assert (status, out.split()) == (0, ["open", "closed", "0", "stop"]), err


def test_sigterm_leaves_an_engine_of_its_own_on_air() -> None:
    status, out, err = run_program({"QT_QPA_PLATFORM": "offscreen"}, "--remote")
    assert (status, out.split()) == (0, ["open", "closed", "0", "leave"]), err


def test_without_a_display_one_line_names_the_headless_command() -> None:
    with pytest.raises(EnvironmentLackError) as caught:
        preflight({}, "linux")
    assert str(caught.value) == "no display; run it headless: splicedeck run SHOW.toml --headless"
    assert caught.value.exit_status == 3
    preflight({}, "win32")
    preflight({"QT_QPA_PLATFORM": "offscreen"}, "linux")


def test_a_display_that_does_not_answer_is_found_before_qt_aborts() -> None:
    with pytest.raises(EnvironmentLackError, match="display :4097 can't be opened; run it headless"):
        preflight({"DISPLAY": ":4097"}, "linux")


def test_missing_libraries_are_named_by_their_packages() -> None:
    assert missing_packages({"libnosuchthing.so.9": "libnosuchthing9", "libc.so.6": "libc6"}) == ["libnosuchthing9"]


def test_preflight_needs_no_qt() -> None:
    program = "import sys, app.ui.application; print([m for m in sys.modules if m.startswith('PySide6')])"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_same_fault_is_logged_once_in_ten_seconds() -> None:
    now = [0.0]
    seldom = Seldom(lambda: now[0])
    assert [seldom.passes("a"), seldom.passes("a"), seldom.passes("b")] == [True, False, True]
    now[0] = 10.5
    assert seldom.passes("a")


def test_charts_go_on_in_the_next_window(tmp_path: Path) -> None:
    """What the first one measured is still there when the second one ends."""

    def kept() -> tuple[float, list[float]]:
        status, out, err = run_program({"QT_QPA_PLATFORM": "offscreen"}, "--data-dir", str(tmp_path))
        assert (status, out.split()[0]) == (0, "open"), err
        content, now_s = (tmp_path / "charts.bin").read_bytes(), time.monotonic()
        one = unpacked(content, time.time() - now_s, now_s)["one"]
        _, means, _ = one.series[PUSH + "Origin A"].over(900)
        newest = one.series[PUSH + "Origin A"].newest_s
        return now_s, [newest - back for back, mean in enumerate(reversed(means)) if not math.isnan(mean)]

    ended_s, first = kept()
    assert first
    _, second = kept()
    assert set(first) <= set(second)
    assert max(second) > ended_s
