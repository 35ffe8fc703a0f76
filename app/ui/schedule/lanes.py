"""The blocks of each channel in their order, found by time; who overlaps whom; the minutes of an hour. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from app.model.merging import Stored
from app.ui.schedule.block import DONE, Block, Kind, block_of
from app.ui.schedule.engine_book import EngineBook
from app.ui.schedule.moments import Moments, Span
from app.ui.schedule.pending import Key

if TYPE_CHECKING:  # it takes a tenth of a second to import: the first picture does not wait for that
    import numpy as np
    from numpy.typing import NDArray

HOUR_US = 3_600_000_000


def hour_of(us: int, offset_us: int) -> int:
    """When the hour of house time around a moment began; house time may be ahead by half an hour more."""
    return (us + offset_us) // HOUR_US * HOUR_US - offset_us


@dataclass(frozen=True, slots=True)
class Columns:
    """A lane's blocks: starts and ends in microseconds, kinds by their value, levels."""

    starts_us: NDArray[np.int64]
    ends_us: NDArray[np.int64]
    kinds: NDArray[np.int8]
    levels: NDArray[np.int8]


class Lane:
    """One channel's blocks by their start, as objects and as columns: thousands are looked at for every frame."""

    def __init__(self, blocks: Iterable[Block] = ()) -> None:
        self.blocks = with_overlaps(sorted(blocks, key=lambda block: (block.start_us, block.key)))
        self.starts = [block.start_us for block in self.blocks]
        self.places = {block.key: place for place, block in enumerate(self.blocks)}
        self._longest_us = max((block.end_us - block.start_us for block in self.blocks), default=0)

    @cached_property
    def columns(self) -> Columns:
        """For many at a time."""
        import numpy as np  # noqa: PLC0415 - see above

        return Columns(
            np.array(self.starts, np.int64),
            np.array([block.end_us for block in self.blocks], np.int64),
            np.array([block.kind.value for block in self.blocks], np.int8),
            np.array([block.level for block in self.blocks], np.int8),
        )

    def between(self, since_us: int, until_us: int) -> tuple[int, int]:
        """Places in ``blocks`` among which all are that touch this time; a few at the left may not."""
        return bisect_left(self.starts, since_us - self._longest_us), bisect_left(self.starts, until_us)

    def over(self, since_us: int, until_us: int) -> Iterator[Block]:
        """Those that lie in this time, in part at least."""
        first, last = self.between(since_us, until_us)
        return (block for block in self.blocks[first:last] if block.end_us > since_us)

    def minutage_us(self, us: int, *, leaving_out: Iterable[Key] = (), offset_us: int = 0) -> int:
        """What is planned, aired or on air in house time's hour around a moment; house time is ``offset_us`` ahead."""
        return self.load_us(hour_of(us, offset_us), leaving_out=leaving_out)

    def load_us(self, since_us: int, *, leaving_out: Iterable[Key] = ()) -> int:
        """How much of an hour is breaks."""
        until_us, out = since_us + HOUR_US, set(leaving_out)
        return sum(
            min(block.end_us, until_us) - max(block.start_us, since_us)
            for block in self.over(since_us, until_us)
            if block.key not in out and block.kind not in {Kind.SKIPPED, Kind.WITHDRAWN, Kind.FAILED}
        )

    def neighbours(self, span: Span, leaving_out: Iterable[Key]) -> tuple[int, int | None]:
        """By how much a break at this place would overlap others, and how long it is to the next one; None: none."""
        out = set(leaving_out)
        overlap = sum(
            min(block.end_us, span[1]) - max(block.start_us, span[0])
            for block in self.over(*span)
            if block.key not in out and block.kind not in DONE
        )
        following = bisect_left(self.starts, span[1])
        gap = next((block.start_us - span[1] for block in self.blocks[following:] if block.key not in out), None)
        return overlap, gap


def with_overlaps(blocks: list[Block]) -> list[Block]:
    """The same, each with what it overlaps of others that are still to air; those that do are conflicts."""
    shared: Counter[Key] = Counter()
    levels: dict[Key, int] = {}
    open_blocks: list[Block] = []
    for block in blocks:
        if block.kind in DONE:
            continue
        open_blocks = [one for one in open_blocks if one.end_us > block.start_us]
        for one in open_blocks:
            common = min(one.end_us, block.end_us) - block.start_us
            shared[one.key] += common
            shared[block.key] += common
            levels.setdefault(one.key, 1)
        if open_blocks:
            levels[block.key] = 3 - levels[open_blocks[-1].key]
        open_blocks.append(block)
    if not shared:
        return blocks
    return [
        _in_conflict(block, shared[block.key], levels[block.key]) if block.key in shared else block for block in blocks
    ]


def _in_conflict(block: Block, overlap_us: int, level: int) -> Block:
    kind = Kind.CONFLICT if block.kind is Kind.PLANNED else block.kind
    return replace(block, overlap_us=overlap_us, level=level, kind=kind)


class Lanes:
    """All channels' lanes, kept in step with the bookings and the engine; only what changed is made anew."""

    def __init__(self, moments: Moments, book: EngineBook) -> None:
        self._moments, self._book = moments, book
        self._lanes: dict[str, Lane] = {}
        self._blocks: dict[str, dict[Key, Block]] = {}
        self._seen: dict[Key, tuple[Stored | None, object, Span | None]] = {}
        self.generation = 0

    def lane(self, channel: str) -> Lane:
        """A channel's; empty for one without breaks."""
        return self._lanes.get(channel) or _EMPTY

    def block(self, key: Key) -> Block | None:
        """A break's block; what it overlaps is told by its lane."""
        return self._blocks.get(key[0], {}).get(key)

    def channels(self) -> list[str]:
        """Those that have breaks."""
        return [name for name, blocks in self._blocks.items() if blocks]

    def update(self, rows: dict[Key, Stored]) -> None:
        """Take these bookings and what the engine says now."""
        changed: set[str] = set()
        for key in self._seen.keys() - rows.keys() - self._book.breaks.keys():
            del self._seen[key]
            if self._blocks.get(key[0], {}).pop(key, None) is not None:
                changed.add(key[0])
        for key, stored in rows.items():
            self._look(key, stored, changed)
        for key in self._book.breaks.keys() - rows.keys():
            self._look(key, None, changed)
        for channel in changed:
            self._lanes[channel] = Lane(self._blocks[channel].values())
        if changed:
            self.generation += 1

    def touch(self, rows: dict[Key, Stored], keys: Iterable[Key]) -> None:
        """As ``update``, where only these may have changed."""
        changed: set[str] = set()
        for key in keys:
            self._look(key, rows.get(key), changed)
        for channel in changed:
            self._lanes[channel] = Lane(self._blocks[channel].values())
        if changed:
            self.generation += 1

    def _look(self, key: Key, stored: Stored | None, changed: set[str]) -> None:
        engine = self._book.breaks.get(key)
        span = None if stored is None else self._moments.span(stored.booking)
        seen = self._seen.get(key)
        if seen is not None and seen[0] is stored and seen[1] is engine and seen[2] == span:
            return
        self._seen[key] = stored, engine, span
        made = block_of(key, stored, engine, span) if stored is not None or engine is not None else None
        blocks = self._blocks.setdefault(key[0], {})
        if made is None:
            if blocks.pop(key, None) is None:
                return
        else:
            blocks[key] = made
        changed.add(key[0])


_EMPTY = Lane()
