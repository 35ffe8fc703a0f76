"""Killed again and again while it airs: what was kept is delivered to every origin, once, and nothing else is."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from app.storage.journal import read_kept
from tests.engine.killed_delivery import KEY, RENDITIONS, Written, body_of, told
from tests.nginx_origin import start_nginx

LIVES = 8


def begin(folder: Path, urls: list[str], for_s: float) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.engine.killed_delivery", folder, *urls, str(for_s)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "on air\n"
    return process


def test_nothing_that_was_kept_is_lost_and_nothing_is_delivered_twice(tmp_path: Path) -> None:
    nginx = start_nginx(tmp_path)
    folder = tmp_path / "folder"
    urls = [nginx.url, folder.as_uri() + "/"]
    moments = random.Random(3)
    ever: dict[str, int] = {}
    try:
        for _ in range(LIVES):
            process = begin(tmp_path, urls, 0)
            time.sleep(moments.uniform(0.0, 0.5))  # the moment of the kill, which is what is tried
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=10)
            ever.update(Written(read_kept(tmp_path / "journal.sqlite3").get(KEY)).aired().listed)
        last = begin(tmp_path, urls, 1.0)
        last.communicate(timeout=30)
        assert last.returncode == 0
    finally:
        nginx.stop()
    written = Written(read_kept(tmp_path / "journal.sqlite3").get(KEY)).aired()
    ever.update(written.listed)
    delivered, lost = told(tmp_path / "journal.sqlite3")
    assert lost == {"one": [], "two": []}
    for origin, root in (("one", nginx.root), ("two", folder)):
        assert len(delivered[origin]) == len(set(delivered[origin]))
        assert set(ever) <= set(delivered[origin])
        for rendition in RENDITIONS:
            lines = (root / f"news/{rendition}/index.m3u8").read_text().splitlines()
            numbers = [int(line.split()[0]) for line in lines]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
            for path in (line.split()[1] for line in lines):
                assert (root / path).read_bytes() == body_of(path)
        there = {path.relative_to(root).as_posix() for path in root.rglob("*.ts")}
        assert there <= set(ever)  # what no playlist came to list was deleted
    assert not (tmp_path / "spool/news").exists()
