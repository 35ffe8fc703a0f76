"""splice_event_ids: never twice, over restarts, with and without a store that answers; round at 32 bits."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from app.engine.event_ids import BLOCK, LAST_ID, LEASE, EventIds
from app.model.wire import Plain


@dataclass
class Around:
    """A store's counter and what the journal keeps, over the lives of an engine."""

    counter: int = 1
    kept: Plain = None
    asked: int = 0
    given: list[int] = field(default_factory=list)

    def reserve(self, count: int, beyond: int) -> int:
        self.asked += 1
        start = max(self.counter, beyond)
        self.counter = (start + count - 1) % LAST_ID + 1
        return start

    def keep(self, value: Plain) -> None:
        self.kept = value

    def ids(self, used: int = 0) -> EventIds:
        return EventIds(self.kept, self.keep, used=used)


def test_ids_are_given_once_and_reserved_ahead() -> None:
    around = Around()
    ids = around.ids()
    given = []
    for _ in range(3 * BLOCK):
        ids.refill(around.reserve)
        given.append(ids.next())
    assert given == sorted(set(given))
    assert given[0] == 1, "the store's own numbers, where it answers before the first break"
    assert max(given) < around.counter


def test_ids_go_round_at_32_bits_and_are_never_zero() -> None:
    ids = Around(kept=[LAST_ID - 1, 0]).ids()
    assert [ids.next() for _ in range(4)] == [LAST_ID - 1, LAST_ID, 1, 2]


def test_a_store_is_asked_only_when_few_are_left() -> None:
    around = Around()
    ids = around.ids()
    for _ in range(10):
        ids.refill(around.reserve)
        ids.next()
    assert around.asked == 1


def test_a_block_that_was_reserved_is_used_up_after_a_restart() -> None:
    around = Around()
    ids = around.ids()
    ids.refill(around.reserve)
    before = {ids.next() for _ in range(10)}
    again = around.ids()
    again.refill(around.reserve)
    assert around.asked == 1
    after = {again.next() for _ in range(10)}
    assert not before & after
    assert max(after) <= 10 + 2 * LEASE


def test_without_store_and_journal_the_highest_known_id_counts_or_the_clock() -> None:
    assert Around().ids(used=500).next() > 500
    assert Around().ids().next() > 20_000_000


def test_a_store_that_comes_late_is_moved_beyond_what_was_used() -> None:
    around = Around(counter=100)
    ids = around.ids(used=5000)
    used = [ids.next() for _ in range(10)]
    ids.refill(around.reserve)
    assert ids.next() > max(used)
    assert around.counter > max(used) + BLOCK


@given(st.lists(st.sampled_from(["give", "refill", "restart", "replace"]), max_size=300), st.integers(1, 5000))
def test_no_id_comes_twice_whatever_fails_and_when(steps: list[str], counter: int) -> None:
    around = Around(counter)
    ids = around.ids()
    given_out: list[int] = []
    for step in steps:
        if step == "give":
            given_out.extend(ids.next() for _ in range(LEASE))
        elif step == "refill":
            ids.refill(around.reserve)
        elif step == "restart":
            ids = around.ids()
        else:
            around.counter = 1  # another database lies in the store's place
    assert len(set(given_out)) == len(given_out)


@given(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)))
def test_whatever_was_kept_gives_lawful_ids(kept: Plain) -> None:
    ids = Around(kept=kept).ids()
    assert all(1 <= ids.next() <= LAST_ID for _ in range(3))
