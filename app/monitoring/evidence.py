"""Evidence that is kept of every splice's proof: on a thread that gives way to all others, in a bounded folder."""

from __future__ import annotations

import errno
import logging
import os
import queue
import shutil
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from app.model.events import Event, EvidenceKept
from app.monitoring.exhibit import Exhibit
from app.monitoring.fetch import Fetcher
from app.monitoring.gathering import Evidence, FilmStrip, gathered
from app.monitoring.shelf import Shelf, folder_name

logger = logging.getLogger(__name__)

ALARM = "evidence"
MOST_SPLICES = 500  # kept over all runs: some 50 MB
RESERVE_BYTES = 64 << 20  # left free on the disk: twice what the journal, the store and the spool share
_MOST_WAITING = 64  # verdicts, with what they rested on; a show has a handful at a time
_NICE = 19

type OpenReader = Callable[[], Fetcher]


class EvidenceRoom:
    """``show`` from any thread, never waiting. ``folder``: of this run; its parent holds those of all runs.

    ``publish``: EvidenceKept, on the room's thread. ``alarm(key, severity, text)``: while evidence can't be kept.
    """

    def __init__(
        self,
        folder: Path,
        film_strip: FilmStrip,
        publish: Callable[[Event], None],
        alarm: Callable[[str, str, str | None], None] = lambda _key, _severity, _text: None,
        *,
        most_splices: int = MOST_SPLICES,
        reserve_bytes: int = RESERVE_BYTES,
    ) -> None:
        self._folder, self._film_strip, self._publish, self._alarm = folder, film_strip, publish, alarm
        self._reserve_bytes = reserve_bytes
        self._shelf = Shelf(folder.parent, most_splices)
        self._waiting: queue.Queue[tuple[Exhibit, OpenReader] | None] = queue.Queue(_MOST_WAITING)
        self._busy = threading.Condition()
        self._open = 0  # shown and not yet kept or given up
        self._stop = False
        self._reader: Fetcher | None = None
        self.left_out = 0
        self._thread = threading.Thread(target=self._run, name="evidence", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def show(self, exhibit: Exhibit, open_reader: OpenReader) -> None:
        """Keep the evidence of a verdict when there is time for it. ``open_reader``: for its origin."""
        if self._stop:
            return
        with self._busy:
            self._open += 1
        try:
            self._waiting.put_nowait((exhibit, open_reader))
        except queue.Full:
            self._done()
            self._lose("more splices than there is time for")

    def drain(self, timeout_s: float) -> bool:
        """Wait until all that was shown is kept."""
        with self._busy:
            return self._busy.wait_for(lambda: not self._open, timeout_s)

    def stop(self, timeout_s: float) -> bool:
        """End the thread; what waits is not kept. False when it hangs in the network or in the disk."""
        until_s = time.monotonic() + timeout_s
        self._stop = True
        try:
            self._waiting.put_nowait(None)
        except queue.Full:
            logger.debug("the thread sees the flag behind what waits")
        reader = self._reader
        if reader is not None:
            reader.interrupt()
        if self._thread.ident is not None:
            self._thread.join(max(0.0, until_s - time.monotonic()))
        return not self._thread.is_alive()

    # ---- its own thread

    def _run(self) -> None:
        if sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)  # before pictures and playlists, all else
        while not self._stop and (shown := self._waiting.get()) is not None:
            exhibit, open_reader = shown
            try:
                self._keep(exhibit, open_reader)
            except OSError as error:
                self._lose(os.strerror(error.errno) if error.errno else str(error))
            except Exception as error:  # evidence that can't be had must not end that of the next splice
                logger.exception("keeping evidence of %s", exhibit.place)
                self._lose(repr(error))
            self._done()

    def _keep(self, exhibit: Exhibit, open_reader: OpenReader) -> None:
        with closing(open_reader()) as reader:
            self._reader = reader
            evidence = gathered(exhibit, reader, self._film_strip)
        self._reader = None
        if self._stop:
            return
        folder = self._place(exhibit)
        self._write(folder, evidence)
        self._alarm(ALARM, "note", None)
        expected = exhibit.expected
        self._publish(
            EvidenceKept(
                at=datetime.now(UTC),
                channel=expected.channel,
                break_id=expected.break_id,
                title=expected.title,
                by=expected.by,
                splice_event_id=expected.splice_event_id,
                origin=exhibit.place[1],
                output=exhibit.place[0],
                direction=expected.direction,
                folder=str(folder),
                pictures=evidence.pictures,
            )
        )

    def _place(self, exhibit: Exhibit) -> Path:
        expected, (output, origin) = exhibit.expected, exhibit.place
        last = f"{expected.direction}-{origin}" + ("" if exhibit.alone else f"-{output.strip('/')}")
        return self._folder / folder_name(expected.channel) / folder_name(expected.break_id) / folder_name(last)

    def _write(self, folder: Path, evidence: Evidence) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self._folder).free < self._reserve_bytes:
            raise OSError(errno.ENOSPC, "")
        self._shelf.put(folder, evidence.files)

    def _lose(self, why: str) -> None:
        self.left_out += 1
        count = f"{self.left_out} splice{'s' if self.left_out > 1 else ''}"
        self._alarm(ALARM, "note", f"no evidence is kept of {count} so far: {why}; proofs and the air go on")

    def _done(self) -> None:
        with self._busy:
            self._open -= 1
            self._busy.notify_all()
