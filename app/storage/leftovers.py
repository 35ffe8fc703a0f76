"""As-run rows that an earlier run could not write before it ended: they stand in its journal, and are written now."""

from __future__ import annotations

import logging
from contextlib import closing
from pathlib import Path

from app.model.asrun import TOLD
from app.model.errors import RowUnwritableError, StorageError
from app.model.wire import Plain
from app.storage.asrun import Store
from app.storage.journal import FRAME_RATES, RECORDED, STORE
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
            _write(store.of_run(run_id, kept.get(FRAME_RATES)), path, kept.get(RECORDED))


def _write(store: Store, path: Path, recorded: Plain) -> None:
    place = _place(recorded)
    count = 0
    while True:
        try:
            found = read_events(path, *place, AT_ONCE, TOLD)
        except StorageError as error:
            logger.warning("%s", error)
            return
        if not found or found[-1][:2] <= place:
            break
        for _, _, event in found:
            try:
                store.record_event(event)
            except RowUnwritableError:
                logger.exception("lost to the as-run: %s", event)
        place = found[-1][:2]
        count += len(found)
    if count:
        _mark(path, place)
        logger.info("%s: %d events of an earlier run are now in the as-run", path, count)


def _place(recorded: Plain) -> tuple[int, int]:
    match recorded:
        case [int(life), int(seq), *_]:
            return life, seq
    return 0, 0


def _mark(path: Path, place: tuple[int, int]) -> None:
    try:
        with closing(connect(path)) as connection:
            connection.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (RECORDED, f"[{place[0]}, {place[1]}]"))
    except TROUBLE as error:  # then it is written again next time, which changes nothing
        logger.warning("%s: %s", path, error)
