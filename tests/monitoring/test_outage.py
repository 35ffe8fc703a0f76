"""The judge of a drill, on what a break over an outage tells: right, then spoilt one thing at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.model import events
from app.model.asrun import AsRunRow, is_told, row_after
from app.model.states import ProofState
from app.monitoring.outage import judge_outage, outages_of
from app.monitoring.playlist import MediaPlaylist, parse_playlist
from app.monitoring.report import Severity
from tests.monitoring.airing import ANCHOR
from tests.monitoring.outages import BACK, KILLED, Outage, resumed_break

T0 = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def tell[E: events.Event](kind: type[E], seconds: float, **fields: Any) -> E:
    common: dict[str, Any] = {"at": at(seconds), "channel": "news"}
    if issubclass(kind, events.BreakEvent):
        common |= {"break_id": "b1", "splice_event_id": 17}
    return kind(**common, **fields)


def started(seconds: float) -> events.Event:
    return tell(events.ChannelStarted, seconds, first_pts=900_000, first_frame_at=at(seconds), frame_rate="25")


def out(seconds: float) -> events.Event:
    return tell(events.BreakOut, seconds, frame=1, pts=1, out_at=at(seconds), duration_ticks=900_000)


def back(seconds: float, in_at: float | None = None) -> events.Event:
    moment = at(seconds if in_at is None else in_at)
    return tell(events.BreakIn, seconds, frame=1, pts=1, in_at=moment, duration_ticks=900_000, how="auto")


def resumed(seconds: float, *, out_again: bool = False) -> events.Event:
    placed = {"frame": 1, "pts": 1, "out_at": at(seconds), "in_frame": 9, "in_pts": 9, "duration_ticks": 900_000}
    return tell(events.BreakResumed, seconds, **placed, out_again=out_again)


def proved(seconds: float, direction: str) -> events.Event:
    row: dict[str, Any] = {"pts": 1, "idr_pts": 1, "error_ticks": 0, "segments": {}, "dialects": {}}
    where = {"origin": "primary", "output": "news/", "direction": direction}
    return tell(events.SpliceProved, seconds, **row, **where, verdict=ProofState.LANDED)


ARMED = tell(events.BreakArmed, 4, frame=1, pts=1, in_frame=2, in_pts=2, duration_ticks=900_000, withdraw_until_frame=1)
LANDED = tell(events.BreakLanded, 30)
STORY = (started(0), ARMED, out(10), started(16), resumed(16), proved(17, "out"), back(20), proved(21, "in"), LANDED)


def rows_after(story: tuple[events.Event, ...]) -> list[AsRunRow]:
    row = AsRunRow(run_id="r", channel="news", break_id="b1", recorded_at=T0)
    for event in story:
        if isinstance(event, events.BreakEvent) and is_told(event):
            row = row_after(row, event)
    return [row]


def faults(story: tuple[events.Event, ...], **more: Any) -> list[str]:
    rows = more.pop("rows", rows_after(story))
    found = judge_outage(story, rows=rows, segment_s=2.0, **more)
    return [finding.text for finding in found if finding.severity is Severity.FAULT]


def test_a_break_over_an_outage_is_right() -> None:
    assert faults(STORY) == []
    (outage,) = outages_of(STORY)
    assert (outage.lost_at, outage.back_at) == (at(10), at(16))
    (outage,) = outages_of(STORY, [at(3), at(13)])
    assert outage.lost_at == at(13)


def test_an_end_within_the_outage_is_at_once_behind_it() -> None:
    story = (
        started(0),
        ARMED,
        out(10),
        started(23),
        resumed(23),
        proved(24, "out"),
        back(23),
        proved(25, "in"),
        LANDED,
    )
    assert faults(story) == []


def test_an_out_that_nobody_saw_airs_again() -> None:
    story = (started(0), ARMED, out(10), started(12), resumed(12.5, out_again=True), *STORY[5:])
    assert faults(story) == []


def test_an_in_that_nobody_saw_airs_again() -> None:
    story = (*STORY[:7], started(23), resumed(23), back(23), *STORY[7:])
    assert faults(story) == []


def test_an_in_that_a_second_outage_took_airs_again_behind_it() -> None:
    story = (*STORY[:3], started(23), resumed(23), back(23), started(30), resumed(30), back(30), *STORY[7:])
    assert faults((*story[:-2], proved(31, "out"), *story[-2:])) == []


def without(*kinds: type[events.Event]) -> tuple[events.Event, ...]:
    return tuple(event for event in STORY if not isinstance(event, kinds))


@pytest.mark.parametrize(
    ("story", "text"),
    [
        ((*STORY, out(11)), "b1 of news: 2 times OUT"),
        ((*STORY, back(22)), "b1 of news: a second IN"),
        ((*STORY, proved(29, "in")), "in at primary proved 2 times"),
        ((*STORY, LANDED), "2 verdicts"),
        (without(events.BreakLanded), "0 verdicts"),
        (without(events.BreakIn), "its IN is missing"),
        (without(events.BreakOut, events.BreakIn, events.BreakResumed), "its OUT is missing"),
        ((*STORY[:-1], tell(events.BreakMissed, 30, reason="no tag")), "missed: no tag"),
        ((*STORY[:4], tell(events.BreakFailed, 17, reason="lost")), "failed: lost"),
        ((*STORY[:6], back(20.5, 20.5), *STORY[7:]), "came back +0.500 s from its planned moment"),
        ((*STORY[:6], back(19), *STORY[7:]), "came back -1.000 s"),
    ],
)
def test_what_an_outage_must_not_do(story: tuple[events.Event, ...], text: str) -> None:
    assert any(text in fault for fault in faults(story)), faults(story)


def written(sequence: int) -> events.Event:
    numbers = {"sequence": sequence, "pts": 1, "duration_ticks": 1, "size": 1}
    return tell(events.SegmentWritten, sequence, path=f"news/720p/x-{sequence}.ts", rendition="720p", **numbers)


def test_a_segment_number_that_runs_backwards() -> None:
    assert any("is number 2 behind number 2" in fault for fault in faults((*STORY, written(2), written(2))))
    assert faults((*STORY[:3], written(1), written(2), STORY[3], written(2), *STORY[4:])) == []
    assert faults((*STORY[:3], written(1), written(2), STORY[3], written(1), *STORY[4:])) != []


@pytest.mark.parametrize(
    ("spoil", "text"),
    [
        (lambda _rows: [], "no row in the as-run"),
        (lambda rows: rows * 2, "2 rows in the as-run"),
        (lambda rows: [replace(rows[0], in_at=at(21))], "the as-run says returned"),
        (lambda rows: [replace(rows[0], verdict=ProofState.PENDING)], "though it landed"),
    ],
)
def test_an_as_run_that_says_otherwise(spoil: Callable[[list[AsRunRow]], list[AsRunRow]], text: str) -> None:
    assert any(text in fault for fault in faults(STORY, rows=spoil(rows_after(STORY))))


@pytest.fixture
def looks(tmp_path: Path) -> list[tuple[str, MediaPlaylist]]:
    """Two looks at a playlist: before the outage, and when all was over."""
    outage = Outage()
    resumed_break(outage)
    texts = (outage.before.playlist("720p", tmp_path), outage.playlist("720p", tmp_path))
    playlists = [parse_playlist(text, "720p") for text in texts]
    return [("720p", playlist) for playlist in playlists if isinstance(playlist, MediaPlaylist)]


def two_lives(last_s: float) -> tuple[events.Event, ...]:
    """The one that told something last at ``last_s``, and the one behind the outage."""
    again_s = (ANCHOR - T0).total_seconds() + BACK * 0.04
    sign = tell(events.SegmentWritten, last_s, path="a", rendition="", sequence=0, pts=0, duration_ticks=0, size=0)
    return (started(0), sign, started(again_s))


def judged(story: tuple[events.Event, ...], looks: list[tuple[str, MediaPlaylist]]) -> list[str]:
    return [str(finding) for finding in judge_outage(story, looks={"news": looks}, segment_s=2.0)]


def test_pictures_of_the_open_segment_and_the_outage_are_lost(looks: list[tuple[str, MediaPlaylist]]) -> None:
    gap_s = (BACK - KILLED) * 0.04
    assert judged(two_lives(13.04), looks) == [f"note: 720p: {gap_s:.3f} s of pictures lost with an outage of 3.000 s"]


def test_more_pictures_than_those_are_too_many(looks: list[tuple[str, MediaPlaylist]]) -> None:
    (finding,) = judged(two_lives(15.54), looks)
    assert finding.startswith("fault: ")
    assert "more than that and the open segment of 2 s" in finding


def test_two_outages_in_a_row_are_one_hole(looks: list[tuple[str, MediaPlaylist]]) -> None:
    first, sign, again = two_lives(12.04)
    assert judged((first, sign, started((ANCHOR - T0).total_seconds() + 13), again), looks) == [
        "note: 720p: 4.000 s of pictures lost with 2 outages of 4.000 s"
    ]


def test_a_discontinuity_without_an_outage_is_a_fault(looks: list[tuple[str, MediaPlaylist]]) -> None:
    (finding,) = judged((), looks)
    assert "behind EXT-X-DISCONTINUITY, and no outage ended there" in finding


def test_a_hole_without_a_discontinuity_is_a_fault(looks: list[tuple[str, MediaPlaylist]]) -> None:
    name, playlist = looks[1]
    segments = tuple(replace(one, discontinuity_sequence=0) for one in playlist.segments)
    (finding,) = judged(two_lives(13.04), [(name, replace(playlist, segments=segments))])
    assert "without EXT-X-DISCONTINUITY, and no outage ended there" in finding


def test_a_playlist_that_runs_backwards_is_a_fault(looks: list[tuple[str, MediaPlaylist]]) -> None:
    assert any("segments that were listed are gone" in finding for finding in judged(two_lives(13.04), looks[::-1]))
