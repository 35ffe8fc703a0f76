"""All that one session does with the markers of its source: listen, place, hand on, count."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, fields

from app.pipeline.cue_line import CueLine
from app.pipeline.cue_queue import CueQueue
from app.pipeline.sources.cue_watch import CueWatch
from app.pipeline.sources.sections import SectionTally

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class CueCounts:
    """Of one session, over all its SCTE-35 PIDs. ``lost``: breaks of a continuity counter; ``cut``: not whole.

    ``refused``: whole, but not valid, ``unshown`` of these were not handed on; ``dropped``: from a full queue.
    ``unreadable``: scrambled or damaged packets; ``foreign``: other tables, or no section at all.
    ``unknown_pids``: those asked for that are no SCTE-35 stream of the source.
    """

    sections: int = 0
    refused: int = 0
    unshown: int = 0
    dropped: int = 0
    cut: int = 0
    lost: int = 0
    unreadable: int = 0
    foreign: int = 0
    pids: tuple[int, ...] = ()
    unknown_pids: tuple[int, ...] = ()


class SourceCues:
    """``watch`` is told of packets, ``line`` of pictures; ``queue`` has what comes of it. The feed's thread only.

    ``session``: its number; no other session of this process has it, later ones have greater ones.
    """

    def __init__(self, url: str, pids: tuple[int, ...], *, paced: bool, clock: Callable[[], float]) -> None:
        self.session, self.queue = next(_numbers), CueQueue()
        self.line = CueLine(url, self.session, self.queue, paced=paced, clock=clock)
        self.watch = CueWatch(self.line.arrived, self.line.marked, pids)

    def begin_pass(self) -> None:
        """The source comes from its beginning again."""
        self.line.begin_pass()
        self.watch.begin_anew()

    def counts(self) -> CueCounts:
        """What was counted so far; any thread."""
        tallies = list(self.watch.tallies.values())
        names = [each.name for each in fields(SectionTally)]
        told = {name: sum(getattr(tally, name) for tally in tallies) for name in names}
        return CueCounts(
            sections=told["sections"],
            refused=self.line.refused,
            unshown=self.line.unshown,
            dropped=self.queue.dropped,
            cut=told["cut"],
            lost=told["lost"],
            unreadable=told["scrambled"] + told["damaged"],
            foreign=told["foreign"] + told["overlong"] + told["strays"],
            pids=self.watch.pids,
            unknown_pids=self.watch.unknown,
        )
