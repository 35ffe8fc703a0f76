"""The page of constructor calls: an engine on a data directory, going on from what the life before left there."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.delivery.spool import clear_other_spools
from app.engine.engine import Engine
from app.engine.outputs import read_named_object
from app.engine.reading_back import ReadingBack
from app.engine.recovery import Left, Recovered, recover
from app.model.rundown import BreakPlan
from app.model.show import Show
from app.monitoring.evidence import EvidenceRoom
from app.monitoring.shelf import folder_name
from app.pipeline.film_strip import film_strip
from app.pipeline.hls_keeping import playlists_key, written_to_plain
from app.pipeline.trial import keep_results
from app.settings import default_database
from app.storage.journal import STORE, Journal
from app.storage.journal_left import JournalLeft, read_deliveries, read_left

if TYPE_CHECKING:  # SQLAlchemy takes most of a second to import: the air does not wait for that
    from app.storage.asrun import Store

logger = logging.getLogger(__name__)

JOURNAL, SPOOL, ENCODERS = "journal.sqlite3", "spool", "encoders.json"  # in the data directory
EVIDENCE = "evidence"  # in the data directory: run/channel/break/splice
type Booked = Callable[[str, datetime], BreakPlan | None]

STORE_BUSY_MS = 1000  # rows that wait are safe in the journal: another program's lock holds up no end


@contextmanager
def build_engine(
    show: Show,
    data_dir: Path,
    *,
    run_id: str,
    database: str = "",
    begun: bool = False,
    booked: Booked = lambda _channel, _out_at: None,
) -> Iterator[Engine]:
    """An engine that is not started; when the block ends it has been stopped and everything is closed.

    ``run_id``: of the session. The engine goes on with what an earlier life of the same run left in ``data_dir``, and
    closes what another run left open on the same outputs. ``begun``: this run has been on air, whether there is a
    journal of it or not; ``booked``: see ``Left``. ``database``: as named by the user; "" is the one in the
    data directory. The store is opened later, on its own thread: whether it can be used is for the caller to ask first.
    """
    keep_results(data_dir / ENCODERS)
    path = data_dir / JOURNAL
    recovered = recovered_from(path, show, run_id, begun=begun, booked=booked)
    alarms = _Alarms()
    journal = Journal(path, run_id=run_id, alarm=alarms.set)
    named = database or default_database(data_dir)
    journal.keep(STORE, str(named))
    _keep_playlists(journal, recovered)
    for note in recovered.notes:
        logger.warning("%s", note)

    def open_as_run() -> Store:
        from app.storage.asrun import open_store  # noqa: PLC0415 - see above
        from app.storage.leftovers import write_leftovers  # noqa: PLC0415 - see above

        store = open_store(named, timezone=show.timezone, run_id=run_id, busy_timeout_ms=STORE_BUSY_MS)
        try:
            write_leftovers(store, path, str(named))
        except BaseException:
            store.close()
            raise
        return store

    engine = Engine(
        show,
        open_as_run,
        journal=journal,
        recovered=recovered,
        spool_folder=data_dir / SPOOL,
        keep_evidence=partial(EvidenceRoom, data_dir / EVIDENCE / folder_name(run_id), film_strip),
    )
    alarms.to(engine.alarm)
    if told := "; ".join((*journal.notes, *recovered.notes)):
        engine.alarm("recovery", "warning", told)
    try:
        yield engine
    finally:
        engine.stop()
        clear_other_spools(data_dir / SPOOL, {channel.name for channel in show.channels})


def recovered_from(
    path: Path,
    show: Show,
    run_id: str,
    *,
    begun: bool = False,
    booked: Booked = lambda _channel, _out_at: None,
) -> Recovered:
    """What the journal at ``path``, and where it is behind the origins, leave to this run; see ``build_engine``."""
    if not (begun or path.is_file()):
        return Recovered()
    read_back = ReadingBack(show, read_named_object)
    found = read_left(path)
    if found is None and begun:
        found = JournalLeft(damaged="it is gone")
    if found is None:
        return Recovered()
    left = Left(
        entries=found.entries,
        deliveries=partial(read_deliveries, path),
        kept=found.kept,
        known=found.known,
        used_event_id=found.used_event_id,
        last_at=found.last_at,
        same_run=found.run_id in {run_id, None},
        doubtful=bool(found.damaged),
        booked=booked,
    )
    try:
        return recover(show.channels, left, read_back, datetime.now(UTC))
    except Exception as error:  # whatever lies there, the show goes on air
        logger.exception("%s", path)
        note = f"{path}: what it says can't be gone on with ({error!r}); give breaks that were open or booked anew"
    nothing = Left(used_event_id=found.used_event_id, doubtful=True)
    recovered = recover(show.channels, nothing, lambda *_args, **_more: (), datetime.now(UTC))
    return replace(recovered, notes=(note, *recovered.notes))


def _keep_playlists(journal: Journal, recovered: Recovered) -> None:
    """At once: a run that goes on behind another's has a journal of its own, and may be killed in its first segment."""
    for name, channel in recovered.channels.items():
        for index, output in channel.written.items():
            journal.keep(playlists_key(name, index), written_to_plain(output))


class _Alarms:
    """Alarms on their way to an engine that is not there yet when the first may come."""

    def __init__(self) -> None:
        self._waiting: list[tuple[str, str, str | None]] = []
        self._to: Callable[[str, str, str | None], None] | None = None
        self._lock = threading.Lock()

    def set(self, key: str, severity: str, text: str | None) -> None:
        with self._lock:
            if self._to is None:
                self._waiting.append((key, severity, text))
                return
        self._to(key, severity, text)

    def to(self, alarm: Callable[[str, str, str | None], None]) -> None:
        with self._lock:
            waiting, self._to = self._waiting, alarm
        for one in waiting:
            alarm(*one)
