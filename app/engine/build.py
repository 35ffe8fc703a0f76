"""The page of constructor calls: an engine on a data directory, going on from what the life before left there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app.engine.engine import Engine
from app.model.show import Show
from app.settings import default_database
from app.storage.asrun import open_store


@contextmanager
def build_engine(show: Show, data_dir: Path, *, run_id: str, database: str = "") -> Iterator[Engine]:
    """An engine that is not started; when the block ends it has been stopped and everything is closed.

    ``run_id``: of the session. The engine goes on with what an earlier life of the same run left in ``data_dir``.
    ``database``: as named by the user; "" is the one in the data directory.
    """
    with closing(open_store(database or default_database(data_dir), timezone=show.timezone)) as store:
        store.run_id = run_id
        engine = Engine(show, store)
        try:
            yield engine
        finally:
            engine.stop()
