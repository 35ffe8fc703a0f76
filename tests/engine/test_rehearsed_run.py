"""A rehearsal: the same breaks and proofs, nothing at the origins; and from its window to air."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.__main__ import main
from app.model.show import HlsOutput
from app.remote.client import RemoteEngine
from app.remote.session import read_session
from app.ui.ending import Ending
from tests.engine.show_run import channel_toml, running, show_file, splicedeck

pytestmark = pytest.mark.slow


@pytest.fixture
def show(tmp_path: Path) -> Path:
    return show_file(tmp_path, {"folder": (tmp_path / "origin").as_uri() + "/"}, channel_toml("news-1", segment_s=1))


def test_a_rehearsed_break_lands_and_the_origin_stays_empty(tmp_path: Path, show: Path) -> None:
    breaks = tmp_path / "day.json"
    breaks.write_text(json.dumps({"breaks": [{"id": "test", "channel": "news-1", "at": "+8", "duration": 2}]}))
    store = tmp_path / "real.sqlite3"
    words = ("--rehearsal", "--breaks", breaks, "--database", store)
    with running(show, *words, data_dir=tmp_path / "run") as run:
        run.wait_event("break.landed", break_id="test")
        assert run.terminate()[0] == 0, run.told()
    assert not (tmp_path / "origin").exists()
    assert not store.exists()
    rehearsal = tmp_path / "run" / "rehearsal"
    playlist = rehearsal / "output" / "origins" / "folder" / "news-1" / "index.m3u8"
    told = splicedeck("verify", playlist, "--expect", "2", "--json")
    assert (told.returncode, json.loads(told.stdout)["verdict"]) == (0, "pass"), told.stdout
    session = read_session(rehearsal)
    assert session is not None
    again = session.show()
    assert again.rehearsal, "a life that comes back would go on air"
    assert again.origins[0].url.startswith(rehearsal.as_uri())


def test_its_window_puts_the_show_on_air(tmp_path: Path, show: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[bool, bool]] = []

    def hand(engine: RemoteEngine, *_show: str, promotes: bool, **_more: object) -> Ending:
        """Who sits at the window: puts the rehearsal on air, and ends the show as soon as it is there."""
        opened.append((engine.snapshot().rehearsal, promotes))
        return Ending.PROMOTE if promotes else Ending.STOP

    monkeypatch.setattr("app.ui.application.open_window", hand)
    assert main(["run", str(show), "--rehearsal", "--data-dir", str(tmp_path / "run")]) == 0
    assert opened == [(True, True), (False, False)]
    ended = [read_session(tmp_path / "run" / name) for name in ("rehearsal", "")]
    assert [one is not None and one.ended for one in ended] == [True, True]
    assert ended[1] is not None
    assert not ended[1].show().rehearsal
    assert isinstance(ended[1].show().channels[0].outputs[0], HlsOutput)
