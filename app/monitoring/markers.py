"""The ad markers of a playlist, whatever the dialect, in one form (SCTE 35 §12.2, RFC 8216 §4.3.2.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from app.monitoring.payloads import Payload, from_base64, from_hex
from app.monitoring.playlist import MediaPlaylist, Tag, seconds_text
from app.monitoring.words import Direction, EventId

type Role = Literal["out", "in", "cont"]

CUE_OUT_IN, DATERANGE, OATCLS, SCTE35 = "cue-out-in", "daterange", "oatcls-scte35", "scte35"
ASSET, SPLICEPOINT, ADOBE, INTERSTITIALS = "asset", "splicepoint", "adobe", "interstitials"
SIGNAL_DIALECTS = frozenset({DATERANGE, SCTE35, SPLICEPOINT})  # those that can say what is no splice
OUT_ONLY = frozenset({ASSET, ADOBE, INTERSTITIALS})  # those that need no tag at the IN
_INTERSTITIAL_CLASS = "com.apple.hls.interstitial"
_BASE64 = {"EXT-OATCLS-SCTE35": OATCLS, "EXT-X-SPLICEPOINT-SCTE35": SPLICEPOINT}
_CUES: dict[str, Role] = {
    "EXT-X-CUE-OUT": "out",
    "EXT-X-CUE-IN": "in",
    "EXT-X-CUE-OUT-CONT": "cont",
    "EXT-X-CUE-CONT": "cont",
    "EXT-X-CUE-SPAN": "cont",
}
_UNJUDGED = frozenset(
    {
        "EXT-X-AD", "EXT-X-BLACKOUT", "EXT-X-CUE-ID", "EXT-X-MARKER", "EXT-X-PLACEMENT-OPPORTUNITY",
        "EXT-X-SIGNAL-EXIT", "EXT-X-SIGNAL-RETURN", "EXT-X-SIGNAL-SPAN",
    }
)  # fmt: skip
_RATIO = re.compile(r"(\d{1,9}(?:\.\d{1,18})?)/(\d{1,9}(?:\.\d{1,18})?)$")
_ISO_DURATION = re.compile(r"PT(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?$")
_AT_ITS_START_S = Fraction(1, 1000)  # ELAPSED of an opening tag


@dataclass(frozen=True, slots=True, eq=False)
class Marker:
    """One tag that opens, continues or closes a break, or a signal. ``segment``: index of the one it stands before.

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

    def names(self, event: EventId | int, direction: str) -> bool:
        """Whether its payload is about this splice; a number alone is one of any kind."""
        if self.payload is None:
            return False
        if isinstance(event, EventId):
            return (event, direction) in self.payload.names
        return any((word.event_id, word.direction) == (event, direction) for word in self.payload.words)


def markers_of(playlist: MediaPlaylist) -> tuple[list[Marker], list[str]]:
    """The markers in the order they stand, and what is not judged or can't be read in them."""
    markers: list[Marker] = []
    findings: list[str] = []
    places = [(index, segment.tags) for index, segment in enumerate(playlist.segments)]
    for index, tags in [*places, (len(playlist.segments), playlist.tail)]:
        for order, tag in enumerate(tags):
            if tag.name in _UNJUDGED:
                findings.append(f"line {tag.line}: {tag.name} is not judged")
            markers += _markers(tag, index, tags[order + 1 :], findings)
    return markers, findings


def _markers(tag: Tag, index: int, following: tuple[Tag, ...], findings: list[str]) -> list[Marker]:
    """A tag's markers; ``following`` tells the role where the payload can't."""
    match tag.name:
        case "EXT-OATCLS-SCTE35" | "EXT-X-SPLICEPOINT-SCTE35":
            payload = from_base64(tag.value)
            named: Role = next((_CUES[other.name] for other in following if other.name in _CUES), "out")
            spoken: list[Role] = [*payload.roles()]
            return [Marker(_BASE64[tag.name], role, index, tag, payload) for role in spoken or [named]]
        case "EXT-X-SCTE35":
            return _scte35(tag, index)
        case "EXT-X-CUE":
            return [_adobe(tag, index)]
        case "EXT-X-ASSET":
            return [Marker(ASSET, "out", index, tag)]
        case "EXT-X-DATERANGE":
            return _dateranges(tag, index, findings)
    return [_cue(tag, _CUES[tag.name], index, findings)] if tag.name in _CUES else []


def _cue(tag: Tag, role: Role, index: int, findings: list[str]) -> Marker:
    """A cue-out-in tag in any spelling; some encoders put the payload into it."""
    attributes = _upper(tag)
    carried = attributes.get("SCTE35") or attributes.get("CUE")
    payload = from_base64(carried) if carried else None
    ratio = _RATIO.match(tag.value)
    declared, elapsed = seconds_text(attributes.get("DURATION")), _elapsed(attributes)
    if ratio:
        elapsed, declared = Fraction(ratio[1]), Fraction(ratio[2])
    elif "=" not in tag.value:
        bare = seconds_text(tag.value)
        declared, elapsed = (None, bare) if role == "cont" else (bare, None)
        if tag.value and bare is None:
            findings.append(f"line {tag.line}: {tag.name}: {tag.value[:40]!r} is no duration in seconds")
    return Marker(CUE_OUT_IN, role, index, tag, payload, declared, elapsed)


def _elapsed(attributes: dict[str, str]) -> Fraction | None:
    """ElapsedTime in seconds, or TIMEFROMSIGNAL as an ISO 8601 duration."""
    signalled = _ISO_DURATION.match(attributes.get("TIMEFROMSIGNAL", "")) if "TIMEFROMSIGNAL" in attributes else None
    if signalled is None:
        return seconds_text(attributes.get("ELAPSEDTIME"))
    hours, minutes, seconds = (Fraction(part) if part else Fraction(0) for part in signalled.groups())
    return hours * 3600 + minutes * 60 + seconds


def _scte35(tag: Tag, index: int) -> list[Marker]:
    """EXT-X-SCTE35 (SCTE 35 §12.2.3): CUE-OUT and CUE-IN tell the role, for a signal the section does."""
    attributes = tag.attributes()
    payload = from_base64(attributes.get("CUE", ""))
    roles: list[Role] = []
    if attributes.get("CUE-OUT") in {"YES", "CONT"}:
        roles.append("out" if attributes["CUE-OUT"] == "YES" else "cont")
    if attributes.get("CUE-IN") == "YES":
        roles.append("in")
    declared, elapsed = seconds_text(attributes.get("DURATION")), seconds_text(attributes.get("ELAPSED"))
    spoken: list[Role] = [*payload.roles()]
    return [Marker(SCTE35, role, index, tag, payload, declared, elapsed) for role in roles or spoken or ["out"]]


def _adobe(tag: Tag, index: int) -> Marker:
    """EXT-X-CUE, on every segment of a break: the first one has nothing elapsed."""
    attributes = tag.attributes()
    payload = from_base64(attributes.get("CUE", ""))
    declared, elapsed = seconds_text(attributes.get("DURATION")), seconds_text(attributes.get("ELAPSED"))
    role: Role = "cont" if elapsed is not None and elapsed > _AT_ITS_START_S else "out"
    if payload.roles() == ["in"]:
        role = "in"
    return Marker(ADOBE, role, index, tag, payload, declared, elapsed)


def _dateranges(tag: Tag, index: int, findings: list[str]) -> list[Marker]:
    """A DATERANGE's OUT and IN, a signal's start or end, or an interstitial; a command of any other kind is none."""
    attributes = tag.attributes()
    if attributes.get("CLASS") == _INTERSTITIAL_CLASS:
        return [Marker(INTERSTITIALS, "out", index, tag, None, seconds_text(attributes.get("DURATION")))]
    markers: list[Marker] = []
    roles: tuple[tuple[str, Direction], ...] = (("SCTE35-OUT", "out"), ("SCTE35-IN", "in"))
    for name, role in roles:
        if name in attributes:
            payload = from_hex(attributes[name])
            markers.append(Marker(DATERANGE, role, index, tag, payload, joined=bool(markers)))
    if "SCTE35-CMD" in attributes:
        payload = from_hex(attributes["SCTE35-CMD"])
        markers += [Marker(DATERANGE, role, index, tag, payload) for role in payload.roles()]
        if payload.problem:
            findings.append(f"line {tag.line}: {tag.name}: SCTE35-CMD: {payload.problem}")
    return markers


def _upper(tag: Tag) -> dict[str, str]:
    """The attributes under upper-case names: every encoder has its own spelling."""
    return {name.upper(): value for name, value in tag.attributes().items()}
