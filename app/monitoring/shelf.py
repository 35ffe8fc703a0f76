"""A folder tree of splices that keeps the newest: ``run/channel/break/splice``, each put there whole or not at all."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path

_LEVELS = "*/*/*/*"
_NEW = "%new"  # ends the name of a folder that is not complete yet; no name is made into one like it
_UNSAFE = re.compile(r"^[. ]|[. ]$|[^\w\-. ]")
_MOST_NAME = 60  # characters; a name that is longer is told apart by a checksum


def folder_name(name: str) -> str:
    """A folder's name for any name, another one for each: letters, digits and a few signs stay as they are."""
    safe = _UNSAFE.sub(lambda match: f"%{ord(match[0]):02X}", name)
    if len(safe) > _MOST_NAME:
        safe = f"{safe[:_MOST_NAME]}~{hashlib.sha256(name.encode()).hexdigest()[:12]}"
    return safe or "%"


class Shelf:
    """One thread's. What lies there already is looked at when the first splice is put; ``most`` stay."""

    def __init__(self, root: Path, most: int) -> None:
        self._root, self._most = root, most
        self._held: OrderedDict[Path, None] | None = None  # oldest first

    def put(self, folder: Path, files: dict[str, bytes]) -> None:
        """Write a splice's folder, in place of one that was there. OSError: nothing of it is left."""
        held = self._known()
        new = folder.with_name(folder.name + _NEW)
        try:
            new.mkdir(parents=True, exist_ok=True)
            for name, octets in files.items():
                (new / name).write_bytes(octets)
            shutil.rmtree(folder, ignore_errors=True)
            new.rename(folder)
        except OSError:
            shutil.rmtree(new, ignore_errors=True)
            self._tidy(folder.parent)
            raise
        held.pop(folder, None)
        held[folder] = None
        while len(held) > self._most:
            oldest, _ = held.popitem(last=False)
            shutil.rmtree(oldest, ignore_errors=True)
            self._tidy(oldest.parent)

    def _known(self) -> OrderedDict[Path, None]:
        if self._held is None:
            found = [path for path in self._root.glob(_LEVELS) if path.is_dir()]
            for path in found:
                if path.name.endswith(_NEW):
                    shutil.rmtree(path, ignore_errors=True)
            kept = [path for path in found if not path.name.endswith(_NEW)]
            self._held = OrderedDict.fromkeys(sorted(kept, key=_age))
        return self._held

    def _tidy(self, folder: Path) -> None:
        """Empty folders go, up to the root."""
        with suppress(OSError):
            while folder != self._root and self._root in folder.parents:
                folder.rmdir()
                folder = folder.parent


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
