"""How a user left the window, by arrangement of screens, in a file of this user's. Pure but for the file."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.ui.words import _

_LOG = logging.getLogger(__name__)
_MOST_BYTES = 1 << 16
_MOST_ARRANGEMENTS = 20
type Screen = tuple[int, int, int, int]  # left, top, width, height


@dataclass(frozen=True, slots=True)
class Layout:
    """``preset``: the one that was open; empty: none was. ``muted``: whether alarms make no sound."""

    preset: str = ""
    muted: bool = False


class LayoutFile:
    """``problem``: what was wrong with the file, in words; it is kept aside and the defaults hold."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.problem = ""
        self._kept = self._read()

    def layout(self, screens: Sequence[Screen]) -> Layout:
        """As it was left with these screens; the defaults where it never was."""
        return self._kept.get(_name(screens), Layout())

    def keep(self, screens: Sequence[Screen], layout: Layout) -> None:
        """From now on with these screens. A file that can't be written is told in the log: the air goes on."""
        self._kept.pop(_name(screens), None)
        self._kept[_name(screens)] = layout
        kept = list(self._kept.items())[-_MOST_ARRANGEMENTS:]
        told = {name: {"preset": one.preset, "muted": one.muted} for name, one in kept}
        part = self._path.with_name(self._path.name + ".part")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps({"screens": told}, indent=1), "utf-8")
            part.replace(self._path)
        except OSError as error:
            _LOG.warning("the window's layout can't be kept in %s: %s", self._path, error.strerror or error)

    def _read(self) -> dict[str, Layout]:
        try:
            with self._path.open("rb") as file:
                told = json.loads(file.read(_MOST_BYTES))
            return {str(name): _layout(one) for name, one in told["screens"].items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self.problem = _(
                "The window's layout could not be read: the defaults hold, the file is {set_aside}"
            ).format(set_aside=self._set_aside())
            return {}

    def _set_aside(self) -> str:
        aside = self._path.with_name(self._path.name + ".broken")
        try:
            self._path.replace(aside)
        except OSError:
            return _("still {path}").format(path=self._path)
        return _("kept as {aside}").format(aside=aside)


def _layout(told: dict[str, object]) -> Layout:
    preset, muted = told["preset"], told["muted"]
    if not isinstance(preset, str) or not isinstance(muted, bool):
        raise TypeError
    return Layout(preset, muted)


def _name(screens: Sequence[Screen]) -> str:
    return " ".join(f"{width}x{height}{left:+}{top:+}" for left, top, width, height in sorted(screens))
