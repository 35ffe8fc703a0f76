"""What a word of a source has changed before it turned out to be refused, put back. Program thread only."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from app.pipeline.feed_ties import Tied
from app.pipeline.splicer import Splicer


class Undo:
    """Of the breaks that a word may touch: those given, and where every break of the channel stands."""

    def __init__(self, splicer: Splicer, ties: list[Tied], meant: Tied | None) -> None:
        self._splicer, self._ties = splicer, ties
        touched = [one for one in ties if one is meant or (one.brk is not None and one.brk.open_ended)]
        self._kept = [_values(one) for one in (*touched, *(one.brk for one in touched if one.brk is not None))]
        self._tied = list(ties)
        self._places = [*splicer.planned], [*splicer.armed_breaks], splicer.cued, splicer.on_air
        self._effects = len(splicer.effects)

    def put_back(self) -> None:
        """Everything is as it was, and nothing was said."""
        splicer = self._splicer
        for one in self._ties:
            if one not in self._tied and one.brk is not None:
                splicer.known_ids.discard(one.brk.id)
        for one, values in self._kept:
            if isinstance(one, Tied) and one.brk is not None and values["brk"] is None:
                splicer.known_ids.discard(one.brk.id)
            for name, value in values.items():
                setattr(one, name, value)
        self._ties[:] = self._tied
        splicer.planned, splicer.armed_breaks, splicer.cued, splicer.on_air = self._places
        del splicer.effects[self._effects :]


def _values(one: Any) -> tuple[Any, dict[str, Any]]:
    return one, {each.name: getattr(one, each.name) for each in fields(one)}
