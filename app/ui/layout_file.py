"""How a user left the window, by arrangement of screens, in a file of this user's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from app.ui.habits.own_settings import OwnSettings
from app.ui.multiview.kept import read_walls
from app.ui.words import _

_SECTION = "screens"
_MOST_ARRANGEMENTS = 20
type Screen = tuple[int, int, int, int]  # left, top, width, height


@dataclass(frozen=True, slots=True)
class Layout:
    """``preset``: the one that was open; empty: none was. ``muted``: whether alarms make no sound.

    ``docks``: by preset how its panels were left, as Qt writes it; a preset that stands as at first is not there.
    ``tiles``: how the multiviewers were left, as they tell it; empty: as they are at first.
    """

    preset: str = ""
    muted: bool = False
    docks: Mapping[str, str] = field(default_factory=dict)
    tiles: dict[str, object] = field(default_factory=dict)


class LayoutFile:
    """``problem``: what was wrong with the file, in words; it is kept aside and the defaults hold."""

    def __init__(self, path: Path) -> None:
        self._own = OwnSettings(path, _("The window's layout"))
        self._kept = self._read()

    @property
    def problem(self) -> str:
        """Empty: nothing was wrong."""
        return self._own.told

    def layout(self, screens: Sequence[Screen]) -> Layout:
        """As it was left with these screens; the defaults where it never was."""
        return self._kept.get(_name(screens), Layout())

    def keep(self, screens: Sequence[Screen], layout: Layout) -> None:
        """From now on with these screens. A file that can't be written is told in the log: the air goes on."""
        name = _name(screens)
        if self._kept.get(name) == layout:
            return
        self._kept.pop(name, None)
        self._kept[name] = layout
        self._kept = dict(list(self._kept.items())[-_MOST_ARRANGEMENTS:])
        self._own.keep(_SECTION, {name: asdict(one) for name, one in self._kept.items()})

    def _read(self) -> dict[str, Layout]:
        try:
            return {name: _layout(one) for name, one in self._own.section(_SECTION).items()}
        except (KeyError, TypeError, ValueError, AttributeError):
            self._own.set_aside(_("it is not as this program writes it"))
            return {}


def _layout(told: Mapping[str, Any]) -> Layout:
    preset, muted = told["preset"], told["muted"]
    docks, tiles = told.get("docks", {}), told.get("tiles", {})  # not in a file of an older version
    if not isinstance(preset, str) or not isinstance(muted, bool):
        raise TypeError
    if not isinstance(docks, dict) or not isinstance(tiles, dict):
        raise TypeError
    if not all(isinstance(state, str) and state.isascii() for state in docks.values()):
        raise TypeError
    read_walls(tiles)
    return Layout(preset, muted, docks, tiles)


def _name(screens: Sequence[Screen]) -> str:
    return " ".join(f"{width}x{height}{left:+}{top:+}" for left, top, width, height in sorted(screens))
