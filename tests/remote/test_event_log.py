"""The log file tells what happened."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from app import logs
from app.model import events
from app.remote.event_log import EventLog

NOW = datetime(2026, 11, 22, 20, 15, tzinfo=UTC)


def test_events_are_lines_of_the_log_but_for_those_of_every_second(tmp_path: Path) -> None:
    logs.configure(tmp_path)
    log = EventLog()
    log.take(events.AlarmRaised(at=NOW, channel="one", key="source.lost", severity="critical", text="source lost"))
    log.take(events.SegmentDelivered(at=NOW, channel="one", origin="o", path="p", sequence=1, push_ms=2.0, attempts=1))
    log.take(events.ChannelStopped(at=NOW, channel="one", reason="a stop\nin two lines"))
    log.close()
    logs.close()
    lines = logs.log_file(tmp_path).read_text().splitlines()
    assert "one alarm.raised key=source.lost severity=critical text=source lost" in lines[0]
    assert not [line for line in lines if "segment" in line]
    assert "one channel.stopped reason=a stop" in lines[1]
