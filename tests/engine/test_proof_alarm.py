"""A break that did not land is an alarm of its channel until one does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from app.model import events
from tests.engine.living import Living, living

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def said(air: Living, kind: type[events.BreakLanded | events.BreakMissed], **fields: object) -> None:
    """As the proof says it, on the engine's own way."""
    event = kind(at=NOW, channel="one", break_id="b1", title="Prime", by="ann", splice_event_id=7, **fields)  # type: ignore[arg-type]  # fields by name
    air.core._inbox.put(event)


def standing(air: Living) -> list[tuple[str, str, str]]:
    (channel,) = air.core.snapshot().channels
    return [(alarm.key, alarm.severity, alarm.text) for alarm in channel.alarms if alarm.key == "proof"]


def test_a_missed_break_is_an_alarm_until_one_lands(tmp_path: Path) -> None:
    with living(tmp_path) as air:
        air.engine.start()
        air.wait(events.ChannelStarted)
        said(air, events.BreakMissed, reason="the show ended", cut_short=True)
        said(air, events.BreakMissed, reason="IN at folder: misplaced")
        raised = air.wait(events.AlarmRaised, key="proof")
        assert (raised.severity, raised.text) == ("critical", "break Prime did not land: IN at folder: misplaced")
        assert standing(air) == [("proof", "critical", raised.text)]
        said(air, events.BreakLanded)
        air.wait(events.AlarmCleared, key="proof")
        assert standing(air) == []
