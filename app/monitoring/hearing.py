"""Whether sections can be heard in a rendition; where they can't, its tags are all there is to judge."""

from __future__ import annotations

from collections.abc import Sequence

from app.monitoring.timeline import Rendition


def unheard(rendition: Rendition) -> str:
    """Why no section can be heard in it; empty where one could be."""
    if rendition.playlist is None:
        return ""
    if rendition.segments and any(tag.name == "EXT-X-I-FRAMES-ONLY" for tag in rendition.segments[0].listed.tags):
        return "an I-frame playlist has single pictures for segments"
    closed = next((one.problem for one in rendition.segments if one.closed), "")
    if closed and not any(one.read is not None and one.read.pictures for one in rendition.segments):
        return closed
    reads = [one.read for one in rendition.segments if one.read is not None and one.read.program is not None]
    if any(read.program.scte35_pids() for read in reads if read.program is not None):
        sections = [seen for read in reads for seen in read.sections]
        secret = bool(sections) and all(seen.section is not None and seen.section.encrypted for seen in sections)
        return "its sections are encrypted" if secret else ""
    if reads and not closed:
        return "no PMT of it has an SCTE-35 PID"
    lost = next((f"its segments can't be read ({one.problem})" for one in rendition.segments if one.problem), "")
    return closed or lost or "it has no segments"


def divided(renditions: Sequence[Rendition]) -> tuple[list[Rendition], dict[str, str]]:
    """Those that are judged by their sections; and why the others are not, by name.

    Beside renditions that can be heard, one that could be and brings nothing is at fault, and is judged with them.
    """
    reasons = {one.name: unheard(one) for one in renditions}
    heard = [one for one in renditions if not reasons[one.name]]
    if heard:
        opaque = {one.name for one in renditions if one.kind != "VIDEO" or any(each.closed for each in one.segments)}
        reasons = {name: why for name, why in reasons.items() if why and name in opaque}
        heard = [one for one in renditions if one.name not in reasons]
    else:
        reasons = {name: why for name, why in reasons.items() if why}
    return heard, reasons
