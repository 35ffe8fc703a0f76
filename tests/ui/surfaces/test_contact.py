"""A key held or bouncing is one press, whatever a surface sends."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.ui.surfaces.contact import BOUNCE_S, MOST_CONTROLS, Contact

moves = st.lists(st.tuples(st.booleans(), st.floats(0, 0.5)), max_size=60)


def run(movements: list[tuple[bool, float]]) -> list[float]:
    contact, now_s, fired = Contact(), 0.0, []
    for down, later_s in movements:
        now_s += later_s
        if contact.pressed("key 1", down=down, at_s=now_s):
            fired.append(now_s)
    return fired


@given(moves)
def test_no_two_presses_come_within_a_bounce(movements: list[tuple[bool, float]]) -> None:
    fired = run(movements)
    assert all(later - earlier >= BOUNCE_S for earlier, later in pairwise(fired))


@given(moves)
def test_there_are_never_more_presses_than_releases_and_one(movements: list[tuple[bool, float]]) -> None:
    ups = sum(not down for down, _ in movements)
    assert len(run(movements)) <= ups + 1


def test_a_held_key_that_repeats_fires_once() -> None:
    assert len(run([(True, 0.1)] * 50)) == 1


def test_a_bouncing_key_fires_once_and_is_let_go_at_the_end() -> None:
    bouncing = [(True, 1.0), (False, 0.004), (True, 0.003), (False, 0.005), (True, 0.002)]
    assert len(run(bouncing)) == 1
    assert len(run([*bouncing, (False, 0.3), (True, 0.3)])) == 2


def test_slow_presses_all_fire_and_keys_do_not_mind_each_other() -> None:
    assert len(run([(True, 0.2), (False, 0.1)] * 5)) == 5
    contact = Contact()
    assert contact.pressed("a", down=True, at_s=1.0)
    assert contact.pressed("b", down=True, at_s=1.001)
    assert contact.held("a")


def test_a_surface_that_invents_keys_is_listened_to_no_more() -> None:
    contact = Contact()
    fired = sum(contact.pressed(f"key {n}", down=True, at_s=1.0) for n in range(2 * MOST_CONTROLS))
    assert fired == MOST_CONTROLS
