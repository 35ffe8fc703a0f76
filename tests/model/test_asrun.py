from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model import events
from app.model.asrun import AsRunRow, AsRunState, is_told, row_after, worse
from app.model.states import BreakState, ProofState
from tests.model.anything import values_of

T0 = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
NEW = AsRunRow(run_id="r", channel="news-1", break_id="b1", recorded_at=T0)
BREAK_EVENTS = [kind for kind in events.EVENTS.values() if issubclass(kind, events.BreakEvent)]
OVER = {AsRunState.RETURNED, AsRunState.WITHDRAWN, AsRunState.SKIPPED, AsRunState.REFUSED, AsRunState.FAILED}


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def told(*story: tuple[type[events.BreakEvent], dict[str, Any]], row: AsRunRow = NEW) -> AsRunRow:
    for kind, fields in story:
        common = {"at": at(0), "channel": "news-1", "break_id": "b1"}
        row = row_after(row, kind(**{**common, **fields}))
    return row


PLANNED = (
    events.BreakPlanned,
    {"frame": 250, "pts": 900_000, "planned_at": at(10), "duration_ticks": 2_700_000, "by": "schedule"},
)
ARMED = (
    events.BreakArmed,
    {"frame": 250, "pts": 900_000, "in_frame": 1000, "in_pts": 3_600_000, "duration_ticks": 2_700_000}
    | {"withdraw_until_frame": 200, "by": "op", "splice_event_id": 7, "at": at(4)},
)
OUT = (events.BreakOut, {"frame": 250, "pts": 900_000, "out_at": at(10), "duration_ticks": 2_700_000, "at": at(10)})
IN = (
    events.BreakIn,
    {"frame": 500, "pts": 1_800_000, "in_at": at(20), "duration_ticks": 900_000, "how": "return", "at": at(20)},
)


def proved(verdict: ProofState, reason: str = "", direction: str = "out") -> tuple[type[events.BreakEvent], Any]:
    fields = {"origin": "primary", "output": "news-1/", "direction": direction, "pts": 1, "idr_pts": 1}
    return events.SpliceProved, {
        **fields,
        "error_ticks": 0,
        "segments": {},
        "dialects": {},
        "verdict": verdict,
        "reason": reason,
    }


def test_what_was_kept_off_air_and_put_right_airs() -> None:
    kept_off = (events.BreakKeptOff, {"reason": "overlaps break b0 by 2.000 s", "by": "schedule"})
    row = told(kept_off)
    assert (row.state, row.reason, row.by) == (AsRunState.REFUSED, "overlaps break b0 by 2.000 s", "schedule")
    row = told(PLANNED, ARMED, OUT, IN, row=row)
    assert (row.state, row.reason, row.planned_at) == (AsRunState.RETURNED, "", at(10))
    assert told(kept_off, row=row) == row, "told again, it takes nothing back"


def test_a_break_from_the_plan_to_its_verdict() -> None:
    row = told(PLANNED, ARMED, OUT, IN, proved(ProofState.LANDED), (events.BreakLanded, {"at": at(30)}))
    assert row == AsRunRow(
        run_id="r",
        channel="news-1",
        break_id="b1",
        recorded_at=at(30),
        state=AsRunState.RETURNED,
        by="op",
        splice_event_id=7,
        planned_at=at(10),
        planned_frame=250,
        planned_pts=900_000,
        planned_duration_ticks=2_700_000,
        out_frame=250,
        out_pts=900_000,
        out_at=at(10),
        in_frame=500,
        in_pts=1_800_000,
        in_at=at(20),
        duration_ticks=900_000,
        how="return",
        verdict=ProofState.LANDED,
    )
    assert row.reconciled == "aired"


def test_a_break_taken_by_hand_was_not_booked() -> None:
    row = told((events.BreakPlanned, {"by": "op"}), ARMED, OUT, IN)
    assert (row.planned_at, row.planned_frame, row.planned_duration_ticks) == (None, 250, 2_700_000)
    assert row.reconciled == "aired-not-booked"
    assert row.verdict is ProofState.PENDING


@pytest.mark.parametrize(
    ("ending", "state"),
    [
        ((events.BreakSkipped, {}), AsRunState.SKIPPED),
        ((events.BreakRefused, {"reason": "overlaps break b0 by 3 s"}), AsRunState.REFUSED),
        ((events.BreakFailed, {"reason": "its section can't air"}), AsRunState.FAILED),
        ((events.BreakWithdrawn, {}), AsRunState.WITHDRAWN),
    ],
)
def test_a_booked_break_that_did_not_air(ending: Any, state: AsRunState) -> None:
    row = told(PLANNED, ending)
    assert (row.state, row.reconciled, row.verdict) == (state, "booked-not-aired", None)
    assert row.reason == ending[1].get("reason", "")


@pytest.mark.parametrize(
    "ending",
    [(events.BreakSkipped, {}), (events.BreakKeptOff, {"reason": "overlaps break b0 by 3 s", "by": "schedule"})],
)
def test_a_booking_that_no_channel_got_is_owed(ending: tuple[Any, dict[str, Any]]) -> None:
    kind, about = ending
    assert told((kind, about)).reconciled == "", "nobody had booked it"
    row = told((kind, about | {"planned_at": at(10), "duration_ticks": 2_700_000}))
    assert (row.planned_at, row.planned_duration_ticks, row.reconciled) == (at(10), 2_700_000, "booked-not-aired")


def test_what_waits_is_open() -> None:
    assert told(PLANNED).reconciled == ""
    assert told(PLANNED, (events.BreakCued, {})).state is AsRunState.CUED
    assert told(PLANNED, (events.BreakCued, {}), (events.BreakHeld, {})).state is AsRunState.HELD
    assert told(PLANNED, (events.BreakHeld, {}), (events.BreakCued, {})).state is AsRunState.CUED


def test_the_worst_splice_is_the_verdict() -> None:
    row = told(
        PLANNED,
        ARMED,
        OUT,
        proved(ProofState.LATE, "2.0 s ahead"),
        proved(ProofState.MISSING, "no tag", "in"),
        proved(ProofState.LANDED),
        (events.BreakMissed, {"reason": "summary"}),
    )
    assert row.verdict is ProofState.MISSING
    assert row.reason == "out at primary late: 2.0 s ahead; in at primary missing: no tag"


def test_a_missed_break_without_a_row_of_proof_is_missing() -> None:
    row = told(PLANNED, OUT, (events.BreakMissed, {"reason": "never seen"}))
    assert (row.verdict, row.reason) == (ProofState.MISSING, "never seen")


def test_one_landed_splice_is_not_a_landed_break() -> None:
    assert told(PLANNED, OUT, proved(ProofState.LANDED)).verdict is ProofState.PENDING


def resumed(seconds: float, *, out_again: bool, **fields: Any) -> tuple[type[events.BreakEvent], dict[str, Any]]:
    """A break taken up again so long after T0, its OUT perhaps a second later."""
    placed = {"frame": 25, "pts": 990_000, "out_at": at(seconds + 1)} if out_again else {"frame": -99, "pts": 1}
    common = {"at": at(seconds), "in_frame": 400, "in_pts": 2_000_000, "duration_ticks": 900_000, "out_at": at(10)}
    return events.BreakResumed, {**common, **placed, "out_again": out_again, **fields}


def test_an_out_that_airs_again_is_where_it_aired() -> None:
    row = told(PLANNED, ARMED, OUT, resumed(12, out_again=True))
    assert (row.out_frame, row.out_pts, row.out_at) == (25, 990_000, at(13))
    assert (row.state, row.verdict) == (AsRunState.ON_AIR, ProofState.PENDING)
    assert row.planned_frame == 250


def test_a_break_that_goes_on_keeps_its_out() -> None:
    row = told(PLANNED, ARMED, OUT)
    assert replace(told(resumed(12, out_again=False), row=row), recorded_at=row.recorded_at) == row


def test_an_in_that_no_playlist_had_airs_again() -> None:
    row = told(PLANNED, ARMED, OUT, IN, resumed(22, out_again=False))
    assert (row.state, row.in_at, row.in_frame, row.duration_ticks, row.how) == (
        AsRunState.ON_AIR,
        None,
        None,
        None,
        "",
    )
    later = (events.BreakIn, IN[1] | {"frame": 0, "in_at": at(23), "at": at(23)})
    row = told(later, row=row)
    assert (row.state, row.in_frame, row.in_at) == (AsRunState.RETURNED, 0, at(23))


def test_a_proof_that_was_cut_short_stays_pending() -> None:
    kind, fields = proved(ProofState.MISSING, "not looked for long enough: the show ended")
    row = told(PLANNED, OUT, IN, (kind, fields | {"cut_short": True}))
    row = told((events.BreakMissed, {"reason": "OUT at primary: missing", "cut_short": True}), row=row)
    assert row.verdict is ProofState.PENDING
    assert row.reason == "out at primary pending: not looked for long enough: the show ended"
    late = told(proved(ProofState.LATE), (events.BreakMissed, {"reason": "x", "cut_short": True}), row=row)
    assert late.verdict is ProofState.LATE


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[type[events.BreakEvent], dict[str, Any]]]:
    """A break as it may go over restarts, told once."""
    story = [PLANNED, ARMED, OUT]
    if draw(st.booleans()):
        story += [resumed(12 + 2 * life, out_again=draw(st.booleans())) for life in range(draw(st.integers(0, 2)))]
    story.append(IN)
    if draw(st.booleans()):
        again = (events.BreakIn, IN[1] | {"frame": 0, "in_at": at(25), "at": at(25)})
        story += [resumed(24, out_again=False), again]
    story += draw(st.lists(st.sampled_from([proved(ProofState.LANDED), proved(ProofState.LATE, "2 s")]), max_size=2))
    endings: list[list[tuple[type[events.BreakEvent], dict[str, Any]]]] = [
        [],
        [(events.BreakLanded, {"at": at(30)})],
        [(events.BreakMissed, {"reason": "summary", "at": at(30)})],
    ]
    return [*story, *draw(st.sampled_from(endings))]


@given(stories(), st.data())
def test_events_that_are_told_again_never_count_twice(story: list[Any], data: st.DataObject) -> None:
    """A replay may begin anywhere and go on to any point of what was told."""
    once = told(*story)
    upto = data.draw(st.integers(1, len(story)))
    begin = data.draw(st.integers(0, upto - 1))
    assert told(*story[:upto], *story[begin:upto], *story[upto:]) == once
    assert told(*story, *data.draw(st.lists(st.sampled_from(story), max_size=4))) == once


def test_reading_a_list_again_leaves_what_aired() -> None:
    aired = told(PLANNED, ARMED, OUT)
    again = told((events.BreakRefused, {"reason": "is known already"}), PLANNED, row=aired)
    assert again == aired


@given(st.lists(st.sampled_from(BREAK_EVENTS).flatmap(values_of), max_size=8))
def test_no_order_of_events_takes_back_what_went_out(story: list[events.BreakEvent]) -> None:
    row = NEW
    for event in story:
        if not is_told(event):
            continue
        after = row_after(row, event)
        if row.out_at is not None and not isinstance(event, events.BreakOut | events.BreakResumed):
            assert (after.out_frame, after.out_at) == (row.out_frame, row.out_at)
        if row.state in OVER and not isinstance(event, events.BreakResumed):
            assert after.state is row.state
        if row.verdict is not None:
            assert after.verdict is not None
            assert worse(after.verdict, row.verdict) is after.verdict
        assert (after.run_id, after.channel, after.break_id) == (row.run_id, row.channel, row.break_id)
        row = after


def test_the_words_are_those_of_the_states() -> None:
    assert {state.value for state in AsRunState} == {state.value for state in BreakState} | {"refused"}


def test_sections_and_segments_tell_nothing() -> None:
    assert not is_told(events.ChannelStopped(at=T0, channel="news-1"))
    sent = events.CueSent(at=T0, channel="a", break_id="b", kind="out", pts=1, section=b"", latency_ms=1.0)
    assert not is_told(sent)
