"""The schedule's store on threads of its own: read, followed, locked and marked; what it can't take waits.

Nothing on air waits for it: SQLAlchemy is imported here, once the first channel is on air.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from app.model.errors import SplicedeckError, StaleError
from app.model.merging import BookingState, Stored
from app.model.schedule import Booking

if TYPE_CHECKING:  # see above
    from app.storage.schedule_store import ScheduleStore
    from app.storage.schedule_watch import ScheduleWatch

logger = logging.getLogger(__name__)

AGAIN_S = 1.0  # after trouble
BACK, AHEAD = timedelta(hours=25), timedelta(hours=72)  # what is read: no break airs more than a day late
READ_AGAIN_S = 3600.0  # for what has come nearer
CLOSE_S, IDLE_CLOSE_S = 4.0, 0.5  # for marks that wait; with none a store that is just being opened is left alone

type Key = tuple[str, str]  # channel and id of a break
type OpenSchedule = Callable[[], ScheduleStore]


class Lock(StrEnum):
    """What came of locking a booking."""

    LOCKED = "locked"
    STALE = "stale"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Locked:
    """The answer. ``newest``: as the store has it now, where somebody was quicker."""

    key: Key
    version: int
    lock: Lock
    newest: Stored | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """Bookings as the store has them. ``loaded``: all that are to air, else those that changed."""

    stored: Sequence[Stored]
    loaded: bool


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the schedule can't be read; None: it can again."""

    text: str | None


type Answer = Locked | Read | Trouble


class StoreDesk:
    """``lock``, ``mark`` and ``open_now`` from one thread, never block. ``answer`` comes on the desk's threads."""

    def __init__(self, open_schedule: OpenSchedule, answer: Callable[[Answer], None]) -> None:
        self._open_schedule, self._answer = open_schedule, answer
        self._store: ScheduleStore | None = None
        self._watch: ScheduleWatch | None = None
        self._locks: list[tuple[Key, int]] = []
        self._marks: dict[Key, tuple[BookingState, Booking | None]] = {}
        self._changed = threading.Condition()
        self._may_open = threading.Event()
        self._closing = False
        self._failed = False
        self._read_at: datetime | None = None
        self._thread = threading.Thread(target=self._run, name="schedule store", daemon=True)

    def start(self) -> None:
        """Begin; the store is opened after ``open_now``."""
        self._thread.start()

    def open_now(self) -> None:
        """The air is up."""
        self._may_open.set()

    def stop(self) -> bool:
        """Write the marks that wait and end; False when some could not be written."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._may_open.set()
        if self._thread.ident is not None:
            self._thread.join(CLOSE_S if self._marks else IDLE_CLOSE_S)
        return not self._marks

    def lock(self, key: Key, version: int) -> None:
        """Lock a booking as it was in this version; ``answer`` gets a ``Locked``."""
        with self._changed:
            self._locks.append((key, version))
            self._changed.notify()

    def mark(self, key: Key, state: BookingState, airs: Booking | None = None) -> None:
        """Say where a booking stands, as soon as the store takes it. ``airs``: as it airs, where it was not locked."""
        with self._changed:
            before = self._marks.get(key)
            self._marks[key] = state, airs or (before[1] if before is not None else None)
            self._changed.notify()

    @property
    def unwritten(self) -> int:
        """Marks that wait for the store."""
        return len(self._marks)

    # ---- the desk's thread

    def _run(self) -> None:
        self._may_open.wait()
        while not self._over():
            try:
                self._work(self._opened())
            except Exception as error:  # whatever it is, the next try may do better: nobody else reads the schedule
                if not isinstance(error, SplicedeckError):
                    logger.exception("the schedule's store")
                self._away(error)
                if self._closing:
                    break
                with self._changed:
                    self._changed.wait_for(lambda: self._closing or self._locks, AGAIN_S)
                self._refuse_locks()
        self._let_go()

    def _over(self) -> bool:
        return self._closing and not self._marks and not self._locks

    def _opened(self) -> ScheduleStore:
        if self._store is None:
            self._store = self._open_schedule()
        if self._read_at is None:
            self._read(self._store)
        return self._store

    def _read(self, store: ScheduleStore) -> None:
        from app.storage.schedule_watch import ScheduleWatch  # noqa: PLC0415 - see above

        now = datetime.now(UTC)
        revision = store.revision()
        stored = store.due(now - BACK, now + AHEAD)
        self._read_at = now
        self._answer(Read(stored, loaded=True))
        self._recovered()
        if self._watch is None:
            self._watch = ScheduleWatch(store, revision, self._follow, self._hear_trouble)
            self._watch.start()

    def _follow(self, stored: list[Stored]) -> None:
        self._answer(Read(stored, loaded=False))

    def _hear_trouble(self, text: str | None) -> None:
        self._answer(Trouble(text))

    def _recovered(self) -> None:
        if self._failed:
            self._failed = False
        self._answer(Trouble(None))

    def _away(self, error: Exception) -> None:
        self._failed = True
        waiting = f"; {len(self._marks)} marks wait to be written" if self._marks else ""
        self._answer(Trouble(f"the schedule's store does not answer, what was read of it airs{waiting}: {error}"))
        self._refuse_locks()

    def _refuse_locks(self) -> None:
        with self._changed:
            locks, self._locks = self._locks, []
        for key, version in locks:
            self._answer(Locked(key, version, Lock.AWAY))

    def _work(self, store: ScheduleStore) -> None:
        """One lock or mark, or wait for one."""
        with self._changed:
            self._changed.wait_for(lambda: self._closing or self._locks or self._marks, READ_AGAIN_S)
            lock = self._locks[0] if self._locks else None
            mark = next(iter(self._marks.items()), None)
        if lock is not None:
            self._answer(_locked(store, *lock))
            with self._changed:
                self._locks.remove(lock)
        elif mark is not None:
            store.mark(*mark[0], mark[1][0], airs=mark[1][1])
            with self._changed:
                if self._marks.get(mark[0]) is mark[1]:
                    del self._marks[mark[0]]
        if self._failed:
            self._recovered()
        if self._read_at is not None and (datetime.now(UTC) - self._read_at).total_seconds() > READ_AGAIN_S:
            self._read_at = None

    def _let_go(self) -> None:
        if self._watch is not None:
            self._watch.close()
        if self._store is not None:
            self._store.close()


def _locked(store: ScheduleStore, key: Key, version: int) -> Locked:
    try:
        store.mark(*key, BookingState.ARMED, version=version)
    except StaleError:
        return Locked(key, version, Lock.STALE, store.booking(*key))
    return Locked(key, version, Lock.LOCKED)
