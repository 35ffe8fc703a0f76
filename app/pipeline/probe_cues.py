"""The SCTE-35 of a source that is probed: each section as it came, and what could not be read, by PID."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from app.model.timebase import difference
from app.pipeline.cue_reading import read_cue
from app.pipeline.sources.cue_watch import Arrival, CueWatch
from app.pipeline.sources.sections import SectionTally

_SECTIONS_MOST = 1000  # kept; more are counted


@dataclass(frozen=True, slots=True)
class FoundSection:
    """A section as it came; ``pts_ticks``: where in the stream, 33 bits, None before the first clock reference.

    ``lead_ticks``: from there to its time, None where it has none. ``problem``: why it is not valid, else "".
    """

    pid: int
    pts_ticks: int | None
    section: bytes
    lead_ticks: int | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CueStream:
    """One SCTE-35 PID. ``refused``: of its ``sections``, those that are not valid; the rest as in SectionTally."""

    pid: int
    sections: int
    refused: int
    cut: int
    lost_packets: int
    unreadable_packets: int
    other_tables: int


class CuesFound:
    """``watch`` is to be told of packets; ``sections`` has the first thousand."""

    def __init__(self) -> None:
        self.sections: list[FoundSection] = []
        self.watch = CueWatch(self._arrived)
        self._refused: Counter[int] = Counter()

    @property
    def count(self) -> int:
        """How many sections came, kept or not."""
        return sum(tally.sections for tally in self.watch.tallies.values())

    def streams(self) -> list[CueStream]:
        """Each PID with what came on it."""
        return [self._stream(pid, tally) for pid, tally in sorted(self.watch.tallies.items())]

    def _stream(self, pid: int, tally: SectionTally) -> CueStream:
        unreadable, others = tally.scrambled + tally.damaged, tally.foreign + tally.overlong + tally.strays
        return CueStream(pid, tally.sections, self._refused[pid], tally.cut, tally.lost, unreadable, others)

    def _arrived(self, arrival: Arrival) -> None:
        pts, problem = read_cue(arrival.section)
        self._refused[arrival.pid] += bool(problem)
        if len(self.sections) < _SECTIONS_MOST:
            lead = None if pts is None or arrival.pts is None else difference(pts, arrival.pts)
            self.sections.append(FoundSection(arrival.pid, arrival.pts, arrival.section, lead, problem))
