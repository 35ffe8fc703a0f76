"""Brings the engine back: at once when it dies, by ``kill -9`` and anew when it is frozen, until the session has ended.

It listens on the link like a window does. An engine that runs already is adopted. How long an engine was silent is
counted in this thread's own waking time, so that being stopped or starved itself is never blamed on the engine.
"""

from __future__ import annotations

import logging
import os
import subprocess
import threading
import time
from pathlib import Path

from app.model.errors import SplicedeckError, UsageError
from app.remote.engine_process import AdoptedProcess, EngineProcess, OwnProcess
from app.remote.heartbeat import Heartbeat
from app.remote.lock import lock_is_held, read_engine_file
from app.remote.session import unfinished
from app.remote.spawning import cold_engine, last_line
from app.remote.standby import Standby
from app.remote.take_over import taking_over

logger = logging.getLogger(__name__)

TICK_S = 0.05
FROZEN_S = 2.0  # of silence; it says how it stands ten times a second
YOUNG_S = 5.0  # a life as short as that is held against it
PAUSES_S = (0.0, 0.0, 1.0, 2.0, 4.0, 8.0, 15.0)  # before the next life, by how many before it were short
REFUSALS = 3  # in a row, and no other will be let: each said so itself, and nobody else has the lock
STANDBY_AFTER_S = 1.0  # on air; a restart has the machine to itself first
STANDBY_AGAIN_S = 15.0  # one that died while it waited


class Watchdog:
    """Watches one data directory's engine. Whoever starts it holds its ``WatchdogLock``.

    ``stands_by``: keep the next engine ready.
    """

    def __init__(self, data_dir: Path, *, stands_by: bool = True) -> None:
        self._data_dir, self._stands_by = data_dir, stands_by
        self.heartbeat = Heartbeat(data_dir)
        self.over = threading.Event()  # the session has ended, or it was told to stop
        self.lives = 0  # engines that it started or adopted
        self.short_lives = 0  # in a row
        self.refused = ""  # why no engine can run here: it is over, and the session is not
        self._refusals = 0  # in a row
        self._stopping = threading.Event()
        self._standby: Standby | None = None
        self._standby_not_before_s = 0.0
        self._thread = threading.Thread(target=self.run, name="watchdog")

    def start(self) -> None:
        """Watch on a thread of its own."""
        self._thread.start()

    @property
    def is_stood_by(self) -> bool:
        """Whether the next engine has all imported."""
        standby = self._standby
        return standby is not None and standby.ready

    def ask_to_stop(self) -> None:
        """Watch no more, soon; from a signal's handler, too."""
        self._stopping.set()

    def stop(self) -> None:
        """Watch no more; the engine goes on."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    def run(self) -> None:
        """Watch until the session has ended, until ``stop``, or until it is plain that no engine can run here."""
        self.heartbeat.start()
        try:
            while not self._stopping.is_set() and not self.refused and self._wanted():
                self._one_life()
        finally:
            self.heartbeat.close()
            self._drop_standby()
            self.over.set()

    def _wanted(self) -> bool:
        try:
            return unfinished(self._data_dir) is not None
        except SplicedeckError as error:  # the disk's trouble is no word of an end
            logger.warning("%s", error)
            return True

    # ---- one life of an engine

    def _one_life(self) -> None:
        process = self._adopted() or self._started()
        if process is None:
            return
        self.lives += 1
        began_s = time.monotonic()
        why = self._attend(process)
        if self._stopping.is_set():
            return
        lived_s = time.monotonic() - began_s
        if not self._wanted():
            return
        if self._is_taken_over(process.pid):
            logger.info("engine %d has handed over; the next engine took over", process.pid)
            return
        self.short_lives = self.short_lives + 1 if lived_s < YOUNG_S else 0
        self._refusals = self._refusals + 1 if self._is_refusal(process) else 0
        if self._refusals >= REFUSALS:
            self.refused = last_line(self._data_dir).removeprefix("splicedeck: ") or "it does not say why"
            logger.error("%d engines in a row were refused, and no other is started: %s", REFUSALS, self.refused)
            return
        logger.error("engine %d %s after %.1f s; it is started again", process.pid, why, lived_s)

    def _is_refusal(self, process: EngineProcess) -> bool:
        """Whether it ended as one that can't use what it was given, and not because another has the lock."""
        return (
            isinstance(process, OwnProcess)
            and process.status == UsageError.exit_status
            and not lock_is_held(self._data_dir)
        )

    def _is_taken_over(self, pid: int) -> bool:
        """Whether another engine is there in its place, or is about to be: none of ours."""
        if taking_over(self._data_dir):
            return True
        said = read_engine_file(self._data_dir)
        return said is not None and said.pid != pid

    def _adopted(self) -> EngineProcess | None:
        """The engine that runs already."""
        said = read_engine_file(self._data_dir)
        if said is None or said.pid == os.getpid():
            return None
        self._drop_standby()  # it may be of another version than the one that has come
        return AdoptedProcess(said.pid, lambda: self._is_engine(said.pid))

    def _is_engine(self, pid: int) -> bool:
        said = read_engine_file(self._data_dir)
        return lock_is_held(self._data_dir) if said is None else said.pid == pid

    def _started(self) -> EngineProcess | None:
        if taking_over(self._data_dir):
            self._stopping.wait(TICK_S)
            return None
        pause_s = PAUSES_S[min(self.short_lives, len(PAUSES_S) - 1)]
        if pause_s:
            logger.error(
                "%d engines in a row lived less than %.0f s; the next is started in %.0f s; the last said: %s",
                self.short_lives,
                YOUNG_S,
                pause_s,
                last_line(self._data_dir),
            )
        if self._stopping.wait(pause_s):
            return None
        self._standby_not_before_s = 0.0
        try:
            return OwnProcess(self._from_standby() or cold_engine(self._data_dir))
        except OSError:  # too many processes, or too little memory
            logger.exception("no engine can be started")
            self.short_lives += 1
            return None

    def _from_standby(self) -> subprocess.Popen[bytes] | None:
        """What stands by, if only half imported: it has less to do than one that begins."""
        standby, self._standby = self._standby, None
        return standby.become() if standby is not None else None

    def _attend(self, process: EngineProcess) -> str:
        """Until it is dead: how it died. Kills it when it is silent for too long."""
        newest: tuple[int, int] | None = None
        silent_s = heard_s = 0.0
        last_s = time.monotonic()
        while not self._stopping.wait(TICK_S):
            if not process.alive():
                return f"died ({process.how()})"
            now_s = time.monotonic()
            awake_s = min(now_s - last_s, 2 * TICK_S)
            last_s = now_s
            beat = self.heartbeat.beat
            if beat[0] == process.pid and beat != newest:
                newest, silent_s = beat, 0.0
            else:
                silent_s += awake_s
            if silent_s > (process.first_word_s if newest is None else FROZEN_S):
                process.kill()
                return f"was silent for {silent_s:.0f} s and was killed"
            if newest is not None:
                heard_s += awake_s
                self._prepare_standby(heard_s)
        return ""

    def _drop_standby(self) -> None:
        standby, self._standby = self._standby, None
        if standby is not None:
            standby.close()

    def _prepare_standby(self, heard_s: float) -> None:
        if self._standby is not None and not self._standby.alive:
            self._standby.close()
            self._standby, self._standby_not_before_s = None, heard_s + STANDBY_AGAIN_S
        if self._stands_by and self._standby is None and heard_s >= max(STANDBY_AFTER_S, self._standby_not_before_s):
            try:
                self._standby = Standby(self._data_dir)
            except OSError as error:  # too many processes or too little memory: a cold start is what is left
                self._standby_not_before_s = heard_s + STANDBY_AGAIN_S
                logger.warning("no engine stands by: %s", error)
