"""From a data directory to a link with its engine, and what that engine said first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app import __version__
from app.model.errors import SplicedeckError
from app.model.wire import from_plain
from app.remote.address import connect
from app.remote.errors import (
    EngineAbsentError,
    EngineMismatchError,
    EngineUnknownError,
    EngineUnreachableError,
    SecretUselessError,
)
from app.remote.link import PROTOCOL, GarbageError, Link, LinkLostError, LinkRefusedError
from app.remote.lock import check_data_dir, lock_is_held, read_engine_file, stale_engine
from app.remote.secret import NAME as SECRET_NAME
from app.remote.secret import read_secret
from app.remote.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class Hello:
    """The engine's first words. ``life`` 0, ``run_id`` and ``show`` "": it is idle."""

    protocol: int
    vocabulary: str
    version: str
    pid: int
    life: int
    since: datetime
    show: str
    timezone: str
    run_id: str

    @classmethod
    def read(cls, message: dict[str, Any]) -> Hello:
        """Of a message; EngineMismatchError: it can be no engine for this program."""
        said = message.get("hello")
        if not isinstance(said, dict):
            raise GarbageError("an engine says hello first")
        pid, theirs = said.get("pid"), said.get("version")
        if said.get("protocol") != PROTOCOL or said.get("vocabulary") != vocabulary():
            raise EngineMismatchError(pid if isinstance(pid, int) else 0, str(theirs), __version__)
        try:
            hello: Hello = from_plain(cls, said)
        except ValueError as error:
            raise GarbageError(f"no hello: {error}") from error
        return hello


def engine_link(data_dir: Path, made: Callable[[Link], None] = lambda _: None) -> tuple[Link, Hello]:
    """A link that is let in. EngineAbsentError, EngineUnreachableError, EngineMismatchError, UsageError.

    ``made``: called with the link as soon as there is one, before the challenge.
    """
    pid: int | None = None
    link: Link | None = None
    try:
        check_data_dir(data_dir)
        said = read_engine_file(data_dir)
        if said is None and lock_is_held(data_dir):
            raise EngineUnknownError(data_dir)
        if said is None:
            raise EngineAbsentError(data_dir, stale_engine(data_dir))
        pid = said.pid
        link = connect(said.address)
        made(link)
        link.knock(_secret(data_dir, pid))
        return link, Hello.read(link.receive())
    except LinkRefusedError as error:
        _close(link)
        raise SecretUselessError(data_dir, pid, f"{SECRET_NAME} is not the one that it knows") from error
    except (LinkLostError, GarbageError, OSError, ValueError) as error:
        _close(link)
        raise EngineUnreachableError(data_dir, pid, str(error)) from error
    except SplicedeckError:
        _close(link)
        raise


def _secret(data_dir: Path, pid: int) -> bytes:
    try:
        return read_secret(data_dir)
    except FileNotFoundError as error:
        raise SecretUselessError(data_dir, pid, f"{SECRET_NAME} is missing") from error
    except ValueError as error:
        raise SecretUselessError(data_dir, pid, f"{SECRET_NAME} is damaged") from error


def _close(link: Link | None) -> None:
    if link is not None:
        link.close()
