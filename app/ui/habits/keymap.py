"""The keys that this user has: the defaults, and what was changed. No two actions ever share one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

from app.ui.actions import Verb
from app.ui.habits import key_rules
from app.ui.habits.window_actions import WINDOW_ACTIONS, Group, WindowAction, cue_id
from app.ui.words import _

type Fits = Callable[[Verb, str], bool]
"""Whether a cap has room on a cue's button."""


class Keymap(QObject):
    """``changed``: an action has another key. ``keep``: called with all own keys after each change."""

    changed = Signal()

    def __init__(
        self,
        own: Mapping[str, object] | None = None,
        keep: Callable[[dict[str, str]], None] = lambda _own: None,
        fits: Fits = lambda _verb, _cap: True,
    ) -> None:
        super().__init__()
        self._own: dict[str, str] = {}
        self._keep, self._fits = keep, fits
        self.dropped = self._take_over(own or {})

    def _take_over(self, own: Mapping[str, object]) -> list[str]:
        """What was kept, as far as it may stand; a sentence for each key that may not."""
        told = []
        for id_, key in own.items():
            named = key_rules.normal(key) if isinstance(key, str) else ""
            if id_ not in WINDOW_ACTIONS:
                told.append(_("no action is called {id}").format(id=id_))
            elif reason := self._unfit(WINDOW_ACTIONS[id_], named):
                told.append(f"{WINDOW_ACTIONS[id_].words}: {reason}")
            else:
                self._own[id_] = named
        while (clash := self._clash()) is not None:  # only now: two that have swapped their keys stand in no one's way
            id_, other = clash
            told.append(
                _("{words}: {key} is {words_2}").format(
                    words=WINDOW_ACTIONS[id_].words, key=self._own.pop(id_), words_2=WINDOW_ACTIONS[other].words
                )
            )
        return told

    def _clash(self) -> tuple[str, str] | None:
        for id_, key in self._own.items():
            other = self._owner(key, but=id_)
            if other is not None:
                return id_, other
        return None

    def keys(self, id_: str) -> tuple[str, ...]:
        """All that fire an action; none is possible."""
        return (self._own[id_],) if id_ in self._own else WINDOW_ACTIONS[id_].keys

    def key(self, id_: str) -> str:
        """The one that is shown; "" for none."""
        return next(iter(self.keys(id_)), "")

    def cue_key(self, verb: Verb) -> str:
        """A verb's."""
        return self.key(cue_id(verb))

    def is_own(self, id_: str) -> bool:
        """Whether the user changed it."""
        return id_ in self._own

    def _owner(self, key: str, *, but: str) -> str | None:
        return next((id_ for id_ in WINDOW_ACTIONS if id_ != but and key in self.keys(id_)), None)

    def _unfit(self, action: WindowAction, key: str) -> str | None:
        reason = key_rules.refusal(key, is_cue=action.group is Group.CUES)
        if reason is None and action.verb is not None and not self._fits(action.verb, key_rules.cap(key)):
            return _("{key} has no room on the button {value}").format(key=key, value=action.verb.value)
        return reason

    def refusal(self, id_: str, key: str) -> str | None:
        """Why an action can't have a key; None: it can."""
        reason = self._unfit(WINDOW_ACTIONS[id_], key)
        owner = self._owner(key, but=id_)
        return reason or (
            _("{key} is {words}").format(key=key, words=WINDOW_ACTIONS[owner].words) if owner is not None else None
        )

    def change(self, id_: str, key: str) -> str | None:
        """Give an action another key, in place of all that it had; or say why not."""
        key = key_rules.normal(key)
        if reason := self.refusal(id_, key):
            return reason
        if (key,) == WINDOW_ACTIONS[id_].keys:
            self._own.pop(id_, None)
        else:
            self._own[id_] = key
        self._tell()
        return None

    def reset(self, id_: str) -> str | None:
        """Give an action its default again; or say who has it now."""
        for key in WINDOW_ACTIONS[id_].keys:
            owner = self._owner(key, but=id_)
            if owner is not None:
                return _("{key} is {words}").format(key=key, words=WINDOW_ACTIONS[owner].words)
        if self._own.pop(id_, None) is not None:
            self._tell()
        return None

    def reset_all(self) -> None:
        """All defaults."""
        if self._own:
            self._own.clear()
            self._tell()

    def _tell(self) -> None:
        self._keep(dict(self._own))
        self.changed.emit()
