"""Events by their key that know when the next of them is due, without a look at each."""

from __future__ import annotations

from collections.abc import Callable

from app.scte35.spoken import EventKey
from app.scte35.tracked import Tracked


class Events(dict[EventKey, Tracked]):
    """``moment``: when an event is due; None: never. Entries are set one by one."""

    def __init__(self, moment: Callable[[Tracked], int | None]) -> None:
        super().__init__()
        self._moment = moment
        self._soonest: int | None = None  # nothing is due before; None: nothing is due at all

    def __setitem__(self, key: EventKey, event: Tracked) -> None:
        """Note its moment too; that of one that is gone is forgotten by ``look``."""
        super().__setitem__(key, event)
        at = self._moment(event)
        if at is not None:
            self._soonest = at if self._soonest is None else min(self._soonest, at)

    def may_be_due(self, now: int) -> bool:
        """Whether something could be."""
        return self._soonest is not None and self._soonest <= now

    def look(self) -> None:
        """See anew what is due next."""
        moments = (self._moment(event) for event in self.values())
        self._soonest = min((at for at in moments if at is not None), default=None)
