"""What ``stop`` says is so when it says it."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from app.cli.stop import has_gone
from app.cli.undelivered import undelivered
from tests.cli.test_status_and_stop import engine_process
from tests.engine.show_run import channel_toml, running, show_file, splicedeck
from tests.remote.standing import StandIn
from tests.ui.scripted_engine import channel, origin


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


def test_what_did_not_reach_a_dead_origin_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]  # nobody is there when it is closed
    origins = {"folder": (tmp_path / "origin").as_uri() + "/", "dead": f"http://127.0.0.1:{port}/"}
    show = show_file(tmp_path, origins, channel_toml("one", origins=tuple(origins), segment_s=1))
    with running(show, data_dir=tmp_path / "data") as run:
        run.wait_event("segment.delivered", channel="one")
        ended = splicedeck("stop", "--data-dir", run.data_dir)
        assert (ended.returncode, ended.stdout) == (0, f"the engine (pid {run.process.pid}) has ended\n")
        line = r"one: \d+ segments? and the last playlists did not reach origin dead: .+"
        assert re.fullmatch(line + "\n", ended.stderr)
        run.end()
        assert [told for told in run.stderr.splitlines() if re.fullmatch(line, told)] == [ended.stderr.rstrip("\n")]


def test_what_is_told_of_each_origin() -> None:
    told = origin(backlog=3, lost=1)
    origins = {
        "all": replace(told, backlog=0, lost=0, last_error=""),
        "late": replace(told, last_error="connection refused"),
        "gap": replace(told, backlog=0, last_error=""),
        "end": replace(told, backlog=0, lost=0, last_error="403"),
    }
    status = replace(StandIn().snapshot(), channels=(channel("one", origins=origins),))
    assert list(undelivered(status)) == [
        "one: 4 segments and the last playlists did not reach origin late: connection refused",
        "one: 1 segment did not reach origin gap",
        "one: the last playlists or deletions did not reach origin end: 403",
    ]
