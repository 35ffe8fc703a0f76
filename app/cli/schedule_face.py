"""The schedule as the window holds it, over the store, the importers and the linter."""

from __future__ import annotations

import subprocess
import threading
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.model.asrun_export import AsRunForm
from app.model.errors import StorageError
from app.model.events import ChannelChanged, Event
from app.model.library import LibraryItem
from app.model.live_change import changed_show
from app.model.merging import Choice, MergeResult, Stored, UndoResult
from app.model.outcome_figures import Figures
from app.model.progress import Progress
from app.model.schedule import Booking, Imported
from app.model.schedule_face import Edit
from app.model.schedule_findings import BookingKey, ScheduleFinding
from app.model.schedule_limits import ScheduleLimits
from app.model.show import Show
from app.remote.spawning import program
from app.settings import default_database, local_timezone

if TYPE_CHECKING:
    from app.storage.schedule_store import ScheduleStore

_EXPORT_S = 120.0


class StoreFace:
    """Any thread may call; every call may block. The store is opened by the first that needs it, again if it failed.

    ``show`` None: no channel is known. ``timezone``: the house's, "": the show's or, without one, this machine's.
    """

    def __init__(self, named: str | Path, show: Show | None, timezone: str = "") -> None:
        self._named, self._show = named, show
        self.limits: Mapping[str, ScheduleLimits] = {one.name: one.schedule for one in show.channels} if show else {}
        self._timezone = timezone or (show.timezone if show is not None else local_timezone())
        self.now: Callable[[], datetime] = partial(datetime.now, UTC)
        self._opened: ScheduleStore | None = None
        self._lock = threading.Lock()

    @property
    def where(self) -> str:
        """The store, by path or URL, without a password. Loads the database's library: no window waits for that."""
        from app.storage.database_url import database_url, shown

        return shown(database_url(self._named))

    @property
    def _store(self) -> ScheduleStore:
        """StoreUnusableError: it can't be opened, now."""
        with self._lock:
            if self._opened is None:
                from app.security.secrets import database_password
                from app.storage.schedule_store import open_schedule

                self._opened = open_schedule(self._named, timezone=self._timezone, password=database_password)
            return self._opened

    def note(self, event: Event) -> None:
        """Judge by the limits and templates that a channel has taken on."""
        if self._show is not None and isinstance(event, ChannelChanged):
            self._show = changed_show(self._show, event)
            self.limits = {one.name: one.schedule for one in self._show.channels}

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()

    def revision(self) -> int:
        """Of the newest change."""
        return self._store.revision()

    def bookings(self, channel: str | None, since: datetime | None, until: datetime | None) -> list[Stored]:
        """Bookings by their start."""
        return self._store.bookings(channel, since, until)

    def unplaced(self) -> list[Stored]:
        """Bookings without a moment."""
        return self._store.unplaced()

    def changes(self, since: int) -> list[Stored]:
        """What was changed behind a revision."""
        return self._store.changes(since)

    def write(self, edits: Sequence[Edit], *, by: str) -> list[Stored]:
        """All or none."""
        return self._store.write(edits, by=by)

    def watch(
        self, since: int, changed: Callable[[list[Stored]], None], trouble: Callable[[str | None], None]
    ) -> Callable[[], None]:
        """Tell what others change, until the result is called."""
        from app.storage.schedule_watch import ScheduleWatch

        watch = ScheduleWatch(self._store, since, changed, trouble)
        watch.start()
        return watch.close

    def read_list(self, named: str, *, channel: str | None, progress: Progress | None = None) -> Imported:
        """A file or URL, for the channels of the show. UsageError: it can't be used at all."""
        from app.schedule.importing import imported_from

        channels = {one.name: one.templates for one in self._show.channels} if self._show is not None else None
        alone = next(iter(channels)) if channels is not None and len(channels) == 1 else None
        return imported_from(
            named,
            channels=channels,
            default_channel=channel or alone,
            timezone=self._timezone,
            progress=progress,
        )

    def merge(
        self,
        imported: Imported,
        *,
        by: str,
        dry_run: bool,
        remove_missing: bool,
        choose: Mapping[tuple[str, str], Choice],
        progress: Progress | None = None,
    ) -> MergeResult:
        """Take a list in, or say what that would do."""
        store = self._store
        return store.merge(
            imported, by=by, dry_run=dry_run, remove_missing=remove_missing, choose=choose, progress=progress
        )

    def undo_import(self, import_id: int, *, by: str) -> UndoResult:
        """Take an import back."""
        return self._store.undo_import(import_id, by=by)

    def spots(self) -> list[LibraryItem]:
        """The spot library."""
        return self._store.spots()

    def write_spot(self, item: LibraryItem, version: int, *, by: str) -> LibraryItem:
        """Write an item of the library."""
        return self._store.write_spot(item, version, by=by)

    def remove_spot(self, item_id: str, version: int, *, by: str) -> None:
        """Take an item out of the library."""
        self._store.remove_spot(item_id, version, by=by)

    def export_asrun(self, path: Path, form: AsRunForm) -> None:
        """By the program's own command, in a process of its own: a sheet is drawn by a Qt without a window."""
        kind, part = form.suffix.removeprefix("."), path.with_name(f".{uuid.uuid4().hex}.part")
        database = str(self._named) if "://" in str(self._named) else self.where
        words = ["asrun", "--format", kind, "--database", database]
        words += ["--reconcile"] if form in {AsRunForm.RECONCILED_CSV, AsRunForm.RECONCILED_PDF} else []
        words += ["--output", str(part)] if kind == "pdf" else []
        try:
            with part.open("wb") as file:
                ended = subprocess.run(
                    program(*words), check=False, stdout=file, stderr=subprocess.PIPE, timeout=_EXPORT_S
                )
            if ended.returncode:
                said = ended.stderr.decode(errors="replace").strip().splitlines()
                raise StorageError(said[-1].removeprefix("splicedeck: ") if said else f"{path}: not written")
            part.replace(path)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise StorageError(f"{path}: not written: {error}") from error
        finally:
            part.unlink(missing_ok=True)

    def figures(self, since: datetime, until: datetime) -> Figures:
        """What was booked against what aired in a time."""
        from app.cli.asrun_reconcile import account_of

        return account_of(self._named, None, since, until, now=self.now()).figures

    def findings(self, bookings: Sequence[Booking], over: Collection[BookingKey]) -> list[ScheduleFinding]:
        """What the linter has to say of them; that a time has passed is no news, and can't be mended."""
        from app.lint.scheduled import lint_schedule
        from app.storage.schedule_rows import starts_at

        now = self.now()
        starts = ((one.plan, starts_at(one.plan, self._timezone)) for one in bookings)
        past = {(plan.channel, plan.id) for plan, start in starts if start is not None and start <= now}
        return lint_schedule(bookings, self._show, now=now, locked=past.union(over), timezone=self._timezone)


def schedule_face(database: str, data_dir: Path, show: Show | None, timezone: str = "") -> StoreFace:
    """The schedule of a run: in the store that its session names, else in the data directory's."""
    return StoreFace(database or default_database(data_dir), show, timezone)
