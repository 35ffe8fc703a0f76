"""Commands that come faster than they can be carried out are refused in words, and counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine import engine
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


def test_an_engine_with_too_many_commands_waiting_refuses_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "INBOX_ITEMS", 1)
    with living(tmp_path) as one:
        for number in range(4):  # nobody takes them: the engine has not been started
            one.submit(commands.Take(channel="one", by="ann", id=f"{number}"))
        one.engine.start()
        why = one.wait(events.CommandRefused, id="1").reason
        assert why == "the engine has too many commands waiting (1 refused)"
        one.wait(events.ChannelStarted)
        monkeypatch.setattr(engine, "INBOX_ITEMS", 100)
        one.submit(commands.Take(channel="one", by="ann", id="last"))
        one.wait(events.CommandRefused, id="last")
        assert one.of(events.CommandRefused, id="3") == [], "answers are bounded too"
