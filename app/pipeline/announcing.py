"""Sections of a break and the frames at which they go out. SCTE 35 §9.1 (repeats), §9.2, §9.4, §9.9.2.1."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from app.model.cue import Section, SegmentationDescriptor
from app.model.errors import CueError
from app.model.rundown import BreakPlan
from app.model.timebase import FrameRate, wrapped
from app.pipeline.anchor import Anchor
from app.pipeline.rundown import Break
from app.scte35 import second_reader
from app.scte35.codec import encode
from app.scte35.messages import splice_cancel, splice_in, splice_out
from app.scte35.segmentation import END_OF, check_upid

REPEATS_S = (Fraction(5), Fraction(4), Fraction(2))  # before OUT, where they fall inside the pre-roll
IN_LEADS_S = (Fraction(4), Fraction(2))  # before IN, never before OUT was spliced


def check(plan: BreakPlan, duration_ticks: int) -> None:
    """CueError when what a plan asks for fits into no section, or the two readers would not read it alike.

    A list's mistakes are told when it comes, not when its break is due.
    """
    event_id = plan.splice_event_id or 0
    out = splice_out(event_id, 0, duration_ticks, auto_return=plan.auto_return)
    if plan.segmentation_type_id is not None:
        _agreed(out, segmentation(plan, event_id, duration_ticks, start=True))
        _agreed(splice_in(event_id, 0), segmentation(plan, event_id, None, start=False))


def repeat_frames(brk: Break, rate: FrameRate) -> frozenset[int]:
    """Frames at which an armed break's OUT is sent again."""
    out_frame, _ = brk.span()
    armed = out_frame if brk.armed_frame is None else brk.armed_frame
    frames = (out_frame - rate.nearest(lead_s) for lead_s in REPEATS_S)
    return frozenset(frame for frame in frames if armed < frame < out_frame)


def in_frames(brk: Break, rate: FrameRate) -> frozenset[int]:
    """Frames at which an open break's IN is sent: all after OUT, the first right after it in a short break."""
    out_frame, in_frame = brk.span()
    frames = {max(out_frame + 1, in_frame - rate.nearest(lead_s)) for lead_s in IN_LEADS_S}
    return frozenset(frame for frame in frames if frame < in_frame)


def out_section(plan: BreakPlan, splice_event_id: int, pts: int, duration_ticks: int) -> bytes:
    """The OUT of a break at ``pts`` (33 bits): the same bytes whenever it is asked for."""
    section = splice_out(splice_event_id, pts, duration_ticks, auto_return=plan.auto_return)
    return _agreed(section, segmentation(plan, splice_event_id, duration_ticks, start=True))


class Sections:
    """Encodes what is sent, and has each section read by the second reader before it airs (CueError)."""

    def __init__(self, anchor: Anchor) -> None:
        self._anchor = anchor

    def out(self, brk: Break) -> bytes:
        """OUT at the break's frame with the duration as it stands; the same bytes as long as that stands."""
        out_frame, _ = brk.span()
        pts, duration_ticks = self._anchor.pts(out_frame), brk.duration_ticks(self._anchor)
        return out_section(brk.plan, brk.splice_event_id, wrapped(pts), duration_ticks)

    def back(self, brk: Break) -> bytes:
        """IN at the break's end as it stands."""
        _, in_frame = brk.span()
        section = splice_in(brk.splice_event_id, wrapped(self._anchor.pts(in_frame)))
        return _agreed(section, segmentation(brk.plan, brk.splice_event_id, None, start=False))

    def cancel(self, brk: Break) -> bytes:
        """The cancel of a break's OUT, §9.7.3: only the event id counts."""
        return _agreed(splice_cancel(brk.splice_event_id), ())


def segmentation(
    plan: BreakPlan, event_id: int, duration_ticks: int | None, *, start: bool
) -> tuple[SegmentationDescriptor, ...]:
    """The segmentation_descriptor that a plan with a type asks for, §10.3.3; CueError when it can't be one."""
    if plan.segmentation_type_id is None:
        return ()
    end_type = END_OF.get(plan.segmentation_type_id)
    if end_type is None:
        raise CueError(f"0x{plan.segmentation_type_id:02X} starts nothing", field="segmentation_type_id")
    upid_type, upid = (0, b"") if plan.upid is None else (plan.upid.type, upid_bytes(plan.upid.value))
    check_upid(upid_type, upid)
    return (
        SegmentationDescriptor(
            event_id,
            segmentation_duration_ticks=duration_ticks,
            upid_type=upid_type,
            upid=upid,
            segmentation_type_id=plan.segmentation_type_id if start else end_type,
        ),
    )


def upid_bytes(value: str) -> bytes:
    """A UPID as a list writes it: ``0x…`` is hexadecimal, anything else its UTF-8 text."""
    hexadecimal = value[:2].lower() == "0x"
    try:
        return bytes.fromhex(value[2:]) if hexadecimal else value.encode()
    except ValueError as error:
        kind = "hexadecimal" if hexadecimal else "text"
        raise CueError(f"{value!r} is no {kind}", field="segmentation_upid") from error


def _agreed(section: Section, descriptors: tuple[SegmentationDescriptor, ...]) -> bytes:
    encoded = encode(replace(section, descriptors=descriptors)) if descriptors else section.encoded
    second_reader.agree(encoded)
    return encoded
