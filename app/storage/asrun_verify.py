"""The as-run held against its chains: every entry, every row, and the ends that were noted elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain as one_after_another
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select

from app.model.chain import (
    CARRIED,
    Beginning,
    Entry,
    Fault,
    Head,
    Seal,
    beginning_of,
    faults_of_entries,
    faults_of_runs,
    faults_of_seals,
    sealed_head,
)
from app.model.errors import StorageError
from app.model.wire import Plain
from app.storage.asrun import open_store
from app.storage.asrun_rows import listed_at, plain_row, row_from, told_row
from app.storage.database_url import Password
from app.storage.journal import SEAL, read_kept, read_run_id
from app.storage.journal_file import old_runs
from app.storage.tables import asrun, asrun_chains, asrun_log

type RowKey = tuple[str, str]  # channel and id of a break, within a run


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedRun:
    """A run's chain. ``carried``: rows that were written before there were chains, vouched for from ``since`` on."""

    run_id: str
    since: str
    head: Head
    rows: int
    carried: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was found. ``faults`` empty: every row is as it was written. ``seals``: how many ends were compared."""

    where: str
    runs: tuple[VerifiedRun, ...]
    faults: tuple[Fault, ...]
    seals: int


def verify(
    named: str | Path, *, journal: Path | None = None, seals: Sequence[Seal] = (), password: Password | None = None
) -> Verified:
    """Read the whole as-run of a store; change nothing. StorageError: it can't be read.

    ``journal``: of the engine that writes in it; ``seals``: ends that were noted elsewhere. Both beside those that the
    chains have of each other.
    """
    store = open_store(named, create=False, password=password)
    try:
        noted = [*seals, *(sealed_by_journals(journal, store.mark) if journal is not None else ())]
        with store.reading() as connection:  # behind the journals: the engine may be writing
            return _Reading(connection, noted).verified(store.where)
    finally:
        store.close()


def sealed_by_journals(journal: Path, mark: int) -> Iterator[Seal]:
    """The ends that the journals of a data folder have noted of the store with this ``mark``: six runs at most."""
    for path in [journal, *old_runs(journal)]:
        if not path.is_file():
            continue
        try:
            kept, run_id = read_kept(path).get(SEAL), read_run_id(path)
        except StorageError:
            continue  # a damaged journal vouches for nothing, and is told by what reads journals
        if run_id is not None and (head := sealed_head(kept, mark)) is not None:
            yield Seal(run_id, head, str(path))


class _Reading:
    """One look at a store, in one transaction."""

    def __init__(self, connection: Connection, seals: Sequence[Seal]) -> None:
        self._connection = connection
        chains = connection.execute(select(asrun_chains)).all()
        self._heads = {row.run_id: Head(row.number, row.digest) for row in chains}
        self._ordinals = {row.run_id: row.ordinal for row in chains}
        self._beginnings = sorted(self._begun(), key=lambda begun: begun.ordinal)
        self._seals = [*seals, *one_after_another.from_iterable(begun.seals for begun in self._beginnings)]
        self._wanted = {(seal.run_id, seal.head.number) for seal in self._seals}
        self._digests: dict[tuple[str, int], str] = {}
        self._runs: list[VerifiedRun] = []

    def verified(self, where: str) -> Verified:
        """All of it."""
        faults = [*faults_of_runs(self._beginnings), *self._faults_of_beginnings()]
        for run_id in self._run_ids():
            faults += self._faults_of_run(run_id)
        faults += faults_of_seals(self._seals, self._digests)
        return Verified(where=where, runs=tuple(self._runs), faults=tuple(faults), seals=len(self._seals))

    def _begun(self) -> Iterator[Beginning]:
        for row in self._connection.execute(select(asrun_log).where(asrun_log.c.number == 1)):
            if (begun := beginning_of(Entry(**row._mapping))) is not None:  # noqa: SLF001 - SQLAlchemy's documented name
                yield begun

    def _faults_of_beginnings(self) -> Iterator[Fault]:
        for begun in self._beginnings:
            if self._ordinals.get(begun.run_id, begun.ordinal) != begun.ordinal:
                yield Fault(begun.run_id, 1, "tells another place among the runs than the store's own note")

    def _run_ids(self) -> list[str]:
        """Of all that is told anywhere, in the order of their beginnings."""
        found = set(self._heads)
        for table in (asrun_log, asrun):
            found |= set(self._connection.execute(select(table.c.run_id).distinct()).scalars())
        order = {begun.run_id: begun.ordinal for begun in self._beginnings}
        return sorted(found, key=lambda run_id: (order.get(run_id, len(order) + 1), run_id))

    def _faults_of_run(self, run_id: str) -> Iterator[Fault]:
        folding = _Folding()
        wanted = select(asrun_log).where(asrun_log.c.run_id == run_id).order_by(asrun_log.c.number)
        found = self._connection.execute(wanted.execution_options(yield_per=1000))
        entries = (Entry(**row._mapping) for row in found)  # noqa: SLF001 - SQLAlchemy's documented name
        yield from faults_of_entries(self._noting(entries, folding), self._heads.get(run_id))
        if folding.last is None and run_id in self._heads:
            yield Fault(run_id, 0, f"all of its {self._heads[run_id].number} entries are gone")
        rows = self._connection.execute(select(asrun).where(asrun.c.run_id == run_id)).all()
        yield from folding.faults_of_rows(run_id, rows)
        head = Head(0, "") if folding.last is None else folding.last.head
        run = VerifiedRun(
            run_id=run_id, since=folding.since, head=head, rows=len(folding.rows), carried=folding.carried
        )
        self._runs.append(run)

    def _noting(self, entries: Iterator[Entry], folding: _Folding) -> Iterator[Entry]:
        for entry in entries:
            if (place := (entry.run_id, entry.number)) in self._wanted:
                self._digests[place] = entry.digest
            folding.take(entry)
            yield entry


class _Folding:
    """The rows of a run as its entries tell them."""

    def __init__(self) -> None:
        self.rows: dict[RowKey, tuple[dict[str, Plain], int]] = {}
        self.last: Entry | None = None
        self.since = ""
        self.carried = 0

    def take(self, entry: Entry) -> None:
        said, self.last = entry.said, entry
        self.since = self.since or str(said.get("at") or "")
        match said:
            case {"channel": str(channel), "break_id": str(break_id), "set": dict(changed)}:
                before, _ = self.rows.get((channel, break_id), ({}, 0))
                self.rows[channel, break_id] = before | changed, entry.number
                self.carried += said.get("event") == CARRIED

    def faults_of_rows(self, run_id: str, found: Sequence[Row[Any]]) -> Iterator[Fault]:
        left = dict(self.rows)
        for row in found:
            told = left.pop((row.channel, row.break_id), None)
            name = f"the row of break {row.break_id!r} on {row.channel}"
            if told is None:
                yield Fault(run_id, 0, f"{name} was put in: no entry tells of it")
                continue
            said, number = told
            if wrong := _differences(row, told_row(said), number):
                yield Fault(run_id, number, f"{name} was changed: {'; '.join(wrong)}")
        for channel, break_id in left:
            yield Fault(run_id, 0, f"the row of break {break_id!r} on {channel} is gone")


def _differences(found: Row[Any], said: dict[str, Plain], number: int) -> list[str]:
    try:
        row = row_from(found)
        stands = plain_row(row)
    except ValueError as error:
        return [f"it can't be read ({error})"]
    wrong = [f"{name} is {stands[name]!r}, and was {said[name]!r}" for name in stands if stands[name] != said[name]]
    if found.listed_at != listed_at(row):
        wrong.append(f"its place in the listing is {_shown(found.listed_at)}, and was {_shown(listed_at(row))}")
    if found.entry != number:
        wrong.append(f"its newest entry is {found.entry}, and was {number}")
    return wrong


def _shown(moment: datetime) -> str:
    return moment.isoformat(" ", "milliseconds")
