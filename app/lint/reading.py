"""A media playlist as the rules look at it: its lines, its segments and dates, every ad marker with its place."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cached_property

from app.lint.marks import CUE_OUT_IN, TAGS, Mark, mark_of
from app.model.lint import LintFinding, Rule
from app.monitoring.playlist import MediaPlaylist, Tag

AT_BOUNDARY = timedelta(milliseconds=20)  # dates have three decimals, and durations add up
COMPLETE_FROM = 1  # media sequence numbers up to which nothing has left a playlist


@dataclass(frozen=True)
class Media:
    """One media playlist. ``name``: what stands before a line in findings, "" for the only one."""

    playlist: MediaPlaylist
    lines: tuple[str, ...]
    name: str = ""

    def at(self, line: int) -> str:
        """A line as ``where``."""
        return f"{self.name}: line {line}" if self.name else f"line {line}"

    @cached_property
    def marks(self) -> list[Mark]:
        """The markers in the order in which they stand."""
        places = [*enumerate(segment.tags for segment in self.playlist.segments)]
        places.append((len(self.playlist.segments), self.playlist.tail))
        open_ids: set[str] = set()
        return [
            mark_of(tag, index, tags[order + 1 :], open_ids)
            for index, tags in places
            for order, tag in enumerate(tags)
            if tag.name in TAGS
        ]

    @cached_property
    def _by_dialect(self) -> dict[str, list[Mark]]:
        found: dict[str, list[Mark]] = {}
        for mark in self.marks:
            found.setdefault(mark.dialect, []).append(mark)
        return found

    def of(self, dialect: str) -> list[Mark]:
        """The markers of one dialect."""
        return self._by_dialect.get(dialect, [])

    @cached_property
    def cues_at(self) -> dict[int, list[Mark]]:
        """The cue tags before each segment."""
        found: dict[int, list[Mark]] = {}
        for mark in self.of(CUE_OUT_IN):
            found.setdefault(mark.segment, []).append(mark)
        return found

    @cached_property
    def starts_s(self) -> list[Fraction]:
        """From the first segment's start to each one's, and to the end of the last."""
        starts = [Fraction(0)]
        for segment in self.playlist.segments:
            starts.append(starts[-1] + segment.duration_s)
        return starts

    @cached_property
    def tags(self) -> list[Tag]:
        """Every tag that the playlist's reader left alone, in order."""
        return [tag for each in (*(s.tags for s in self.playlist.segments), self.playlist.tail) for tag in each]

    def has(self, name: str) -> bool:
        """Whether a tag stands anywhere."""
        return any(line == f"#{name}" or line.startswith(f"#{name}:") for line in self.lines)

    @cached_property
    def finished(self) -> bool:
        """Whether nothing will be added."""
        return self.playlist.ended or "#EXT-X-PLAYLIST-TYPE:VOD" in self.lines

    @cached_property
    def whole(self) -> bool:
        """Whether nothing has left it at its head."""
        return self.playlist.media_sequence <= COMPLETE_FROM or self.has("EXT-X-PLAYLIST-TYPE")

    @cached_property
    def dates(self) -> list[tuple[datetime, int]]:
        """The program dates of the segments' starts, and of the last one's end, in order, each with its index."""
        indices = range(len(self.playlist.segments) + 1)
        return sorted((date, index) for index in indices if (date := self.date(index)) is not None)

    def boundary(self, moment: datetime) -> tuple[timedelta, int] | None:
        """How far a moment is from the nearest segment's start, and that segment; None: nothing is dated."""
        after = bisect(self.dates, (moment, 0))
        near = self.dates[max(0, after - 1) : after + 1]
        return min(((moment - date, index) for date, index in near), key=lambda each: abs(each[0]), default=None)

    def date(self, index: int) -> datetime | None:
        """The program date at the start of a segment; at the end of the last for the index after it."""
        segments = self.playlist.segments
        if index < len(segments):
            return segments[index].starts_at
        last = segments[-1] if segments else None
        if last is None or last.starts_at is None:
            return None
        try:
            return last.starts_at + timedelta(seconds=float(last.duration_s))
        except OverflowError:
            return None


def limited(rule: Rule, found: Iterable[tuple[str, str]], fix: str = "", most: int = 3) -> list[LintFinding]:
    """One rule's findings, as text and place; beyond ``most`` they are only counted."""
    every = [*found]
    told = [rule.found(text, where, fix) for text, where in every[:most]]
    if len(every) > most:
        told.append(rule.found(f"the same {len(every) - most} times more, last at {every[-1][1]}"))
    return told
