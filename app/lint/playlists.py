"""A finished or live HLS playlist, by URL or path: every rule on every rendition, and all renditions alike."""

from __future__ import annotations

from collections.abc import Iterator

from app.lint.agreement import agreement_findings
from app.lint.cues import cue_findings
from app.lint.dateranges import daterange_findings
from app.lint.low_latency import low_latency_findings
from app.lint.marks import DATERANGE
from app.lint.nesting import sequence_findings
from app.lint.payloads import payload_findings
from app.lint.readers import profile_findings
from app.lint.reading import Media, limited
from app.lint.segments import SYNTAX, segment_findings
from app.model.errors import ProofError
from app.model.lint import LintFinding, error, note
from app.monitoring.fetch import Fetcher, as_url, join
from app.monitoring.playlist import MediaPlaylist, MultivariantPlaylist, Variant, parse_playlist

_JUDGED = frozenset({"VIDEO", "AUDIO"})

UNREADABLE = error("playlist.unreadable", "RFC 8216 §4.3.4")
NO_MEDIA = error("playlist.no-media", "RFC 8216 §4.3.4")
UNREAD = note("playlist.renditions-unread")
RENDITIONS = error("renditions.differ", "RFC 8216 §6.2.4")


def lint_playlist(target: str, profile: str = "plain", fetcher: Fetcher | None = None) -> list[LintFinding]:
    """What the rules say of a multivariant or media playlist at a URL or path; ProofError: it can't be read."""
    with fetcher or Fetcher() as reading:
        url = as_url(target)
        return lint_playlist_text(reading.text(url), url, profile, reading)


def lint_playlist_text(
    text: str, url: str, profile: str = "plain", fetcher: Fetcher | None = None
) -> list[LintFinding]:
    """As ``lint_playlist``, with the playlist's text at hand. ``fetcher`` None: no rendition is fetched."""
    playlist = parse_playlist(text, url)
    if isinstance(playlist, MediaPlaylist):
        return list(_of_media(_media(playlist, text, ""), profile))
    return list(_of_renditions(playlist, url, profile, fetcher))


def _media(playlist: MediaPlaylist, text: str, name: str) -> Media:
    return Media(playlist, tuple(line.strip() for line in text.split("\n")), name)


def _of_media(media: Media, profile: str) -> Iterator[LintFinding]:
    yield from segment_findings(media)
    yield from daterange_findings(media)
    yield from cue_findings(media)
    yield from payload_findings(media)
    yield from agreement_findings(media)
    told = [(media.at(mark.tag.line), one.section) for mark in media.marks for one in mark.carried if one.section]
    yield from sequence_findings(told, whole=media.whole)
    yield from low_latency_findings(media)
    yield from profile_findings(media, profile)


def _of_renditions(
    playlist: MultivariantPlaylist, url: str, profile: str, fetcher: Fetcher | None
) -> Iterator[LintFinding]:
    for finding in playlist.findings:
        yield SYNTAX.found(finding)
    if not playlist.variants:
        yield NO_MEDIA.found("the multivariant playlist names no media playlist")
    renditions: list[Media] = []
    for uri in dict.fromkeys(variant.uri for variant in playlist.variants if _judged(variant)):
        if fetcher is None:
            yield UNREAD.found("a playlist without a place: its renditions are not read", uri)
            continue
        try:
            text = fetcher.text(join(url, uri))
            read = parse_playlist(text, uri)
        except ProofError as problem:
            yield UNREADABLE.found(f"a rendition can't be read: {problem}", uri)
            continue
        if isinstance(read, MultivariantPlaylist):
            yield UNREADABLE.found("a rendition is a multivariant playlist itself", uri)
            continue
        renditions.append(_media(read, text, uri))
        yield from _of_media(renditions[-1], profile)
    for other in renditions[1:]:
        yield from _of_pair(renditions[0], other)


def _judged(variant: Variant) -> bool:
    return variant.kind in _JUDGED


def _of_pair(first: Media, other: Media) -> Iterator[LintFinding]:
    """The markers of the segments that both list; date ranges only where both list the same segments."""
    ours, theirs = _by_sequence(first), _by_sequence(other)
    common = sorted(ours.keys() & theirs.keys())
    found = [
        (f"the markers differ from those of {first.name} before segment {sequence}", other.at(theirs[sequence][0]))
        for sequence in common
        if ours[sequence][1] != theirs[sequence][1]
    ]
    yield from limited(RENDITIONS, found, "every rendition has the same tags at the same splice")
    if ours.keys() == theirs.keys():
        ranges = [{mark.tag.value for mark in media.of(DATERANGE)} for media in (first, other)]
        if ranges[0] != ranges[1]:
            yield RENDITIONS.found(f"the date ranges differ from those of {first.name}", other.name)


def _by_sequence(media: Media) -> dict[int, tuple[int, list[str]]]:
    """The line of each segment, and the marker tags before it."""
    found: dict[int, tuple[int, list[str]]] = {
        segment.sequence: (segment.line, []) for segment in media.playlist.segments
    }
    for mark in media.marks:
        if mark.dialect != DATERANGE and mark.segment < len(media.playlist.segments):
            sequence = media.playlist.segments[mark.segment].sequence
            found[sequence][1].append(f"{mark.tag.name}:{mark.tag.value}")
    return found
