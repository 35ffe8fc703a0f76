"""The breaks on air as marker lines of each segment: the same for every rendition and from the same section bytes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from app.model.errors import SplicedeckError
from app.model.show import MarkingOptions
from app.model.timebase import TICKS_PER_SECOND
from app.pipeline.packets import CueKind, Mark, MarkExtend, MarkOut, MarkSignal, SendSection
from app.scte35.codec import decode
from app.scte35.dialects import (
    Avail,
    cont_tags,
    daterange_id,
    given_up,
    in_tags,
    moment_tags,
    open_ranges,
    out_tags,
)
from app.scte35.retiming import told_duration

SIGNAL_ID = "-signal"  # ends the ID of a source's own signal, which opens nothing that a later life has to close
_AGAIN = "-again"
_PLAIN = MarkingOptions()
TOLD_TICKS = 30 * TICKS_PER_SECOND  # for so long behind its time players are told that a range was given up
_MOST_GIVEN_UP = 32  # a source that corrects itself without end must not fill a playlist


@dataclass(frozen=True, slots=True)
class Markers:
    """Lines of one segment. ``tags`` stand before it; ``carried`` too, when it is the first one listed."""

    tags: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Break:
    """A break, or another signal with a start and an end; one without an end of its own is a ``moment``."""

    avail: Avail
    splice_event_id: int
    out_ticks: int
    in_ticks: int | None = None
    moment: bool = False

    def is_around(self, ticks: int) -> bool:
        """Whether a segment that starts there is in it, and is not its first."""
        return not self.moment and self.out_ticks < ticks and (self.in_ticks is None or ticks < self.in_ticks)

    def over_before(self, ticks: int) -> bool:
        """Whether no segment from there on has lines of it."""
        last = self.out_ticks if self.moment else self.in_ticks
        return last is not None and last < ticks


class BreakMarks:
    """Packager thread only. A mark is added before the first picture from its ticks on is written."""

    def __init__(self) -> None:
        self._breaks: list[_Break] = []  # in the order of their OUT; of breaks and signals only the last can be open
        self._announced: dict[int, _Break] = {}  # by event id: those whose OUT was sent and is still to come
        self._told: set[str] = set()  # the IDs of those that a playlist may have
        self._given_up: list[_Break] = []  # announced in a playlist, and never to open

    def announce(self, sent: SendSection, start_at: datetime) -> None:
        """Take note of a section that goes out: a break will open at ``start_at``, or will not."""
        event_id = sent.splice_event_id
        if event_id is None:
            return
        if sent.kind is CueKind.CANCEL:
            self._take_back(event_id)
        elif sent.kind is CueKind.OUT and sent.pts_ticks is not None and not self._is_open(event_id):
            planned = told_duration(decode(sent.section))
            coming = self._opened(MarkOut(sent.pts_ticks, sent.break_id, event_id, sent.section, planned, start_at))
            self._take_back(event_id, coming)
            self._announced[event_id] = coming

    def add(self, mark: Mark) -> None:
        """Open a break, change its length, or close it."""
        if isinstance(mark, MarkOut):
            opened = self._opened(mark)
            self._take_back(mark.splice_event_id, opened)
            self._breaks.append(opened)
            return
        if isinstance(mark, MarkSignal):
            self._breaks.append(_signal(mark, {brk.avail.daterange_id for brk in self._breaks}))
            return
        index = self._open_break(mark.splice_event_id)
        brk = self._breaks[index]
        if isinstance(mark, MarkExtend):
            told_ticks = told_duration(decode(mark.section)) if mark.section else None
            brk = replace(brk, avail=brk.avail.extended(mark.section, told_ticks or mark.duration_ticks))
        else:
            brk = replace(brk, avail=brk.avail.closed(mark.section, mark.duration_ticks), in_ticks=mark.ticks)
        self._breaks[index] = brk

    def at(self, ticks: int, dialects: Collection[str], options: MarkingOptions = _PLAIN) -> Markers:
        """Of the segment that starts at ``ticks``; an IN stands before an OUT."""
        closing: list[str] = []
        tags: list[str] = []
        carried: list[str] = []
        for brk in self._breaks:
            if brk.in_ticks == ticks:
                closing += in_tags(brk.avail, dialects, options)
            elif brk.moment and brk.out_ticks == ticks:
                tags += moment_tags(brk.avail, dialects)
            elif brk.out_ticks == ticks:
                tags += out_tags(brk.avail, dialects, options)
            elif brk.is_around(ticks):
                tags += cont_tags(brk.avail, ticks - brk.out_ticks, dialects, options)
                carried += open_ranges(brk.avail, dialects, options)
        return Markers((*closing, *tags), tuple(carried))

    def ahead(self, listed_ticks: int, dialects: Collection[str], options: MarkingOptions = _PLAIN) -> tuple[str, ...]:
        """The date ranges of what opens where ``listed_ticks`` are over, or later (RFC 8216 §4.3.2.7.1).

        Before them the ends of those that were announced so, and do not open: a START-DATE can't be changed.
        """
        opened = (brk for brk in self._breaks if brk.out_ticks >= listed_ticks and not brk.moment)
        coming = sorted([*opened, *self._announced.values()], key=lambda brk: brk.out_ticks)
        self._told |= {brk.avail.daterange_id for brk in self._announced.values()}
        lines = [line for brk in coming for line in open_ranges(brk.avail, dialects, options)]
        return (*self.ends(dialects, options), *lines)

    def ends(self, dialects: Collection[str], options: MarkingOptions = _PLAIN) -> tuple[str, ...]:
        """Those of the ranges that were given up."""
        return tuple(line for brk in self._given_up for line in given_up(brk.avail, dialects, options))

    def after_the_end(
        self, end_ticks: int, dialects: Collection[str], options: MarkingOptions = _PLAIN
    ) -> tuple[str, ...]:
        """Lines of a break that closes where the stream ends: no segment starts there."""
        over = (brk.avail for brk in self._breaks if brk.in_ticks == end_ticks)
        return tuple(tag for avail in over for tag in in_tags(avail, dialects, options))

    def forget_before(self, ticks: int) -> None:
        """Breaks that closed before ``ticks`` are in all playlists."""
        self._breaks = [brk for brk in self._breaks if not brk.over_before(ticks)]
        for event_id in [name for name, brk in self._announced.items() if brk.out_ticks < ticks]:
            self._take_back(event_id)
        self._given_up = [brk for brk in self._given_up if brk.out_ticks + TOLD_TICKS >= ticks]

    def _take_back(self, event_id: int, instead: _Break | None = None) -> None:
        """An announcement no longer stands: it is given up where a playlist has it, unless its range goes on."""
        gone = self._announced.pop(event_id, None)
        if gone is None:
            return
        name, told = gone.avail.daterange_id, gone.avail.daterange_id in self._told
        self._told.discard(name)
        if told and (instead is None or instead.avail.daterange_id != name):
            self._given_up = [*self._given_up, gone][-_MOST_GIVEN_UP:]

    def _is_open(self, splice_event_id: int) -> bool:
        return any(
            brk.splice_event_id == splice_event_id and brk.in_ticks is None and not brk.moment for brk in self._breaks
        )

    def _opened(self, mark: MarkOut) -> _Break:
        name = daterange_id(mark.splice_event_id, mark.start_at)
        while any(brk.avail.daterange_id == name for brk in self._given_up):  # it is where it was at first, once more
            name += _AGAIN
        avail = Avail(
            daterange_id=name,
            out_section=mark.section,
            start_at=mark.start_at,
            planned_duration_ticks=mark.planned_duration_ticks,
            break_id=mark.break_id,
            event_id=mark.splice_event_id,
        )
        return _Break(avail, mark.splice_event_id, mark.ticks)

    def _open_break(self, splice_event_id: int) -> int:
        for index, brk in enumerate(self._breaks):
            if brk.splice_event_id == splice_event_id and brk.in_ticks is None and not brk.moment:
                return index
        raise SplicedeckError(f"splice_event_id {splice_event_id} is not on air: there is no break to close or extend")


def _signal(mark: MarkSignal, taken: Collection[str]) -> _Break:
    """``taken``: IDs of what stands; signals without an event id may come at the same moment."""
    name = daterange_id(mark.splice_event_id, mark.start_at) + SIGNAL_ID
    name = name if name not in taken else f"{len(taken)}-{name}"
    avail = Avail(
        daterange_id=name,
        out_section=mark.section,
        start_at=mark.start_at,
        planned_duration_ticks=None,
        event_id=mark.splice_event_id,
    )
    return _Break(avail, mark.splice_event_id, mark.ticks, moment=True)
