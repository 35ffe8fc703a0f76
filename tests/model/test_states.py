from enum import StrEnum
from typing import Any

import pytest

from app.model.states import LAWFUL, BreakState, ChannelState, ProofState, UnlawfulTransitionError, moved

FIRST: dict[type[StrEnum], StrEnum] = {
    ChannelState: ChannelState.OFF_AIR,
    BreakState: BreakState.PLANNED,
    ProofState: ProofState.PENDING,
}
TERMINAL: dict[type[StrEnum], set[StrEnum]] = {
    ChannelState: set(),
    BreakState: {BreakState.RETURNED, BreakState.WITHDRAWN, BreakState.SKIPPED, BreakState.FAILED},
    ProofState: {ProofState.LANDED, ProofState.LATE, ProofState.MISPLACED, ProofState.MISSING},
}
PAIRS = [(old, new) for kind in FIRST for old in kind for new in kind]


@pytest.mark.parametrize("kind", FIRST)
def test_the_table_knows_every_state_and_no_other(kind: type[StrEnum]) -> None:
    assert set(LAWFUL[kind]) == set(kind)
    for followers in LAWFUL[kind].values():
        assert all(type(state) is kind for state in followers)


@pytest.mark.parametrize("kind", FIRST)
def test_every_state_can_be_reached(kind: type[StrEnum]) -> None:
    reached, frontier = {FIRST[kind]}, [FIRST[kind]]
    while frontier:
        new = LAWFUL[kind][frontier.pop()] - reached
        reached |= new
        frontier += new
    assert reached == set(kind)


@pytest.mark.parametrize("kind", FIRST)
def test_only_what_is_over_ends(kind: type[StrEnum]) -> None:
    assert {state for state, followers in LAWFUL[kind].items() if not followers} == TERMINAL[kind]


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_a_state_moves_by_the_table_alone(old: Any, new: Any) -> None:
    if new in LAWFUL[type(old)][old]:
        assert moved(old, new) is new
    else:
        with pytest.raises(UnlawfulTransitionError, match=f"from {old} to {new}"):
            moved(old, new)


def test_kinds_that_share_a_word_do_not_share_their_ways() -> None:
    """``on_air`` and ``failed`` are words of channels and of breaks, and equal as text."""
    assert moved(ChannelState.ON_AIR, ChannelState.STOPPING) is ChannelState.STOPPING
    assert moved(ChannelState.FAILED, ChannelState.STARTING) is ChannelState.STARTING
    mixed: Any = BreakState.FAILED
    with pytest.raises(UnlawfulTransitionError):
        moved(ChannelState.ON_AIR, mixed)


def test_a_break_that_was_never_armed_never_airs() -> None:
    before = [state for state, followers in LAWFUL[BreakState].items() if BreakState.ON_AIR in followers]
    assert before == [BreakState.ARMED]
    assert BreakState.WITHDRAWN not in LAWFUL[BreakState][BreakState.ON_AIR]
