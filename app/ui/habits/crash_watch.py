"""What a window leaves behind when it dies or fails, and how the next one finds it.

While a window runs, three files of it lie in ``crashes``: a lock that says who it is, what the interpreter writes when
it is killed by a fault of memory, and what nobody caught. A window that ends well takes them away, unless something
was not caught. The next one makes one report of what lies there of windows that live no more.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import platform
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from PySide6 import __version__ as qt_version
from PySide6.QtCore import QLockFile

from app import __version__
from app.logs import scrubbed
from app.model.errors import SplicedeckError
from app.ui.words import _

_LOG = logging.getLogger(__name__)
FOLDER = "crashes"
KEPT_REPORTS = 10
_MOST_FAULTS, _MOST_BYTES = 20, 60_000


@dataclass(frozen=True, slots=True)
class CrashReport:
    """``died``: the window is gone; else it went on, with faults."""

    file: Path
    headline: str
    text: str
    died: bool


class Watch:
    """``report``: of the windows before this one; None: they ended well. ``note``: any thread."""

    def __init__(self, folder: Path | None = None, stem: str = "", report: CrashReport | None = None) -> None:
        self.report, self._folder, self._stem, self._noted = report, folder, stem, 0

    def note(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        """Write down what nobody caught; never fails itself."""
        if self._folder is None or self._noted >= _MOST_FAULTS:
            return
        self._noted += 1
        lines = "".join(traceback.format_exception(kind, error, trace, limit=-20))
        with suppress(OSError), self._file("uncaught").open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}, not caught:\n{_private(lines[-8000:])}\n")

    def _file(self, kind: str) -> Path:
        return (self._folder or Path()) / f"{self._stem}.{kind}"


@contextmanager
def crash_watch(data_dir: Path | None) -> Iterator[Watch]:
    """Watch this process until the end of the block; without a data folder, or one that can't be written, nothing."""
    folder = data_dir / FOLDER if data_dir is not None else None
    stem = f"window-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}"
    if folder is None or not _prepared(folder):
        yield Watch()
        return
    watch = Watch(folder, stem, _report_of_the_dead(folder))
    lock = QLockFile(str(folder / f"{stem}.lock"))
    lock.setStaleLockTime(0)  # a window may run for months
    lock.tryLock(0)
    try:
        with _faults_into(folder / f"{stem}.fault"):
            yield watch
    except Exception as error:
        if not isinstance(error, SplicedeckError):  # those are told on the terminal, and are no crash
            watch.note(type(error), error, error.__traceback__)
        raise
    finally:
        _remove(folder / f"{stem}.fault")
        if (folder / f"{stem}.uncaught").exists():  # it ended by itself, but not without faults
            with suppress(OSError):
                (folder / f"{stem}.ended").touch()
        lock.unlock()


@contextmanager
def _faults_into(path: Path) -> Iterator[None]:
    """What the interpreter writes when it is killed by a fault of memory; on a full disk it goes nowhere."""
    with ExitStack() as kept:
        try:
            file = kept.enter_context(path.open("w", encoding="utf-8"))
        except OSError as error:
            _LOG.warning("no report of a fault of memory: %s", error.strerror)
        else:
            if not faulthandler.is_enabled():
                faulthandler.enable(file)
                kept.callback(faulthandler.disable)
        yield


def _prepared(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _LOG.warning("no crash reports: %s can't be made (%s)", folder.name, error.strerror)
        return False
    return os.access(folder, os.W_OK)


def _report_of_the_dead(folder: Path) -> CrashReport | None:
    """Of the newest window that left something, with what older ones left in the same file."""
    stems = sorted({path.stem for path in folder.glob("window-*.*") if path.suffix in {".lock", ".ended"}})
    dead = [stem for stem in stems if (folder / f"{stem}.ended").exists() or _is_dead(folder / f"{stem}.lock")]
    if not dead:
        return None
    died = any(not (folder / f"{stem}.ended").exists() for stem in dead)
    told = [_told(folder, stem) for stem in dead]
    text = "\n".join((_header(), *told))
    headline = _headline(folder, dead[-1])
    file = folder / f"report-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.txt"
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        _LOG.warning("%s can't be written: %s", file.name, error.strerror)
    for stem in dead:
        for kind in ("lock", "fault", "uncaught", "ended"):
            _remove(folder / f"{stem}.{kind}")
    for old in sorted(folder.glob("report-*.txt"))[:-KEPT_REPORTS]:
        _remove(old)
    return CrashReport(file, headline, text, died)


def _is_dead(lock_file: Path) -> bool:
    """Whether the process that holds a lock is no more: Qt knows it by its id and its name."""
    lock = QLockFile(str(lock_file))
    lock.setStaleLockTime(0)
    if not lock.tryLock(0):
        return False
    lock.unlock()
    return True


def _headline(folder: Path, stem: str) -> str:
    since = f"{stem[7:11]}-{stem[11:13]}-{stem[13:15]} {stem[16:18]}:{stem[18:20]} UTC"
    if (folder / f"{stem}.ended").exists():
        return _("The last window, opened {since}, met faults of its own").format(since=since)
    fault = _read(folder / f"{stem}.fault").splitlines()
    how = fault[0].removeprefix("Fatal Python error: ") if fault else _("killed, or the machine went down")
    return _("The last window, opened {since}, ended unexpectedly ({how})").format(since=since, how=how)


def _told(folder: Path, stem: str) -> str:
    ended = (folder / f"{stem}.ended").exists()
    parts = [f"== {stem}: {'ended as it should' if ended else 'ended without saying so'}"]
    for kind, title in (("uncaught", "Not caught"), ("fault", "Fault")):
        found = _read(folder / f"{stem}.{kind}")
        if found:
            parts.append(f"-- {title}\n{_private(found)}")
    if len(parts) == 1:
        parts.append("Nothing was written: killed from outside, or the machine went down.")
    return "\n".join(parts) + "\n"


def _header() -> str:
    return (
        f"Splicedeck {__version__}, window. Report made {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}.\n"
        f"Python {platform.python_version()}, Qt {qt_version}, {platform.system()} {platform.release()} "
        f"{platform.machine()}\n"
        "The engine has a process of its own: what was on air stayed on air.\n"
    )


def _read(path: Path) -> str:
    try:
        return path.read_bytes()[:_MOST_BYTES].decode("utf-8", "replace")
    except OSError:
        return ""


def _private(text: str) -> str:
    """Without what names the user or opens a door: the home folder, ``user:password@``, tokens."""
    with suppress(RuntimeError):
        text = text.replace(str(Path.home()), "~")
    return scrubbed(text)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
