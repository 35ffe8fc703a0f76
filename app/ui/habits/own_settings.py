"""What one user chose for the window, in one small JSON file. A broken one is kept aside and told, never lost."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.ui.words import _

_LOG = logging.getLogger(__name__)
_MOST_BYTES = 1_000_000


class OwnSettings:
    """Sections by name. ``path`` None: kept while the window is open, and no longer. ``told``: what went wrong.

    ``what``: what the file holds, as the user knows it.
    """

    def __init__(self, path: Path | None, what: str = _("The file of your keys and looks")) -> None:
        self._path, self._what, self.told = path, what, ""
        self._sections = self._read()

    def section(self, name: str) -> Mapping[str, Any]:
        """What is kept under a name; empty where nothing is. A file that has something else there is set aside."""
        found = self._sections.get(name, {})
        if isinstance(found, dict):
            return found
        self._sections = self.set_aside(_("its {name} are none").format(name=name))
        return {}

    def keep(self, name: str, section: Mapping[str, Any]) -> str:
        """Write a section; why it could not be written, "" if it was. It stands either way."""
        self._sections[name] = dict(section)
        if self._path is None:
            return ""
        try:
            _write(self._path, self._sections)
        except OSError as error:
            _LOG.warning("%s can't be written: %s", self._path.name, error.strerror)
            return _("not kept for the next time: {name} can't be written ({strerror})").format(
                name=self._path.name, strerror=error.strerror
            )
        return ""

    def _read(self) -> dict[str, Any]:
        if self._path is None or not self._path.exists():
            return {}
        try:
            if self._path.stat().st_size > _MOST_BYTES:
                return self.set_aside(_("it is larger than 1 MB"))
            found = json.loads(self._path.read_text("utf-8"))
        except OSError as error:
            self.told = _("{what} can't be read ({strerror}): the defaults are used.").format(
                what=self._what, strerror=error.strerror
            )
            return {}
        except (ValueError, RecursionError):
            return self.set_aside(_("it is not JSON"))
        if not isinstance(found, dict):
            return self.set_aside(_("it is not one object of JSON"))
        return found

    def set_aside(self, why: str) -> dict[str, Any]:
        """Keep a file that can't be used under another name, and tell it; what there is instead: nothing."""
        self._sections = {}
        if self._path is None:
            return {}
        aside = self._path.with_name(f"{self._path.stem}.broken-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json")
        kept = _("it stays as {name}").format(name=aside.name)
        try:
            self._path.replace(aside)
        except OSError as error:
            kept = _("and it can't be moved aside: {strerror}").format(strerror=error.strerror)
        self.told = _("{what} can't be read ({why}): the defaults are used, {kept}.").format(
            what=self._what, why=why, kept=kept
        )
        _LOG.warning("%s", self.told)
        return {}


def _write(path: Path, sections: Mapping[str, Any]) -> None:
    """Whole or not at all, also when the machine goes down meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(sections, file, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
