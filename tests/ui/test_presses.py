"""What a button remembers of its presses."""

from __future__ import annotations

from app.ui.actions import Verb
from app.ui.presses import ACCEPTED_FOR_S, REFUSED_FOR_S, SILENT_AFTER_S, Presses, Stage


def test_a_press_is_sent_then_accepted_then_gone() -> None:
    presses = Presses()
    presses.sent("one", Verb.TAKE, "c1", 10.0)
    standing = presses.standing("one", Verb.TAKE, 10.01)
    assert standing is not None
    assert standing.stage is Stage.SENT
    presses.accepted("c1", 10.038)
    standing = presses.standing("one", Verb.TAKE, 10.1)
    assert standing is not None
    assert (standing.stage, standing.answer_ms) == (Stage.ACCEPTED, 38)
    assert presses.standing("one", Verb.TAKE, 10.039 + ACCEPTED_FOR_S) is None


def test_a_refusal_stands_four_seconds() -> None:
    presses = Presses()
    presses.sent("one", Verb.HOLD, "c1", 10.0)
    presses.refused("c1", "nothing is cued", 10.0)
    standing = presses.standing("one", Verb.HOLD, 10.0 + REFUSED_FOR_S - 0.01)
    assert standing is not None
    assert standing.reason == "nothing is cued"
    assert presses.last_refusal("one", 11.0) == standing
    assert presses.standing("one", Verb.HOLD, 10.0 + REFUSED_FOR_S) is None
    assert presses.last_refusal("one", 14.0) is None


def test_an_engine_that_does_not_answer_is_said_to_be_silent() -> None:
    presses = Presses()
    presses.sent("one", Verb.TAKE, "c1", 10.0)
    standing = presses.standing("one", Verb.TAKE, 10.0 + SILENT_AFTER_S)
    assert standing is not None
    assert standing.stage is Stage.SILENT


def test_answers_to_others_change_nothing() -> None:
    presses = Presses()
    presses.sent("one", Verb.TAKE, "c1", 10.0)
    presses.accepted("c9", 10.1)
    standing = presses.standing("one", Verb.TAKE, 10.2)
    assert standing is not None
    assert standing.stage is Stage.SENT
    assert presses.standing("two", Verb.TAKE, 10.2) is None
