"""How far renditions and dialects put one splice from each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.model.states import ProofState
from app.model.timebase import TICKS_PER_SECOND, difference
from app.monitoring.markers import DATERANGE, INTERSTITIALS, Marker
from app.monitoring.placement import Fault, Placement
from app.monitoring.playlist import moment_of
from app.monitoring.timeline import Track

_SAME_DATE = timedelta(milliseconds=10)


@dataclass(slots=True)
class Skew:
    """``at``: the splice's program date in the first rendition that has one; then ms from it, by name."""

    at: datetime | None = None
    renditions: dict[str, float] = field(default_factory=dict)
    dialects: dict[str, float] = field(default_factory=dict)

    def to_plain(self) -> dict[str, dict[str, float]]:
        """As a row has it."""
        return {"renditions": dict(self.renditions), "dialects": dict(self.dialects)}


def moment_in(track: Track, placement: Placement) -> datetime | None:
    """A splice's program date: of the segment that it starts, else reckoned in its timeline."""
    index, segments = placement.placed.segment, track.rendition.segments
    if placement.placed.first and index < len(segments):
        return segments[index].listed.starts_at
    return track.moment(placement.splice.epoch, placement.placed.picture.pts)


def note_renditions(
    skew: Skew, tracks: Sequence[Track], placements: Sequence[Placement | None]
) -> list[tuple[str, Fault]]:
    """Renditions whose program dates put the same picture at another moment."""
    faults: list[tuple[str, Fault]] = []
    for track, placement in zip(tracks, placements, strict=True):
        at = moment_in(track, placement) if placement is not None else None
        if at is None:
            continue
        skew.at = at if skew.at is None else skew.at
        skew.renditions[track.name] = _ms(at - skew.at)
        if abs(at - skew.at) > _SAME_DATE:
            text = f"its program date is {_ms(at - skew.at):+.0f} ms from the first rendition's"
            faults.append((track.name, Fault(ProofState.MISPLACED, text)))
    return faults


def note_dialect(skew: Skew, dialect: str, marker: Marker, track: Track, placement: Placement) -> None:
    """Where a tag puts the splice: by its date, else by its section's time or by the segment that it stands before."""
    own_ms = _dialect_ms(marker, track, placement)
    if own_ms is not None and abs(own_ms) >= abs(skew.dialects.get(dialect, 0.0)):
        skew.dialects[dialect] = own_ms


def _dialect_ms(marker: Marker, track: Track, placement: Placement) -> float | None:
    pts, attributes = placement.placed.picture.pts, marker.tag.attributes()
    if marker.dialect in {DATERANGE, INTERSTITIALS}:
        at = moment_in(track, placement)
        closing = marker.role == "in" and "END-DATE" in attributes
        try:
            said_at = moment_of(attributes.get("END-DATE" if closing else "START-DATE", ""))
        except ValueError:
            return None
        return None if at is None else _ms(said_at - at)
    start = track.starts[marker.segment] if marker.segment < len(track.starts) else None
    by_place = 0 if start is None else difference(start, pts)
    said = marker.payload.pts if marker.payload is not None else None
    by_section = 0 if said is None else difference(said, pts)
    return round(max(by_place, by_section, key=abs) * 1000 / TICKS_PER_SECOND, 1)


def _ms(off: timedelta) -> float:
    return round(off / timedelta(milliseconds=1), 1)
