"""A rendition's chunks made into segments, byte for byte. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.pipeline.ts_sink import Chunk, Cut


@dataclass(frozen=True, slots=True)
class Segment:
    """From PAT, PMT and the IDR at ``start_ticks`` to the byte before the next cut at ``end_ticks``."""

    start_ticks: int
    end_ticks: int
    body: bytes

    @property
    def duration_ticks(self) -> int:
        """Exact: the distance of two IDRs."""
        return self.end_ticks - self.start_ticks


class Segmenter:
    """One rendition of one output. What comes before the first cut (sound ahead of the picture) is in no segment."""

    def __init__(self) -> None:
        self._start_ticks: int | None = None
        self._pieces: list[bytes] = []

    def feed(self, chunk: Chunk, cuts: Sequence[Cut]) -> list[Segment]:
        """Take a chunk and those of its cuts that this output wants; the segments that end in it."""
        closed, done = [], 0
        for cut in cuts:
            self._keep(chunk.body[done : cut.offset])
            done = cut.offset
            segment = self.end(cut.ticks)
            if segment is not None:
                closed.append(segment)
            self._start_ticks = cut.ticks
        self._keep(chunk.body[done:])
        return closed

    def end(self, end_ticks: int) -> Segment | None:
        """Close the open segment; None when there is none."""
        if self._start_ticks is None:
            return None
        segment = Segment(self._start_ticks, end_ticks, b"".join(self._pieces))
        self._start_ticks, self._pieces = None, []
        return segment

    def _keep(self, piece: bytes) -> None:
        if piece and self._start_ticks is not None:
            self._pieces.append(piece)
