"""EXT-X-DATERANGE: of breaks, of other signals, and of interstitials. RFC 8216 §4.3.2.7 and §4.3.2.7.1.

A break's OUT and IN share one ID, and no attribute that both have differs. A signal that is no splice is an SCTE35-CMD,
whose START-DATE is the time of its own section: its start and its end can't share an ID, and each has its own. The
start's range is closed at the end, or has END-ON-NEXT and is closed by the end's range, which has the same CLASS.
END-ON-NEXT never stands on a break: SCTE35-IN comes with DURATION and END-DATE, which that forbids. Ranges of one
CLASS must not overlap then; a moment within one has none, and breaks and signals never overlap.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from app.model.errors import CueError
from app.model.profiles import INTERSTITIAL_CLASS, TYPE_ID
from app.model.show import MarkingOptions
from app.model.timebase import decimal_text
from app.model.wire import utc_text
from app.scte35.codec import to_hex
from app.scte35.dialects.avail import Avail, read, whole_ms
from app.scte35.segmentation import END_OF

_TAG = "#EXT-X-DATERANGE:"


def opening(avail: Avail, options: MarkingOptions) -> str:
    """The OUT's, or the start's. It also heads a playlist whose window has lost its own segment, but not the range."""
    if avail.is_splice:
        return f"{_range(avail, options)},SCTE35-OUT={to_hex(avail.out_section)}"
    end = ",END-ON-NEXT=YES" if _ends_on_next(avail, options) else ""
    return f"{_range(avail, options)}{end},SCTE35-CMD={to_hex(avail.out_section)}"


def closing(avail: Avail, options: MarkingOptions) -> list[str]:
    """The IN's, or those of the end; CueError while it is open."""
    if avail.in_section is None or avail.duration_ticks is None:
        raise CueError("the break is still open", field="SCTE35-IN")
    duration, end_at = _end(avail, avail.duration_ticks)
    closed = f'{_range(avail, options)},DURATION={duration},END-DATE="{end_at}"'
    if avail.is_splice:
        return [f"{closed},SCTE35-IN={to_hex(avail.in_section)}"]
    own = f'{_TAG}ID="{avail.daterange_id}-end"{_class(avail, options)},START-DATE="{end_at}",DURATION=0.000'
    return [*([] if _ends_on_next(avail, options) else [closed]), f"{own},SCTE35-CMD={to_hex(avail.in_section)}"]


def given_up(avail: Avail, options: MarkingOptions) -> list[str]:
    """Of one that was announced and never opens: it ends where it was to begin, or with the next of its CLASS.

    No attribute that has been told changes (§4.3.2.7), and players are left with nothing open.
    """
    if not avail.is_splice and _ends_on_next(avail, options):
        return []
    return [f'{_range(avail, options)},DURATION=0.000,END-DATE="{utc_text(avail.start_at)}"']


def moment(avail: Avail) -> str:
    """A signal that opens and closes nothing of ours: an instant (§4.3.2.7), unless it starts something.

    That lasts as long as it says, or nobody knows how long: DURATION is the true one, never 0 of what goes on.
    """
    start = f'{_TAG}ID="{avail.daterange_id}",START-DATE="{utc_text(avail.start_at)}"'
    descriptor = avail.descriptor(avail.out_section)
    lasts = None if descriptor is None else descriptor.segmentation_duration_ticks
    starts = any(
        one.segmentation_duration_ticks or (one.segmentation_type_id in END_OF and not one.cancel)
        for one in read(avail.out_section).segmentation_descriptors
    )
    length = f",PLANNED-DURATION={decimal_text(lasts)}" if lasts else "" if starts else ",DURATION=0.000"
    return f"{start}{length},SCTE35-CMD={to_hex(avail.out_section)}"


def interstitial(avail: Avail, options: MarkingOptions) -> str:
    """What makes players fetch ads for the break: its own ID and CLASS, rfc8216bis appendix D.

    Without X-RESUME-OFFSET the programme goes on where it would be by then, as live needs it; X-PLAYOUT-LIMIT keeps
    ads inside the break, and X-SNAP starts and ends them on segments, as the splices do.
    """
    start = f'{_TAG}ID="{avail.daterange_id}-interstitial",CLASS="{INTERSTITIAL_CLASS}"'
    planned, limit = _planned(avail), ""
    if avail.planned_duration_ticks is not None:
        limit = f",X-PLAYOUT-LIMIT={decimal_text(avail.planned_duration_ticks)}"
    url = asset_list_url(avail, options.asset_list)
    date = f',START-DATE="{utc_text(avail.start_at)}"'
    return f'{start}{date}{planned},X-ASSET-LIST="{url}"{limit},X-SNAP="OUT,IN"'


def asset_list_url(avail: Avail, url: str) -> str:
    """The asset list of this break: its id, event id and planned seconds put in, as a URL needs them."""
    duration = "" if avail.planned_duration_ticks is None else decimal_text(avail.planned_duration_ticks)
    filled = url.replace("{event_id}", str(avail.own_event_id)).replace("{duration}", duration)
    return filled.replace("{break_id}", quote(avail.break_id or avail.daterange_id, safe=""))


def _range(avail: Avail, options: MarkingOptions) -> str:
    """What all tags of one ID say alike: §4.3.2.7 lets no attribute change its value."""
    start = f'{_TAG}ID="{avail.daterange_id}"{_class(avail, options)},START-DATE="{utc_text(avail.start_at)}"'
    return start + _planned(avail)


def _planned(avail: Avail) -> str:
    ticks = avail.planned_duration_ticks
    return "" if ticks is None else f",PLANNED-DURATION={decimal_text(ticks)}"


def _ends_on_next(avail: Avail, options: MarkingOptions) -> bool:
    return options.end_on_next and bool(_class(avail, options))


def _class(avail: Avail, options: MarkingOptions) -> str:
    """With the type that opens the range put in, which SCTE 35 §12.2.1 wants there; a splice_insert may have none."""
    name = options.daterange_class
    if TYPE_ID in name:
        descriptor = avail.descriptor(avail.out_section)
        name = name.replace(TYPE_ID, f"0x{descriptor.segmentation_type_id:02X}") if descriptor is not None else ""
    return f',CLASS="{name}"' if name else ""


def _end(avail: Avail, duration_ticks: int) -> tuple[str, str]:
    """DURATION and END-DATE, which agree to the digit."""
    duration = decimal_text(duration_ticks)
    end_at = whole_ms(avail.start_at) + timedelta(milliseconds=int(duration.replace(".", "")))
    return duration, utc_text(end_at)
