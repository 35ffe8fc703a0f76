"""The as-run, written on a thread of its own: a store that is slow, locked or gone holds up no command.

What the store has not taken waits in memory and stands in the journal; from there it is written after a restart, or
when more came than memory holds. ``recorded`` in the journal says up to where the store has it; what is written twice
changes nothing, so every row is there once.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Collection
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from app.engine.event_ids import EventIds
from app.model import events
from app.model.asrun import TOLD, is_told
from app.model.chain import sealed, sealed_head
from app.model.errors import RowUnwritableError, SplicedeckError
from app.model.wire import Plain
from app.storage.journal import FRAME_RATES, RECORDED, SEAL

if TYPE_CHECKING:  # SQLAlchemy takes most of a second to import: the air does not wait for that
    from app.storage.asrun import Store

logger = logging.getLogger(__name__)

type Place = tuple[int, int]  # an event's life and its number in it
type Placed = tuple[int, int, events.Event]

UNWRITTEN_LIMIT = 10_000  # events in memory while the store can't be written
AT_ONCE = 200  # events in one transaction
AGAIN_S = 0.5
LOOK_S = 2.0  # while nothing is to be written: whether the store's file is still there
CLOSE_S = 6.0  # the store itself waits for others up to five seconds
_NAMES = TOLD | {events.ChannelStarted.name}


class EventJournal(Protocol):
    """What the recorder asks of the journal."""

    def keep(self, key: str, value: Plain | None) -> None:
        """Keep the newest value of a key; never blocks."""

    def kept(self, key: str) -> Plain | None:
        """It."""

    def events_after(self, life: int, seq: int, limit: int, *, names: Collection[str], whole: bool) -> list[Placed]:
        """Events of these names behind a place, in order. StorageError if ``whole`` and the file can't be read."""


class Unjournaled:
    """For an engine without a journal: what is not in memory any more is gone."""

    def keep(self, key: str, value: Plain | None) -> None:
        """Nothing is kept."""

    def kept(self, key: str) -> Plain | None:  # noqa: ARG002 - as the journal's
        """Nothing was."""
        return None

    def events_after(self, life: int, seq: int, limit: int, *, names: Collection[str], whole: bool) -> list[Placed]:  # noqa: ARG002 - as the journal's
        """None are known."""
        return []


class Recorder:
    """``note`` from one thread, in order; the store is opened, written and closed on the recorder's own.

    ``alarm`` is given what stands in the way, or None when all is written; from that thread too.
    """

    def __init__(
        self,
        open_store: Callable[[], Store],
        journal: EventJournal,
        event_ids: EventIds,
        alarm: Callable[[str | None], None],
    ) -> None:
        self._open_store, self._journal, self._event_ids, self._alarm = open_store, journal, event_ids, alarm
        self._store: Store | None = None
        self._recorded, self._file = _recorded(journal.kept(RECORDED))
        self._frame_rates = _rates(journal.kept(FRAME_RATES))
        self._unwritten: deque[Placed] = deque()
        self._behind = True  # the journal has events that are not in memory
        self._told = False  # an alarm stands
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="as-run")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def note(self, event: events.Event, life: int, seq: int) -> None:
        """Take up what changes the as-run, journaled before; never blocks."""
        if event.name not in _NAMES:
            return
        with self._changed:
            if len(self._unwritten) < UNWRITTEN_LIMIT:
                self._unwritten.append((life, seq, event))
            else:
                self._behind = True
            self._changed.notify()

    def close(self) -> bool:
        """Write what is left and end; False when something could not be written: the journal has it."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join(CLOSE_S)
        left = sum(is_told(event) for _, _, event in list(self._unwritten))
        if left:
            logger.error("not written to the as-run: %d events", left)
        behind = self._behind and self._thread.ident is not None
        return not left and not behind and not self._thread.is_alive()

    # ---- the recorder's own thread

    def _run(self) -> None:
        failed = False
        while self._wait(AGAIN_S if failed else 0.0):
            try:
                self._write_some(self._opened())
            except Exception as error:  # whatever it is, the next try may do better: nobody else writes the rows
                if not isinstance(error, SplicedeckError):
                    logger.exception("the as-run")
                failed = True
                self._let_go()  # what stands in the way may need a new look at the file
                self._tell(f"{len(self._unwritten)} as-run events wait to be written: {error}")
                if self._closing:
                    return
            else:
                if not self._left():
                    failed = False
                    self._tell(None)
        self._let_go()

    def _tell(self, trouble: str | None) -> None:
        if trouble is not None or self._told:
            self._told = trouble is not None
            self._alarm(trouble)

    def _wait(self, pause_s: float) -> bool:
        """Until ``pause_s`` is over and there is something to write, or again; False at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._closing, pause_s)
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or self._left(), LOOK_S)
                closing = self._closing
            self._look()
            if closing or self._left():
                return self._left()

    def _left(self) -> bool:
        return bool(self._unwritten) or self._behind

    def _look(self) -> None:
        """Whether the store's file has gone or another lies in its place: what was written went with it.

        Its number alone would not tell: a new file often gets the one that was just given back.
        """
        if self._store is None or self._store.in_place():
            return
        self._let_go()
        self._begin_anew("the store is another file than before")
        self._tell("the as-run's store has gone or was replaced: this run's rows are written again from the journal")

    def _begin_anew(self, why: str) -> None:
        logger.warning("%s: this run's rows are written into it again", why)
        self._recorded, self._file, self._behind = (0, 0), None, True
        self._journal.keep(RECORDED, [*self._recorded])

    def _opened(self) -> Store:
        """The store, opened where it is not."""
        if self._store is None:
            store = self._store = self._open_store()
            store.frame_rates |= self._frame_rates
            if self._file not in {None, store.file}:
                self._begin_anew("the store is another file than before")
            self._file = store.file
            store.head = sealed_head(self._journal.kept(SEAL), store.mark)
        self._event_ids.refill(self._store.reserve_splice_event_ids)
        return self._store

    def _let_go(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    def _write_some(self, store: Store) -> None:
        if not self._behind:
            batch = list(islice(self._unwritten, AT_ONCE))
            self._record(store, batch)
            with self._changed:
                for _ in batch:
                    self._unwritten.popleft()
            return
        with self._changed:
            self._behind = False  # what comes from here on is in memory, or makes it true again
        try:
            batch = self._journal.events_after(*self._recorded, AT_ONCE, names=_NAMES, whole=True)
            self._record(store, batch)
        except Exception:
            self._behind = True
            raise
        if len(batch) == AT_ONCE:
            self._behind = True

    def _record(self, store: Store, batch: list[Placed]) -> None:
        new = [event for life, seq, event in batch if (life, seq) > self._recorded]
        try:
            store.record_events(new)
        except Exception as error:
            if isinstance(error, SplicedeckError) and not isinstance(error, RowUnwritableError):
                raise
            logger.warning("%d events are written one by one: %s", len(new), error)
            for event in new:  # one must not cost all the others
                _record_alone(store, event)
        self._note_recorded(store, batch)

    def _note_recorded(self, store: Store, batch: list[Placed]) -> None:
        if not batch:
            return
        life, seq, _ = batch[-1]
        self._recorded = max(self._recorded, (life, seq))
        self._journal.keep(RECORDED, [*self._recorded, *(self._file or ())])
        if store.head is not None:
            self._journal.keep(SEAL, sealed(store.mark, store.head))
        if store.frame_rates != self._frame_rates:
            self._frame_rates = dict(store.frame_rates)
            self._journal.keep(FRAME_RATES, {**self._frame_rates})
        if store.lost:
            store.lost = False
            self._begin_anew("entries of the as-run have gone from the store, or an older copy was put back")


def _record_alone(store: Store, event: events.Event) -> None:
    try:
        store.record_events((event,))
    except Exception as error:
        if isinstance(error, SplicedeckError) and not isinstance(error, RowUnwritableError):
            raise
        logger.exception("lost to the as-run: %s", event)


def _recorded(kept: Plain) -> tuple[Place, tuple[int, ...] | None]:
    """Up to where the store has the events, and which file that is, as the store's ``file`` says."""
    numbers = [number for number in kept if isinstance(number, int)] if isinstance(kept, list) else []
    match numbers:
        case [life, seq]:
            return (life, seq), None
        case [life, seq, *file]:
            return (life, seq), tuple(file)
    return (0, 0), None


def _rates(kept: Plain) -> dict[str, str]:
    return {name: str(rate) for name, rate in kept.items()} if isinstance(kept, dict) else {}
