"""What the window does with faults that nobody caught: into the log, each at most once in 10 s, and it stays up."""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

_LOG = logging.getLogger(__name__)
_AGAIN_AFTER_S = 10.0
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class Seldom:
    """Lets a thing through once in 10 s: a painter that fails would fill the log at every frame. Any thread."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._last_s: dict[str, float] = {}
        self._lock = threading.Lock()

    def passes(self, what: str) -> bool:
        """Whether it is time to say this again."""
        with self._lock:
            now_s = self._clock()
            if now_s - self._last_s.get(what, -_AGAIN_AFTER_S) < _AGAIN_AFTER_S:
                return False
            self._last_s[what] = now_s
            return True


def _place(trace: TracebackType | None) -> str:
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""


type Note = Callable[[type[BaseException], BaseException | None, TracebackType | None], None]


@contextmanager
def fault_hooks(note: Note = lambda _kind, _error, _trace: None) -> Iterator[None]:
    """Log what nobody caught, in any thread and in Qt, until the end of the block. ``note``: called with it too."""
    seldom = Seldom()

    def log(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), trace)
        elif seldom.passes(f"{kind.__name__} {_place(trace)}"):
            _LOG.error("not caught: %s", error, exc_info=(kind, error or kind(), trace))
            note(kind, error, trace)

    def log_thread(fault: threading.ExceptHookArgs) -> None:
        log(fault.exc_type, fault.exc_value, fault.exc_traceback)

    def log_unraisable(fault: sys.UnraisableHookArgs) -> None:
        log(fault.exc_type, fault.exc_value, fault.exc_traceback)

    def log_qt(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if seldom.passes(message):
            _LOG.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s", message)

    if not faulthandler.is_enabled() and sys.stderr is not None:
        faulthandler.enable()
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    sys.excepthook, threading.excepthook, sys.unraisablehook = log, log_thread, log_unraisable
    qInstallMessageHandler(log_qt)
    try:
        yield
    finally:
        qInstallMessageHandler(None)
        sys.excepthook, threading.excepthook, sys.unraisablehook = before
