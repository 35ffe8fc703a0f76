"""Commands that come faster than they can be carried out are refused in words, and counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.model import commands, events
from app.pipeline import program
from tests.engine.living import living, planned


def test_a_channel_with_too_many_commands_waiting_refuses_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with living(tmp_path) as one:
        one.engine.start()
        one.wait(events.SegmentDelivered)
        monkeypatch.setattr(program, "INBOX_COMMANDS", 0)
        one.submit(commands.Take(channel="one", by="ann", id="first"))
        one.submit(planned("+40", 5, "plan"))
        one.submit(commands.Take(channel="one", by="ann", id="third"))
        why = one.wait(events.CommandRefused, id="third").reason
        assert why == "channel one has too many commands waiting (3 refused)"
        monkeypatch.setattr(program, "INBOX_COMMANDS", 10)
        one.submit(planned("+40", 5, "again"))
        one.wait(events.BreakPlanned)
