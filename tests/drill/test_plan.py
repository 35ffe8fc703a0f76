from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from app.cli.drill import FAULT_NAMES
from app.drill.faults import FAULTS as FAULTS_THERE_ARE
from app.drill.plan import Cycle, Moment, Span, cycles, strikes_at

AT = datetime(2026, 11, 22, 20, tzinfo=UTC)
FAULTS = ("engine-kill", "starve", "origin-kill")


@given(st.integers(0, 2**32))
def test_every_fault_meets_every_moment_before_one_comes_again(seed: int) -> None:
    every = len(FAULTS) * len(Moment)
    first = list(islice(cycles(FAULTS, tuple(Moment), seed), 2 * every))
    assert len({(cycle.fault, cycle.moment) for cycle in first[:every]}) == every
    assert {cycle.fault for cycle in first[: len(FAULTS)]} == set(FAULTS)
    assert [cycle.number for cycle in first] == list(range(1, 2 * every + 1))
    assert first == list(islice(cycles(FAULTS, tuple(Moment), seed), 2 * every))


@given(
    st.sampled_from([moment for moment in Moment if moment is not Moment.BEFORE]),
    st.floats(0, 1),
    st.floats(1, 20),
    st.floats(1, 60),
    st.floats(0.5, 10),
)
def test_a_blow_falls_where_it_is_meant(
    moment: Moment, share: float, pre_roll_s: float, duration_s: float, segment_s: float
) -> None:
    span = Span(AT, AT + timedelta(seconds=pre_roll_s), AT + timedelta(seconds=pre_roll_s + duration_s))
    at = strikes_at(Cycle(1, "starve", moment, share, by_hand=True), span, segment_s)
    earliest, latest = {
        Moment.PRE_ROLL: (span.armed_at, span.out_at),
        Moment.OUT: (span.out_at - timedelta(seconds=0.3), span.out_at + timedelta(seconds=0.7)),
        Moment.UPLOAD: (span.out_at, span.in_at + timedelta(seconds=0.3)),
        Moment.BREAK: (span.out_at, max(span.in_at, span.out_at + timedelta(seconds=1))),
        Moment.IN: (span.in_at - timedelta(seconds=0.5), span.in_at + timedelta(seconds=0.5)),
        Moment.AFTER: (span.in_at, span.in_at + timedelta(seconds=2.5)),
    }[moment]
    assert earliest <= at <= latest


def test_the_command_names_every_fault_there_is() -> None:
    assert tuple(FAULTS_THERE_ARE) == FAULT_NAMES
