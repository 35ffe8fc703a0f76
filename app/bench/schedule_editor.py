"""One of the bench's workstations: edits the same few breaks as all others, one after another, and counts them up."""

from __future__ import annotations

import random
import sys
import threading
from dataclasses import replace
from fractions import Fraction

from app.model.errors import StaleError
from app.model.rundown import BreakPlan
from app.model.schedule import Booking
from app.storage.schedule_store import ScheduleStore, open_schedule

CHANNEL = "bench-edits"
BREAKS = 20
THREADS = 2


def prepare(store: ScheduleStore) -> None:
    """The breaks; the title of each is how often it was edited."""
    for number in range(BREAKS):
        store.edit(Booking(plan=BreakPlan(str(number), CHANNEL, None, Fraction(30), title="0")), 0)


def counted(store: ScheduleStore) -> int:
    """How many edits are in the store."""
    return sum(int(row.booking.plan.title) for row in store.bookings(CHANNEL))


def edit_on(store: ScheduleStore, edits: int, by: str) -> int:
    """Add one to a break, so often; how often somebody else was quicker, and it was read and edited again."""
    chosen, again = random.Random(by), 0  # noqa: S311 - which break is edited, no secret
    for _ in range(edits):
        while True:
            stored = store.booking(CHANNEL, str(chosen.randrange(BREAKS)))
            if stored is None:
                raise LookupError("the bench's breaks are gone")
            plan = stored.booking.plan
            one_more = replace(stored.booking, plan=replace(plan, title=str(int(plan.title) + 1)))
            try:
                store.edit(one_more, stored.version, by=by)
            except StaleError:
                again += 1
            else:
                break
    return again


def main() -> None:
    """The store's URL, how many edits, and whose; from two threads, when a line comes in."""
    named, edits, by = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    store = open_schedule(named, create=False)
    _say("ready")
    sys.stdin.readline()
    shares = [edits // THREADS + (n < edits % THREADS) for n in range(THREADS)]
    again: list[int] = []
    threads = [
        threading.Thread(
            target=lambda n=n, share=share: again.append(edit_on(store, share, f"{by}-{n}")), name=f"editor-{n}"
        )
        for n, share in enumerate(shares)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    _say(str(sum(again)) if len(again) == THREADS else "failed")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
