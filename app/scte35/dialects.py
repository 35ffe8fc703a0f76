"""A break as lines of an HLS playlist: one break, several dialects, all from the same section bytes. Pure text.

daterange       EXT-X-DATERANGE at the OUT, and again with the same ID at the IN (RFC 8216 §4.3.2.7)
cue-out-in      EXT-X-CUE-OUT, -CONT on each later segment of the break, EXT-X-CUE-IN
oatcls-scte35   EXT-OATCLS-SCTE35 with the section, directly before EXT-X-CUE-OUT and EXT-X-CUE-IN. The tag means
                nothing to its readers without these two, so it brings them when cue-out-in is not asked for
scte35          EXT-X-SCTE35 with the section, at the OUT, on each later segment and at the IN (SCTE 35 §12.2.3)

Dates and durations have three decimals. START-DATE is ``utc_text`` of the splice, as EXT-X-PROGRAM-DATE-TIME of its
segment must be; END-DATE is that text plus the text of DURATION, so the three agree to the digit.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.model.errors import CueError
from app.model.timebase import decimal_text
from app.model.wire import utc_text
from app.scte35.codec import to_base64, to_hex

DIALECTS = ("daterange", "cue-out-in", "oatcls-scte35", "scte35")
_CUE_OUT_IN = frozenset({"cue-out-in", "oatcls-scte35"})
_MS_PER_S = 1000


@dataclass(frozen=True, slots=True)
class Avail:
    """One break in a playlist. ``start_at``: program date of the OUT's first frame.

    ``planned_duration_ticks`` is what the OUT announced and stays so, whatever happens to the break.
    ``in_section`` and ``duration_ticks``, the true one, are known when the break is over: both or neither.
    """

    daterange_id: str
    out_section: bytes
    start_at: datetime
    planned_duration_ticks: int
    in_section: bytes | None = None
    duration_ticks: int | None = None

    def __post_init__(self) -> None:
        """CueError for what can't stand in a playlist."""
        if not self.daterange_id or any(character in self.daterange_id for character in '"\r\n'):
            raise CueError(f"{self.daterange_id!r} can't be a quoted-string", field="ID")
        if self.start_at.tzinfo is None:
            raise CueError("has no time zone", field="START-DATE")
        if self.planned_duration_ticks < 0 or (self.duration_ticks or 0) < 0:
            raise CueError("is negative", field="DURATION")
        if (self.in_section is None) != (self.duration_ticks is None):
            raise CueError("an IN section and the true duration belong together", field="SCTE35-IN")

    @property
    def open(self) -> bool:
        """Whether the IN is still to come."""
        return self.in_section is None


def daterange_id(splice_event_id: int, start_at: datetime) -> str:
    """An ID that stays unique though event ids are used again: ``17-20261122T201532440Z``."""
    return f"{splice_event_id}-{utc_text(start_at).translate(_NO_PUNCTUATION)}"


_NO_PUNCTUATION = str.maketrans("", "", "-:.")


def out_tags(avail: Avail, dialects: Collection[str]) -> list[str]:
    """The lines directly before the segment whose first frame is the OUT's."""
    section = to_base64(avail.out_section)
    tags = [open_daterange(avail)] if "daterange" in dialects else []
    if "scte35" in dialects:
        tags.append(f'#EXT-X-SCTE35:CUE="{section}",CUE-OUT=YES')
    if "oatcls-scte35" in dialects:
        tags.append(f"#EXT-OATCLS-SCTE35:{section}")
    if not _CUE_OUT_IN.isdisjoint(dialects):
        tags.append(f"#EXT-X-CUE-OUT:DURATION={decimal_text(avail.planned_duration_ticks)}")
    return tags


def cont_tags(out_section: bytes, elapsed_ticks: int, duration_ticks: int, dialects: Collection[str]) -> list[str]:
    """The lines before each later segment of the break.

    ``out_section``: the OUT as it was sent last, for an extension changes it; ``elapsed_ticks`` from the OUT to that
    segment's start; ``duration_ticks`` the duration now planned.
    """
    tags = []
    if "scte35" in dialects:
        tags.append(f'#EXT-X-SCTE35:CUE="{to_base64(out_section)}",CUE-OUT=CONT')
    if "cue-out-in" in dialects:
        elapsed, duration = decimal_text(elapsed_ticks), decimal_text(duration_ticks)
        tags.append(f"#EXT-X-CUE-OUT-CONT:ElapsedTime={elapsed},Duration={duration}")
    return tags


def in_tags(avail: Avail, dialects: Collection[str]) -> list[str]:
    """The lines directly before the segment whose first frame is the IN's; CueError while the break is open."""
    closing, section = _closing_daterange(avail), to_base64(avail.in_section or b"")
    tags = [closing] if "daterange" in dialects else []
    if "scte35" in dialects:
        tags.append(f'#EXT-X-SCTE35:CUE="{section}",CUE-IN=YES')
    if "oatcls-scte35" in dialects:
        tags.append(f"#EXT-OATCLS-SCTE35:{section}")
    if not _CUE_OUT_IN.isdisjoint(dialects):
        tags.append("#EXT-X-CUE-IN")
    return tags


def open_daterange(avail: Avail) -> str:
    """The OUT's EXT-X-DATERANGE.

    It also heads a playlist whose window has lost the OUT's segment while segments of the break are still in it.
    """
    return f"{_shared_attributes(avail)},SCTE35-OUT={to_hex(avail.out_section)}"


def _closing_daterange(avail: Avail) -> str:
    if avail.in_section is None or avail.duration_ticks is None:
        raise CueError("the break is still open", field="SCTE35-IN")
    duration = decimal_text(avail.duration_ticks)
    end_at = _whole_ms(avail.start_at) + timedelta(milliseconds=int(duration.replace(".", "")))
    return (
        f'{_shared_attributes(avail)},DURATION={duration},END-DATE="{utc_text(end_at)}"'
        f",SCTE35-IN={to_hex(avail.in_section)}"
    )


def _shared_attributes(avail: Avail) -> str:
    """What both tags of one ID say alike: RFC 8216 §4.3.2.7 lets no attribute change its value."""
    return (
        f'#EXT-X-DATERANGE:ID="{avail.daterange_id}",START-DATE="{utc_text(avail.start_at)}"'
        f",PLANNED-DURATION={decimal_text(avail.planned_duration_ticks)}"
    )


def _whole_ms(moment: datetime) -> datetime:
    """As ``utc_text`` writes it: cut, not rounded, to milliseconds."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // _MS_PER_S * _MS_PER_S)
