"""Previews between a real host and real windows: wishes come over, go with their window, and are made anew."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

from app.remote.client import WINDOW_EVENTS, RemoteEngine
from app.remote.previews import SharedMailbox
from tests.remote.preview_writer import a_picture
from tests.remote.standing import StandIn, housing, soon, watching

ROOT = Path(__file__).resolve().parents[2]
WINDOW = """
import sys
from functools import partial
from pathlib import Path
from app.remote.client import WINDOW_EVENTS, RemoteEngine
from app.ui.application import open_window
engine = RemoteEngine.attach(Path(sys.argv[1]), wait_s=10, newest=WINDOW_EVENTS)
print("attached", flush=True)
print(open_window(engine, engine.show_name, engine.timezone, remote=True), flush=True)
engine.close()
"""


def a_window(data_dir: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-P", "-c", WINDOW, str(data_dir)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def _shows(window: SharedMailbox) -> bool:
    return window.seq > 0 and window.frame is not None


def test_pictures_come_to_each_window_in_the_largest_size(tmp_path: Path) -> None:
    engine = StandIn()
    mailbox = engine.mailboxes["one"]
    with housing(tmp_path, engine), watching(tmp_path) as first, watching(tmp_path) as second:
        ours, theirs = first.remote.preview("one"), second.remote.preview("one")
        ours.size, theirs.size = (320, 180), (640, 360)
        soon(lambda: mailbox.size == (640, 360))
        mailbox.post(a_picture(5, 640, 360))
        for window in (ours, theirs):
            soon(partial(_shows, window))
        second.remote.close()
        soon(lambda: mailbox.size == (320, 180))
        ours.size = None
        soon(lambda: mailbox.size is None)


def test_wishes_are_made_anew_to_the_engine_that_comes_back(tmp_path: Path) -> None:
    with housing(tmp_path, StandIn()) as house, watching(tmp_path) as window:
        mailbox = window.remote.preview("one")
        mailbox.size = (320, 180)
        after = StandIn(life=2)
        house.open(after)
        soon(lambda: after.mailboxes["one"].size == (320, 180))
        seq = mailbox.seq
        after.mailboxes["one"].post(a_picture(9))
        soon(lambda: mailbox.seq > seq)
        assert mailbox.frame is not None
        assert mailbox.frame.pixels[0] == 9


def test_a_real_window_asks_for_its_tiles_and_takes_its_wishes_along_when_it_is_killed(tmp_path: Path) -> None:
    engine = StandIn()
    with housing(tmp_path, engine), a_window(tmp_path) as window:
        try:
            soon(lambda: engine.mailboxes["one"].size is not None and engine.mailboxes["two"].size is not None, 30)
            engine.mailboxes["one"].post(a_picture(1))
            window.kill()
            soon(lambda: engine.mailboxes["one"].size is None and engine.mailboxes["two"].size is None)
            engine.mailboxes["one"].post(a_picture(2))
            again = RemoteEngine.attach(tmp_path, wait_s=5, newest=WINDOW_EVENTS)
            assert len(again.snapshot().channels) == 2
            again.close()
        finally:
            window.kill()


def test_sigterm_of_a_window_leaves_the_engine_as_it_was(tmp_path: Path) -> None:
    engine = StandIn()
    with housing(tmp_path, engine) as house, a_window(tmp_path) as window:
        try:
            soon(lambda: engine.mailboxes["one"].size is not None, 30)
            window.terminate()
            out, _ = window.communicate(timeout=20)
            assert (out.split(), window.returncode) == (["attached", "leave"], 0)
            assert not engine.submitted
            assert house.host is not None
            assert not house.host.wanted_end.is_set()
        finally:
            window.kill()
