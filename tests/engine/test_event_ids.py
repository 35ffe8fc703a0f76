"""splice_event_ids: never twice, in blocks that the store has reserved before, round at 32 bits."""

from __future__ import annotations

from app.engine.event_ids import BLOCK, LAST_ID, EventIds


class Reserve:
    """A store's counter."""

    def __init__(self, first: int) -> None:
        self.next, self.asked = first, 0

    def __call__(self, count: int) -> int:
        self.asked += 1
        start, self.next = self.next, (self.next + count - 1) % LAST_ID + 1
        return start


def test_ids_are_given_once_and_reserved_ahead() -> None:
    reserve = Reserve(1)
    ids = EventIds(reserve)
    given = []
    for _ in range(3 * BLOCK):
        given.append(ids.next())
        ids.refill()
    assert len(set(given)) == len(given)
    assert max(given) < reserve.next


def test_ids_go_round_at_32_bits_and_are_never_zero() -> None:
    ids = EventIds(Reserve(LAST_ID - 1))
    assert [ids.next() for _ in range(4)] == [LAST_ID - 1, LAST_ID, 1, 2]


def test_a_store_is_asked_only_when_few_are_left() -> None:
    reserve = Reserve(1)
    ids = EventIds(reserve)
    for _ in range(10):
        ids.next()
        ids.refill()
    assert reserve.asked == 1
