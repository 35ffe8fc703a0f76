"""The tags that carry a section and say what it is: EXT-X-SCTE35 (SCTE 35 §12.2.3), Adobe's EXT-X-CUE, EXT-X-ASSET.

EXT-X-SCTE35 has CUE and its role first; a section with a segmentation_descriptor adds what that says.
"""

from __future__ import annotations

from app.model.timebase import decimal_text
from app.scte35.codec import to_base64
from app.scte35.dialects.avail import Avail, read


def scte35_out(avail: Avail) -> str:
    """At the OUT, or at the start of a signal that is no splice."""
    role = ",CUE-OUT=YES" if avail.is_splice else ""
    return _scte35(avail, avail.out_section, role, avail.planned_duration_ticks, None)


def scte35_cont(avail: Avail, elapsed_ticks: int) -> str:
    """On each later segment of a break."""
    section, duration_ticks = avail.now
    return _scte35(avail, section, ",CUE-OUT=CONT", duration_ticks, elapsed_ticks)


def scte35_in(avail: Avail) -> str:
    """At the IN, or at the end of a signal that is no splice."""
    role = ",CUE-IN=YES" if avail.is_splice else ""
    return _scte35(avail, avail.in_section or b"", role, None, None)


def adobe_cue(avail: Avail, elapsed_ticks: int) -> str:
    """At the OUT (nothing has elapsed) and on each later segment; a DURATION of nought is one that is not known."""
    section, duration_ticks = avail.now if elapsed_ticks else (avail.out_section, avail.planned_duration_ticks)
    return f"{_adobe(avail, section, duration_ticks or 0)},ELAPSED={decimal_text(elapsed_ticks)}"


def adobe_in(avail: Avail) -> str:
    """At the IN, which returns at once."""
    return _adobe(avail, avail.in_section or b"", 0)


def asset(avail: Avail) -> list[str]:
    """EXT-X-ASSET with the UPID as CAID, where the section has one."""
    descriptor = avail.descriptor(avail.out_section)
    upid = b"" if descriptor is None else descriptor.upid
    return [f"#EXT-X-ASSET:CAID=0x{upid.hex().upper()}"] if upid else []


def _scte35(avail: Avail, section: bytes, role: str, duration_ticks: int | None, elapsed_ticks: int | None) -> str:
    tag = f'#EXT-X-SCTE35:CUE="{to_base64(section)}"{role}'
    descriptor = avail.descriptor(section)
    if descriptor is None:
        return tag
    parts = [f'ID="{avail.daterange_id}"', f"TYPE=0x{descriptor.segmentation_type_id:02X}"]
    if duration_ticks is not None:
        parts.append(f"DURATION={decimal_text(duration_ticks)}")
    if elapsed_ticks is not None:
        parts.append(f"ELAPSED={decimal_text(elapsed_ticks)}")
    if descriptor.upid:
        parts.append(f'UPID="0x{descriptor.upid_type:02X}:0x{descriptor.upid.hex().upper()}"')
    if descriptor.segments_expected:
        parts.append(f'SEGNE="{descriptor.segment_num}:{descriptor.segments_expected}"')
    return ",".join([tag, *parts])


def _adobe(avail: Avail, section: bytes, duration_ticks: int) -> str:
    pts = read(section).effective_pts
    time = "" if pts is None else f",TIME={decimal_text(pts, 6)}"
    start = f'#EXT-X-CUE:ID="{avail.own_event_id}",TYPE="scte35",DURATION={decimal_text(duration_ticks)}{time}'
    return f'{start},CUE="{to_base64(section)}"'
