"""The tracker beside a slow one written another way, over the wrap, over a restart; then its cases by name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.cue import Section, SegmentationDescriptor, SpliceInsert, SpliceSchedule, TimeSignal
from app.model.timebase import PTS_WRAP, TICKS_PER_SECOND, wrapped
from app.scte35.messages import (
    made,
    splice_cancel,
    splice_in,
    splice_null,
    splice_out,
    time_signal_cancel,
    time_signal_in,
    time_signal_out,
)
from app.scte35.tracked import Change, ChangeKind, Limits, Tracked
from app.scte35.tracker import Tracker
from tests.scte35.slow_tracker import FAR, UNKNOWN, WAIT, SlowTracker, Told

SMALL = Limits(far_ticks=FAR, return_wait_ticks=WAIT, unknown_ticks=UNKNOWN, near_ticks=0)
S = TICKS_PER_SECOND
STARTS = {0x11: 0x10, 0x23: 0x22, 0x35: 0x34, 0x31: 0x30}


@dataclass(frozen=True)
class Said:
    """``after``: ticks since the one before; ``ahead``: of its splice from then, None without a time."""

    after: int
    what: str
    number: int
    family: int | None
    ahead: int | None
    length: int | None
    auto: bool

    def section(self, now: int, base: int) -> Section:
        pts = None if self.ahead is None else wrapped(base + now + self.ahead)
        if self.family is None:
            if self.what == "cancel":
                return splice_cancel(self.number)
            if self.what == "in":
                return splice_in(self.number, pts)
            return splice_out(self.number, pts, self.length, auto_return=self.auto)
        if self.what == "cancel":
            return time_signal_cancel(self.number)
        if self.what == "in":
            return time_signal_in(self.number, pts, segmentation_type_id=self.family)
        start = STARTS[self.family]
        return time_signal_out(self.number, pts, self.length, segmentation_type_id=start)


def _said(number: int, family: int | None) -> st.SearchStrategy[Said]:
    return st.builds(
        Said,
        after=st.sampled_from([0, 1, 2, 2, 4]),
        what=st.sampled_from(["out", "out", "out", "in", "in", "cancel"]),
        number=st.just(number),
        family=st.just(family),
        ahead=st.one_of(st.none(), st.sampled_from([-4, -2, -1, 0, 2, 4, 6, 8]), st.sampled_from([FAR, FAR + 1])),
        length=st.sampled_from([None, 1, 2, 4, 6, 8]),
        auto=st.booleans(),
    )


def _talk() -> st.SearchStrategy[list[Said]]:
    """Of few events, so that much is said of each."""
    keys = st.tuples(st.integers(1, 2), st.sampled_from([None, None, 0x35, 0x31, 0x23, 0x11]))
    few = st.lists(keys, min_size=1, max_size=3)
    return few.flatmap(lambda some: st.lists(st.one_of([_said(*key) for key in some]), min_size=1, max_size=14))


def _times(talk: Sequence[Said]) -> list[int]:
    times, now = [], 0
    for said in talk:
        now += said.after
        times.append(now)
    return times


def _heard(changes: list[Change], base: int) -> list[Told]:
    passing = {"opened", "closed", "auto_returned", "missing_return"}
    return [
        (c.kind.value, c.key[0], c.key[1], c.at_ticks - base if c.at_ticks is not None and c.kind in passing else None)
        for c in changes
        if c.key is not None
    ]


def _slow(talk: Sequence[Said]) -> list[list[Told]]:
    slow, told = SlowTracker(), []
    for said, now in zip(talk, _times(talk), strict=True):
        here = slow.run_to(now)
        at = None if said.ahead is None else now + said.ahead
        timed = said.length is not None
        if said.what == "out":
            auto = said.auto and timed and said.family is None
            kind = slow.hear_out(said.number, said.family, at, said.length, auto)
            here.append((kind, said.number, said.family, None))
        elif said.what == "in":
            here.append((slow.hear_in(said.number, said.family, at), said.number, said.family, None))
        else:
            family = said.family and 0x11  # of a segmentation only the id is told
            here += [(*one, None) for one in slow.hear_cancel(said.number, family)]
        told.append(here + slow.settle())
    return [*told, slow.run_to(_times(talk)[-1] + 200)]


def _quick(talk: Sequence[Said], base: int, restart_at: int | None = None) -> list[list[Told]]:
    tracker, told = Tracker(SMALL), []
    tracker.advance(base)
    for place, (said, now) in enumerate(zip(talk, _times(talk), strict=True)):
        if place == restart_at:
            tracker = Tracker.restored(json.loads(json.dumps(tracker.snapshot())), SMALL)
        told.append(_heard(tracker.feed(said.section(now, base), base + now), base))
    return [*told, _heard(tracker.advance(base + _times(talk)[-1] + 200), base)]


def _any_order(told: list[list[Told]]) -> list[list[str]]:
    """Two events of one level may end in the same moment in either order."""
    return [sorted(map(str, here)) for here in told]


TALK = _talk()


@settings(max_examples=500, deadline=None)
@given(talk=TALK, base=st.one_of(st.just(0), st.integers(0, 3 * PTS_WRAP), st.integers(PTS_WRAP - 60, PTS_WRAP)))
def test_it_says_what_the_slow_one_says_wherever_the_clock_stands(talk: list[Said], base: int) -> None:
    assert _any_order(_quick(talk, base)) == _any_order(_slow(talk))


@settings(max_examples=80, deadline=None)
@given(talk=TALK, place=st.integers(0, 13))
def test_a_restart_changes_nothing(talk: list[Said], place: int) -> None:
    assert _quick(talk, PTS_WRAP - 20, place) == _quick(talk, PTS_WRAP - 20)


@settings(max_examples=80, deadline=None)
@given(talk=TALK, place=st.integers(0, 13), ticks=st.integers(-(10**9), 10**9))
def test_a_line_that_moves_takes_every_event_along(talk: list[Said], place: int, ticks: int) -> None:
    tracker, told, base = Tracker(SMALL), [], 0
    tracker.advance(0)
    for index, (said, now) in enumerate(zip(talk, _times(talk), strict=True)):
        if index == place:
            base = ticks
            tracker.shift(ticks)
        told.append(_heard(tracker.feed(said.section(now, base), base + now), base))
    told.append(_heard(tracker.advance(base + _times(talk)[-1] + 200), base))
    assert told == _quick(talk, 0)


@settings(max_examples=80, deadline=None)
@given(talk=TALK)
def test_each_event_opens_once_and_ends_once(talk: list[Said]) -> None:
    standing: set[tuple[int, int | None]] = set()
    programme = 0x11
    for kind, number, family, _ in [told for some in _quick(talk, 7) for told in some]:
        if kind == "opened":
            assert (number, family) not in standing
            standing.add((number, family))
        elif kind in {"closed", "auto_returned", "missing_return"}:
            standing.remove((number, family))
    assert all(family == programme for _, family in standing)  # a programme may last until it is said to end


@settings(max_examples=80, deadline=None)
@given(talk=TALK)
def test_a_section_that_comes_twice_says_nothing_new(talk: list[Said]) -> None:
    tracker = Tracker(SMALL)
    tracker.advance(0)
    for said, now in zip(talk, _times(talk), strict=True):
        section = said.section(now, 0)
        tracker.feed(section, now)
        before = tracker.snapshot()
        again = tracker.feed(section, now)
        cancelled = said.what == "cancel"
        if said.ahead is not None and not cancelled:
            assert tracker.snapshot() == before, again


# ---- by name


def _kinds(changes: list[Change]) -> list[ChangeKind]:
    return [change.kind for change in changes]


def test_the_end_of_a_break_ends_what_is_inside() -> None:
    tracker = Tracker()
    for start, number in ((0x22, 1), (0x34, 1), (0x30, 7)):
        tracker.feed(time_signal_out(number, 100, 60 * S, segmentation_type_id=start), 0)
    assert len(tracker.advance(100)) == 3
    closed = tracker.feed(time_signal_in(1, 30 * S, segmentation_type_id=0x23), 26 * S)
    assert _kinds(closed) == [ChangeKind.EARLY_RETURN]
    ended = tracker.advance(30 * S)
    assert [change.key and change.key.ends_with for change in ended] == [0x23, 0x35, 0x31]


def test_the_next_advertisement_ends_the_one_before() -> None:
    tracker = Tracker()
    for number, at in ((1, 0), (2, 30 * S)):
        tracker.feed(time_signal_out(number, at, None, segmentation_type_id=0x30), 0)
    assert _kinds(tracker.advance(30 * S)) == [ChangeKind.CLOSED, ChangeKind.OPENED]


def test_one_section_may_end_one_and_start_the_next() -> None:
    tracker = Tracker()
    tracker.feed(time_signal_out(1, 0, 30 * S, segmentation_type_id=0x34), 0)
    both = made(
        TimeSignal(30 * S),
        SegmentationDescriptor(2, segmentation_type_id=0x34, segmentation_duration_ticks=30 * S),
        SegmentationDescriptor(1, segmentation_type_id=0x35),
    )
    assert _kinds(tracker.feed(both, 25 * S)) == [ChangeKind.RETURNING, ChangeKind.ANNOUNCED]
    assert _kinds(tracker.advance(30 * S)) == [ChangeKind.CLOSED, ChangeKind.OPENED]


def test_a_break_and_the_opportunity_in_it_may_share_an_id() -> None:
    tracker = Tracker()
    tracker.feed(time_signal_out(5, 100, 30 * S, segmentation_type_id=0x22), 0)
    tracker.feed(time_signal_out(5, 100, 30 * S, segmentation_type_id=0x34), 0)
    assert len(tracker.pending()) == 2
    assert _kinds(tracker.feed(time_signal_cancel(5), 10)) == [ChangeKind.CANCELLED] * 2


def test_programme_end_and_early_termination_end_a_programme_however_it_began() -> None:
    for start in (0x10, 0x17, 0x19):
        for end in (0x11, 0x12):
            tracker = Tracker()
            tracker.feed(time_signal_out(9, 0, None, segmentation_type_id=start), 0)
            assert _kinds(tracker.feed(time_signal_in(9, 50, segmentation_type_id=end), 10)) == [ChangeKind.RETURNING]


def test_a_descriptor_inside_a_splice_insert_is_an_event_of_its_own() -> None:
    insert = SpliceInsert(4, out_of_network_indicator=True, splice_time_ticks=8 * S)
    section = made(insert, SegmentationDescriptor(4, segmentation_type_id=0x34))
    assert [change.key for change in Tracker().feed(section, 0)] == [(4, None), (4, 0x35)]


@pytest.mark.parametrize(
    ("section", "reason"), [(splice_null(), "a heartbeat"), (made(SpliceSchedule(())), "a schedule")]
)
def test_what_is_no_splice_is_said_to_be_none(section: Section, reason: str) -> None:
    (change,) = Tracker().feed(section, 0)
    assert change.kind is ChangeKind.IGNORED
    assert change.reason.startswith(reason)


def test_a_withdrawn_event_may_be_announced_anew_but_a_forgotten_one_not() -> None:
    tracker, out = Tracker(), splice_out(3, 8 * S, 30 * S)
    tracker.feed(out, 0)
    tracker.feed(splice_cancel(3), 1)
    assert _kinds(tracker.feed(out, 2)) == [ChangeKind.ANNOUNCED]
    tracker.forget(tracker.pending()[0].key)
    assert _kinds(tracker.feed(out, 3)) == [ChangeKind.REPEATED]
    assert not tracker.pending()


def test_what_waits_is_bounded() -> None:
    tracker = Tracker(Limits(most=3))
    for number in range(5):
        tracker.feed(splice_out(number, 8 * S + number, 30 * S), 0)
    assert len(tracker.pending()) == 3
    assert _kinds(tracker.feed(splice_out(77, 9 * S, 30 * S), 0)) == [ChangeKind.IGNORED]


def test_a_place_on_the_line_that_the_caller_has_counts_more_than_the_33_bits() -> None:
    (change,) = Tracker().feed(splice_out(1, 5, 30 * S), 1_000_000, splice_ticks=1_000_500)
    assert isinstance(change.event, Tracked)
    assert change.event.out_ticks == 1_000_500


@pytest.mark.parametrize("plain", [{"open": [{}]}, {"pending": [{"event_id": "x"}]}])
def test_what_is_no_snapshot_is_refused(plain: dict[str, list[dict[str, int | bool | None]]]) -> None:
    with pytest.raises(ValueError, match="no event"):
        Tracker.restored(plain)
