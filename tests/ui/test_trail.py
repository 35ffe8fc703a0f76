"""Lamps from events: sent, accepted by each origin, landed there."""

from __future__ import annotations

from datetime import timedelta

from app.model import events
from app.model.states import BreakState, ProofState
from app.ui.grammar import Tone
from app.ui.trail import Trails, lamp_rows, proof_count
from tests.ui.scripted_engine import NOW, a_break, channel, origin

CHANNEL = channel(
    "one",
    current=a_break(BreakState.ON_AIR, out_in_s=-1, armed_ago_s=7),
    origins={"A": origin(), "B": origin(backlog=3, last_error="503")},
)


def at(seconds: float, what: type[events.BreakEvent], /, **fields: object) -> events.BreakEvent:
    return what(at=NOW + timedelta(seconds=seconds), channel="one", break_id="b1", **fields)  # type: ignore[arg-type]  # a test names any field


def armed() -> Trails:
    trails = Trails()
    trails.take(
        at(
            -7,
            events.BreakArmed,
            frame=1,
            pts=1,
            in_frame=2,
            in_pts=2,
            duration_ticks=90_000,
            withdraw_until_frame=0,
        )
    )
    trails.take(at(-6.9, events.CueSent, kind="out", pts=1, section=b"", latency_ms=20.0))
    trails.take(at(-5.0, events.CueSent, kind="out", pts=1, section=b"", latency_ms=20.0))
    return trails


def segment(trails: Trails, written_s: float, delivered_s: float, to: str, path: str) -> None:
    moment = NOW + timedelta(seconds=written_s)
    trails.take(
        events.SegmentWritten(
            at=moment, channel="one", path=path, rendition="r", sequence=1, pts=1, duration_ticks=1, size=1
        )
    )
    moment = NOW + timedelta(seconds=delivered_s)
    trails.take(
        events.SegmentDelivered(at=moment, channel="one", origin=to, path=path, sequence=1, push_ms=1.0, attempts=1)
    )


def proved(trails: Trails, seconds: float, where: str, direction: str, verdict: ProofState) -> None:
    trails.take(
        at(
            seconds,
            events.SpliceProved,
            origin=where,
            output="hls",
            direction=direction,
            pts=1,
            idr_pts=1,
            error_ticks=0,
            segments={},
            dialects={},
            verdict=verdict,
        )
    )


def test_nothing_is_lit_before_a_take() -> None:
    rows = lamp_rows(None, CHANNEL)
    assert [row.origin for row in rows] == ["A", "B"]
    assert {row.sent.words for row in rows} == {"at TAKE"}
    assert {lamp.tone for row in rows for lamp in (row.sent, row.accepted, row.landed)} == {Tone.QUIET}


def test_the_first_section_counts_as_sent_and_the_first_segment_after_it_as_accepted() -> None:
    trails = armed()
    segment(trails, -8.0, -7.5, "A", "before.ts")
    segment(trails, -4.0, -3.9, "A", "after.ts")
    segment(trails, -2.0, -1.9, "A", "later.ts")
    a, b = lamp_rows(trails.of(CHANNEL), CHANNEL)
    assert (a.sent.words, a.accepted.words, a.landed.words) == ("21.35", "+3.0", "after OUT")
    assert (b.accepted.words, b.accepted.tone) == ("3 waiting", Tone.AMBER)


def test_landed_tells_how_long_after_the_splice() -> None:
    trails = armed()
    trails.take(at(-1, events.BreakOut, frame=1, pts=1, out_at=NOW - timedelta(seconds=1), duration_ticks=1))
    proved(trails, 5.3, "A", "out", ProofState.LANDED)
    proved(trails, 5.9, "B", "out", ProofState.MISPLACED)
    a, b = lamp_rows(trails.of(CHANNEL), CHANNEL)
    assert (a.landed.words, a.landed.tone) == ("+6.3", Tone.GREEN)
    assert (b.landed.words, b.landed.tone) == ("misplaced", Tone.RED)
    assert str(proof_count(trails.of(CHANNEL), CHANNEL)) == "1/2"
    assert proof_count(trails.of(CHANNEL), CHANNEL).bad == 1


def test_after_the_in_the_in_is_what_counts() -> None:
    trails = armed()
    proved(trails, 1, "A", "out", ProofState.LANDED)
    moment = NOW + timedelta(seconds=20)
    trails.take(at(20, events.BreakIn, frame=1, pts=1, in_at=moment, duration_ticks=1, how="auto"))
    assert lamp_rows(trails.of(CHANNEL), CHANNEL)[0].landed.words == "IN due"
    proved(trails, 26.5, "A", "in", ProofState.LANDED)
    assert lamp_rows(trails.of(CHANNEL), CHANNEL)[0].landed.words == "IN +6.5"


def test_a_bad_verdict_of_one_output_beats_a_good_one() -> None:
    trails = armed()
    proved(trails, 1, "A", "out", ProofState.LANDED)
    late = trails.newest("one")
    assert late is not None
    late.verdicts["A", "ts", "out"] = (ProofState.LATE, NOW)
    assert lamp_rows(trails.of(CHANNEL), CHANNEL)[0].landed.words == "late"


def test_a_withdrawn_break_lands_nowhere_and_another_break_starts_dark() -> None:
    trails = armed()
    trails.take(at(-3, events.BreakWithdrawn))
    free = channel("one", origins={"A": origin()})
    assert lamp_rows(trails.of(free), free)[0].landed.words == "withdrawn"
    other = channel("one", current=a_break(BreakState.ARMED, out_in_s=4, armed_ago_s=1, key="b2"))
    assert trails.of(other) is None


def test_only_the_newest_breaks_are_kept() -> None:
    trails = Trails()
    for number in range(100):
        trails.take(events.BreakCued(at=NOW, channel="one", break_id=f"b{number}"))
        trails.take(events.BreakWithdrawn(at=NOW, channel="one", break_id=f"b{number}"))
    newest = trails.newest("one")
    assert newest is not None
    assert newest.break_id == "b99"
    assert len(trails._by_channel["one"]) <= 8
