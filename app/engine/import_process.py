"""An import in a process of its own: ``python -m app.engine.import_process``, a job on stdin, its end on stdout.

Reading a long list would keep the threads of the air waiting for the interpreter; a list that takes all the memory, or
brings a reader down, takes no engine along. The first line of stdin is the job, the rest the list.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.model.errors import BreakListError, RowUnwritableError, SplicedeckError, StorageError, UsageError
from app.model.inlets import LARGEST_BYTES
from app.model.merging import Conflict, MergeResult
from app.model.schedule import Imported
from app.model.signalling import Template
from app.model.wire import from_plain, to_plain
from app.schedule.addresses import origin
from app.schedule.fetching import Fetcher
from app.schedule.importing import Asked, imported
from app.schedule.inlets.arrival import Fate, Landed, counted
from app.schedule.limits import Limits
from app.schedule.offsets import start_from

NICE = 19
MOST_MEMORY_BYTES = 4 << 30
TOLD = 20  # rows, conflicts and notes that are told one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportJob:
    """A list to merge into a store; the options are an inlet's. ``by``: who is told to have changed the schedule."""

    by: str
    database: str
    timezone: str
    channels: dict[str, tuple[Template, ...]]
    file: str
    named: str
    base: str
    channel: str
    start: str
    columns: dict[str, str]
    all_or_nothing: bool
    remove_missing: bool
    private_addresses: bool


def done(job: ImportJob, content: bytes) -> Landed:
    """Read the list and merge it."""
    try:
        found = _read(job, content)
    except UsageError as error:
        return Landed(fate=Fate.UNUSABLE, reason=str(error))
    told = Landed(
        fate=Fate.UNUSABLE,
        refused_count=len(found.refused),
        refused=found.refused[:TOLD],
        notes=found.notes[:TOLD],
    )
    if found.refused and job.all_or_nothing:
        reason = f"{counted(len(found.refused))} refused, so none is imported (all_or_nothing)"
        return replace(told, reason=reason)
    try:
        merged = _merged(job, found)
    except RowUnwritableError as error:
        return Landed(fate=Fate.UNUSABLE, reason=str(error))
    except StorageError as error:
        return Landed(fate=Fate.LATER, reason=str(error))
    return replace(
        told,
        fate=Fate.IMPORTED,
        added=merged.added,
        changed=merged.changed,
        unchanged=merged.unchanged,
        removed=merged.removed,
        conflict_count=len(merged.conflicts),
        conflicts=tuple(map(_told, merged.conflicts[:TOLD])),
        import_id=merged.import_id,
    )


def _read(job: ImportJob, content: bytes) -> Imported:
    if len(content) > LARGEST_BYTES:
        raise BreakListError(job.file, f"larger than {LARGEST_BYTES} bytes: no schedule")
    start = None
    if job.start:
        try:
            start = start_from(job.start, job.timezone, datetime.now(UTC))
        except ValueError as error:
            raise UsageError("start", str(error)) from error
    asked = Asked(
        channels=job.channels,
        default_channel=job.channel or None,
        start=start,
        timezone=job.timezone,
        names=job.columns,
    )
    fetcher = Fetcher(Limits(private_addresses=job.private_addresses))
    if job.named:
        fetcher.trusted.add(origin(job.named))
    return imported(content, job.file, asked, fetcher, base=job.base)


def _merged(job: ImportJob, found: Imported) -> MergeResult:
    from app.storage.schedule_store import open_schedule  # noqa: PLC0415 - a list that is refused needs no database

    with closing(open_schedule(job.database, timezone=job.timezone, password=_password)) as schedule:
        return schedule.merge(found, by=job.by, remove_missing=job.remove_missing)


def _password(host: str) -> str | None:
    from app.security.secrets import database_password  # noqa: PLC0415 - a store in a file needs no keyring

    return database_password(host)


def _told(one: Conflict) -> str:
    return f"{one.channel} {one.break_id}: {one.reason}" + (f" ({', '.join(one.fields)})" if one.fields else "")


def _modest() -> None:
    """Behind everything that is on air, and with an end to what it may take."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - there is none on Windows

        os.nice(NICE)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))


def main() -> None:
    """One job."""
    _modest()
    job: ImportJob = from_plain(ImportJob, json.loads(sys.stdin.buffer.readline()))
    try:
        landed = done(job, sys.stdin.buffer.read())
    except MemoryError:
        landed = Landed(fate=Fate.UNUSABLE, reason="it takes more memory than an import may")
    except SplicedeckError as error:
        landed = Landed(fate=Fate.UNUSABLE, reason=str(error))
    sys.stdout.write(json.dumps(to_plain(landed)))


if __name__ == "__main__":
    main()
