"""The way into the window. Qt is imported when a window opens, not before: ``preflight`` must run without it."""

from __future__ import annotations

import gc
from contextlib import suppress
from typing import TYPE_CHECKING

from app.ui.ending import Ending
from app.ui.preflight import preflight

if TYPE_CHECKING:
    from pathlib import Path

    from app.model.schedule_face import ScheduleFace
    from app.model.setup_face import SetupFace
    from app.ui.bridge import Engine

__all__ = ["Ending", "open_window", "preflight"]


def open_window(
    engine: Engine,
    show_name: str,
    timezone: str,
    *,
    remote: bool = False,
    schedule: ScheduleFace | None = None,
    promotes: bool = False,
    data_dir: Path | None = None,
    setup: SetupFace | None = None,
) -> Ending:
    """Open the control room over a running engine; once it is closed, what is to become of the channels.

    ``remote``: the engine runs in a process of its own and outlives the window, so closing asks whether to leave the
    channels on air; a signal leaves them. Without it, the end of the window is always ``Ending.STOP``. ``schedule``:
    what traffic has booked, ``setup``: how shows are set up; the window calls both from threads of its own.
    ``promotes``: the caller puts a rehearsal on air when the answer is ``Ending.PROMOTE``. ``data_dir``: where a window
    that dies leaves its crash report, which the next one shows, and where its layout and what its charts hold
    are kept. Ending the engine is the caller's part. Main thread only. Call ``preflight`` first.
    """
    gc.disable()  # until the first picture is there: see __main__
    _switch_no_features()
    from app.ui.desktop import run_window  # noqa: PLC0415 - Qt may be missing until preflight has passed

    try:
        return run_window(
            engine,
            show_name,
            timezone,
            remote=remote,
            schedule=schedule,
            promotes=promotes,
            data_dir=data_dir,
            setup=setup,
        )
    finally:
        gc.enable()


def _switch_no_features() -> None:
    """Keep PySide from reading the source of all modules that come after it, for a tenth of a second.

    It looks in them for its own name, as it may switch other spellings of methods on in a module that asks for that;
    none here does. This is internal to PySide: where it is done otherwise, the start is slower and all is well.
    """
    with suppress(ImportError, AttributeError):
        import PySide6.QtCore  # noqa: F401, PLC0415 - it brings the next one
        from shibokensupport import feature  # type: ignore[import-not-found]  # noqa: PLC0415 - see above

        if callable(feature._mod_uses_pyside):  # noqa: SLF001 - it has no public switch
            feature._mod_uses_pyside = lambda _module: False  # noqa: SLF001 - the same
