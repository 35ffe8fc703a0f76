"""One tag against the section and the picture that it is about: payload, duration, dates and ids."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

from app.model.timebase import difference, seconds_of
from app.monitoring.markers import ADOBE, CUE_OUT_IN, DATERANGE, INTERSTITIALS, SCTE35, Marker
from app.monitoring.placement import Placement
from app.monitoring.playlist import moment_of, seconds_text

SAME_S = Fraction(1, 1000)  # times in playlists are written in milliseconds
SAME_MOMENT = timedelta(microseconds=1500)  # two of them, rounded
_DECLARED_APART = frozenset({"START-DATE", "PLANNED-DURATION"})
_ONE_BREAK = {SCTE35: ("ID",), ADOBE: ("ID", "TYPE", "TIME")}  # what all tags of one break say alike


def payload_fault(marker: Marker, here: Placement) -> str:
    """A tag's payload is, byte for byte, a section of the PID."""
    payload, splice = marker.payload, here.splice
    if payload is None or any(payload.encoded == one.seen.encoded for one in here.allowed):
        return ""
    if payload.problem:
        return payload.problem
    if (splice.event, splice.direction) not in payload.names:
        told = ", ".join(f"{direction} {event}" for event, direction in sorted(payload.names)) or "no splice"
        return f"its payload is about {told}, not {splice.direction} {splice.event}"
    if payload.pts != splice.pts:
        return f"its payload says PTS {payload.pts}, the section {splice.pts}"
    return "its payload has other bytes than the section on the PID"


def duration_fault(marker: Marker, here: Placement, undeclared: frozenset[str], off_s: Fraction = SAME_S) -> str:
    """A declared duration is the section's; an OUT in seconds or dates has to declare one, if any of its dialect do."""
    declared, durations = marker.declared_s, here.durations()
    announced = marker.dialect in {DATERANGE, INTERSTITIALS} and marker.role == "out"
    if announced:
        declared, durations = planned_s(marker), durations[:1]
    if not durations or marker.role == "in":
        return ""
    if declared is None:
        required = marker.dialect in {CUE_OUT_IN, DATERANGE} - undeclared and here.splice.word.is_splice
        return f"it declares no duration, the section {float(durations[-1]):.3f} s" if required else ""
    if all(abs(declared - one) > off_s for one in durations):
        told = " or ".join(f"{float(one):.3f}" for one in dict.fromkeys(durations))
        return f"it declares {float(declared):.3f} s, the section {told} s"
    return ""


def planned_s(marker: Marker) -> Fraction | None:
    """What a DATERANGE declares ahead."""
    attributes = marker.tag.attributes()
    return seconds_text(attributes.get("PLANNED-DURATION") or attributes.get("DURATION"))


def identity_fault(marker: Marker, opening: Marker | None) -> str:
    """All tags of one break carry the same id."""
    if opening is None or opening is marker:
        return ""
    own, first = marker.tag.attributes(), opening.tag.attributes()
    for name in _ONE_BREAK.get(marker.dialect, ()):
        if name in own and name in first and own[name] != first[name] and not (name != "ID" and marker.role == "in"):
            return f"{name} is {own[name]}, at its OUT {first[name]}"
    return ""


def opening_dates_fault(marker: Marker, starts_at: datetime) -> str:
    """START-DATE is the picture's time, and an end that is declared lies where it says (RFC 8216 §4.3.2.7)."""
    attributes = marker.tag.attributes()
    start, end = moment_of(attributes.get("START-DATE", "")), _end(attributes)
    if apart(start - starts_at):
        return f"START-DATE is {(start - starts_at) / timedelta(milliseconds=1):+.1f} ms from its picture"
    if attributes.get("END-ON-NEXT", "YES") != "YES":
        return f"END-ON-NEXT is {attributes['END-ON-NEXT']}, only YES is one"
    if "END-ON-NEXT" in attributes and "CLASS" not in attributes:
        return "END-ON-NEXT=YES without a CLASS"
    if "END-ON-NEXT" in attributes and ("DURATION" in attributes or end is not None):
        return "END-ON-NEXT=YES and an end of its own"
    lasts = seconds_text(attributes.get("DURATION"))
    if end is not None and (end < start or (lasts is not None and apart(end - start - _delta(lasts)))):
        return f"END-DATE is {attributes['END-DATE']}, which START-DATE and DURATION do not give"
    return ""


def closing_dates_fault(
    marker: Marker, starts_at: datetime, here: Placement, opened: Placement | None, opening: Marker | None
) -> str:
    """END-DATE is the picture's time; a tag of its own, where the range ends with the next one, starts there."""
    attributes = marker.tag.attributes()
    start, end = moment_of(attributes.get("START-DATE", "")), _end(attributes)
    ends_on_next = opening is not None and opening.tag.attributes().get("END-ON-NEXT") == "YES"
    if end is None and (ends_on_next or "SCTE35-CMD" in attributes) and not apart(start - starts_at):
        if ends_on_next and opening is not None and attributes.get("CLASS") != opening.tag.attributes().get("CLASS"):
            return f"CLASS is {attributes.get('CLASS', 'not there')}: it does not end the range of its OUT"
        return _own_id_fault(attributes, opening)
    if end is None or apart(end - starts_at):
        return f"END-DATE is {attributes.get('END-DATE', 'not there')}, its picture's is {starts_at.isoformat()}"
    actual = Fraction((end - start) // timedelta(microseconds=1), 1_000_000)
    return _closing_fault(attributes, here, opened, actual)


def pair_fault(marker: Marker, opened: Placement, opened_at: datetime | None, opening: Marker | None) -> str:
    """The closing tag repeats what the opening one has to say (RFC 8216 §4.3.2.7: same ID, same values)."""
    attributes = marker.tag.attributes()
    first = opening.tag.attributes() if opening is not None else {}
    if "END-DATE" not in attributes:
        return ""
    if opened_at is not None and apart(moment_of(attributes["START-DATE"]) - opened_at):
        return f"START-DATE is {attributes['START-DATE']}, its OUT was at {opened_at.isoformat()}"
    planned, announced = seconds_text(attributes.get("PLANNED-DURATION")), opened.durations()[:1]
    asked = opening is None or "PLANNED-DURATION" in first or planned is not None
    if asked and any(planned is None or abs(planned - one) > SAME_S for one in announced):
        return f"PLANNED-DURATION is {attributes.get('PLANNED-DURATION', 'not there')}, not what its OUT declared"
    for name, value in first.items():
        if name not in _DECLARED_APART and attributes.get(name, value) != value:
            return f"{name} is {attributes[name]}, in the opening tag {value}"
    return ""


def apart(off: timedelta) -> bool:
    """Whether two written moments are not the same one."""
    return abs(off) > SAME_MOMENT


def _own_id_fault(attributes: dict[str, str], opening: Marker | None) -> str:
    """A second tag of one ID may add to it, never change it."""
    first = opening.tag.attributes() if opening is not None else {}
    if first.get("ID") == attributes["ID"] and first.get("START-DATE") != attributes["START-DATE"]:
        return f"its ID is that of its OUT, whose START-DATE is {first.get('START-DATE')}"
    return ""


def _closing_fault(attributes: dict[str, str], here: Placement, opened: Placement | None, actual: Fraction) -> str:
    """DURATION is how long the break lasted: by its splices' ticks, by the tag's own dates where the OUT is gone."""
    if opened is not None and opened.splice.epoch == here.splice.epoch:
        actual = seconds_of(difference(here.placed.picture.pts, opened.placed.picture.pts))
    declared = seconds_text(attributes.get("DURATION"))
    if declared is None or abs(declared - actual) > 2 * SAME_S:
        return f"DURATION is {attributes.get('DURATION', 'not there')}, the break lasted {float(actual):.3f} s"
    return ""


def _end(attributes: dict[str, str]) -> datetime | None:
    return moment_of(attributes["END-DATE"]) if "END-DATE" in attributes else None


def _delta(lasts_s: Fraction) -> timedelta:
    return timedelta(microseconds=int(lasts_s * 1_000_000))
