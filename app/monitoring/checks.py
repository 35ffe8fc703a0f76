"""What can be wrong with one splice in one rendition, apart from its tags: section, picture, lead and order."""

from __future__ import annotations

from datetime import timedelta

from app.model.states import ProofState
from app.model.timebase import TICKS_PER_SECOND, difference
from app.monitoring.announcing import Splice
from app.monitoring.carrying import carried_lead, lasted_ticks
from app.monitoring.case import lead_unknown
from app.monitoring.placement import Fault, Placement
from app.monitoring.timeline import Track

LEAD_TICKS = 4 * TICKS_PER_SECOND  # SCTE 35 §9.9.2.1
_AHEAD = "it was announced before its OUT had been spliced"
NO_PRE_ROLL_TICKS = 2 * TICKS_PER_SECOND  # a pre-roll's last repetition: what comes first after it had no pre-roll


def absent(track: Track) -> Fault:
    """No section of this rendition announces the splice."""
    problems = [segment.problem for segment in track.rendition.segments if segment.problem]
    if problems and not any(segment.read for segment in track.rendition.segments):
        return Fault(ProofState.MISSING, f"its segments can't be read: {problems[0]}")
    return Fault(ProofState.MISSING, "no section announces it")


def same_section(splice: Splice, reference: Splice, placement: Placement | None) -> list[Fault]:
    """All renditions carry the same section bytes as the first."""
    if splice is reference:
        return []
    if splice.pts is not None and reference.pts is not None and splice.pts != reference.pts:
        off = difference(splice.pts, reference.pts)
        return [Fault(ProofState.MISPLACED, f"its section says another time than the first rendition's: {off:+} ticks")]
    own = splice.ruling(placement.placed if placement else None).seen.encoded
    if all(own != one.seen.encoded for one in reference.in_force()):
        return [Fault(ProofState.MISPLACED, "its section has other bytes than the first rendition's")]
    return []


def contradictions(splice: Splice) -> list[Fault]:
    """Sections that do not agree with themselves."""
    told = next((one.word.contradiction for one in splice.in_force() if one.word.contradiction), "")
    return [Fault(ProofState.MISPLACED, told)] if told else []


def no_picture(track: Track, splice: Splice) -> Fault:
    """The splice has a section, and no picture has its time."""
    pts = splice.pts if splice.pts is not None else 0
    problem = track.segment_problem(splice.epoch, pts)
    span = track.span(splice.epoch)
    if problem or span is None:
        return Fault(ProofState.MISSING, problem or "nothing of it could be read")
    if difference(pts, span[1]) >= 0:
        what = "output ends" if splice.epoch == track.last_epoch else "timeline broke"
        return Fault(ProofState.MISSING, f"the {what} before its PTS {pts}")
    near = track.nearest_idr(splice.epoch, pts)
    off = f"the nearest IDR is {difference(near.picture.pts, pts):+} ticks off" if near else "there is no IDR"
    return Fault(ProofState.MISPLACED, f"no picture has PTS {pts}; {off}")


def picture_faults(track: Track, placement: Placement) -> list[Fault]:
    """The picture is an IDR with its parameter sets, and a segment starts with it."""
    picture = placement.placed.picture
    if not picture.idr:
        what = f"NAL type {picture.nal_type}" if picture.nal_type is not None else "of an unknown kind"
        return [Fault(ProofState.MISPLACED, f"the picture at its PTS is no IDR ({what})")]
    if not picture.parameter_sets:
        return [Fault(ProofState.MISPLACED, "its IDR has no SPS and PPS before it")]
    if track.rendition.playlist is not None and not placement.placed.first:
        return [Fault(ProofState.MISPLACED, "its IDR does not start a segment")]
    return []


def gap_faults(track: Track, placement: Placement, remarks: list[str], *, elsewhere: bool) -> list[Fault]:
    """A splice in a segment that was never delivered is missing, unless an outage took it here and not elsewhere.

    The renditions do not close a segment in the same instant: one may have it when the power goes, the next not.
    """
    uri = track.uri(placement.placed.segment)
    if elsewhere and track.breaks_behind(placement.placed.segment):
        remarks.append(f"{uri} of {track.name} was lost with the outage behind it: EXT-X-GAP")
        return []
    return [Fault(ProofState.MISSING, f"{uri} can't be read: EXT-X-GAP: it was never delivered")]


def lead_faults(
    track: Track, placement: Placement, immediate: frozenset[int] | None, remarks: list[str]
) -> list[Fault]:
    """How long before its picture the splice was announced. ``immediate`` None: inferred from the lead itself.

    Inferred: splice_immediate_flag, or a first section later than any pre-roll's last repetition would be.
    """
    splice = placement.splice
    first = splice.in_force()[0]
    arrival = first.seen.arrival_ticks
    if first.position > placement.placed.position:
        return [Fault(ProofState.LATE, f"its first {splice.direction.upper()} section follows its picture")]
    if splice.direction == "in" or splice.pts is None:
        return []
    if arrival is None:
        remarks.append("there is no PCR to tell its lead by")
        return []
    carried = carried_lead(track, splice)
    lead = difference(splice.pts, arrival)
    if carried is not None:
        lead = max(lead, carried * TICKS_PER_SECOND // timedelta(seconds=1))
    told = f"announced {lead / TICKS_PER_SECOND:.2f} s before"
    at_once = first.word.pts is None or lead < NO_PRE_ROLL_TICKS
    if immediate is not None:
        at_once = splice.event.number in immediate
    if lead < LEAD_TICKS and not splice.word.is_splice:
        remarks.append(told)  # it asks nobody to switch
        return []
    if lead < LEAD_TICKS and not at_once and not lead_unknown(track, splice):
        return [Fault(ProofState.LATE, f"{told}, 4 s are the least")]
    if lead < LEAD_TICKS:
        remarks.append(f"{told}{': taken as immediate' if at_once else ' at least'}")
    elif carried is not None:
        remarks.append(f"{told}, over the discontinuity")
    return []


def in_faults(
    track: Track, placement: Placement, opened: Placement | None, remarks: list[str], *, ours: bool
) -> list[Fault]:
    """An IN comes after its OUT, and no later than that declared.

    ``ours``: the program made it, and announces none before its OUT was spliced; other sources may tell it ahead.
    """
    splice = placement.splice
    if splice.direction != "in":
        return []
    ahead = opened is not None and splice.announced[0].position < opened.placed.position
    if ahead and ours:
        return [Fault(ProofState.MISPLACED, _AHEAD)]
    text = _in_fault(track, placement, opened)
    if text:
        return [Fault(ProofState.MISPLACED, text)]
    if ahead:
        remarks.append(_AHEAD)
    return []


def _in_fault(track: Track, placement: Placement, opened: Placement | None) -> str:
    splice = placement.splice
    if opened is None:
        return "" if track.rolled else "no OUT of this event is before it"
    lasted = lasted_ticks(track, opened.splice, splice)
    if lasted is not None and lasted <= 0:
        return "it is not after its OUT"
    over = 0 if lasted is None or _at_once(track, placement, opened) else _over(lasted, opened)
    read = track.rendition.segments[opened.placed.segment].read
    if over > (read.frame_ticks if read else 0):
        return f"it is {over} ticks after the end that its OUT declared"
    return ""


def _at_once(track: Track, placement: Placement, opened: Placement) -> bool:
    """Whether it is as soon as it can be behind an outage in which its moment was."""
    span = track.span(placement.splice.epoch)
    if span is None or opened.splice.epoch == placement.splice.epoch:
        return False
    return difference(placement.placed.picture.pts, span[0]) <= TICKS_PER_SECOND


def _over(lasted: int, opened: Placement) -> int:
    last = next((one.word for one in reversed(opened.allowed) if one.word.duration_ticks is not None), None)
    return lasted - last.duration_ticks if last and last.auto_return and last.duration_ticks is not None else 0
