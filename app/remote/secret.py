"""``engine.secret``: what a window must know to be let in; only the user who owns the data directory can read it."""

from __future__ import annotations

import logging
import os
import re
import secrets
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

from app.model.errors import EnvironmentLackError, UsageError
from app.remote.lock import check_owner

logger = logging.getLogger(__name__)

NAME = "engine.secret"
_BYTES = 32
_FORM = re.compile(rb"[0-9a-f]{64}\s*")


def make_secret(data_dir: Path) -> bytes:
    """The secret of a data directory, made where there is none; only whoever holds the lock may call it.

    One that was cut short (the power failed while it was written) is set aside; one that others could read is no
    secret and is replaced, for a ``chmod`` must not keep the next engine off the air. UsageError: it is another user's.
    """
    path = data_dir / NAME
    try:
        if exposed := _exposed(path):
            logger.warning("%s: %s; a new one is made", path, exposed)
            path.unlink()
        return read_secret(data_dir)
    except FileNotFoundError:
        pass
    except ValueError:
        aside = path.with_name(f"{NAME}.{datetime.now(UTC):%Y%m%d-%H%M%S}.damaged")
        logger.warning("%s is damaged; set aside as %s, a new one is made", path, aside.name)
        path.replace(aside)
    try:
        written = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(written, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        remedy = "make the folder writable or name another with --data-dir"
        raise EnvironmentLackError(f"{path}: can't be written ({error.strerror})", remedy) from error
    return read_secret(data_dir)


def read_secret(data_dir: Path) -> bytes:
    """The secret. FileNotFoundError: none yet; ValueError: damaged; UsageError: it is no secret any more."""
    path = data_dir / NAME
    if exposed := _exposed(path):
        raise UsageError(str(path), exposed, "start the engine anew: it makes a new one")
    with path.open("rb") as file:
        found = file.read(200)
    if not _FORM.fullmatch(found):
        raise ValueError(f"{path} is damaged")
    return found.strip()


def _exposed(path: Path) -> str:
    """Why it is no secret any more; "" for one that is. UsageError: it is another user's."""
    if path.is_symlink():
        return "it is a link to elsewhere"
    check_owner(path)
    if sys.platform == "win32" or not path.exists():
        return ""
    mode = stat.S_IMODE(path.stat().st_mode)
    return f"others than its owner may use it (mode {mode:04o})" if mode & 0o077 else ""
