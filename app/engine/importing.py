"""The show's inlets beside the air: each on a thread of its own, every list imported in a process of its own."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Protocol

from app.engine.import_process import ImportJob
from app.model.events import Event, ScheduleImported, ScheduleRefused
from app.model.inlets import FolderInlet, Inlet, UrlInlet, WebhookInlet, secret_of
from app.model.show import Show
from app.model.wire import from_plain, to_plain
from app.schedule.inlets.arrival import Arrival, Fate, Landed, counted
from app.schedule.inlets.folder import FolderWatch
from app.schedule.inlets.memory import Memory
from app.schedule.inlets.poll import UrlPoll
from app.schedule.inlets.webhook import Webhook
from app.security.secrets import inlet_secret

logger = logging.getLogger(__name__)

MEMORY = "inlets.json"  # in the data directory
LONGEST_S = 600.0  # of one import
AGAIN_S = 10.0  # until a store that could not be used is tried again
END_S = 5.0
_LOOK_S = 0.2
_ENDED = "the engine ends"

type Publish = Callable[[Event], None]
type Alarm = Callable[[str, str, str | None], None]


class _Inlet(Protocol):
    def run(self) -> None: ...
    def cut(self) -> None: ...


class Importing:
    """``start`` and ``stop`` with the engine; does nothing for a show without inlets. ``database``: the schedule's."""

    def __init__(self, show: Show, database: str, data_dir: Path, publish: Publish, alarm: Alarm) -> None:
        self._show, self._database = show, database
        self._publish, self._alarm = publish, alarm
        self._stopping = threading.Event()
        self._one = threading.Lock()  # import at a time
        self._again_s, self._waited_for = 0.0, Landed(fate=Fate.LATER)  # while the store can't be used
        memory = Memory(data_dir / MEMORY)
        self.inlets = {inlet.name: self._opened(inlet, memory) for inlet in show.inlets}
        self._threads = [
            threading.Thread(target=self._run, args=(name, inlet), name=f"inlet {name}", daemon=True)
            for name, inlet in self.inlets.items()
        ]

    def take_on(self, show: Show) -> None:
        """The same show with settings that have changed: for what comes in from now on."""
        self._show = show

    def start(self) -> None:
        """Look, ask and listen."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> bool:
        """An import that is under way is given up, and leaves nothing half-written; False when something hangs."""
        self._stopping.set()
        for inlet in self.inlets.values():
            inlet.cut()
        until_s = time.monotonic() + END_S
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, until_s - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    # ---- an inlet's thread

    def _opened(self, inlet: Inlet, memory: Memory) -> _Inlet:
        trouble = partial(self._alarm, f"inlet.{inlet.name}", "warning")
        secret = partial(inlet_secret, secret_of(inlet))
        match inlet:
            case FolderInlet():
                return FolderWatch(inlet, memory, self.take, trouble, self._stopping)
            case UrlInlet():
                return UrlPoll(inlet, memory, self.take, trouble, self._stopping, secret)
            case WebhookInlet():
                return Webhook(inlet, secret, self.take, trouble, self._stopping)
        raise TypeError(inlet)

    def _run(self, name: str, inlet: _Inlet) -> None:
        try:
            inlet.run()
        except Exception:
            logger.exception("inlet %s", name)
            self._alarm(
                f"inlet.{name}", "warning", f"inlet {name} has failed and is shut until the engine starts again"
            )

    def take(self, arrival: Arrival) -> Landed:
        """Import it and tell of it; any thread, one after the other."""
        while not self._one.acquire(timeout=_LOOK_S):
            if self._stopping.is_set():
                return Landed(fate=Fate.LATER, reason=_ENDED)
        try:
            if time.monotonic() < self._again_s:
                return self._waited_for
            landed = self._imported(arrival)
            if landed.fate is Fate.LATER:
                self._again_s, self._waited_for = time.monotonic() + AGAIN_S, landed
        finally:
            self._one.release()
        if not self._stopping.is_set():
            self._tell(arrival, landed)
        return landed

    def _imported(self, arrival: Arrival) -> Landed:
        try:
            said, complained, late = self._done_by_a_child(self._job(arrival), arrival.content)
        except OSError as error:
            return Landed(fate=Fate.LATER, reason=f"this machine can't import now: {error}")
        if self._stopping.is_set():
            return Landed(fate=Fate.LATER, reason=_ENDED)
        if late:
            return Landed(fate=Fate.UNUSABLE, reason=f"it took longer than {LONGEST_S:g} s")
        try:
            landed: Landed = from_plain(Landed, json.loads(said))
        except ValueError:
            logger.error("the import of %s: %s", arrival.file, complained.decode("utf-8", "replace"))  # noqa: TRY400 - the child's own words tell more
            return Landed(fate=Fate.UNUSABLE, reason="its reader came down; the log tells more")
        return landed

    def _done_by_a_child(self, job: ImportJob, content: bytes) -> tuple[bytes, bytes, bool]:
        """What it said and complained of, and whether it had to be ended for taking too long. OSError."""
        with TemporaryFile() as given:  # a pipe would have to be fed while its end is waited for
            given.write(json.dumps(to_plain(job)).encode() + b"\n")
            given.write(content)
            given.seek(0)
            child = subprocess.Popen(
                [sys.executable, "-P", "-m", "app.engine.import_process"],  # -P: not an "app" of the folder it runs in
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        until_s = time.monotonic() + LONGEST_S
        while True:
            try:
                return *child.communicate(timeout=_LOOK_S), False
            except subprocess.TimeoutExpired:
                late = time.monotonic() > until_s
                if late or self._stopping.is_set():
                    child.kill()
                    child.communicate()
                    return b"", b"", late

    def _job(self, arrival: Arrival) -> ImportJob:
        inlet = arrival.inlet
        return ImportJob(
            by=f"inlet {inlet.name}",
            database=self._database,
            timezone=self._show.timezone,
            channels={channel.name: channel.templates for channel in self._show.channels},
            file=arrival.file,
            named=arrival.named,
            base=arrival.base,
            channel=inlet.channel,
            start=inlet.start,
            columns=dict(inlet.columns),
            all_or_nothing=inlet.all_or_nothing,
            remove_missing=inlet.remove_missing,
            private_addresses=inlet.private_addresses,
        )

    def _tell(self, arrival: Arrival, landed: Landed) -> None:
        name, now = arrival.inlet.name, datetime.now(UTC)
        self._alarm(f"import.{name}", "warning", _doubts(arrival.file, landed))
        if landed.fate is Fate.IMPORTED:
            counts = {key: getattr(landed, key) for key in _COUNTED}
            self._publish(ScheduleImported(at=now, channel="", inlet=name, file=arrival.file, **counts))
        elif landed.fate is Fate.UNUSABLE:
            told = ScheduleRefused(
                at=now,
                channel="",
                inlet=name,
                file=arrival.file,
                reason=landed.reason,
                refused_count=landed.refused_count,
                refused=landed.refused,
            )
            self._publish(told)


_COUNTED = (
    "added",
    "changed",
    "unchanged",
    "removed",
    "refused_count",
    "refused",
    "conflict_count",
    "conflicts",
    "notes",
    "import_id",
)


def _doubts(file: str, landed: Landed) -> str | None:
    """What somebody should look at in a list that came in; None: nothing."""
    if landed.fate is Fate.LATER:
        return f"{file} waits: {landed.reason}"
    if landed.fate is Fate.UNUSABLE:
        return f"{file} is not imported: {landed.reason}"
    said = []
    if landed.refused:
        said.append(f"{counted(landed.refused_count)} refused, the first: {replace(landed.refused[0], file='')}")
    if landed.conflicts:
        said.append(f"{landed.conflict_count} in conflict, the first: {landed.conflicts[0]}")
    return f"{file}: {'; '.join(said)}" if said else None
