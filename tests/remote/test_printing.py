"""Lines reach whoever reads stdout, and nobody waits where nobody reads."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from app.remote.printing import Printer
from tests.engine.show_run import CHECKOUT, channel_toml, show_file

F_SETPIPE_SZ = 1031


def test_lines_come_in_order_and_all_of_them(capfd: pytest.CaptureFixture[str]) -> None:
    printer = Printer()
    for number in range(500):
        printer.put(f"line {number} “{chr(0xD800)}”")
    assert printer.close(5) == 0
    lines = capfd.readouterr().out.splitlines()
    assert lines == [f"line {number} “\\ud800”" for number in range(500)]


def test_what_nobody_reads_is_dropped_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    free = threading.Event()
    monkeypatch.setattr("app.remote.printing._write", lambda _text: free.wait(10))
    printer = Printer(limit=10)
    started_s = time.monotonic()
    for _ in range(100):
        printer.put("a line")
    assert time.monotonic() - started_s < 1
    assert printer.close(0.1) >= 89
    free.set()


@pytest.mark.slow
def test_a_run_whose_stdout_nobody_reads_goes_on_and_can_be_ended(tmp_path: Path) -> None:
    show = show_file(tmp_path, {"folder": (tmp_path / "origin").as_uri() + "/"}, channel_toml("news-1", segment_s=1))
    reading, writing = os.pipe()
    fcntl.fcntl(writing, F_SETPIPE_SZ, 4096)
    words = ["run", str(show), "--headless", "--json", "--data-dir", str(tmp_path / "run")]
    with (tmp_path / "stderr").open("wb") as stderr:
        run = subprocess.Popen([sys.executable, "-m", "app", *words], cwd=CHECKOUT, stdout=writing, stderr=stderr)
    os.close(writing)
    try:
        deadline_s = time.monotonic() + 60
        while len(list((tmp_path / "origin").glob("news-1/180p/*.ts"))) < 9 and time.monotonic() < deadline_s:
            time.sleep(0.1)
        run.send_signal(signal.SIGTERM)
        assert run.wait(15) == 0
    finally:
        run.kill()
        run.wait()
        os.close(reading)
    assert "were not printed" in (tmp_path / "stderr").read_text()
    assert (tmp_path / "origin/news-1/180p/index.m3u8").read_text().rstrip().endswith("#EXT-X-ENDLIST")
