"""A folder as an origin: each object appears whole, under its name, or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from app.delivery.client import ATTEMPT_S, READ_LIMIT_BYTES, parts
from app.model.errors import DeliveryError, UsageError

_PART = ".part"
_OURS = (".ts", ".m3u8")
_READABLE_BY_ALL = 0o644
_MEANING = {
    errno.ENOSPC: "disk full",
    errno.EDQUOT: "disk quota used up",
    errno.EFBIG: "larger than files may be here",
    errno.EACCES: "may not be written",
    errno.EPERM: "may not be written",
    errno.EROFS: "read-only file system",
    errno.EIO: "the disk failed",
}


def folder_of(url: str) -> Path:
    """The folder a ``file:///`` URL names; UsageError for a relative one or another host's."""
    split = urlsplit(url)
    path = Path(url2pathname(split.path))
    if split.netloc not in ("", "localhost") or not path.is_absolute() or split.query or split.fragment:
        raise UsageError(url, "no absolute path on this machine", "write file:///path/to/folder/")
    return path


def said(error: OSError) -> str:
    """An operating system's error in the operator's words."""
    return _MEANING.get(error.errno or 0, error.strerror or str(error))


class FolderOrigin:
    """An OriginClient for ``file:///``. The time limit of a call is the disk's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, path: str, body: bytes, content_type: str, *, timeout_s: float = ATTEMPT_S) -> None:  # noqa: ARG002 - a folder keeps no types and has no clock
        """See OriginClient: written beside its place, then renamed into it."""
        target = self._folder.joinpath(*parts(path))
        beside = target.with_name(f".{target.name}{_PART}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(beside, body)
            beside.replace(target)
        except OSError as error:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise DeliveryError(f"write to {self._folder}: {said(error)}") from error

    def delete(self, path: str, *, timeout_s: float = ATTEMPT_S) -> None:  # noqa: ARG002 - a folder has no clock
        """See OriginClient."""
        try:
            self._folder.joinpath(*parts(path)).unlink(missing_ok=True)
        except NotADirectoryError:
            return
        except OSError as error:
            raise DeliveryError(f"delete in {self._folder}: {said(error)}") from error

    def get(self, path: str, *, timeout_s: float = ATTEMPT_S) -> bytes | None:  # noqa: ARG002 - a folder has no clock
        """See OriginClient."""
        try:
            with self._folder.joinpath(*parts(path)).open("rb") as file:
                body = file.read(READ_LIMIT_BYTES + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise DeliveryError(f"read in {self._folder}: {said(error)}") from error
        if len(body) > READ_LIMIT_BYTES:
            raise DeliveryError(f"read in {self._folder}: {path} is larger than {READ_LIMIT_BYTES >> 20} MiB")
        return body

    def has(self, path: str, *, timeout_s: float = ATTEMPT_S) -> bool:  # noqa: ARG002 - a folder has no clock
        """See OriginClient."""
        return self._folder.joinpath(*parts(path)).is_file()

    def tidy(self, folders: Iterable[str]) -> None:
        """See OriginClient: only names as ``put`` makes them, only in these very folders."""
        for folder in folders:
            within = self._folder.joinpath(*parts(folder.rstrip("/"))) if folder else self._folder
            for suffix in _OURS:
                for left_over in within.glob(f".*{suffix}{_PART}"):
                    with contextlib.suppress(OSError):
                        left_over.unlink()

    def interrupt(self) -> None:
        """See OriginClient; a disk can't be hurried."""

    def close(self) -> None:
        """See OriginClient; nothing is held."""


def _write(path: Path, body: bytes) -> None:
    """The whole of ``body``, readable by a web server of another user whatever this process' umask is."""
    with path.open("wb", buffering=0) as file:
        rest = memoryview(body)
        while rest:
            rest = rest[file.write(rest) :]
        if os.name == "posix":
            os.fchmod(file.fileno(), _READABLE_BY_ALL)


def make_writable(folder: Path) -> None:
    """Create ``folder`` where it is missing and prove that it takes files; OSError when it does not."""
    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / f".splicedeck-{os.getpid()}.part"
    try:
        _write(probe, b"\n")
    finally:
        probe.unlink(missing_ok=True)
