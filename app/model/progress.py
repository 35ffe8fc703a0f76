"""How far a long import is; and its end, where whoever asked for it has no more use for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from app.model.errors import CancelledError

EVERY = 1000

type Progress = Callable[[int, int], bool]
"""Told how many of how many are done, now and then, on the thread that does them; False: give it up."""


def counted[Item](items: Iterable[Item], progress: Progress | None, done: int, total: int) -> Iterator[Item]:
    """The items, while somebody is told of them; ``done``: those before the first. CancelledError: it is given up."""
    if progress is None:
        yield from items
        return
    for n, item in enumerate(items, done):
        if n % EVERY == 0:
            tell(progress, n, total)
        yield item


def tell(progress: Progress | None, done: int, total: int) -> None:
    """CancelledError: it is given up."""
    if progress is not None and not progress(done, total):
        raise CancelledError("given up: nothing of it was imported")
