"""Ways to tamper with an as-run by raw SQL, of somebody who may alter its tables and knows how it is chained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Table, select

from app.model.chain import Entry, Head
from app.storage.asrun_guard import unguard
from app.storage.tables import asrun, asrun_chains, asrun_log

type Tamper = Callable[[Target], None]


@dataclass(frozen=True, slots=True)
class Target:
    """A store, and a number that picks what is tampered with."""

    connection: Connection
    pick: int

    def one(self, table: Table, *, last: bool = True) -> Any:
        """A row of a table; without ``last`` none that ends its run's chain."""
        rows = self.connection.execute(select(table).order_by(*table.primary_key)).all()
        if not last:
            ends = {(row.run_id, row.number) for row in self.connection.execute(select(asrun_chains))}
            rows = [row for row in rows if (row.run_id, row.number) not in ends]
        return rows[self.pick % len(rows)]

    def entry(self, *, last: bool = True) -> Entry:
        return Entry(**self.one(asrun_log, last=last)._mapping)

    def put(self, entry: Entry) -> None:
        self.connection.execute(asrun_log.insert().values(asdict(entry)))

    def drop(self, run_id: str, since: int, until: int | None = None) -> list[Entry]:
        at = (asrun_log.c.run_id == run_id) & (asrun_log.c.number >= since)
        at = at if until is None else at & (asrun_log.c.number <= until)
        found = self.connection.execute(select(asrun_log).where(at).order_by(asrun_log.c.number)).all()
        self.connection.execute(asrun_log.delete().where(at))
        return [Entry(**row._mapping) for row in found]

    def end(self, run_id: str, head: Head) -> None:
        at = asrun_chains.c.run_id == run_id
        self.connection.execute(asrun_chains.update().where(at).values(number=head.number, digest=head.digest))

    def row_of(self, entry: Entry) -> Any:
        said = entry.said
        return (
            (asrun.c.run_id == entry.run_id)
            & (asrun.c.channel == said.get("channel"))
            & (asrun.c.break_id == said.get("break_id"))
        )


def _change_content(target: Target) -> None:
    entry = target.entry()
    at = (asrun_log.c.run_id == entry.run_id) & (asrun_log.c.number == entry.number)
    content = entry.content[:-1] + ',"more":1}'
    target.connection.execute(asrun_log.update().where(at).values(content=content))


def _change_content_and_digest(target: Target) -> None:
    entry = target.entry()
    target.drop(entry.run_id, entry.number, entry.number)
    target.put(Entry.behind(entry.run_id, Head(entry.number - 1, entry.previous), entry.said | {"more": 1}))


def _change_digest(target: Target) -> None:
    entry = target.entry()
    at = (asrun_log.c.run_id == entry.run_id) & (asrun_log.c.number == entry.number)
    digest = entry.digest[::-1]
    target.connection.execute(asrun_log.update().where(at).values(digest=digest))


def _change_previous(target: Target) -> None:
    entry = target.entry()
    at = (asrun_log.c.run_id == entry.run_id) & (asrun_log.c.number == entry.number)
    target.connection.execute(asrun_log.update().where(at).values(previous="f" * 64))


def _remove_entry(target: Target) -> None:
    entry = target.entry()
    target.drop(entry.run_id, entry.number, entry.number)


def _remove_entry_and_count_anew(target: Target) -> None:
    entry = target.entry(last=False)
    for moved in target.drop(entry.run_id, entry.number)[1:]:
        target.put(Entry(moved.run_id, moved.number - 1, moved.previous, moved.content, moved.digest))


def _insert_entry(target: Target) -> None:
    entry = target.entry(last=False)
    tail = target.drop(entry.run_id, entry.number + 1)
    target.put(Entry.behind(entry.run_id, entry.head, entry.said))
    for moved in tail:
        target.put(Entry(moved.run_id, moved.number + 1, moved.previous, moved.content, moved.digest))


def _append_entry(target: Target) -> None:
    chain = target.one(asrun_chains)
    target.put(Entry.behind(chain.run_id, Head(chain.number, chain.digest), {"event": "break.cued"}))


def _exchange_entries(target: Target) -> None:
    entry = target.entry(last=False)
    one, other = target.drop(entry.run_id, entry.number, entry.number + 1)
    target.put(Entry(one.run_id, one.number, other.previous, other.content, other.digest))
    target.put(Entry(one.run_id, other.number, one.previous, one.content, one.digest))


def _remove_tail(target: Target) -> None:
    entry = target.entry()
    target.drop(entry.run_id, entry.number)


def _change_row(target: Target) -> None:
    row = target.one(asrun)
    changes: list[dict[str, Any]] = [
        {"title": "Another"},
        {"out_frame": 1 if row.out_frame is None else row.out_frame + 1},
        {"verdict": "late"},
        {"by": "somebody"},
        {"listed_at": row.listed_at.replace(year=2001)},
        {"recorded_at": row.recorded_at.replace(year=2001)},
        {"planned_at": None if row.planned_at else row.recorded_at},
        {"entry": row.entry - 1},
        {"state": "unheard of"},
    ]
    at = (asrun.c.run_id == row.run_id) & (asrun.c.channel == row.channel) & (asrun.c.break_id == row.break_id)
    target.connection.execute(asrun.update().where(at).values(changes[target.pick % len(changes)]))


def _remove_row(target: Target) -> None:
    row = target.one(asrun)
    at = (asrun.c.run_id == row.run_id) & (asrun.c.channel == row.channel) & (asrun.c.break_id == row.break_id)
    target.connection.execute(asrun.delete().where(at))


def _insert_row(target: Target) -> None:
    row = target.one(asrun)
    target.connection.execute(asrun.insert().values(dict(row._mapping) | {"break_id": "never"}))


def _rename_row(target: Target) -> None:
    row = target.one(asrun)
    at = (asrun.c.run_id == row.run_id) & (asrun.c.channel == row.channel) & (asrun.c.break_id == row.break_id)
    target.connection.execute(asrun.update().where(at).values(break_id="renamed"))


def _move_row_to_another_run(target: Target) -> None:
    row = target.one(asrun)
    at = (asrun.c.run_id == row.run_id) & (asrun.c.channel == row.channel) & (asrun.c.break_id == row.break_id)
    target.connection.execute(asrun.update().where(at).values(run_id="another"))


def _change_end(target: Target) -> None:
    chain = target.one(asrun_chains)
    target.end(chain.run_id, Head(chain.number + target.pick % 3 - 1, "0" * 64))


def _remove_end(target: Target) -> None:
    chain = target.one(asrun_chains)
    target.connection.execute(asrun_chains.delete().where(asrun_chains.c.run_id == chain.run_id))


def _insert_run(target: Target) -> None:
    target.put(Entry.behind("made up", Head(0, "0" * 64), {"event": "asrun.begun", "ordinal": 1, "ends": {}}))


def _remove_all_entries_of_a_run(target: Target) -> None:
    target.drop(target.one(asrun_chains).run_id, 1)


SHOWN: dict[str, Tamper] = {
    tamper.__name__.strip("_"): tamper
    for tamper in (
        *(_change_content, _change_content_and_digest, _change_digest, _change_previous, _remove_entry),
        *(_remove_entry_and_count_anew, _insert_entry, _append_entry, _exchange_entries, _remove_tail),
        *(_change_row, _remove_row, _insert_row, _rename_row, _move_row_to_another_run),
        *(_change_end, _remove_end, _insert_run, _remove_all_entries_of_a_run),
    )
}
"""What the store shows by itself."""


# ---- everything made anew so that the store agrees with itself


def _remove_tail_thoroughly(target: Target) -> None:
    """The rows as the entries before told them."""
    entry = target.entry()
    if entry.number == 1:
        _remove_run_thoroughly(target)
        return
    touched = target.drop(entry.run_id, entry.number)
    target.end(entry.run_id, Head(entry.number - 1, entry.previous))
    for each in touched:
        target.connection.execute(asrun.delete().where(target.row_of(each)))


def _remove_run_thoroughly(target: Target) -> None:
    run_id = target.one(asrun_chains).run_id
    for table in (asrun, asrun_log, asrun_chains):
        target.connection.execute(table.delete().where(table.c.run_id == run_id))


def _chain_anew(target: Target) -> None:
    """A title is changed in its first entry and its row; every digest behind it is made to fit."""
    row = target.one(asrun)
    at = (asrun.c.run_id == row.run_id) & (asrun.c.channel == row.channel) & (asrun.c.break_id == row.break_id)
    target.connection.execute(asrun.update().where(at).values(title="Another"))
    first, *rest = target.drop(row.run_id, 1)
    target.put(first)
    head = first.head
    for entry in rest:
        said = entry.said
        changed = said.get("set")
        if isinstance(changed, dict) and said.get("break_id") == row.break_id and "title" in changed:
            said = said | {"set": changed | {"title": "Another"}}
        anew = Entry.behind(row.run_id, head, said)
        target.put(anew)
        head = anew.head
    target.end(row.run_id, head)


SEALED: dict[str, Tamper] = {
    tamper.__name__.strip("_"): tamper for tamper in (_remove_tail_thoroughly, _remove_run_thoroughly, _chain_anew)
}
"""What only an end that was noted elsewhere shows: in a later run's beginning, or in a journal."""


def tamper(connection: Connection, how: Tamper, pick: int) -> None:
    """Do it, without the triggers."""
    unguard(connection)
    how(Target(connection, pick))
