"""What an inlet has had, over restarts: a list is imported once, and again when it has changed."""

from __future__ import annotations

import json
import logging
import threading
from pathlib import Path

logger = logging.getLogger(__name__)

MOST_FILES = 5000  # an inlet; the oldest is forgotten first
_LARGEST_BYTES = 64_000_000


class Memory:
    """Of all inlets of a show, in one file; any thread. One that can't be read is begun anew, and the log says so."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._had = _read(path)

    def had(self, inlet: str, file: str, digest: str) -> bool:
        """Whether this is what the file held when it was imported last, or what another of the inlet holds."""
        with self._lock:
            files = self._had.get(inlet, {})
            return files.get(file) == digest or (file not in files and digest in files.values())

    def note(self, inlet: str, file: str, digest: str) -> None:
        """It was imported, or was of no use."""
        with self._lock:
            files = self._had.setdefault(inlet, {})
            files.pop(file, None)
            files[file] = digest
            while len(files) > MOST_FILES:
                del files[next(iter(files))]
            self._write()

    def _write(self) -> None:
        partial = self._path.with_name(f"{self._path.name}.partial")
        try:
            partial.write_text(json.dumps(self._had), "ascii")
            partial.replace(self._path)
        except OSError as error:  # what is forgotten is read again, which adds nothing
            logger.warning("%s can't be written: %s", self._path, error.strerror)


def _read(path: Path) -> dict[str, dict[str, str]]:
    try:
        if not path.exists():
            return {}
        if path.stat().st_size > _LARGEST_BYTES:
            raise ValueError("it is too large")
        read = json.loads(path.read_bytes())
        return {str(inlet): {str(file): str(known) for file, known in files.items()} for inlet, files in read.items()}
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        logger.warning("%s is begun anew: %s", path, error)
        return {}
