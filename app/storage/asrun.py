"""The store as the engine and the export see it: as-run rows and the counter of splice_event_ids."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row, and_, select, text

from app.model import events
from app.model.asrun import AsRunRow, AsRunState, is_told, row_after
from app.model.states import ProofState
from app.model.wire import Plain
from app.storage.database import BUSY_TIMEOUT_MS, MARK, READING, database_url, opened, shown, translated
from app.storage.database_url import Password
from app.storage.tables import asrun, counters

LAST_SPLICE_EVENT_ID = 0xFFFF_FFFF  # SCTE 35 §9.7.3: 32 bits
SMALLEST_PAGE_BYTES = 512
_EVENT_IDS = "splice_event_id"
_FIELDS = tuple(field.name for field in fields(AsRunRow))


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

    ``frame_rates`` of the channels are learned from their ChannelStarted, and may be given.
    """

    def __init__(self, engine: Engine, where: str, timezone: str, run_id: str, mark: int) -> None:
        self.run_id = run_id
        self.frame_rates: dict[str, str] = {}
        self._engine = engine
        self._where = where
        self._timezone = timezone
        self._on_server = engine.dialect.name == "postgresql"
        self._mark, self._place = mark, None if self._on_server else _file(where)

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
            for event in breaks:
                self._record(connection, event)

    def _record(self, connection: Connection, event: events.BreakEvent) -> None:
        key = and_(asrun.c.run_id == self.run_id, asrun.c.channel == event.channel, asrun.c.break_id == event.break_id)
        found = connection.execute(select(asrun).where(key)).one_or_none()
        row = row_after(self._new_row(event) if found is None else _row_from(found), event)
        values = asdict(row) | {"listed_at": row.out_at or row.planned_at or row.recorded_at}
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
            return [_row_from(found) for found in connection.execute(wanted)]


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


def _row_from(found: Row[Any]) -> AsRunRow:
    values = {name: found._mapping[name] for name in _FIELDS}  # noqa: SLF001 - SQLAlchemy's documented name
    values["state"] = AsRunState(values["state"])
    values["verdict"] = None if values["verdict"] is None else ProofState(values["verdict"])
    return AsRunRow(**values)
