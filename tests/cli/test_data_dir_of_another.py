"""A data directory of another user is refused before anything is written there, or started on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.__main__ import main
from app.model.errors import UsageError
from app.remote.session import new_session
from app.remote.starting import attach_or_start, claim
from app.remote.watchdog_lock import WatchdogLock
from app.settings import demo_show, demo_toml
from tests.engine.show_run import channel_toml, show_file
from tests.remote.test_lock import give_away


@pytest.mark.parametrize(
    "words",
    [
        ["run", "SHOW", "--headless"],
        ["run", "SHOW", "--headless", "--supervised"],
        ["run", "SHOW"],
        [],
        ["engine"],
        ["engine", "--take-over"],
        ["watchdog"],
    ],
    ids=["headless", "supervised", "window", "control room", "engine", "take over", "watchdog"],
)
def test_a_command_writes_nothing_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    show = show_file(tmp_path, {"folder": (tmp_path / "origin").as_uri() + "/"}, channel_toml("one"))
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    give_away(theirs, monkeypatch)
    status = main([str(show) if word == "SHOW" else word for word in words] + ["--data-dir", str(theirs)])
    told = capsys.readouterr()
    assert (status, told.out, told.err.count("\n")) == (2, "", 1)
    assert told.err.startswith(f"splicedeck: {theirs}: it belongs to user ")
    assert list(theirs.iterdir()) == []


@pytest.mark.parametrize(
    "begin",
    [
        claim,
        lambda data_dir: attach_or_start(
            data_dir, new_session(demo_show(data_dir), demo_toml(data_dir), data_dir, database="")
        ),
        lambda data_dir: WatchdogLock(data_dir).acquire(),
    ],
    ids=["claim", "attach or start", "watchdog's lock"],
)
def test_nothing_is_begun_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begin: Callable[[Path], object]
) -> None:
    give_away(tmp_path, monkeypatch)
    with pytest.raises(UsageError, match="it belongs to user"):
        begin(tmp_path)
    assert list(tmp_path.iterdir()) == []
