"""Rules of a media playlist as such: durations, dates, versions, discontinuities. RFC 8216 §4.3."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

from app.lint.marks import IN, OUT
from app.lint.reading import Media, limited
from app.model.lint import LintFinding, error, note, warning
from app.model.timebase import round_half_up

_SAME_DATE_S = Fraction(1, 100)
_DECIMALS = 3
_FLOATS, _RANGES, _MAPS = 3, 4, 6  # EXT-X-VERSION from which EXTINF has decimals, byte ranges are there, and EXT-X-MAP
_EXTINF = re.compile(r"#EXTINF:\s*\d+(?:\.(\d*))?")
_OF_CUES = re.compile(r"EXT-X-CUE-|EXT-X-AD|EXT.*SCTE|EXT.*SPLICE")
_KNOWN = re.compile(r"EXT-X-CUE-(OUT|IN|OUT-CONT|CONT)|EXT-X-SCTE35|EXT-OATCLS-SCTE35|EXT-X-SPLICEPOINT-SCTE35")

SYNTAX = error("playlist.syntax", "RFC 8216 §4")
NO_TARGET = error("playlist.no-target-duration", "RFC 8216 §4.3.3.1")
OVER_TARGET = error("playlist.over-target-duration", "RFC 8216 §4.3.3.1")
VERSION = error("playlist.version", "RFC 8216 §7")
NO_SEGMENTS = warning("playlist.no-segments")
NO_MARKERS = note("playlist.no-markers")
DECIMALS = note("playlist.decimals", "RFC 8216 §4.3.2.1")
NO_DATE = error("playlist.no-date", "RFC 8216 §4.3.2.7")
UNDATED = note("playlist.undated")
DATE_JUMP = warning("playlist.date-jump", "RFC 8216 §4.3.2.6")
DISCONTINUITY_DATE = warning("playlist.discontinuity-date", "RFC 8216 §6.2.1")
DISCONTINUITY_AT_SPLICE = note("playlist.discontinuity-at-splice")
DISCONTINUITY_SEQUENCE = warning("playlist.discontinuity-sequence", "RFC 8216 §6.2.2")
UNKNOWN_TAG = note("playlist.unknown-marker")


def segment_findings(media: Media) -> Iterator[LintFinding]:
    """What the rules say of the segments and of the playlist's own tags."""
    playlist = media.playlist
    for finding in playlist.findings:
        yield SYNTAX.found(finding, media.name)
    if not playlist.segments:
        yield NO_SEGMENTS.found("no segment is listed", media.name)
    if not media.marks:
        yield NO_MARKERS.found("there is no ad marker in it", media.name)
    yield from _durations(media)
    yield from _versions(media)
    yield from _dates(media)
    yield from _discontinuities(media)
    unknown = {tag.name: tag.line for tag in reversed(media.tags) if _OF_CUES.match(tag.name)}
    for name, line in sorted(unknown.items(), key=lambda each: each[1]):
        if not _KNOWN.fullmatch(name):
            yield UNKNOWN_TAG.found(f"{name} is in no dialect that is known here: it is not judged", media.at(line))


def _durations(media: Media) -> Iterator[LintFinding]:
    playlist, target_s = media.playlist, media.playlist.target_duration_s
    if target_s is None:
        if playlist.segments:
            yield NO_TARGET.found("there is no EXT-X-TARGETDURATION", media.name, "it is at least the longest EXTINF")
        return
    longer = [s for s in playlist.segments if round_half_up(s.duration_s) > target_s]
    found = [(f"a segment of {float(s.duration_s):g} s, the target is {target_s} s", media.at(s.line)) for s in longer]
    longest_s = max((round_half_up(s.duration_s) for s in longer), default=0)
    yield from limited(OVER_TARGET, found, f"EXT-X-TARGETDURATION:{longest_s}")


def _versions(media: Media) -> Iterator[LintFinding]:
    version = media.playlist.version
    decimals = [match[1] for line in media.lines if (match := _EXTINF.match(line)) and match[1] is not None]
    if decimals and version < _FLOATS:
        what = f"EXTINF has decimals, which EXT-X-VERSION {version} doesn't know"
        yield VERSION.found(what, media.name, f"EXT-X-VERSION:{_FLOATS}")
    if version < _MAPS and media.has("EXT-X-MAP"):
        what = f"EXT-X-MAP is there, which EXT-X-VERSION {version} doesn't know"
        yield VERSION.found(what, media.name, f"EXT-X-VERSION:{_MAPS}")
    if version < _RANGES and media.has("EXT-X-BYTERANGE"):
        what = f"EXT-X-BYTERANGE is there, which EXT-X-VERSION {version} doesn't know"
        yield VERSION.found(what, media.name, f"EXT-X-VERSION:{_RANGES}")
    if media.marks and decimals and max(map(len, decimals)) < _DECIMALS:
        what = f"EXTINF has {max(map(len, decimals))} decimals: sums of durations miss the splice"
        yield DECIMALS.found(what, media.name, f"write {_DECIMALS} or more")


def _dates(media: Media) -> Iterator[LintFinding]:
    segments = media.playlist.segments
    if not any(segment.dated for segment in segments):
        if media.has("EXT-X-DATERANGE") and not media.has("EXT-X-PROGRAM-DATE-TIME"):
            what = "there is EXT-X-DATERANGE and no EXT-X-PROGRAM-DATE-TIME to place it by"
            yield NO_DATE.found(what, media.name, "date every segment")
        elif media.marks and segments:
            yield UNDATED.found("no EXT-X-PROGRAM-DATE-TIME: splices can't be dated", media.name, "date every segment")
        return
    jumps = []
    for before, segment in pairwise(segments):
        same = segment.discontinuity_sequence == before.discontinuity_sequence
        if not (same and segment.dated and segment.starts_at and before.starts_at):
            continue
        apart_s = Fraction((segment.starts_at - before.starts_at) // timedelta(microseconds=1), 1_000_000)
        if abs(apart_s - before.duration_s) > _SAME_DATE_S:
            what = f"EXT-X-PROGRAM-DATE-TIME goes on {float(apart_s):.3f} s, EXTINF {float(before.duration_s):.3f} s"
            jumps.append((what, media.at(segment.line)))
    yield from limited(DATE_JUMP, jumps, "derive both from one clock, or mark a discontinuity")


def _discontinuities(media: Media) -> Iterator[LintFinding]:
    segments = media.playlist.segments
    broken = [
        index
        for index in range(1, len(segments))
        if segments[index].discontinuity_sequence != segments[index - 1].discontinuity_sequence
    ]
    undated = [(media.at(segments[i].line), i) for i in broken if not segments[i].dated and segments[i - 1].starts_at]
    found = [("EXT-X-DISCONTINUITY without a new EXT-X-PROGRAM-DATE-TIME", where) for where, _ in undated]
    yield from limited(DISCONTINUITY_DATE, found, "date the segment behind it")
    splices = {mark.segment for mark in media.marks if mark.kind in {OUT, IN}}
    what = "EXT-X-DISCONTINUITY at a splice: an origin that only marks breaks goes on without"
    at_splice = [(what, media.at(segments[i].line)) for i in broken if i in splices]
    yield from limited(DISCONTINUITY_AT_SPLICE, at_splice)
    if broken and not media.finished and not media.whole and not media.has("EXT-X-DISCONTINUITY-SEQUENCE"):
        what = "a live playlist with EXT-X-DISCONTINUITY and no EXT-X-DISCONTINUITY-SEQUENCE"
        yield DISCONTINUITY_SEQUENCE.found(what, media.name, "count those that have left the window")
