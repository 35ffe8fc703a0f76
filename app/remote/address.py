"""Where an engine listens: a socket in a folder that only its user can enter; on Windows a named pipe."""

from __future__ import annotations

import os
import secrets
import socket
import sys
import tempfile
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from app.model.errors import EnvironmentLackError
from app.remote.link import HANDSHAKE_S, Link, LinkLostError
from app.remote.named_pipe import PipeDoor, connect_pipe

_LONGEST = 100  # bytes of a socket's path; the systems take 104 to 108
_WAITING = 128
_FOLDER = "link"
_PREFIX = "splicedeck-"


class Door:
    """Listens. ``accept`` on one thread, with a limit; ``close`` from any."""

    def __init__(self, data_dir: Path) -> None:
        self._folder, self._listening = _listen(data_dir)
        self.address: str = self._listening.getsockname()
        self._listening.settimeout(0.25)

    def accept(self) -> Link | None:
        """Who knocks next; None when nobody does for a quarter of a second. OSError: it is closed."""
        try:
            caller, _ = self._listening.accept()
        except TimeoutError:
            return None
        caller.setblocking(True)  # noqa: FBT003 - the socket module's own form
        return Link(Connection(caller.detach()))

    def close(self) -> None:
        """Nobody gets in any more; those who are in stay."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        with suppress(OSError):
            Path(self.address).unlink()
        if self._folder is not None:
            with suppress(OSError):
                self._folder.rmdir()


def door(data_dir: Path) -> Door | PipeDoor:
    """Listen, as this system has it."""
    return PipeDoor(data_dir) if sys.platform == "win32" else Door(data_dir)


def connect(address: str) -> Link:
    """Knock at an engine's address. LinkLostError: nobody listens, or nobody comes to the door."""
    if not address:
        raise LinkLostError("it is just starting")
    if sys.platform == "win32":
        return connect_pipe(address)
    caller = socket.socket(socket.AF_UNIX)
    try:
        caller.settimeout(HANDSHAKE_S)
        caller.connect(address)
        caller.setblocking(True)  # noqa: FBT003 - the socket module's own form
    except OSError as error:
        caller.close()
        raise LinkLostError(f"nobody listens at {address} ({error.strerror or error})") from error
    return Link(Connection(caller.detach()))


def sweep(data_dir: Path, address: str) -> None:
    """Take away what engines before this one left: their sockets. Only whoever holds the lock may call it."""
    with suppress(OSError):
        for left in (data_dir / _FOLDER).iterdir():
            if left.is_socket():
                left.unlink()
    left = Path(address)
    if left.parent.name.startswith(_PREFIX) and left.parent.parent == _short_temporary():
        with suppress(OSError):
            if left.is_socket():
                left.unlink()
            left.parent.rmdir()


def _listen(data_dir: Path) -> tuple[Path | None, socket.socket]:
    """In the data directory where its path is short enough and its file system has sockets, else in a temporary one."""
    name = f"{os.getpid()}-{secrets.token_hex(4)}"
    near = data_dir.absolute() / _FOLDER
    if len(os.fsencode(near / name)) <= _LONGEST:
        with suppress(OSError):
            near.mkdir(mode=0o700, exist_ok=True)
            if not near.is_symlink():
                near.chmod(0o700)
                return None, _bound(near / name)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_short_temporary()))  # made with 0700
    try:
        return folder, _bound(folder / name)
    except OSError as error:
        folder.rmdir()
        what = f"{folder}: no socket can be made there ({error.strerror or error})"
        raise EnvironmentLackError(what, "name a folder with a short path in TMPDIR") from error


def _bound(path: Path) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX)
    try:
        listening.bind(str(path))
        path.chmod(0o600)
        listening.listen(_WAITING)
    except OSError:
        listening.close()
        raise
    return listening


def _short_temporary() -> Path:
    usual = Path(tempfile.gettempdir())
    too_long = len(os.fsencode(usual)) + len(_PREFIX) + 40 > _LONGEST
    return Path("/tmp") if too_long and sys.platform != "win32" else usual  # noqa: S108 - a private folder is made in it
