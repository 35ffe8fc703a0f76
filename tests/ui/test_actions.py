"""Each verb: when it is allowed, why not, and which command it gives."""

from __future__ import annotations

from fractions import Fraction

import pytest
from PySide6.QtGui import QKeySequence

from app.model import commands
from app.model.states import BreakState, ChannelState
from app.ui.actions import ACTIONS, LOCKED, Verb, Wish, refusal
from tests.ui.scripted_engine import a_break, channel

WISH = Wish("mira", Fraction(30))
NOTHING = channel("one")
PLANNED = channel("one", following=a_break(BreakState.PLANNED, out_in_s=300, key="next"))
CUED = channel("one", current=a_break(BreakState.CUED, out_in_s=48))
HELD = channel("one", current=a_break(BreakState.HELD, out_in_s=48))
ARMED = channel("one", current=a_break(BreakState.ARMED, out_in_s=4.2, armed_ago_s=1.8))
TOO_LATE = channel("one", current=a_break(BreakState.ARMED, out_in_s=0.2, armed_ago_s=5.8))
OPEN = channel("one", current=a_break(BreakState.ON_AIR, out_in_s=-36, armed_ago_s=42))
OFF = channel("one", state=ChannelState.OFF_AIR)

REASONS = {
    Verb.CUE_NEXT: (None, None, "cued already", "held already", "armed already", "armed already", "in break"),
    Verb.HOLD: ("nothing cued", "nothing cued", None, None, "pre-roll runs", "pre-roll runs", "in break"),
    Verb.SKIP: ("none to skip", None, None, None, "too late", "too late", "in break"),
    Verb.TAKE: (*["Nothing cued: CUE NEXT first"] * 2, None, None, "taken already", "taken already", "in break"),
    Verb.WITHDRAW: (*["only in pre-roll"] * 4, None, "closed 0.4 s before OUT", "only in pre-roll"),
    Verb.RETURN: (*["not in break"] * 6, None),
    Verb.EXTEND: (*["not in break"] * 6, None),
    Verb.SLATE: (None,) * 7,
}


@pytest.mark.parametrize("verb", list(Verb))
def test_reasons_by_state(verb: Verb) -> None:
    states = (NOTHING, PLANNED, CUED, HELD, ARMED, TOO_LATE, OPEN)
    found = tuple(ACTIONS[verb].reason(status, WISH) for status in states)
    if verb is Verb.WITHDRAW:
        assert found[5] is not None
        assert found[5].startswith("closed 0.")
        found = (*found[:5], REASONS[verb][5], *found[6:])
    assert found == REASONS[verb]


@pytest.mark.parametrize("verb", list(Verb))
def test_nothing_can_be_pressed_off_air_or_locked(verb: Verb) -> None:
    assert refusal(verb, OFF, WISH, locked=False) is not None
    assert refusal(verb, CUED, WISH, locked=True) == LOCKED
    assert refusal(verb, None, WISH, locked=False) == "no channel"


def test_reasons_on_small_buttons_are_short() -> None:
    small = set(Verb) - {Verb.TAKE, Verb.WITHDRAW}
    reasons = {reason for verb in small for reason in REASONS[verb] if reason}
    assert max(map(len, reasons)) <= 14


def test_cue_next_takes_the_planned_break_or_makes_one_of_the_chosen_length() -> None:
    build = ACTIONS[Verb.CUE_NEXT].build
    planned, made = build(PLANNED, WISH), build(NOTHING, WISH)
    assert isinstance(planned, commands.CueNext)
    assert isinstance(made, commands.CueNext)
    assert (planned.duration_s, made.duration_s, made.by, made.channel) == (None, Fraction(30), "mira", "one")
    assert ACTIONS[Verb.CUE_NEXT].reason(NOTHING, Wish("mira", None)) == "choose length"


def test_take_names_the_break_it_means() -> None:
    command = ACTIONS[Verb.TAKE].build(CUED, WISH)
    assert isinstance(command, commands.Take)
    assert command.break_id == "b1"


@pytest.mark.parametrize(("preset_s", "total_s"), [(None, 150), (30, 150), (120, 150), (180, 180)])
def test_extend_counts_from_the_out(preset_s: int | None, total_s: int) -> None:
    wish = Wish("mira", None if preset_s is None else Fraction(preset_s))
    command = ACTIONS[Verb.EXTEND].build(OPEN, wish)
    assert isinstance(command, commands.Extend)
    assert command.duration_s == total_s


@pytest.mark.parametrize("by_hand", [False, True])
def test_slate_says_which_way(by_hand: bool) -> None:
    command = ACTIONS[Verb.SLATE].build(channel("one", slate_by_hand=by_hand), WISH)
    assert isinstance(command, commands.Slate)
    assert command.on is not by_hand


def test_each_verb_has_a_key_of_its_own() -> None:
    keys = {QKeySequence(action.key).toString() for action in ACTIONS.values()}
    assert keys == {"F8", "F9", "F10", "F12", "F7", "F11", "F6", "Ctrl+Shift+F12"}
    assert "Esc" not in keys
