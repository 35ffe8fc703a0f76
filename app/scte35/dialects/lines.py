"""Which lines stand before a segment, in which order.

daterange       EXT-X-DATERANGE at the OUT, and again with the same ID at the IN (RFC 8216 §4.3.2.7)
cue-out-in      EXT-X-CUE-OUT, -CONT on each later segment of the break, EXT-X-CUE-IN
oatcls-scte35   EXT-OATCLS-SCTE35 with the section, directly before EXT-X-CUE-OUT and EXT-X-CUE-IN. The tag means
                nothing to its readers without these two, so it brings them when cue-out-in is not asked for
asset           EXT-X-ASSET with the UPID of the section, between these two
scte35          EXT-X-SCTE35 with the section, at the OUT, on each later segment and at the IN (SCTE 35 §12.2.3)
splicepoint     EXT-X-SPLICEPOINT-SCTE35 with the section, at the OUT and at the IN
adobe           EXT-X-CUE with the section on every segment of the break and at the IN

A signal that is no ad break (program, chapter, unscheduled event …) is told by daterange, scte35 and splicepoint at its
start and at its end; to the others it would be a break. One of the source's own that is passed on is told by daterange
alone. Interstitials are asked for by the URL of their asset list. Readers that need a duration are told one where the
section has none: CUE-OUT, -CONT and EXT-X-CUE of their profiles, in which the IN ends it early.

Dates and durations have three decimals. START-DATE is ``utc_text`` of the splice, as EXT-X-PROGRAM-DATE-TIME of its
segment must be; END-DATE is that text plus the text of DURATION, so the three agree to the digit.
"""

from __future__ import annotations

from collections.abc import Collection

from app.model.errors import CueError
from app.model.show import MarkingOptions
from app.model.timebase import decimal_text
from app.scte35.codec import to_base64
from app.scte35.dialects import dateranges, section_tags
from app.scte35.dialects.avail import Avail

_CUE_OUT_IN = frozenset({"cue-out-in", "oatcls-scte35"})
PLAIN = MarkingOptions()


def out_tags(avail: Avail, dialects: Collection[str], options: MarkingOptions = PLAIN) -> list[str]:
    """The lines directly before the segment whose first frame is the OUT's, or the start's of another signal."""
    tags = open_ranges(avail, dialects, options)
    if "scte35" in dialects:
        tags.append(section_tags.scte35_out(avail))
    if "splicepoint" in dialects:
        tags.append(_splicepoint(avail.out_section))
    if not avail.is_splice:
        return tags
    if "adobe" in dialects:
        tags.append(section_tags.adobe_cue(avail.with_length(options.unknown_s), 0))
    if "oatcls-scte35" in dialects:
        tags.append(f"#EXT-OATCLS-SCTE35:{to_base64(avail.out_section)}")
    if "asset" in dialects:
        tags += section_tags.asset(avail)
    if not _CUE_OUT_IN.isdisjoint(dialects):
        tags.append(_cue_out(avail.with_length(options.unknown_s).planned_duration_ticks, options))
    return tags


def cont_tags(
    avail: Avail, elapsed_ticks: int, dialects: Collection[str], options: MarkingOptions = PLAIN
) -> list[str]:
    """The lines before each later segment of the break. ``elapsed_ticks``: from the OUT to that segment's start."""
    if not avail.is_splice:
        return []
    tags = []
    if "scte35" in dialects:
        tags.append(section_tags.scte35_cont(avail, elapsed_ticks))
    if "adobe" in dialects:
        tags.append(section_tags.adobe_cue(avail.with_length(options.unknown_s), elapsed_ticks))
    if "cue-out-in" in dialects:
        tags.append(_cont(avail.with_length(options.unknown_s), elapsed_ticks, options))
    return tags


def in_tags(avail: Avail, dialects: Collection[str], options: MarkingOptions = PLAIN) -> list[str]:
    """The lines directly before the segment whose first frame is the IN's; CueError while the break is open."""
    if avail.in_section is None:
        raise CueError("the break is still open", field="SCTE35-IN")
    tags = dateranges.closing(avail, options) if "daterange" in dialects else []
    if "scte35" in dialects:
        tags.append(section_tags.scte35_in(avail))
    if "splicepoint" in dialects:
        tags.append(_splicepoint(avail.in_section))
    if not avail.is_splice:
        return tags
    if "adobe" in dialects:
        tags.append(section_tags.adobe_in(avail))
    if "oatcls-scte35" in dialects:
        tags.append(f"#EXT-OATCLS-SCTE35:{to_base64(avail.in_section)}")
    if not _CUE_OUT_IN.isdisjoint(dialects):
        tags.append("#EXT-X-CUE-IN")
    return tags


def moment_tags(avail: Avail, dialects: Collection[str]) -> list[str]:
    """The lines of a signal that neither opens nor closes anything of ours, and may lie within a break.

    Readers that pair the other tags by their sections would take a program's start for a second OUT: only SCTE35-CMD
    says that it is no splice.
    """
    return [dateranges.moment(avail)] if "daterange" in dialects else []


def open_ranges(avail: Avail, dialects: Collection[str], options: MarkingOptions = PLAIN) -> list[str]:
    """The date ranges that open with the break.

    They also head a playlist whose window has lost the OUT's segment while segments of the break are still in it. No
    interstitial is told of a break without a duration: nothing in it would bring a player back at the IN.
    """
    tags = [dateranges.opening(avail, options)] if "daterange" in dialects else []
    if options.asset_list and avail.is_splice and avail.planned_duration_ticks is not None:
        tags.append(dateranges.interstitial(avail, options))
    return tags


def given_up(avail: Avail, dialects: Collection[str], options: MarkingOptions = PLAIN) -> list[str]:
    """What ends a range that was announced and does not open; an interstitial's goes out of the playlist with it."""
    return dateranges.given_up(avail, options) if "daterange" in dialects else []


def _splicepoint(section: bytes) -> str:
    return f"#EXT-X-SPLICEPOINT-SCTE35:{to_base64(section)}"


def _cue_out(duration_ticks: int | None, options: MarkingOptions) -> str:
    """One without a duration that it could tell is bare."""
    if duration_ticks is None or options.cue_out == "bare":
        return "#EXT-X-CUE-OUT"
    name = "DURATION=" if options.cue_out == "duration" else ""
    return f"#EXT-X-CUE-OUT:{name}{decimal_text(duration_ticks)}"


def _cont(avail: Avail, elapsed_ticks: int, options: MarkingOptions) -> str:
    """With the duration now planned; a ratio needs one."""
    section, duration_ticks = avail.now
    elapsed = decimal_text(elapsed_ticks)
    if options.cont == "ratio" and duration_ticks is not None:
        return f"#EXT-X-CUE-OUT-CONT:{elapsed}/{decimal_text(duration_ticks)}"
    duration = "" if duration_ticks is None else f",Duration={decimal_text(duration_ticks)}"
    carried = f",SCTE35={to_base64(section)}" if options.cont == "elemental" else ""
    return f"#EXT-X-CUE-OUT-CONT:ElapsedTime={elapsed}{duration}{carried}"
