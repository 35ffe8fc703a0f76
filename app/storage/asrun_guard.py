"""Triggers that keep the as-run append-only, in both databases: a slip of the hand is refused by the database itself.

Whoever may alter its tables can take them away; that is what the chain is for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

_SAYS = "the as-run is append-only"
_KEPT = ("asrun", "asrun_log", "asrun_chains")  # none of their rows is ever removed
_ROW_MAY = (  # a row changes with an entry of its run that is newer than the one before
    "NEW.run_id = OLD.run_id AND NEW.channel = OLD.channel AND NEW.break_id = OLD.break_id"
    " AND NEW.entry > COALESCE(OLD.entry, 0)"
    " AND EXISTS (SELECT 1 FROM asrun_log WHERE run_id = NEW.run_id AND number = NEW.entry)"
)
_CHAIN_MAY = "NEW.run_id = OLD.run_id AND NEW.ordinal = OLD.ordinal AND NEW.number >= OLD.number"
_UPDATES = {"asrun": _ROW_MAY, "asrun_log": "1 = 0", "asrun_chains": _CHAIN_MAY}


def guard(connection: Connection) -> None:
    """Have the database refuse what no version of ours does."""
    unguard(connection)
    making = _on_server() if connection.dialect.name == "postgresql" else _in_file()
    for statement in making:
        connection.exec_driver_sql(statement)


def unguard(connection: Connection) -> None:
    """Take the triggers away."""
    on_server = connection.dialect.name == "postgresql"
    for table in _KEPT:
        for what in ("update", "delete"):
            where = f" ON {table}" if on_server else ""
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_{what}{where}")


@contextmanager
def unguarded(connection: Connection) -> Iterator[None]:
    """For a backup that is put back, within its transaction."""
    unguard(connection)
    yield
    guard(connection)


def _in_file() -> Iterator[str]:
    for table, lawful in _UPDATES.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
        yield f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {refuse}"
        yield f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} WHEN ({lawful}) IS NOT TRUE {refuse}"


def _on_server() -> Iterator[str]:
    yield (
        "CREATE OR REPLACE FUNCTION splicedeck_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_SAYS}'; END $$"
    )
    refuse = "EXECUTE FUNCTION splicedeck_append_only()"
    for table, lawful in _UPDATES.items():
        yield f"CREATE TRIGGER {table}_delete BEFORE DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT {refuse}"
        if "EXISTS" not in lawful:
            when = f"FOR EACH ROW WHEN (({lawful}) IS NOT TRUE) {refuse}"
            yield f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} {when}"
            continue
        name = f"splicedeck_{table}_follows_log"  # a WHEN may not look into another table
        yield (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF ({lawful}) IS NOT TRUE THEN RAISE EXCEPTION '{_SAYS}'; END IF; RETURN NEW; END $$"
        )
        yield f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
