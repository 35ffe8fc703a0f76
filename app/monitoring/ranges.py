"""The date ranges of one playlist among themselves: what RFC 8216 §4.3.2.7 asks of every EXT-X-DATERANGE."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from app.monitoring.payloads import from_hex
from app.monitoring.playlist import MediaPlaylist, Tag, moment_of, seconds_text
from app.monitoring.report import Finding, Severity

_DATERANGE = "EXT-X-DATERANGE"
_SAME = timedelta(microseconds=1500)


def range_findings(name: str, playlist: MediaPlaylist) -> list[Finding]:
    """Ranges that a player has to ignore or misread; a fault where they carry a section or ask for ads."""
    places = [*(segment.tags for segment in playlist.segments), playlist.tail]
    tags = [tag for place in places for tag in place if tag.name == _DATERANGE]
    found = [(tag, text) for tag in tags for text in _alone(tag)] + list(_together(tags))
    if tags and playlist.segments and not any(segment.dated for segment in playlist.segments):
        found.append((tags[0], "the playlist has no EXT-X-PROGRAM-DATE-TIME"))
    return [Finding(_severity(tag), f"{name} playlist: line {tag.line}: {_DATERANGE}: {text}") for tag, text in found]


def command_findings(name: str, playlist: MediaPlaylist, heard: Collection[bytes]) -> list[Finding]:
    """Commands that are about no splice and no segment (null, schedule, private): their section has to be on the PID.

    ``heard``: every section that was; a playlist whose first segments are gone is not to be held to it.
    """
    findings = []
    for tag in (tag for segment in playlist.segments for tag in segment.tags if tag.name == _DATERANGE):
        command = tag.attributes().get("SCTE35-CMD")
        payload = from_hex(command) if command is not None else None
        if payload is not None and not payload.problem and not payload.words and payload.encoded not in heard:
            text = f"{name} playlist: line {tag.line}: {_DATERANGE}: the section of its SCTE35-CMD is not on the PID"
            findings.append(Finding(Severity.FAULT, text))
    return findings


def _severity(tag: Tag) -> Severity:
    ours = any(name.startswith(("SCTE35-", "X-ASSET-")) for name in tag.attributes())
    return Severity.FAULT if ours else Severity.WARNING


def _alone(tag: Tag) -> Iterator[str]:
    """One tag by itself."""
    attributes = tag.attributes()
    for name in ("ID", "START-DATE"):
        if not attributes.get(name) and (name == "ID" or "SCTE35-IN" not in attributes):
            yield f"it has no {name}"
    for name in ("DURATION", "PLANNED-DURATION"):
        if name in attributes and seconds_text(attributes[name]) is None:
            yield f"{name} is {attributes[name][:40]!r}, no number of seconds"
    if "END-ON-NEXT" in attributes:
        if attributes["END-ON-NEXT"] != "YES":
            yield f"END-ON-NEXT is {attributes['END-ON-NEXT'][:40]!r}, only YES is one"
        if "CLASS" not in attributes:
            yield "END-ON-NEXT without a CLASS"
        if "DURATION" in attributes or "END-DATE" in attributes:
            yield "END-ON-NEXT and an end of its own"
    yield from _dates(attributes)


def _dates(attributes: dict[str, str]) -> Iterator[str]:
    try:
        start = _moment(attributes, "START-DATE")
        end = _moment(attributes, "END-DATE")
    except ValueError as error:
        yield str(error)
        return
    lasts = seconds_text(attributes.get("DURATION"))
    if start is None or end is None:
        return
    if end < start:
        yield "END-DATE is before START-DATE"
    elif lasts is not None and abs(end - start - timedelta(microseconds=int(lasts * 1_000_000))) > _SAME:
        yield "END-DATE is not START-DATE and DURATION"


def _moment(attributes: dict[str, str], name: str) -> datetime | None:
    return moment_of(attributes[name]) if attributes.get(name) else None


def _together(tags: list[Tag]) -> Iterator[tuple[Tag, str]]:
    """Tags of one ID: no attribute that two of them have may differ."""
    said: dict[str, dict[str, str]] = {}
    for tag in tags:
        attributes = tag.attributes()
        known = said.setdefault(attributes.get("ID", ""), {}) if attributes.get("ID") else {}
        changed = [name for name, value in attributes.items() if known.get(name, value) != value]
        if changed:
            name = changed[0]
            yield tag, f"{name} is {attributes[name][:40]}, in another tag of its ID {known[name][:40]}"
        for name, value in attributes.items():
            known.setdefault(name, value)
