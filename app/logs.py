"""The program's log: stderr for whoever runs it headless, and a rotating file in the data folder."""

from __future__ import annotations

import logging
import re
import sys
import time
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

from app.model.errors import EnvironmentLackError

_ROTATE_BYTES = 5_000_000
_KEPT_FILES = 5
_MARK = "_splicedeck"  # on handlers that configure() added: it takes only its own away again
_USERINFO = re.compile(r"(?<=://)[^/\s]*@")
_SECRET = re.compile(r"(?i)\b(pass(?:word|phrase|wd)?|token|secret|signature|api_?key)(\s*[=:]\s*)[^\s&,;'\"]+")


def scrubbed(text: str) -> str:
    """Text without what a URL may carry in confidence: ``user:password@`` and values of secret parameters."""
    return _SECRET.sub(r"\1\2***", _USERINFO.sub("***@", text))


class _Scrubbing(logging.Formatter):
    """Times in UTC; scrubs the message and its traceback alike."""

    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        return scrubbed(super().format(record))


class _RotatingFile(RotatingFileHandler):
    """Says once on stderr why it can't write (a full disk), not with a traceback a line."""

    _told = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """The record is lost to the file; the air goes on."""
        reason = sys.exception()
        if not isinstance(reason, OSError):
            super().handleError(record)
        elif not self._told and sys.stderr is not None:
            self._told = True
            sys.stderr.write(f"{self.baseFilename}: the log can't be written ({reason.strerror})\n")

    def close(self) -> None:
        """What is still buffered is tried once more."""
        with suppress(OSError):
            super().close()


def log_file(data_dir: Path, name: str = "splicedeck") -> Path:
    """Where the rotating log of a data folder is; each process that writes one at a time has a ``name`` of its own."""
    return data_dir / "logs" / f"{name}.log"


def configure(data_dir: Path | None, *, verbose: bool = False, name: str = "splicedeck") -> None:
    """Send the log to stderr (warnings; everything if ``verbose``) and, with a data folder, to its file.

    ``name``: of that file. May be called again: the last call counts. EnvironmentLackError: the file can't be written.
    """
    close()
    stderr = logging.StreamHandler(sys.stderr)
    stderr.setLevel(logging.DEBUG if verbose else logging.WARNING)
    handlers: list[logging.Handler] = [stderr]
    if data_dir is not None:
        handlers.append(_file_handler(log_file(data_dir, name), verbose=verbose))
    formatter = _Scrubbing("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s")
    formatter.converter = time.gmtime
    for handler in handlers:
        handler.setFormatter(formatter)
        setattr(handler, _MARK, True)
        logging.getLogger().addHandler(handler)
    logging.getLogger("app").setLevel(logging.DEBUG if verbose else logging.INFO)


def close() -> None:
    """Take away what ``configure`` added; the file is flushed and closed."""
    for handler in [each for each in logging.getLogger().handlers if hasattr(each, _MARK)]:
        logging.getLogger().removeHandler(handler)
        handler.close()


def _file_handler(path: Path, *, verbose: bool) -> logging.Handler:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = _RotatingFile(path, maxBytes=_ROTATE_BYTES, backupCount=_KEPT_FILES, encoding="utf-8")
    except OSError as error:
        remedy = "make the folder writable or name another with --data-dir"
        raise EnvironmentLackError(f"{path}: the log can't be written ({error.strerror})", remedy) from error
    handler.setLevel(logging.DEBUG if verbose else logging.INFO)
    return handler
