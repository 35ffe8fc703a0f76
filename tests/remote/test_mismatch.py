"""An engine of another version comes back to a window that was attached: said with what to do, and forgotten again."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.remote import host
from tests.remote.standing import StandIn, housing, soon, watching


def test_a_window_says_that_the_engine_has_become_another_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with housing(tmp_path, StandIn()) as house, watching(tmp_path) as window:
        assert not window.remote.mismatch
        with monkeypatch.context() as patch:
            patch.setattr(host, "vocabulary", lambda: "of another build")
            house.open(StandIn(life=2))
            soon(lambda: "another build" in window.remote.mismatch)
            assert "take over" in window.remote.mismatch
            assert not window.remote.connected
        house.open(StandIn(life=3))
        soon(lambda: window.remote.connected)
        assert not window.remote.mismatch
