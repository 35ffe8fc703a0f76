"""An engine that has not begun: everything is imported, one line on stdin makes it the engine of a data directory.

A cold start spends most of its time on imports; after a crash that would be time off air. Parent's side: ``Standby``.
The child ends when its stdin closes, so none is left behind by a watchdog that was killed.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import pkgutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from app.model.errors import SplicedeckError
from app.remote.spawning import detached, engine_output

logger = logging.getLogger(__name__)

_ROOMS = ("scte35", "model", "settings", "pipeline", "delivery", "storage", "monitoring", "security", "engine")
_BESIDE = ("app.logs", "app.remote.process", "zoneinfo", "encodings.idna")
_STORE_UPGRADES = "app.storage.migrations."  # Alembic runs them itself, with what they need
_REST = 1.0  # for each second of importing: a show is on air, though one that has no standby yet
_READY = b"ready\n"


class Standby:
    """The parent's side. One thread's."""

    def __init__(self, data_dir: Path) -> None:
        with engine_output(data_dir) as output:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "app.remote.standby"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                **detached(),
            )
        self._data_dir = data_dir
        self._heard = b""
        if self._process.stdout is not None:
            os.set_blocking(self._process.stdout.fileno(), False)

    @property
    def alive(self) -> bool:
        """Whether it still waits."""
        return self._process.poll() is None

    @property
    def ready(self) -> bool:
        """Whether all is imported."""
        if self._process.stdout is not None and self._heard != _READY:
            self._heard += self._process.stdout.read() or b""
        return self._heard == _READY and self.alive

    def become(self) -> subprocess.Popen[bytes] | None:
        """Make it the engine; None: it has gone meanwhile."""
        process = self._process
        try:
            if process.stdin is not None:
                process.stdin.write(json.dumps({"data_dir": str(self._data_dir)}).encode() + b"\n")
                process.stdin.flush()
        except OSError:
            self.close()
            return None
        self._let_go()
        return process

    def close(self) -> None:
        """End it."""
        self._let_go()
        self._process.kill()
        self._process.wait()

    def _let_go(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


class Pace:
    """A finder of modules that finds none, and so is asked before each: it rests, until ``hurry``.

    A lower priority would do no better: only root could take it back when the engine is wanted.
    """

    def __init__(self, rest: float = _REST) -> None:
        self._rest = rest
        self._hurry = threading.Event()
        self._rested_s = time.thread_time()

    def hurry(self) -> None:
        """Rest no more; whoever rests is woken."""
        self._hurry.set()

    def find_spec(self, _name: str, _path: object = None, _target: object = None) -> None:
        """On the importing thread."""
        self._hurry.wait(self._rest * (time.thread_time() - self._rested_s))
        self._rested_s = time.thread_time()


def main() -> int:
    """The child's side: the engine's exit status, or 0 where none was wanted."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for whoever started us
    pace = Pace()
    sys.meta_path.insert(0, pace)
    importing = threading.Thread(target=_prepare, name="imports", daemon=True)
    importing.start()
    line = sys.stdin.readline()
    if not line:
        os._exit(0)  # an import that is under way is not waited for
    pace.hurry()
    importing.join()
    sys.meta_path.remove(pace)
    data_dir = Path(json.loads(line)["data_dir"])
    _let_go_of_parent(data_dir)
    from setproctitle import setproctitle  # noqa: PLC0415 - with all the others

    from app.remote.process import run_engine  # noqa: PLC0415 - as above

    setproctitle(f"splicedeck engine --data-dir {data_dir}")
    try:
        return run_engine(data_dir)
    except SplicedeckError as error:
        sys.stderr.write(f"splicedeck: {error}\n")
        return error.exit_status


def _prepare() -> None:
    try:
        import_all()
    except Exception:
        logger.exception("an engine can't stand by")
        os._exit(1)  # the watchdog tries another one later
    with suppress(BrokenPipeError):
        os.write(1, _READY)


def import_all() -> None:
    """Everything that an engine needs, and what is worked out once."""
    for room in _ROOMS:
        package = importlib.import_module(f"app.{room}")
        for module in pkgutil.walk_packages(getattr(package, "__path__", []), f"app.{room}."):
            if not module.name.startswith(_STORE_UPGRADES):
                importlib.import_module(module.name)
    for name in (*_BESIDE, "setproctitle"):
        importlib.import_module(name)
    from app.remote.vocabulary import vocabulary  # noqa: PLC0415 - with all the others
    from app.security.secrets import choose_keyring  # noqa: PLC0415 - as above

    vocabulary()
    choose_keyring()


def _let_go_of_parent(data_dir: Path) -> None:
    with engine_output(data_dir) as output, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)


if __name__ == "__main__":
    sys.exit(main())
