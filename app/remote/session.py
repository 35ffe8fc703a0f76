"""What the engine of a data directory runs: frozen and on disk before it starts, so that each life runs the same.

One JSON file, replaced whole and fsynced; a damaged file is set aside by who is about to run, never overwritten.
"""

from __future__ import annotations

import json
import logging
import os
import uuid
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from app.model.commands import PlanBreak
from app.model.errors import EnvironmentLackError, SplicedeckError
from app.model.rehearsal import rehearsed
from app.model.show import Show
from app.model.wire import from_plain, to_plain
from app.settings import show_from_toml

logger = logging.getLogger(__name__)

FORM = 1  # of the file; a newer one is set aside, as it is not ours to guess
_NAME = "session.json"
_LARGEST_BYTES = 64_000_000
_DAMAGES = (ValueError, TypeError, AttributeError, LookupError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One run of one show. ``show_toml``: the file's text as it was; relative paths in it count from ``show_dir``.

    ``database``: as it was named. ``demo_port``: where the demo's folder is served on loopback. ``plans``: the breaks
    it starts with; ``plans_taken``: the journal has them. ``first_frames``: by channel, when its first frame ever was
    shown, for a life that finds no journal. ``ending``: told to end, which a life that comes back still has to do;
    ``ended``: it is over.
    ``rehearsal_dir``: of a rehearsal, where its private outputs go.
    ``in_process``: the engine is within the ``run`` that began it, and no watchdog or window brings it back.
    """

    run_id: str
    show_name: str
    show_toml: str
    show_dir: str
    demo: bool
    database: str
    started_at: datetime
    ended: bool = False
    ending: bool = False
    demo_port: int = 0
    plans: tuple[PlanBreak, ...] = ()
    plans_taken: bool = False
    first_frames: dict[str, datetime] = field(default_factory=dict)
    in_process: bool = False
    rehearsal_dir: str = ""

    def show(self) -> Show:
        """The show. It was checked when the run began; a folder that is gone by now must not keep it off the air."""
        show = self.rehearses()
        return rehearsed(show, Path(self.rehearsal_dir)) if self.rehearsal_dir else show

    def rehearses(self) -> Show:
        """As its file says it, whether that is rehearsed or on air."""
        return show_from_toml(self.show_toml, _NAME, folder=Path(self.show_dir), check_folders=False)

    def runs_same(self, other: Session) -> bool:
        """Whether both run the same show from the same place into the same store."""
        return self.show_toml == other.show_toml and self.runs_beside(other)

    def runs_beside(self, other: Session) -> bool:
        """Whether both are of one place and one store, whatever their show files say."""
        mine, theirs = ((one.show_dir, one.demo, one.database, one.rehearsal_dir) for one in (self, other))
        return mine == theirs

    def may_go_on(self, left: Session) -> bool:
        """Whether this run of the same channels to the same places may go on with that one; the ladder may differ."""
        mine_is, theirs_is = ((one.demo, one.show_name, one.database, one.rehearsal_dir) for one in (self, left))
        if mine_is != theirs_is:
            return False
        try:
            mine, theirs = ({one.name: one.outputs for one in run.show().channels} for run in (self, left))
        except SplicedeckError:
            return False
        return mine == theirs


def new_session(
    show: Show,
    show_toml: str,
    show_dir: Path,
    *,
    database: str,
    demo_port: int | None = None,
    plans: tuple[PlanBreak, ...] = (),
    rehearsal_dir: Path | None = None,
) -> Session:
    """A run that begins now. ``demo_port``: given for the demo show; ``rehearsal_dir``: for a rehearsal."""
    return Session(
        run_id=uuid.uuid4().hex[:12],
        show_name=show.name,
        show_toml=show_toml,
        show_dir=str(show_dir.absolute()),
        demo=demo_port is not None,
        database=database,
        started_at=datetime.now(UTC),
        demo_port=demo_port or 0,
        plans=plans,
        rehearsal_dir="" if rehearsal_dir is None else str(rehearsal_dir.absolute()),
    )


def session_file(data_dir: Path) -> Path:
    """Where the session of a data directory is kept."""
    return data_dir / _NAME


def read_session(data_dir: Path) -> Session | None:
    """The newest session; None where there is none. A damaged file is told in the log, and left as it is."""
    path = session_file(data_dir)
    try:
        return _parsed(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EnvironmentLackError(
            f"{path}: can't be read ({error.strerror})", "make it readable to this user"
        ) from error
    except _DAMAGES as error:
        logger.warning("%s: damaged (%s): no show is taken up from it; the next run sets it aside", path, error)
        return None


def set_aside_damaged(data_dir: Path) -> None:
    """Keep a damaged file under another name; for who is about to run, and no other."""
    path = session_file(data_dir)
    try:
        _parsed(path)
    except OSError:
        return  # none there, or one that says so when it is read or written
    except _DAMAGES as error:
        _set_aside(path, str(error))


def write_session(data_dir: Path, session: Session) -> None:
    """Replace the file whole; it is on disk when this returns. EnvironmentLackError: it can't be written.

    A damaged one is set aside first.
    """
    set_aside_damaged(data_dir)
    path = session_file(data_dir)
    fields = to_plain(session)
    named = fields if isinstance(fields, dict) else {}
    for name in ("in_process", "rehearsal_dir"):
        if not getattr(session, name):
            named.pop(name, None)  # versions that do not know it can still take the run over
    text = json.dumps({"form": FORM, **named}, ensure_ascii=False)
    part = path.with_name(f".{_NAME}.{os.getpid()}")
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder(data_dir)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        remedy = "make the folder writable or name another with --data-dir"
        raise EnvironmentLackError(f"{path}: can't be written ({error.strerror})", remedy) from error


def mark_ending(data_dir: Path, run_id: str) -> None:
    """Have each life of that run from now on come only to end it; nothing where the directory is about another run."""
    session = read_session(data_dir)
    if session is not None and session.run_id == run_id and not session.ending:
        write_session(data_dir, replace(session, ending=True))


def unfinished(data_dir: Path) -> Session | None:
    """The session that wants an engine: begun and not ended."""
    session = read_session(data_dir)
    return session if session is not None and not session.ended and not session.in_process else None


def cut_off(data_dir: Path) -> Session | None:
    """The session that nobody has told to end, wherever its engine was; where none runs, it was cut off."""
    session = read_session(data_dir)
    return session if session is not None and not session.ended and not session.ending else None


def mark_ended(data_dir: Path, run_id: str) -> None:
    """That run is over; nothing where the directory is about another."""
    session = read_session(data_dir)
    if session is not None and session.run_id == run_id and not session.ended:
        write_session(data_dir, replace(session, ended=True))


def _parsed(path: Path) -> Session:
    """OSError, or one of ``_DAMAGES``."""
    content = path.read_bytes() if path.stat().st_size <= _LARGEST_BYTES else b""
    fields = json.loads(content)
    if fields.pop("form") != FORM:
        raise ValueError("its form is of another version")
    session: Session = from_plain(Session, fields)
    return session


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # a folder can't be opened there; the rename is journaled by the file system
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _set_aside(path: Path, reason: str) -> None:
    aside = path.with_name(f"session-damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.json")
    try:
        path.replace(aside)
    except OSError as error:
        raise EnvironmentLackError(f"{path}: damaged, and can't be moved ({error.strerror})", "move it away") from error
    logger.warning("%s: damaged (%s): set aside as %s; no show is taken up from it", path, reason, aside.name)
