"""What becomes of commands without an answer: none is carried out twice, none is left without a word."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.model.commands import Command, InsertBreak, PlanBreak, Take
from app.model.rundown import BreakPlan
from app.model.when import When
from app.remote.unanswered import LATEST_S, NEVER_CAME, RESTARTED, Unanswered

BEHIND_S = 100.0


def given_command(number: int, *, planned: bool) -> Command:
    key = f"c{number}"
    if planned:
        if number % 3 == 0:
            return InsertBreak(channel="one", id=key, duration_s=Fraction(5))
        return PlanBreak(channel="one", id=key, plan=BreakPlan(key, "one", When.parse("+60"), Fraction(5)))
    return Take(channel="one", id=key)


sent = st.lists(st.tuples(st.booleans(), st.integers(0, 1), st.booleans()), max_size=12)


@given(sent, st.booleans(), st.booleans())
def test_each_is_known_sent_again_or_refused(
    commands: list[tuple[bool, int, bool]], same_life: bool, answered: bool
) -> None:
    unanswered = Unanswered()
    known = set()
    for number, (planned, connection, is_known) in enumerate(commands):
        unanswered.add(given_command(number, planned=planned), connection if planned else 1)
        if is_known and connection:
            known.add(f"c{number}")
    first = unanswered.level(2, same_life=same_life, known=known if same_life else (), now_s=0)
    if answered:
        for number in range(0, len(commands), 2):
            unanswered.answered(f"c{number}")
    then = unanswered.due(2, on_air=("one",), now_s=BEHIND_S)
    again = [command.id for verdict in (first, then) for command in verdict.again]
    refused = [command.id for verdict in (first, then) for command, _ in verdict.refuse]
    assert len(again) == len(set(again)), "sent again once"
    assert not set(again) & set(refused)
    assert not set(refused) & set(unanswered.ids)
    for number, (planned, _, _) in enumerate(commands):
        key = f"c{number}"
        if same_life and key in known:
            assert key not in again + refused, "the engine has it and will answer"
        elif not (answered and number % 2 == 0):
            assert (key in again) == planned, "a booking is kept"
            assert (key in refused) == (not planned), "a press is not repeated behind the operator's back"
    assert unanswered.due(2, on_air=("one",), now_s=2 * BEHIND_S).again == (), "and then all is settled"


def test_another_life_is_given_the_time_to_answer() -> None:
    unanswered = Unanswered()
    unanswered.add(given_command(1, planned=False), 1)
    assert unanswered.level(2, same_life=False, known=(), now_s=0).refuse == ()
    assert unanswered.due(2, on_air=("one",), now_s=1).refuse == ()
    assert unanswered.due(2, on_air=(), now_s=LATEST_S - 1).refuse == (), "its channel is not back yet"
    ((command, reason),) = unanswered.due(2, on_air=(), now_s=LATEST_S).refuse
    assert (command.id, reason) == ("c1", RESTARTED)


def test_the_same_life_knows_at_once() -> None:
    unanswered = Unanswered()
    unanswered.add(given_command(1, planned=False), 1)
    unanswered.add(given_command(2, planned=False), 1)
    ((command, reason),) = unanswered.level(2, same_life=True, known=("c1",), now_s=0).refuse
    assert (command.id, reason) == ("c2", NEVER_CAME)
    assert unanswered.ids == ["c1"]
