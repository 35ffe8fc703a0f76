"""The ad markers of a playlist, whatever the dialect, in one form (SCTE 35 §12.2, RFC 8216 §4.3.2.7)."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from app.model.errors import CueError
from app.monitoring.announcing import words_of
from app.monitoring.playlist import MediaPlaylist, Tag, seconds_text
from app.scte35.codec import decode

type Role = Literal["out", "in", "cont"]

CUE_OUT_IN, DATERANGE, OATCLS, SCTE35 = "cue-out-in", "daterange", "oatcls-scte35", "scte35"
_BASE64 = {"EXT-OATCLS-SCTE35": OATCLS, "EXT-X-SPLICEPOINT-SCTE35": "splicepoint-scte35"}
_CUES: dict[str, Role] = {
    "EXT-X-CUE-OUT": "out",
    "EXT-X-CUE-IN": "in",
    "EXT-X-CUE-OUT-CONT": "cont",
    "EXT-X-CUE-CONT": "cont",
}
_UNJUDGED = frozenset({"EXT-X-CUE", "EXT-X-CUE-SPAN", "EXT-X-ASSET"})
_RATIO = re.compile(r"(\d{1,9}(?:\.\d{1,18})?)/(\d{1,9}(?:\.\d{1,18})?)")


@dataclass(frozen=True, slots=True)
class Payload:
    """The section in a tag. ``names``: the splices it is about, as (event id, direction); ``problem``: unreadable."""

    encoded: bytes
    names: frozenset[tuple[int, str]] = frozenset()
    pts: int | None = None
    problem: str = ""

    def role(self) -> Role | None:
        """Out or in, where it says so."""
        directions = {direction for _, direction in self.names}
        return "out" if "out" in directions else "in" if "in" in directions else None


@dataclass(frozen=True, slots=True, eq=False)
class Marker:
    """One tag that opens, continues or closes a break. ``segment``: index of the segment that it stands before.

    ``joined``: the IN half of a DATERANGE that carries both, which stands where the OUT is.
    """

    dialect: str
    role: Role
    segment: int
    tag: Tag
    payload: Payload | None = None
    declared_s: Fraction | None = None
    elapsed_s: Fraction | None = None
    joined: bool = False

    def names(self, event_id: int, direction: str) -> bool:
        """Whether its payload is about this splice."""
        return self.payload is not None and (event_id, direction) in self.payload.names


def markers_of(playlist: MediaPlaylist) -> tuple[list[Marker], list[str]]:
    """The markers in the order they stand, and the tags that are not judged."""
    markers: list[Marker] = []
    findings: list[str] = []
    places = [(index, segment.tags) for index, segment in enumerate(playlist.segments)]
    for index, tags in [*places, (len(playlist.segments), playlist.tail)]:
        for order, tag in enumerate(tags):
            if tag.name in _UNJUDGED:
                findings.append(f"line {tag.line}: {tag.name} is not judged")
            markers += _markers(tag, index, tags[order + 1 :])
    return markers, findings


def _markers(tag: Tag, index: int, following: tuple[Tag, ...]) -> list[Marker]:
    """A tag's markers; ``following`` tells the role where the payload can't."""
    if tag.name in _BASE64:
        payload = _from_base64(tag.value)
        named: Role = next((_CUES[other.name] for other in following if other.name in _CUES), "out")
        role: Role = payload.role() or named
        return [Marker(_BASE64[tag.name], role, index, tag, payload)]
    if tag.name in _CUES:
        return [_cue(tag, _CUES[tag.name], index)]
    if tag.name == "EXT-X-SCTE35":
        return [_scte35(tag, index)]
    return _dateranges(tag, index) if tag.name == "EXT-X-DATERANGE" else []


def _cue(tag: Tag, role: Role, index: int) -> Marker:
    """A cue-out-in tag; some encoders put the payload into it."""
    attributes = tag.attributes()
    carried = attributes.get("SCTE35") or attributes.get("CUE")
    payload = _from_base64(carried) if carried else None
    ratio = _RATIO.match(tag.value)
    if role == "cont":
        declared, elapsed = (
            (ratio[2], ratio[1]) if ratio else (attributes.get("Duration"), attributes.get("ElapsedTime"))
        )
    else:
        declared, elapsed = attributes.get("DURATION") if "=" in tag.value else tag.value, None
    return Marker(CUE_OUT_IN, role, index, tag, payload, seconds_text(declared), seconds_text(elapsed))


def _scte35(tag: Tag, index: int) -> Marker:
    attributes = tag.attributes()
    payload = _from_base64(attributes.get("CUE", ""))
    role: Role = payload.role() or "out"
    if attributes.get("CUE-OUT") in {"YES", "CONT"}:
        role = "out" if attributes["CUE-OUT"] == "YES" else "cont"
    elif attributes.get("CUE-IN") == "YES":
        role = "in"
    declared, elapsed = seconds_text(attributes.get("DURATION")), seconds_text(attributes.get("ELAPSED"))
    return Marker(SCTE35, role, index, tag, payload, declared, elapsed)


def _dateranges(tag: Tag, index: int) -> list[Marker]:
    """A DATERANGE's OUT and IN; a command that is neither is no marker of ours."""
    attributes = tag.attributes()
    markers: list[Marker] = []
    roles: tuple[tuple[str, Role], ...] = (("SCTE35-OUT", "out"), ("SCTE35-IN", "in"))
    for name, role in roles:
        if name in attributes:
            payload = _from_hex(attributes[name])
            markers.append(Marker(DATERANGE, role, index, tag, payload, joined=bool(markers)))
    if not markers and "SCTE35-CMD" in attributes:
        payload = _from_hex(attributes["SCTE35-CMD"])
        direction = payload.role()
        if direction is not None:
            markers.append(Marker(DATERANGE, direction, index, tag, payload))
    return markers


def _from_base64(text: str) -> Payload:
    try:
        return _decoded(base64.b64decode(text.strip().strip('"'), validate=True))
    except (binascii.Error, ValueError):
        return Payload(b"", problem=f"its payload {text[:24]!r} is no base64")


def _from_hex(text: str) -> Payload:
    try:
        if text[:2].lower() == "0x":
            return _decoded(bytes.fromhex(text[2:]))
    except ValueError:
        pass
    return Payload(b"", problem=f"its payload {text[:24]!r} is no hexadecimal")


def _decoded(payload: bytes) -> Payload:
    try:
        section = decode(payload)
    except CueError as error:
        return Payload(payload, problem=f"its payload is refused: {error}")
    names = ((word.event_id, word.direction) for word in words_of(section))
    named = frozenset((event_id, str(direction)) for event_id, direction in names if direction is not None)
    return Payload(payload, named, section.effective_pts)
