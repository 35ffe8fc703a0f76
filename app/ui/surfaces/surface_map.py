"""Which key of which surface does what: each key has one action, an action may have several keys. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from app.ui.habits.window_actions import WINDOW_ACTIONS
from app.ui.words import _

MOST_LETTERS = 120
_BETWEEN = ": "


class Key(NamedTuple):
    """One key: ``control`` is what the surface calls it, ``note 36 ch 1`` or ``key 5``."""

    surface: str
    control: str

    @property
    def words(self) -> str:
        """As it is shown and kept."""
        return f"{self.surface}{_BETWEEN}{self.control}"


def key_named(words: str) -> Key | None:
    """A key out of its words; None where they are none."""
    surface, between, control = words.rpartition(_BETWEEN)
    fits = between and surface and control and len(words) <= MOST_LETTERS and words.isprintable()
    return Key(surface, control) if fits else None


class SurfaceMap(QObject):
    """``changed``: a key does something else. ``keep``: called with all keys after each change.

    ``dropped``: a sentence for each kept key that may not stand.
    """

    changed = Signal()

    def __init__(self, kept: Mapping[str, object], keep: Callable[[dict[str, str]], object]) -> None:
        super().__init__()
        self._keep, self._actions = keep, dict[Key, str]()
        self.dropped: list[str] = []
        for words, id_ in kept.items():
            key = key_named(words)
            if key is None:
                self.dropped.append(_("{words!r} is no key of a surface").format(words=words[:MOST_LETTERS]))
            elif not isinstance(id_, str) or id_ not in WINDOW_ACTIONS:
                self.dropped.append(_("no action is called {id!s:.40} ({words})").format(id=id_, words=words))
            else:
                self._actions[key] = id_

    def action(self, key: Key) -> str | None:
        """What a key does."""
        return self._actions.get(key)

    def keys(self, id_: str) -> list[Key]:
        """All keys of an action."""
        return sorted(key for key, bound in self._actions.items() if bound == id_)

    def controls(self, surface: str) -> dict[str, str]:
        """A surface's keys that do something, with what."""
        return {key.control: id_ for key, id_ in self._actions.items() if key.surface == surface}

    def surfaces(self) -> dict[str, int]:
        """How many keys of each surface do something."""
        found: dict[str, int] = {}
        for key in self._actions:
            found[key.surface] = found.get(key.surface, 0) + 1
        return found

    def bind(self, id_: str, key: Key) -> str | None:
        """Give an action one more key; or say why not."""
        if key_named(key.words) != key:
            return _("that key has no name that could be kept")
        owner = self._actions.get(key)
        if owner == id_:
            return _("{words} is {words_2} already").format(words=key.words, words_2=WINDOW_ACTIONS[id_].words)
        if owner is not None:
            return _("{words} is {words_2}").format(words=key.words, words_2=WINDOW_ACTIONS[owner].words)
        self._actions[key] = id_
        self._tell()
        return None

    def lay_out(self, keys: list[Key], ids: list[str]) -> int:
        """Give the free ones of ``keys``, in their order, the actions that have none; how many were given."""
        free = [key for key in keys if key not in self._actions]
        bound = set(self._actions.values())
        given = dict(zip(free, (id_ for id_ in ids if id_ not in bound), strict=False))
        self._actions.update(given)
        if given:
            self._tell()
        return len(given)

    def release(self, id_: str) -> bool:
        """Take all its keys from an action; whether it had any."""
        keys = self.keys(id_)
        for key in keys:
            del self._actions[key]
        if keys:
            self._tell()
        return bool(keys)

    def _tell(self) -> None:
        self._keep({key.words: id_ for key, id_ in sorted(self._actions.items())})
        self.changed.emit()
