"""The as-run's chains in the store: written in the transaction of the rows that they tell of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime

from sqlalchemy import Connection, select, text

from app.model.chain import GENESIS, LOST, Entry, Head, beginning
from app.model.wire import Plain, to_plain
from app.storage.tables import asrun_chains, asrun_log, clean, counters

_TURN = "asrun_runs"  # among the counters: who begins a chain holds its row


class Chain:
    """The end of a run's chain, held until the transaction ends: no two writers can go on from the same entry.

    SQLite has one writer anyway; on a server others of this run wait for its row in ``asrun_chains``. ``known``: the
    end as this writer, or its journal, last saw it. Where it is not there any more, that is written down too.
    """

    def __init__(self, connection: Connection, run_id: str, known: Head | None = None) -> None:
        self._connection, self._run_id = connection, clean(run_id)
        noted = self._noted() or self._begun()
        last = self._last()
        gone = [head for head in (noted, known) if head is not None and head != last and not self._has(head)]
        self.lost = bool(gone)
        self.head = last
        if gone:  # the numbers go on behind what was there: the gap stays to be seen
            latest = max(gone, key=lambda head: head.number)
            self.head = Head(max(last.number, latest.number), last.digest)
            self.append({"event": LOST, "number": latest.number, "digest": latest.digest})

    def append(self, said: Mapping[str, Plain]) -> Head:
        """Write an entry behind the last; the new end."""
        said = said if "at" in said else {**said, "at": to_plain(datetime.now(UTC))}
        entry = Entry.behind(self._run_id, self.head, said)
        self._connection.execute(asrun_log.insert().values(asdict(entry)))
        self.head = entry.head
        return self.head

    def close(self) -> None:
        """Note the end."""
        at = asrun_chains.c.run_id == self._run_id
        values = {"number": self.head.number, "digest": self.head.digest}
        self._connection.execute(asrun_chains.update().where(at).values(values))

    def _noted(self) -> Head | None:
        wanted = select(asrun_chains.c.number, asrun_chains.c.digest).where(asrun_chains.c.run_id == self._run_id)
        found = self._connection.execute(wanted.with_for_update()).one_or_none()
        return None if found is None else Head(found.number, found.digest)

    def _last(self) -> Head:
        wanted = select(asrun_log.c.number, asrun_log.c.digest).where(asrun_log.c.run_id == self._run_id)
        found = self._connection.execute(wanted.order_by(asrun_log.c.number.desc()).limit(1)).one_or_none()
        return Head(0, GENESIS) if found is None else Head(found.number, found.digest)

    def _has(self, head: Head) -> bool:
        at = (asrun_log.c.run_id == self._run_id, asrun_log.c.number == head.number)
        return self._connection.execute(select(asrun_log.c.digest).where(*at)).scalar() == head.digest

    def _begun(self) -> Head:
        """The end of a chain that begins: chained to the run before, it seals the ends of the others."""
        made = text("INSERT INTO counters (name, value) VALUES (:name, 0) ON CONFLICT DO NOTHING")
        self._connection.execute(made, {"name": _TURN})
        self._connection.execute(select(counters.c.value).where(counters.c.name == _TURN).with_for_update())
        if (head := self._noted()) is not None:  # another was quicker
            return head
        ordinal, previous = self._newest()
        said = beginning(ordinal + 1, self._sealed(), str(to_plain(datetime.now(UTC))))
        entry = Entry.behind(self._run_id, Head(0, previous), said)
        self._connection.execute(asrun_log.insert().values(asdict(entry)))
        values = {"run_id": self._run_id, "ordinal": ordinal + 1, "sealed": 0}
        self._connection.execute(asrun_chains.insert().values(values | asdict(entry.head)))
        return entry.head

    def _newest(self) -> tuple[int, str]:
        """How many runs there have been, and the digest of the last one's beginning."""
        chains = asrun_chains.alias()
        first = (asrun_log.c.run_id == chains.c.run_id) & (asrun_log.c.number == 1)
        wanted = select(chains.c.ordinal, asrun_log.c.digest).select_from(chains.outerjoin(asrun_log, first))
        found = self._connection.execute(wanted.order_by(chains.c.ordinal.desc()).limit(1)).one_or_none()
        return (0, GENESIS) if found is None else (found.ordinal, found.digest or GENESIS)

    def _sealed(self) -> dict[str, Head]:
        """The ends of chains that have grown since they were sealed; one that is being written waits for the next."""
        grown = asrun_chains.c.number > asrun_chains.c.sealed
        wanted = select(asrun_chains.c.run_id, asrun_chains.c.number, asrun_chains.c.digest).where(grown)
        found = self._connection.execute(wanted.with_for_update(skip_locked=True)).all()
        for run_id, number, _ in found:
            at = asrun_chains.c.run_id == run_id
            self._connection.execute(asrun_chains.update().where(at).values(sealed=number))
        return {run_id: Head(number, digest) for run_id, number, digest in found}
