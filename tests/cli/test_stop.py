"""What ``stop`` says is so when it says it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from app.cli.stop import has_gone
from tests.cli.test_status_and_stop import engine_process
from tests.engine.show_run import splicedeck


def state(pid: int) -> str:
    """As the system has it; Z: it has ended, and its parent has not looked yet."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_an_engine_that_has_ended_is_no_process_any_more(tmp_path: Path) -> None:
    with engine_process(tmp_path) as engine:
        ended = splicedeck("stop", "--data-dir", tmp_path)
        assert state(engine.pid) == "Z"
        assert (ended.returncode, ended.stdout) == (0, f"the engine (pid {engine.pid}) has ended\n")


def test_a_process_that_stays_is_waited_for_so_long() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert not has_gone(process.pid, 0.1)
        process.kill()
        assert has_gone(process.pid, 10), "though nobody has asked for its status yet"
        process.wait()
        assert has_gone(process.pid, 0)
