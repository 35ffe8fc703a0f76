"""An older store brought up to date, in one transaction; how it was is kept first. This alone loads Alembic."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect, text

from app.model.errors import StorageError
from app.storage.tables import SCHEMA_VERSION, migrated

_MIGRATIONS = Path(__file__).with_name("migrations")


def upgrade(connection: Connection, found: int, to: int = SCHEMA_VERSION) -> str:
    """From schema ``found``, in the connection's transaction; where the copy lies. StorageError: none can be made."""
    kept = _keep_file(connection, found) if connection.dialect.name == "sqlite" else _keep_tables(connection, found)
    migrate(connection, found, to)
    return kept


def migrate(connection: Connection, found: int, to: int) -> None:
    """The steps from one schema to another; from 0 they make the tables."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    if found and not inspect(connection).has_table(migrated.name):  # the first version had no Alembic
        command.stamp(config, str(found))
    command.upgrade(config, str(to))


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%dt%H%M%S%f")


def _keep_file(connection: Connection, found: int) -> str:
    """Beside the file; read by a connection of its own, which the write lock that we hold does not hinder."""
    path = Path(connection.engine.url.database or "")
    copy = path.with_name(f"{path.name}.schema{found}-{_stamp()}")
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            (answer,) = target.execute("PRAGMA quick_check").fetchone()
    except (sqlite3.Error, OSError) as error:
        raise StorageError(f"{path}: not upgraded, as no copy of it can be made ({copy}: {error})") from error
    if answer != "ok":
        raise StorageError(f"{path}: not upgraded, as its copy is damaged ({answer})")
    return str(copy)


def _keep_tables(connection: Connection, found: int) -> str:
    """Into a schema of the same database: no other program is needed, and it is part of the transaction."""
    kept = f"splicedeck_schema{found}_{_stamp()}"
    connection.execute(text(f'CREATE SCHEMA "{kept}"'))
    for name in inspect(connection).get_table_names():
        quoted = connection.dialect.identifier_preparer.quote_identifier(name)
        connection.execute(text(f'CREATE TABLE "{kept}".{quoted} AS TABLE {quoted}'))
    return f"schema {kept} of this database"
