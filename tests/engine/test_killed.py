"""An engine that is killed at the worst moments and started again on what it left: nothing is lost, nothing twice."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from app.model import commands, events
from app.monitoring.proof import verify
from app.storage.asrun import open_store
from tests.engine.lives import Lives, lives
from tests.engine.lone_engine import RUNGS

FRAME = timedelta(seconds=0.041)
LASTS_S = 6


def insert(key: str, *, immediate: bool = False) -> commands.InsertBreak:
    return commands.InsertBreak(
        channel="one", by="ann", id=key, title=key.title(), duration_s=Fraction(LASTS_S), immediate=immediate
    )


def killed_in_pre_roll(air: Lives) -> datetime:
    """When its OUT was to be."""
    air.submit(insert("armed"))
    armed = air.wait(events.BreakArmed, break_id="armed")
    started = air.of(events.ChannelStarted)[-1]
    air.wait(events.CueSent, count=2, break_id="armed")
    air.kill()
    air.start()
    return started.first_frame_at + timedelta(seconds=(armed.pts - started.first_pts) / 90_000)


def killed_behind_its_out(air: Lives) -> datetime:
    """Before the segment of its OUT is closed."""
    air.submit(insert("unseen", immediate=True))
    out = air.wait(events.BreakOut, break_id="unseen")
    air.kill()
    air.start()
    return out.out_at


def killed_later(air: Lives) -> datetime:
    listed = air.playlist().count("#EXT-X-CUE-OUT:")
    air.submit(insert("seen", immediate=True))
    out = air.wait(events.BreakOut, break_id="seen")
    air.wait_for(lambda: air.playlist().count("#EXT-X-CUE-OUT:") == listed + 1)
    air.kill()
    air.start()
    return out.out_at


def planned_end(air: Lives, key: str, out_at: datetime) -> datetime:
    """The planned moment; on a machine so busy that it passed meanwhile, the first one that can be."""
    back_at = air.of(events.ChannelStarted)[-1].first_frame_at
    outs = [one.out_at for one in air.of(events.BreakOut, break_id=key)]
    outs += [one.out_at for one in air.of(events.BreakResumed, break_id=key, out_again=True)]
    earliest_at = max(back_at, outs[-1] + timedelta(seconds=1))
    return max(out_at + timedelta(seconds=LASTS_S), earliest_at)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_kills_in_pre_roll_behind_an_out_and_in_a_break(tmp_path: Path) -> None:
    due = {}
    with lives(tmp_path) as air:
        air.start()
        air.wait_more_segments(2)
        for key, scene in {"armed": killed_in_pre_roll, "unseen": killed_behind_its_out, "seen": killed_later}.items():
            due[key] = scene(air)
            back = air.wait(events.BreakIn, break_id=key)
            assert abs(back.in_at - planned_end(air, key, due[key])) <= FRAME
            air.wait(events.BreakLanded, break_id=key)
        down_ms = [event.down_ms for event in air.of(events.EngineStarted)]
        assert air.stop() == 0
        assert "Traceback" not in air.stderr_file.read_text()

    assert [event.life for event in air.of(events.EngineStarted)] == [1, 2, 3, 4]
    assert down_ms[0] is None
    assert all(down is not None and 0 < down < 20_000 for down in down_ms[1:])
    for key in due:
        assert len(air.of(events.BreakOut, break_id=key)) == len(air.of(events.BreakIn, break_id=key)) == 1
        assert len(air.of(events.BreakPlanned, break_id=key)) == len(air.of(events.BreakArmed, break_id=key)) == 1
    assert [one.out_again for one in air.of(events.BreakResumed)] == [True, False]
    for rung in RUNGS:
        listed_once(air.playlist(rung.name))
    report = verify(str(tmp_path / "origin/one"), expect=6)
    assert report.passed, report.to_json()
    store = open_store(str(tmp_path / "splicedeck.sqlite3"), timezone="Europe/Berlin")
    rows = store.rows()
    store.close()
    assert [(row.run_id, row.break_id, row.state, row.verdict, row.how) for row in rows] == [
        ("evening", key, "returned", "landed", "auto") for key in due
    ]
    assert len({row.splice_event_id for row in rows}) == 3


def listed_once(playlist: str) -> None:
    """Each break once, its range with one ID; numbers in order; discontinuities where lives meet and nowhere else."""
    assert playlist.count("#EXT-X-CUE-OUT:") == playlist.count("#EXT-X-CUE-IN") == 3
    ranges = re.findall(r'#EXT-X-DATERANGE:ID="([^"]+)",(START-DATE="[^"]+",PLANNED-DURATION=[\d.]+)', playlist)
    assert len(ranges) == 6
    assert len(set(ranges)) == 3, "opened and closed with the same first attributes"
    names = re.findall(r"^(\w+)-(\d{6})\.ts$", playlist, flags=re.MULTILINE)
    assert [int(number) for _, number in names] == list(range(len(names)))
    assert "#EXT-X-MEDIA-SEQUENCE:0\n" in playlist
    assert "#EXT-X-GAP" not in playlist
    fresh = [later for (earlier, _), (later, _) in pairwise(names) if earlier != later]
    blocks = re.split(r"\.ts\n", playlist)
    broken = [re.findall(r"(\w+)-\d{6}$", block)[0] for block in blocks if "#EXT-X-DISCONTINUITY\n" in block]
    assert broken == fresh
    assert len(fresh) == 3
    dates = [datetime.fromisoformat(date) for date in re.findall(r"#EXT-X-PROGRAM-DATE-TIME:(\S+)", playlist)]
    lengths = [float(length) for length in re.findall(r"#EXTINF:([\d.]+)", playlist)]
    for earlier, later, length, (life, _), (next_life, _) in zip(
        dates, dates[1:], lengths, names, names[1:], strict=False
    ):
        step = (later - earlier).total_seconds() - length
        assert step >= -0.002 if life != next_life else abs(step) <= 0.002
    assert playlist.endswith("#EXT-X-ENDLIST\n")


def test_what_waits_is_there_again(tmp_path: Path) -> None:
    """Plans by the first clock, a held break, a slate by hand, a channel that was stopped."""
    with lives(tmp_path) as air:
        air.start()
        started = air.wait(events.ChannelStarted)
        air.wait_more_segments(1)
        for command in (
            commands.command_from_script(
                {"command": "insert_break", "at": "+900.04", "duration": 5, "id": "later"}, "here", ("one",)
            ),
            commands.CueNext(channel="one", by="ann", duration_s=Fraction(9), id="hand"),
            commands.Hold(channel="one", by="bob"),
            commands.Slate(channel="one", by="ann", on=True),
        ):
            air.submit(command)
            air.wait(events.CommandAccepted, id=command.id)
        air.wait_more_segments(1)  # what was told is on disk a moment later
        air.kill()
        air.start()
        air.wait(events.ChannelStarted, count=2)
        air.submit(commands.Take(channel="one", by="cid"))
        armed = air.wait(events.BreakArmed)
        assert armed.break_id == "hand"
        assert air.wait(events.SourceChanged).reason == "slate by hand"
        air.submit(
            commands.command_from_script(
                {"command": "insert_break", "at": "+1000", "duration": 5, "id": "then"}, "here", ("one",)
            )
        )
        planned = air.wait(events.BreakPlanned, break_id="then")
        assert planned.planned_at is not None
        assert abs(planned.planned_at - started.first_frame_at - timedelta(seconds=1000)) <= FRAME
        air.submit(commands.Stop(channel="one", by="ann"))
        air.wait(events.ChannelStopped)
        air.kill()
        air.start()
        air.wait(events.EngineStarted, count=3)
        air.submit(commands.Take(channel="one", by="ann", id="late"))
        assert "off air" in air.wait(events.CommandRefused, id="late").reason
        assert air.stop() == 0
        assert len(air.of(events.ChannelStarted)) == 2
