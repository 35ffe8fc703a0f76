"""The store as the engine and the export see it: as-run rows and the counter of splice_event_ids."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, and_, select, text

from app.model import events
from app.model.asrun import AsRunRow, is_told, row_after
from app.model.chain import Head
from app.model.wire import Plain, to_plain
from app.storage.asrun_log import Chain
from app.storage.asrun_rows import listed_at, plain_row, row_from, stored
from app.storage.database import BUSY_TIMEOUT_MS, MARK, READING, database_url, opened, shown, translated
from app.storage.database_url import Password
from app.storage.tables import asrun, asrun_chains, counters

LAST_SPLICE_EVENT_ID = 0xFFFF_FFFF  # SCTE 35 §9.7.3: 32 bits
SMALLEST_PAGE_BYTES = 512
_EVENT_IDS = "splice_event_id"


def open_store(
    named: str | Path,
    *,
    timezone: str = "",
    run_id: str = "",
    create: bool = True,
    busy_timeout_ms: int = BUSY_TIMEOUT_MS,
    password: Password | None = None,
) -> Store:
    """The store in a file or URL, made if ``create``. UsageError, StoreUnusableError: it can't be opened.

    ``timezone``: house time of this run's rows; ``run_id``: theirs, "" makes a new one. ``password``: of a server.
    """
    url = database_url(named)
    engine = opened(url, create=create, busy_timeout_ms=busy_timeout_ms, password=password)
    where = shown(url)
    try:
        mark = _mark(engine, where)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, where, timezone, run_id or uuid.uuid4().hex[:12], mark)


class Store:
    """As-run rows of one run at a time. Each call is one transaction, from one thread at a time; StorageError.

    ``frame_rates`` of the channels are learned from their ChannelStarted, and may be given. ``head``: the end of the
    run's chain as it was last seen, here or by the journal; ``lost``: it was not there any more.
    """

    def __init__(self, engine: Engine, where: str, timezone: str, run_id: str, mark: int) -> None:
        self.run_id = run_id
        self.frame_rates: dict[str, str] = {}
        self.head: Head | None = None
        self.lost = False
        self._engine = engine
        self._where = where
        self._timezone = timezone
        self._on_server = engine.dialect.name == "postgresql"
        self._mark, self._place = mark, None if self._on_server else _file(where)

    @property
    def mark(self) -> int:
        """The number that its database was given when it was made; 0: by a version that gave none."""
        return self._mark

    @property
    def where(self) -> str:
        """Its place, for a person."""
        return self._where

    def heads(self) -> dict[str, Head]:
        """The ends of all runs' chains, as they stand."""
        with self.reading() as connection:
            return {row.run_id: Head(row.number, row.digest) for row in connection.execute(select(asrun_chains))}

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One state of the store, whatever is written meanwhile."""
        level = {"isolation_level": "REPEATABLE READ"} if self._on_server else {}
        with translated(self._where), self._engine.connect() as connection:
            connection.execution_options(**READING, **level)
            yield connection

    @property
    def file(self) -> tuple[int, ...] | None:
        """Which file it is, wherever it is moved: device, inode, and a mark of its own; on a server the mark alone.

        A new file often gets the inode of one that was just removed; a copy has the mark of what it was made from.
        """
        if self._on_server:
            return (self._mark,)
        return None if self._place is None else (*self._place, self._mark)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def of_run(self, run_id: str, frame_rates: Plain) -> Store:
        """The same store, for the rows of another run."""
        other = Store(self._engine, self._where, self._timezone, run_id, self._mark)
        if isinstance(frame_rates, dict):
            other.frame_rates = {channel: str(rate) for channel, rate in frame_rates.items()}
        return other

    def in_place(self) -> bool:
        """Whether the file that was opened still lies where it was, and not another or none, nor was overwritten.

        It is not read: closing it would let go of SQLite's own locks on it. But a database is of whole pages.
        A server's tables are found gone when they are written.
        """
        if self._on_server:
            return True
        if self._place is None or self._place != _file(self._where):
            return False
        try:
            size = Path(self._where).stat().st_size
        except OSError:
            return False
        return size > 0 and size % SMALLEST_PAGE_BYTES == 0

    def record_event(self, event: events.Event) -> None:
        """Write what an event tells about a break; other events change nothing."""
        self.record_events((event,))

    def record_events(self, told: Iterable[events.Event]) -> None:
        """Write what events tell, all or none. What was written before is not written twice: it changes nothing."""
        breaks = []
        for event in told:
            if isinstance(event, events.ChannelStarted):
                self.frame_rates[event.channel] = event.frame_rate
            if isinstance(event, events.BreakEvent) and is_told(event):
                breaks.append(event)
        if not breaks:
            return
        with translated(self._where), self._engine.begin() as connection:
            chain = Chain(connection, self.run_id, self.head)
            for event in breaks:
                self._record(connection, chain, event)
            chain.close()
        self.head, self.lost = chain.head, self.lost or chain.lost

    def _record(self, connection: Connection, chain: Chain, event: events.BreakEvent) -> None:
        """A row with what an event changes, behind the entry that says so; nothing where it changes nothing."""
        key = and_(asrun.c.run_id == self.run_id, asrun.c.channel == event.channel, asrun.c.break_id == event.break_id)
        found = connection.execute(select(asrun).where(key)).one_or_none()
        before = None if found is None else row_from(found)
        row = stored(row_after(before or self._new_row(event), event))
        if row == before:
            return
        was, now = {} if before is None else plain_row(before), plain_row(row)
        changed = {name: value for name, value in now.items() if name not in was or was[name] != value}
        said = {"event": event.name, "at": to_plain(event.at), "by": event.by, "set": changed}
        head = chain.append(said | {"channel": row.channel, "break_id": row.break_id})
        values = asdict(row) | {"listed_at": listed_at(row), "entry": head.number}
        if found is None:
            connection.execute(asrun.insert().values(values))
        else:
            connection.execute(asrun.update().where(key).values(values))

    def _new_row(self, event: events.BreakEvent) -> AsRunRow:
        return AsRunRow(
            run_id=self.run_id,
            channel=event.channel,
            break_id=event.break_id,
            recorded_at=event.at,
            by=event.by,
            timezone=self._timezone,
            frame_rate=self.frame_rates.get(event.channel, ""),
        )

    def reserve_splice_event_ids(self, count: int = 1, beyond: int = 1) -> int:
        """The first of ``count`` ids in a row that no other call has had or will have, 1 to 2**32 - 1, then 1 again.

        ``beyond``: ids below it have been used without asking; the counter moves to it where it has not come so far.
        """
        with translated(self._where), self._engine.begin() as connection:
            key = counters.c.name == _EVENT_IDS
            made = text("INSERT INTO counters (name, value) VALUES (:name, 1) ON CONFLICT DO NOTHING")
            connection.execute(made, {"name": _EVENT_IDS})
            found = connection.execute(select(counters.c.value).where(key).with_for_update()).scalar_one()
            first = max(found, beyond)
            following = (first - 1 + count) % LAST_SPLICE_EVENT_ID + 1
            connection.execute(counters.update().where(key).values(value=following))
        return int(first)

    def rows(
        self, channel: str | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> list[AsRunRow]:
        """Rows in the order of their OUT (else of their planned time), ``since`` included and ``until`` not."""
        wanted = select(asrun).order_by(asrun.c.listed_at, asrun.c.channel, asrun.c.break_id, asrun.c.run_id)
        if channel is not None:
            wanted = wanted.where(asrun.c.channel == channel)
        if since is not None:
            wanted = wanted.where(asrun.c.listed_at >= since)
        if until is not None:
            wanted = wanted.where(asrun.c.listed_at < until)
        with translated(self._where), self._engine.connect().execution_options(**READING) as connection:
            return [row_from(found) for found in connection.execute(wanted)]


def _mark(engine: Engine, where: str) -> int:
    """The number that the file was given when it was made; 0: by a version that gave none."""
    wanted = select(counters.c.value).where(counters.c.name == MARK)
    with translated(where), engine.connect().execution_options(**READING) as connection:
        return int(connection.execute(wanted).scalar_one_or_none() or 0)


def _file(where: str) -> tuple[int, int] | None:
    try:
        found = Path(where).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
