"""The breaks on air as marker lines of each segment: the same for every rendition and from the same section bytes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from app.model.errors import SplicedeckError
from app.pipeline.packets import MarkExtend, MarkIn, MarkOut
from app.scte35.dialects import Avail, cont_tags, daterange_id, in_tags, open_daterange, out_tags


@dataclass(frozen=True, slots=True)
class Markers:
    """Lines of one segment. ``tags`` stand before it; ``carried`` too, when it is the first one listed."""

    tags: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Break:
    """``planned_duration_ticks``, ``section``: the OUT as it stands now, for later lines; the avail keeps the first."""

    avail: Avail
    splice_event_id: int
    out_ticks: int
    planned_duration_ticks: int
    section: bytes
    in_ticks: int | None = None


class BreakMarks:
    """Packager thread only. A mark is added before the first picture from its ticks on is written."""

    def __init__(self) -> None:
        self._breaks: list[_Break] = []  # in the order of their OUT; only the last one can be open

    def add(self, mark: MarkOut | MarkExtend | MarkIn) -> None:
        """Open a break, change its length, or close it."""
        if isinstance(mark, MarkOut):
            avail = Avail(
                daterange_id=daterange_id(mark.splice_event_id, mark.start_at),
                out_section=mark.section,
                start_at=mark.start_at,
                planned_duration_ticks=mark.planned_duration_ticks,
            )
            planned = mark.planned_duration_ticks
            self._breaks.append(_Break(avail, mark.splice_event_id, mark.ticks, planned, mark.section))
            return
        index = self._open_break(mark.splice_event_id)
        if isinstance(mark, MarkExtend):
            section = mark.section or self._breaks[index].section
            self._breaks[index] = replace(
                self._breaks[index], planned_duration_ticks=mark.duration_ticks, section=section
            )
        else:
            closed = replace(self._breaks[index].avail, in_section=mark.section, duration_ticks=mark.duration_ticks)
            self._breaks[index] = replace(self._breaks[index], avail=closed, in_ticks=mark.ticks)

    def at(self, ticks: int, dialects: Collection[str]) -> Markers:
        """Of the segment that starts at ``ticks``; an IN stands before an OUT."""
        tags: list[str] = []
        carried: tuple[str, ...] = ()
        for brk in self._breaks:
            if brk.in_ticks == ticks:
                tags += in_tags(brk.avail, dialects)
            elif brk.out_ticks == ticks:
                tags += out_tags(brk.avail, dialects)
            elif brk.out_ticks < ticks and (brk.in_ticks is None or ticks < brk.in_ticks):
                tags += cont_tags(brk.section, ticks - brk.out_ticks, brk.planned_duration_ticks, dialects)
                carried = (open_daterange(brk.avail),) if "daterange" in dialects else ()
        return Markers(tuple(tags), carried)

    def after_the_end(self, end_ticks: int, dialects: Collection[str]) -> tuple[str, ...]:
        """Lines of a break that closes where the stream ends: no segment starts there."""
        return tuple(tag for brk in self._breaks if brk.in_ticks == end_ticks for tag in in_tags(brk.avail, dialects))

    def forget_before(self, ticks: int) -> None:
        """Breaks that closed before ``ticks`` are in all playlists."""
        self._breaks = [brk for brk in self._breaks if brk.in_ticks is None or brk.in_ticks >= ticks]

    def _open_break(self, splice_event_id: int) -> int:
        for index, brk in enumerate(self._breaks):
            if brk.splice_event_id == splice_event_id and brk.in_ticks is None:
                return index
        raise SplicedeckError(f"splice_event_id {splice_event_id} is not on air: there is no break to close or extend")
