"""As-run rows that an earlier run could not write before it ended: they stand in its journal, and are written now."""

from __future__ import annotations

import json
import logging
from contextlib import closing
from pathlib import Path

from app.model.asrun import TOLD
from app.model.chain import sealed, sealed_head
from app.model.errors import RowUnwritableError, StorageError
from app.model.events import Event
from app.model.wire import Plain
from app.storage.asrun import Store
from app.storage.journal import FRAME_RATES, RECORDED, SEAL, STORE
from app.storage.journal_file import TROUBLE, connect, old_runs
from app.storage.journal_reader import read_events, read_kept, read_run_id

logger = logging.getLogger(__name__)

AT_ONCE = 200


def write_leftovers(store: Store, journal: Path, database: str) -> None:
    """Of the runs beside ``journal`` whose as-run was in ``database``, as it was named then. StorageError: the store's.

    Oldest first, and each once: its journal says then that it is done.
    """
    for path in reversed(old_runs(journal)):
        try:
            kept, run_id = read_kept(path), read_run_id(path)
        except StorageError as error:
            logger.warning("%s", error)
            continue
        if run_id is not None and kept.get(STORE) == database:
            its = store.of_run(run_id, kept.get(FRAME_RATES))
            its.head = sealed_head(kept.get(SEAL), store.mark)
            _write(its, path, kept.get(RECORDED))


def _write(store: Store, path: Path, recorded: Plain) -> None:
    place = _place(recorded, store.file)
    count = 0
    while True:
        try:
            found = read_events(path, *place, AT_ONCE, TOLD)
        except StorageError as error:
            logger.warning("%s", error)
            return
        if not found or found[-1][:2] <= place:
            break
        _record(store, [event for _, _, event in found])
        place = found[-1][:2]
        count += len(found)
    if count:
        _mark(path, place, store)
        logger.info("%s: %d events of an earlier run are now in the as-run", path, count)


def unwritten(journal: Path) -> int:
    """How many events of the newest run its as-run store has not taken; 0 where the journal can't tell."""
    try:
        place, count = _place(read_kept(journal).get(RECORDED)), 0
        while found := read_events(journal, *place, AT_ONCE, TOLD):
            place = found[-1][:2]
            count += len(found)
    except StorageError as error:
        logger.warning("%s", error)
        return 0
    return count


def _record(store: Store, told: list[Event]) -> None:
    try:
        store.record_events(told)
    except RowUnwritableError:
        for event in told:  # one must not cost all the others
            try:
                store.record_event(event)
            except RowUnwritableError:
                logger.exception("lost to the as-run: %s", event)


def _place(recorded: Plain, file: tuple[int, ...] | None = None) -> tuple[int, int]:
    """Up to where the store has the events: nowhere, if ``file`` is another one than had them."""
    match recorded:
        case [int(life), int(seq), *kept] if not kept or file is None or tuple(kept) == file:
            return life, seq
    return 0, 0


def _mark(path: Path, place: tuple[int, int], store: Store) -> None:
    kept: dict[str, Plain] = {RECORDED: [*place, *(store.file or ())]}
    if store.head is not None:
        kept[SEAL] = sealed(store.mark, store.head)
    try:
        with closing(connect(path)) as connection:
            for key, value in kept.items():
                connection.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (key, json.dumps(value)))
    except TROUBLE as error:  # then it is written again next time, which changes nothing
        logger.warning("%s: %s", path, error)
