"""A source's section put on our clock, SCTE 35 §6.6, §9.6.1: by pts_adjustment alone, as long as it says what is so."""

from __future__ import annotations

from dataclasses import replace

from app.model.cue import BreakDuration, Section, SegmentationDescriptor, SpliceInsert
from app.model.errors import CueError
from app.model.signalling import Signalling
from app.model.timebase import TICKS_PER_SECOND
from app.scte35.codec import decode, encode
from app.scte35.relaying import relayed
from app.scte35.segmentation import END_OF
from app.scte35.signalling import cancel_section, in_section, signalling_of
from app.scte35.spoken import LEVELS

_SAME_LENGTH_TICKS = TICKS_PER_SECOND // 10  # rounding to frames, and a clock that was followed, are no new length


def retimed(section: bytes, pts: int) -> bytes:
    """With its splice time at ``pts``; one without a time stays as it is. CueError for what is no section."""
    effective_pts = decode(section).effective_pts
    return section if effective_pts is None else relayed(section, pts - effective_pts)


def retimed_out(section: bytes, pts: int, duration_ticks: int | None) -> bytes:
    """The OUT of a break at ``pts``; written anew where the break was given another length by hand."""
    said = decode(section)
    known = told_duration(said)
    if duration_ticks is None or known is None or abs(known - duration_ticks) < _SAME_LENGTH_TICKS:
        return retimed(section, pts)
    return retimed(encode(_lasting(said, duration_ticks)), pts)


def told_duration(section: Section) -> int | None:
    """The duration that an OUT tells: its own, else the longest of its descriptors; None: none."""
    command = section.command
    if isinstance(command, SpliceInsert) and command.break_duration is not None:
        return command.break_duration.duration_ticks or None
    told = (one.segmentation_duration_ticks or 0 for one in section.segmentation_descriptors)
    return max(told, default=0) or None


def tells_auto_return(section: Section) -> bool:
    """Whether the receivers return by themselves, §9.8.2.1; of a segmentation the end is always sent."""
    length = section.command.break_duration if isinstance(section.command, SpliceInsert) else None
    return length is not None and length.auto_return


def relayed_signalling(section: bytes, event_id: int | None) -> tuple[Signalling, int | None]:
    """How our own words about a relayed break are signalled, as of ``signalling_of``: its return, its cancel.

    ``event_id``: which of the events that the section speaks of. What can't be said by us is left out. CueError where
    it opens no break.
    """
    said = decode(section)
    signalling, type_id = signalling_of(replace(said, descriptors=_start_of(said, event_id)))
    for one in (signalling, replace(signalling, upid=None), replace(signalling, upid=None, segments=(0, 0))):
        try:
            in_section(one, 1, 0, segmentation_type_id=type_id)
            cancel_section(one, 1)
        except CueError:
            continue
        return one, type_id
    return Signalling(mode=signalling.mode), type_id


def _start_of(section: Section, event_id: int | None) -> tuple[SegmentationDescriptor, ...]:
    """The outermost descriptor that starts the event; of any, where none has its id."""
    starts = [one for one in section.segmentation_descriptors if one.segmentation_type_id in END_OF and not one.cancel]
    ours = [one for one in starts if one.segmentation_event_id == event_id] or starts
    return tuple(sorted(ours, key=lambda one: LEVELS[END_OF[one.segmentation_type_id]])[:1])


def _lasting(section: Section, duration_ticks: int) -> Section:
    command = section.command
    if isinstance(command, SpliceInsert) and command.break_duration is not None:
        length = BreakDuration(command.break_duration.auto_return, duration_ticks)
        command = replace(command, break_duration=length)
    before = told_duration(section)
    descriptors = tuple(
        replace(one, segmentation_duration_ticks=duration_ticks)
        if one in section.segmentation_descriptors and getattr(one, "segmentation_duration_ticks", None) == before
        else one
        for one in section.descriptors
    )
    return replace(section, command=command, descriptors=descriptors)
