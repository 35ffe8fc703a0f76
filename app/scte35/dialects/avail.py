"""One break of a playlist, or another signal with a start and an end: what its lines are made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache

from app.model.cue import Section, SegmentationDescriptor, SpliceInsert
from app.model.errors import CueError
from app.model.timebase import ticks_of
from app.model.wire import utc_text
from app.scte35.codec import decode
from app.scte35.signalling import SectionRole, section_role

_SPLICES = frozenset({SectionRole.OUT, SectionRole.IN})
_NO_PUNCTUATION = str.maketrans("", "", "-:.")
_MS_PER_S = 1000


@dataclass(frozen=True, slots=True)
class Avail:
    """One break in a playlist. ``start_at``: program date of the OUT's first frame.

    ``planned_duration_ticks`` is what the OUT announced (None: nothing) and stays so, whatever happens to the break.
    ``in_section`` and ``duration_ticks``, the true one, are known when the break is over: both or neither.
    ``standing_section``, ``standing_duration_ticks``: the OUT as it was sent last and the duration now planned, once
    an extension changed them. ``event_id`` None: the section's own; it tells which of several descriptors is meant.
    """

    daterange_id: str
    out_section: bytes
    start_at: datetime
    planned_duration_ticks: int | None
    in_section: bytes | None = None
    duration_ticks: int | None = None
    standing_section: bytes = b""
    standing_duration_ticks: int | None = None
    break_id: str = ""
    event_id: int | None = None

    def __post_init__(self) -> None:
        """CueError for what can't stand in a playlist."""
        if not self.daterange_id or any(character in self.daterange_id for character in '"\r\n'):
            raise CueError(f"{self.daterange_id!r} can't be a quoted-string", field="ID")
        if self.start_at.tzinfo is None:
            raise CueError("has no time zone", field="START-DATE")
        if (self.planned_duration_ticks or 0) < 0 or (self.duration_ticks or 0) < 0:
            raise CueError("is negative", field="DURATION")
        if (self.in_section is None) != (self.duration_ticks is None):
            raise CueError("an IN section and the true duration belong together", field="SCTE35-IN")

    @property
    def open(self) -> bool:
        """Whether the IN is still to come."""
        return self.in_section is None

    @property
    def is_splice(self) -> bool:
        """Whether it is an ad break, which the section decides; CMD is what other signals are (RFC 8216 §4.3.2.7.1)."""
        return section_role(read(self.out_section)) in _SPLICES

    @property
    def now(self) -> tuple[bytes, int | None]:
        """The OUT and the duration as they stand: those of the last extension, if there was one."""
        if self.standing_section:
            return self.standing_section, self.standing_duration_ticks
        return self.out_section, self.planned_duration_ticks

    @property
    def own_event_id(self) -> int:
        """The event id that its tags give."""
        if self.event_id is not None:
            return self.event_id
        section = read(self.out_section)
        if isinstance(section.command, SpliceInsert):
            return section.command.splice_event_id
        descriptor = self.descriptor(self.out_section)
        return 0 if descriptor is None else descriptor.segmentation_event_id

    def with_length(self, length_s: Fraction | None) -> Avail:
        """As readers have it that take no break without a duration; None: as it is. The section says what it says."""
        if length_s is None:
            return self
        ticks = ticks_of(length_s)
        planned, standing = self.planned_duration_ticks or ticks, self.standing_duration_ticks or ticks
        return replace(self, planned_duration_ticks=planned, standing_duration_ticks=standing)

    def extended(self, section: bytes, duration_ticks: int | None) -> Avail:
        """The same with another length, told by ``section``; b"": the OUT stays as it was sent."""
        return replace(self, standing_section=section or self.now[0], standing_duration_ticks=duration_ticks)

    def closed(self, section: bytes, duration_ticks: int) -> Avail:
        """The same when it is over."""
        return replace(self, in_section=section, duration_ticks=duration_ticks)

    def descriptor(self, section: bytes) -> SegmentationDescriptor | None:
        """The segmentation_descriptor of ``section`` that is about this break: its event id's, else the first."""
        found = [each for each in read(section).segmentation_descriptors if not each.cancel]
        return next(
            (each for each in found if each.segmentation_event_id == self.event_id), found[0] if found else None
        )


def daterange_id(splice_event_id: int, start_at: datetime) -> str:
    """An ID that stays unique though event ids are used again: ``17-20261122T201532440Z``."""
    return f"{splice_event_id}-{utc_text(start_at).translate(_NO_PUNCTUATION)}"


@lru_cache(maxsize=64)  # of the few breaks that are in the making: each stands before many segments
def read(section: bytes) -> Section:
    """A section that a tag is to carry; CueError for bytes that are none."""
    return decode(section)


def whole_ms(moment: datetime) -> datetime:
    """As ``utc_text`` writes it: cut, not rounded, to milliseconds."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // _MS_PER_S * _MS_PER_S)
