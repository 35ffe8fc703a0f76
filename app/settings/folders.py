"""Where things are on this machine: the data folder, the default store, house time, folders named by URL."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from app.model.errors import EnvironmentLackError

_VARIABLE = "SPLICEDECK_DATA_DIR"
_CONFIG_VARIABLE = "SPLICEDECK_CONFIG_DIR"


def default_data_dir() -> Path:
    """The user's data folder for this program; SPLICEDECK_DATA_DIR names another. It may not exist yet."""
    return _own_folder(
        _VARIABLE,
        windows=("LOCALAPPDATA", "AppData/Local"),
        mac="Library/Application Support",
        xdg=("XDG_DATA_HOME", ".local/share"),
    )


def default_config_dir() -> Path:
    """Where this user's own choices are kept; SPLICEDECK_CONFIG_DIR names another. It may not exist yet."""
    return _own_folder(
        _CONFIG_VARIABLE,
        windows=("APPDATA", "AppData/Roaming"),
        mac="Library/Preferences",
        xdg=("XDG_CONFIG_HOME", ".config"),
    )


def _own_folder(variable: str, *, windows: tuple[str, str], mac: str, xdg: tuple[str, str]) -> Path:
    """``windows``, ``xdg``: the variable that names the parent, and where it is below the home otherwise."""
    if named := os.environ.get(variable):
        return Path(named).absolute()
    try:
        home = Path.home()
    except RuntimeError as error:
        raise EnvironmentLackError("this user has no home folder", f"name a folder in {variable}") from error
    if sys.platform == "win32":
        return Path(os.environ.get(windows[0]) or home / windows[1]) / "Splicedeck"
    if sys.platform == "darwin":
        return home / mac / "Splicedeck"
    shared = Path(os.environ.get(xdg[0]) or "")
    return (shared if shared.is_absolute() else home / xdg[1]) / "splicedeck"  # XDG: relative is ignored


def default_database(data_dir: Path) -> Path:
    """The SQLite file that is the store where no ``--database`` names another."""
    return data_dir / "splicedeck.sqlite3"


def journal_path(data_dir: Path) -> Path:
    """The journal of the run that a data folder is of; those of earlier runs lie beside it."""
    return data_dir / "journal.sqlite3"


def window_layout(data_dir: Path) -> Path:
    """The file that says how this user left the control room's window."""
    return data_dir / "window.json"


def window_charts(data_dir: Path) -> Path:
    """The file with what the last window's charts had measured."""
    return data_dir / "charts.bin"


def local_timezone() -> str:
    """The workstation's IANA time zone; UTC where it doesn't say."""
    candidates = [os.environ.get("TZ", "").removeprefix(":")]
    for link in (Path("/etc/timezone"), Path("/etc/localtime")):
        try:
            named = link.read_text("utf-8").strip() if link.name == "timezone" else str(link.resolve(strict=True))
        except (OSError, ValueError):
            continue
        candidates.append(named.rpartition("zoneinfo/")[2])
    return next((name for name in candidates if known_timezone(name)), "UTC")


def known_timezone(name: str) -> bool:
    """Whether it is an IANA time zone that this machine knows."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return bool(name)


def folder_of_url(url: str) -> Path | None:
    """The absolute path in a ``file:///path`` URL; None where it is no such URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme != "file" or parts.netloc not in {"", "localhost"} or not parts.path.startswith("/"):
        return None
    if parts.query or parts.fragment or "%00" in parts.path:
        return None
    if os.name == "nt":
        from urllib.request import url2pathname  # noqa: PLC0415 - it loads HTTP and TLS: elsewhere no start waits for it

        return Path(url2pathname(parts.path))
    return Path(unquote(parts.path))


def blocked(folder: Path) -> str:
    """Why a folder can't be made where it is named ("" if it may be); touches nothing."""
    for place in (folder, *folder.parents):
        try:
            if place.is_dir():
                return "" if os.access(place, os.W_OK) else f"{place} is not writable"
            if place.exists() or place.is_symlink():
                return f"{place} is not a folder"
        except OSError as error:
            return f"{place}: {error.strerror}"
    return ""


def prepared(folder: Path) -> str:
    """Make a folder and try to write in it: why that can't be done ("" if it can)."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"splicedeck")
    except OSError as error:
        return f"{error.filename or folder}: {error.strerror}"
    return ""
