"""The store's tables. Types that SQLite and PostgreSQL both have; times are UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import BigInteger, Column, DateTime, Dialect, Index, Integer, MetaData, String, Table, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

SCHEMA_VERSION = 4

metadata = MetaData()


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time; SQLite keeps UTC without saying so."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; a naive time would mean something else on each machine, so it is an error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC).replace(tzinfo=None if dialect.name == "sqlite" else UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the form is theirs
        """Aware UTC again."""
        if value is None or value.tzinfo is UTC:
            return value
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def clean(text: str) -> str:
    """What can't be stored becomes a replacement character: NUL, and lone surrogates, which JSON can bring."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\N{REPLACEMENT CHARACTER}")


class CleanText(TypeDecorator[str]):
    """Text that any database takes, ordered everywhere as SQLite orders it: by its code points."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """PostgreSQL would order by the language of the server."""
        return dialect.type_descriptor(Text(collation="C") if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - their signature
        """As ``clean``."""
        return None if value is None else clean(value)


migrated = Table("alembic_version", metadata, Column("version_num", String(32), primary_key=True))  # Alembic's own

schema_version = Table("schema_version", metadata, Column("version", Integer, primary_key=True, autoincrement=False))

counters = Table(
    "counters",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

asrun = Table(
    "asrun",
    metadata,
    Column("run_id", CleanText, primary_key=True),
    Column("channel", CleanText, primary_key=True),
    Column("break_id", CleanText, primary_key=True),
    Column("listed_at", UtcDateTime, nullable=False),  # where it stands in a listing: out_at, else planned_at
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("title", CleanText, nullable=False),
    Column("by", CleanText, nullable=False),
    Column("splice_event_id", BigInteger),
    Column("planned_at", UtcDateTime),
    Column("planned_frame", BigInteger),
    Column("planned_pts", BigInteger),
    Column("planned_duration_ticks", BigInteger),
    Column("out_frame", BigInteger),
    Column("out_pts", BigInteger),
    Column("out_at", UtcDateTime),
    Column("in_frame", BigInteger),
    Column("in_pts", BigInteger),
    Column("in_at", UtcDateTime),
    Column("duration_ticks", BigInteger),
    Column("how", String(16), nullable=False),
    Column("verdict", String(16)),
    Column("reason", CleanText, nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("frame_rate", String(32), nullable=False),
    Column("entry", BigInteger),  # of asrun_log: the newest that it is made of
    Index("asrun_listed", "channel", "listed_at"),
)

asrun_log = Table(  # what each row is made of, entry by entry: see model/chain
    "asrun_log",
    metadata,
    Column("run_id", CleanText, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("previous", String(64), nullable=False),
    Column("content", Text, nullable=False),  # ASCII
    Column("digest", String(64), nullable=False),
)

asrun_chains = Table(  # the end of each run's chain; who writes in a chain holds its row
    "asrun_chains",
    metadata,
    Column("run_id", CleanText, primary_key=True),
    Column("ordinal", BigInteger, nullable=False, unique=True),
    Column("number", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("sealed", BigInteger, nullable=False),  # up to where a later run's beginning has sealed it
)
