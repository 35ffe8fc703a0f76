"""The way into the window. Qt is imported when a window opens, not before: ``preflight`` must run without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.ui.preflight import preflight

if TYPE_CHECKING:
    from app.ui.bridge import Engine

__all__ = ["open_window", "preflight"]


def open_window(engine: Engine, show_name: str, timezone: str) -> int:
    """Open the control room over a running engine, and return its exit status once it is closed.

    Main thread only. Ending the engine is the caller's part. Call ``preflight`` first.
    """
    from app.ui.desktop import run_window  # noqa: PLC0415 - Qt may be missing until preflight has passed

    return run_window(engine, show_name, timezone)
