"""Why an engine can't be had or started; each line says what to do.

SplicedeckError
├── UsageError
│   └── EngineRunningError          an engine holds this data directory already; exit status 2
├── EngineAbsentError               none runs there; exit status 1, as for the two below
├── EngineUnreachableError          one runs, and does not answer
│   ├── EngineUnknownError          engine.json does not say which
│   └── SecretUselessError          engine.secret is not the one it knows
└── EngineMismatchError             one runs, of another version
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app.model.errors import SplicedeckError, UsageError
from app.model.wire import utc_text


class EngineRunningError(UsageError):
    """An engine holds the data directory. ``pid``, ``since`` and ``show`` are None or "" where it has not said yet."""

    def __init__(self, data_dir: Path, pid: int | None, since: datetime | None, show: str) -> None:
        self.pid, self.since, self.show = pid, since, show
        words = [
            *([f"pid {pid}"] if pid is not None else []),
            *([f"show {show!r}"] if show else []),
            *([f"since {utc_text(since)}"] if since is not None else []),
        ]
        told = f" ({', '.join(words)})" if words else ""
        super().__init__(
            str(data_dir),
            f"an engine runs on this data directory already{told}",
            f"splicedeck --data-dir {data_dir} opens its window; see splicedeck status and splicedeck stop",
        )


class EngineAbsentError(SplicedeckError):
    """No engine runs on the data directory. ``stale``: one did, and ended without saying so."""

    def __init__(self, data_dir: Path, stale: str = "") -> None:
        self.stale = stale
        told = f" ({stale})" if stale else ""
        super().__init__(f"{data_dir}: no engine runs here{told}; start one with splicedeck run SHOW.toml")


class EngineUnreachableError(SplicedeckError):
    """An engine holds the data directory, and does not answer."""

    def __init__(self, data_dir: Path, pid: int | None, why: str) -> None:
        self.pid = pid
        named = "the engine" if pid is None else f"the engine (pid {pid})"
        remedy = "try again in a moment" if pid is None else f"try again in a moment; kill -TERM {pid} would end it"
        super().__init__(f"{data_dir}: {self._told(named, why, remedy)}")

    def _told(self, named: str, why: str, remedy: str) -> str:
        return f"{named} does not answer: {why}; {remedy}"


class EngineUnknownError(EngineUnreachableError):
    """An engine holds the data directory, and ``engine.json`` does not tell which."""

    def __init__(self, data_dir: Path) -> None:
        self._lock = data_dir / "engine.lock"
        super().__init__(data_dir, None, "")

    def _told(self, _named: str, _why: str, _remedy: str) -> str:
        return (
            "an engine holds it but does not say how to reach it (engine.json is missing or damaged); one that is well "
            f"writes it anew within two seconds: try again; else fuser {self._lock} names its process, and kill -TERM "
            "with that number ends it cleanly"
        )


class SecretUselessError(EngineUnreachableError):
    """``engine.secret`` is not the one that the engine knows: it can't be asked anything until it is started anew."""

    def _told(self, named: str, why: str, _remedy: str) -> str:
        ending = "kill -TERM" if self.pid is None else f"kill -TERM {self.pid}"
        return (
            f"{named} lets nobody in: {why}; put the file back that it began with, or end it cleanly with {ending}: "
            "the next engine takes the file as it is then, or makes a new one"
        )


class EngineMismatchError(SplicedeckError):
    """The engine speaks another protocol, or knows other commands, events and status than this program."""

    def __init__(self, pid: int, theirs: str, ours: str) -> None:
        self.pid, self.theirs, self.ours = pid, theirs, ours
        which = f"Splicedeck {theirs}, this is {ours}" if theirs != ours else f"another build of Splicedeck {theirs}"
        super().__init__(
            f"the engine on air (pid {pid}) is {which}, and they do not understand each other; use the version that "
            f"is on air, or have this one take over with splicedeck engine --data-dir DIR --take-over; kill -TERM "
            f"{pid} ends the show cleanly"
        )
