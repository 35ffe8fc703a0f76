"""The show as it runs: as it began, with the settings that its channels have taken on since."""

from __future__ import annotations

from typing import Protocol

from app.engine.cue_guard import Kept
from app.model.events import ChannelChanged, Event
from app.model.live_change import CHANGES, changed_show, kept_of, taken_up
from app.model.show import Show


class TakesOn(Protocol):
    """Who looks settings of channels up."""

    def take_on(self, show: Show) -> None:
        """The same show with settings that have changed. Any thread."""
        ...


class LiveSettings:
    """``show``: as the life before left it, then as it is told to change."""

    def __init__(self, began: Show, store: Kept) -> None:
        self._began, self._store = began, store
        self.show = taken_up(began, store.kept(CHANGES))
        self._others: list[TakesOn] = []

    def tell(self, *others: TakesOn | None) -> None:
        """Have them know each change."""
        self._others += [each for each in others if each is not None]
        for each in self._others:
            each.take_on(self.show)

    def note(self, event: Event) -> None:
        """Take a change up, for the engine after this one too. On the engine thread."""
        if isinstance(event, ChannelChanged):
            self.show = changed_show(self.show, event)
            self._store.keep(CHANGES, kept_of(self._began, self.show))
            for each in self._others:
                each.take_on(self.show)
