"""Windows of a real show whose engine is killed: they see what the journal has, each event once, and are answered."""

from __future__ import annotations

import os
import signal
from fractions import Fraction
from pathlib import Path

import pytest

from app.model import commands, events
from app.model.events import Event
from app.remote.client import RemoteEngine
from app.storage.journal import read_entries
from tests.engine.show_run import channel_toml, running, show_file
from tests.remote.standing import Watching, soon

pytestmark = pytest.mark.slow


def test_windows_see_every_event_once_over_kills(tmp_path: Path) -> None:
    data_dir = tmp_path / "run"
    origin = {"folder": (tmp_path / "origin").as_uri() + "/"}
    show = show_file(tmp_path, origin, channel_toml("news-1", segment_s=1))
    with running(show, "--supervised", data_dir=data_dir) as run:
        run.wait_event("segment.delivered")
        windows = [Watching(RemoteEngine.attach(data_dir, wait_s=5, after=(0, 0))) for _ in range(2)]
        first, second = windows
        try:
            first.remote.submit(
                commands.InsertBreak(channel="news-1", by="ann", id="break", duration_s=Fraction(20), immediate=True)
            )
            first.wait_for(lambda: any(isinstance(event, events.BreakOut) for event in first.events))
            delivered = len(_delivered(first))
            first.wait_for(lambda: len(_delivered(first)) >= delivered + 6, 20)  # the OUT's segment in both renditions
            for life in (2, 3):
                pid = first.remote.hello.pid
                os.kill(pid, signal.SIGKILL)
                soon(lambda life=life: first.remote.connected and first.remote.hello.life == life, 20)  # type: ignore[misc]  # mypy knows no default of a lambda's
                first.remote.submit(commands.Take(channel="news-1", by="ann", id=f"press {life}"))
                first.wait_for(lambda life=life: f"press {life}" in _answered(first), 20)  # type: ignore[misc]  # as above
                count = len(first.events)
                first.wait_for(lambda count=count: len(first.events) > count + 4, 20)  # type: ignore[misc]  # as above
            assert run.terminate()[0] == 0, run.told()
            soon(lambda: not first.remote.connected and not second.remote.connected)
            assert first.remote.ended
        finally:
            for window in windows:
                window.remote.close()
    written = [entry.said for entry in read_entries(data_dir / "journal.sqlite3") if isinstance(entry.said, Event)]
    for window in windows:
        assert _without_losses(window.events, written) == written
    assert len([event for event in first.events if isinstance(event, events.EngineStarted)]) == 3
    assert len([event for event in first.events if isinstance(event, events.BreakOut)]) == 1
    assert len([event for event in first.events if isinstance(event, events.BreakIn)]) == 1


def _delivered(window: Watching) -> list[Event]:
    return [event for event in list(window.events) if isinstance(event, events.SegmentDelivered)]


def _answered(window: Watching) -> set[str]:
    return {
        event.id for event in list(window.events) if isinstance(event, events.CommandAccepted | events.CommandRefused)
    }


def _without_losses(told: list[Event], written: list[Event]) -> list[Event]:
    """What a killed engine had told and not yet written down is no fault of the link's."""
    return [event for event in told if event in written]
