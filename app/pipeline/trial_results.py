"""Encoders that have worked on this machine, kept in a file: a channel that comes back needs no child process first.

Only successes are kept, each with what it depends on: libav's build, and for an encoder in hardware the system's start,
since drivers change with it. Whatever has changed is tried anew.
"""

from __future__ import annotations

import json
import os
import platform
from contextlib import suppress
from pathlib import Path

import av

_SOFTWARE = ("lib", "aac")
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_LIMIT_BYTES = 64_000


class TrialResults:
    """One file. A file that can't be read or written is no fault: then there are trials, as the first time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def worked(self, encoder: str) -> bool:
        """Whether it has worked with all that it depends on as it is now."""
        return self._read().get(encoder) == _depends_on(encoder)

    def note(self, encoder: str) -> None:
        """It has worked just now."""
        kept = {**self._read(), encoder: _depends_on(encoder)}
        new = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        with suppress(OSError):
            new.write_text(json.dumps(kept, indent=1), encoding="utf-8")
            new.replace(self._path)

    def _read(self) -> dict[str, str]:
        try:
            with self._path.open("rb") as file:
                kept = json.loads(file.read(_LIMIT_BYTES))
        except (OSError, ValueError, RecursionError):
            return {}
        return kept if isinstance(kept, dict) else {}


def _depends_on(encoder: str) -> str:
    library = av.library_versions.get("libavcodec", ())
    build = f"PyAV {av.__version__}, libavcodec {'.'.join(map(str, library))}, {platform.machine()}"
    return build if encoder.startswith(_SOFTWARE) else f"{build}, {_since_boot()}"


def _since_boot() -> str:
    with suppress(OSError):
        return _BOOT_ID.read_text().strip()
    return platform.version()
