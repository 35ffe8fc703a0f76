"""Schema 3: the as-run's entries. Rows that are there already are chained from now on, and their entries say so."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from app.model.chain import CARRIED, GENESIS, Entry, Head, beginning
from app.model.wire import to_plain
from app.storage.asrun_guard import guard
from app.storage.tables import CleanText, UtcDateTime

revision, down_revision = "3", "2"

_TIMES = ("planned_at", "out_at", "in_at", "recorded_at")
_NUMBERS = (
    *("splice_event_id", "planned_frame", "planned_pts", "planned_duration_ticks"),
    *("out_frame", "out_pts", "in_frame", "in_pts", "duration_ticks"),
)
_TEXTS = ("state", "title", "by", "how", "verdict", "reason", "timezone", "frame_rate")
_SAID = (*_TIMES, *_NUMBERS, *_TEXTS)
_ROWS = sa.table(
    "asrun",
    *(sa.column(name, CleanText()) for name in ("run_id", "channel", "break_id")),
    *(sa.column(name, UtcDateTime()) for name in _TIMES),
    *(sa.column(name, sa.BigInteger()) for name in (*_NUMBERS, "entry")),
    *(sa.column(name, sa.Text()) for name in _TEXTS),
)


def upgrade() -> None:
    """Make the tables, carry every row over into a chain of its run, and have the database keep them."""
    op.add_column("asrun", sa.Column("entry", sa.BigInteger))
    log = op.create_table(
        "asrun_log",
        sa.Column("run_id", CleanText, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    chains = op.create_table(
        "asrun_chains",
        sa.Column("run_id", CleanText, primary_key=True),
        sa.Column("ordinal", sa.BigInteger, nullable=False, unique=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("sealed", sa.BigInteger, nullable=False),
    )
    connection, previous = op.get_bind(), GENESIS
    first = sa.func.min(_ROWS.c.recorded_at)
    runs = connection.execute(sa.select(_ROWS.c.run_id).group_by(_ROWS.c.run_id).order_by(first, _ROWS.c.run_id))
    for ordinal, run_id in enumerate(runs.scalars().all(), 1):
        entries = _carried_over(connection, run_id, ordinal, previous)
        connection.execute(log.insert(), [asdict(entry) for entry in entries])
        end = {"run_id": run_id, "ordinal": ordinal, "sealed": 0} | asdict(entries[-1].head)
        connection.execute(chains.insert(), [end])
        previous = entries[0].digest
    guard(connection)
    op.execute("UPDATE schema_version SET version = 3")


def _carried_over(connection: sa.Connection, run_id: str, ordinal: int, previous: str) -> list[Entry]:
    """The chain of a run that had none: its rows as they are found, in their order."""
    now = to_plain(datetime.now(UTC))
    entries = [Entry.behind(run_id, Head(0, previous), beginning(ordinal, {}, str(now)))]
    wanted = sa.select(_ROWS).where(_ROWS.c.run_id == run_id)
    found = connection.execute(wanted.order_by(_ROWS.c.recorded_at, _ROWS.c.channel, _ROWS.c.break_id)).mappings()
    numbered = []
    for row in found.all():
        said = {"event": CARRIED, "at": now, "by": "", "set": {name: to_plain(row[name]) for name in _SAID}}
        said |= {"channel": row["channel"], "break_id": row["break_id"]}
        entries.append(Entry.behind(run_id, entries[-1].head, said))
        numbered.append({"c": row["channel"], "b": row["break_id"], "n": entries[-1].number})
    at = (_ROWS.c.run_id == run_id, _ROWS.c.channel == sa.bindparam("c"), _ROWS.c.break_id == sa.bindparam("b"))
    connection.execute(_ROWS.update().where(*at).values(entry=sa.bindparam("n")), numbered)
    return entries
