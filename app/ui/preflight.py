"""Whether a window can open here. Qt aborts the process where a library or the display is missing: look first.

Nothing of Qt is imported here.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from app.model.errors import EnvironmentLackError

_PAUSES_S = (0.0, 0.1, 0.2, 0.4)  # between tries at a display
_ALWAYS = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb.so.1": "libxcb1",
}
_X11 = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
_WAYLAND = {"libwayland-client.so.0": "libwayland-client0", "libwayland-cursor.so.0": "libwayland-cursor0"}


def preflight(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> None:
    """Raise EnvironmentLackError, with the remedy, if this machine can't show a window."""
    if platform != "linux":
        return
    named = environment.get("QT_QPA_PLATFORM", "")
    on_x11, on_wayland = bool(environment.get("DISPLAY")), bool(environment.get("WAYLAND_DISPLAY"))
    if not (named or on_x11 or on_wayland):
        raise EnvironmentLackError("no display", _headless())
    uses_wayland = named.startswith("wayland") or (not named and on_wayland)
    uses_x11 = named.startswith("xcb") or (not named and on_x11)
    needed = _ALWAYS | (_X11 if uses_x11 else {}) | (_WAYLAND if uses_wayland else {})
    if missing := missing_packages(needed):
        packages = " ".join(missing)
        raise EnvironmentLackError("display libraries are missing", f"sudo apt install {packages}, or {_headless()}")
    if uses_x11 and not uses_wayland and not _display_answers(environment.get("DISPLAY", "")):
        raise EnvironmentLackError(f"display {environment.get('DISPLAY', '')} can't be opened", _headless())


def _headless() -> str:
    """The command as it was called here, where a checkout's is not on the PATH."""
    called = sys.argv[0]
    known = Path(called).name != "splicedeck" or shutil.which("splicedeck")
    return f"run it headless: {'splicedeck' if known else called} run SHOW.toml --headless"


def missing_packages(needed: Mapping[str, str]) -> list[str]:
    """The Debian packages of the shared libraries that can't be loaded."""
    return [package for library, package in needed.items() if not _loads(library)]


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _display_answers(display: str) -> bool:
    """Whether the X server of that name takes a connection.

    The connection is kept: an X server without a session starts anew when its last client leaves it, and turns away
    whoever comes meanwhile, which would be Qt. For the same reason it is tried more than once.
    """
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    for pause_s in _PAUSES_S:
        time.sleep(pause_s)
        connection = xcb.xcb_connect(display.encode() or None, None)
        if not xcb.xcb_connection_has_error(connection):
            return True
        xcb.xcb_disconnect(connection)
    return False
