"""Processes that outlive whoever starts them: a session of their own, nothing inherited, their words in a file."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

_LARGEST_BYTES = 1_000_000
_LAST_BYTES = 4000


def program(*words: str) -> list[str]:
    """This program's own command line; -P: not an "app" of the folder it runs in."""
    return [sys.executable, "-P", "-m", "app", *words]


def detached() -> dict[str, Any]:
    """What ``Popen`` is given so that no signal, console or end of ours reaches the process."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def cold_engine(data_dir: Path) -> subprocess.Popen[bytes]:
    """An engine process on a data directory, from nothing."""
    with engine_output(data_dir) as output:
        return subprocess.Popen(
            program("engine", "--data-dir", str(data_dir)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            **detached(),
        )


def detached_watchdog(data_dir: Path) -> None:
    """A watchdog for that data directory, nobody's child; it ends with the session, or where there is one already."""
    with engine_output(data_dir) as output:
        watchdog = subprocess.Popen(
            program("watchdog", "--data-dir", str(data_dir)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            **detached(),
        )
    watchdog.returncode = 0  # it is nobody's to wait for: init reaps it, and Popen must not complain


def output_file(data_dir: Path) -> Path:
    """What an engine or a watchdog says outside its log: a library's last words, a crash's stacks."""
    return data_dir / "logs" / "engine-output.log"


def engine_output(data_dir: Path) -> IO[bytes]:
    """That file, to be appended to; a large one is put aside first. A disk that takes no file gets none."""
    path = output_file(data_dir)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > _LARGEST_BYTES:
            path.replace(path.with_name(f"{path.name}.1"))
        return path.open("ab")
    return Path(os.devnull).open("ab")


def last_line(data_dir: Path) -> str:
    """What was said last there; "" where nothing was."""
    try:
        with output_file(data_dir).open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _LAST_BYTES))
            lines = file.read().decode("utf-8", "replace").split("\n")
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
