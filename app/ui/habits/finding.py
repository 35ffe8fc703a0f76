"""What the command palette offers, and what of it fits the letters typed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Offer:
    """``kind``: Cue, Action, Channel, Break. ``act`` None: it can't be done from here, and ``why`` says why."""

    kind: str
    words: str
    tells: str
    key: str = ""
    act: Callable[[], object] | None = None
    why: str = ""


class _Sought(Protocol):
    @property
    def words(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def tells(self) -> str: ...


def found[Kind: _Sought](offers: Iterable[Kind], typed: str) -> list[Kind]:
    """Those that have every typed word, in the words' order of closeness; nothing typed: all."""
    wanted = typed.lower().split()
    if not wanted:
        return list(offers)[:MOST_SHOWN]
    ranked = [(rank, offer) for offer in offers if (rank := _rank(offer, wanted)) is not None]
    return [offer for _, offer in sorted(ranked, key=lambda pair: pair[0])][:MOST_SHOWN]


def _rank(offer: _Sought, wanted: list[str]) -> int | None:
    """0: the words begin so; 1: a word in them does; 2: it is somewhere in them; 3: only in its sentence."""
    words, sentence = offer.words.lower(), f"{offer.kind} {offer.tells}".lower()
    if words.startswith(" ".join(wanted)):
        return 0
    worst = 0
    for one in wanted:
        if any(word.startswith(one) for word in words.split()):
            rank = 1
        elif one in words:
            rank = 2
        elif one in sentence:
            rank = 3
        else:
            return None
        worst = max(worst, rank)
    return worst
