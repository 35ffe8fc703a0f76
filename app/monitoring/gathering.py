"""The files of one splice's evidence: what its verdict rested on, and its pictures, read from the origin once more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol
from urllib.parse import urlsplit

from app.model.errors import ProofError
from app.model.timebase import wrapped
from app.monitoring.exhibit import Exhibit, Kept, manifest_text, sections_text, splice_segment, verdict_plain
from app.monitoring.fetch import MOST_PLAYLIST_BYTES, Fetcher, join
from app.monitoring.playlist import MediaPlaylist, MultivariantPlaylist, Segment, parse_playlist
from app.monitoring.proof import list_renditions

VERDICT, SECTIONS, MANIFEST = "verdict.json", "sections.txt", "manifest.txt"
_MOST_SEGMENT_BYTES = 64 << 20
_ENOUGH_S = Fraction(1, 2)  # holds five pictures, at ten a second still


class Still(Protocol):
    """A picture beside the splice: JPEG, its 33-bit PTS, 0 for the first one at the splice or behind it."""

    @property
    def jpeg(self) -> bytes:
        """Its bytes."""
        ...

    @property
    def pts(self) -> int:
        """Its time."""
        ...

    @property
    def offset_frames(self) -> int:
        """Its place."""
        ...


type FilmStrip = Callable[[Sequence[bytes], int], Sequence[Still]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """``files``: by name, in the order in which they are written; ``pictures``: those of them that are."""

    files: dict[str, bytes]
    pictures: tuple[str, ...]


@dataclass(slots=True)
class _Listing:
    """The renditions as they are listed now: name, URL, text, playlist."""

    renditions: list[tuple[str, str, str, MediaPlaylist]] = field(default_factory=list)
    smallest: str = ""
    problem: str = ""


def gathered(exhibit: Exhibit, reader: Fetcher, film_strip: FilmStrip) -> Evidence:
    """Everything that can be had; what can't is said in the verdict's ``problems``."""
    listing = _listed(exhibit.url, reader)
    problems = [listing.problem] if listing.problem else []
    indexes = {name: splice_segment(exhibit, name, playlist) for name, _, _, playlist in listing.renditions}
    manifest = "\n".join(
        manifest_text(name, url, text, playlist, indexes[name]) for name, url, text, playlist in listing.renditions
    )
    stills: Sequence[Still] = ()
    try:
        stills = _stills(exhibit, listing, indexes, reader, film_strip)
    except ProofError as error:
        problems.append(str(error))
    pictures = [(f"still-{place:02}.jpg", still) for place, still in enumerate(stills)]
    kept = Kept(listing.smallest, [(file, still.offset_frames, still.pts) for file, still in pictures], problems)
    verdict = json.dumps(verdict_plain(exhibit, kept), indent=1, ensure_ascii=False)
    files = {
        VERDICT: verdict.encode(),
        SECTIONS: sections_text(exhibit).encode(),
        MANIFEST: (manifest or "no playlist could be read\n").encode(),
        **{file: still.jpeg for file, still in pictures},
    }
    return Evidence(files, tuple(file for file, _ in pictures))


def _listed(url: str, reader: Fetcher) -> _Listing:
    listing = _Listing()
    try:
        body = bytes(reader.read(url, MOST_PLAYLIST_BYTES))
        listed, _ = list_renditions(url, body, reader)
        for one in listed:
            text = reader.text(one.url)
            playlist = parse_playlist(text, one.url)
            if isinstance(playlist, MediaPlaylist):
                listing.renditions.append((one.name, one.url, text, playlist))
        names = {one.url: one.name for one in listed}
        whole = parse_playlist(body.decode(), url)
        listing.smallest = names.get(_smallest(whole, url) if isinstance(whole, MultivariantPlaylist) else url, "")
    except (ProofError, UnicodeDecodeError) as error:
        listing.problem = f"the playlists could not be read again: {error}"
    return listing


def _smallest(playlist: MultivariantPlaylist, url: str) -> str:
    """The URL of the variant with the least bandwidth."""
    videos = [variant for variant in playlist.variants if variant.kind == "VIDEO"]
    return min(((_bandwidth(one.attributes), join(url, one.uri)) for one in videos), default=(0, ""))[1]


def _bandwidth(attributes: dict[str, str]) -> int:
    value = attributes.get("BANDWIDTH", "")
    return int(value) if value.isascii() and value.isdigit() else 1 << 62


def _stills(
    exhibit: Exhibit, listing: _Listing, indexes: dict[str, int | None], reader: Fetcher, film_strip: FilmStrip
) -> Sequence[Still]:
    found = next((one for one in listing.renditions if one[0] == listing.smallest), None)
    if found is None:
        raise ProofError("no pictures: no playlist could be read")
    name, url, _, playlist = found
    index = indexes[name]
    if index is None:
        raise ProofError(f"no pictures: the splice's segment is not listed in {name}")
    around = _around(playlist, index)
    if not around:
        raise ProofError(f"no pictures: the splice's segment in {name} can't be read as a transport stream")
    return film_strip([_body(url, segment, reader) for segment in around], wrapped(exhibit.expected.pts))


def _around(playlist: MediaPlaylist, index: int) -> list[Segment]:
    """The splice's segment, those before it and after it that hold the pictures nearest to it, of its timeline."""
    segments = playlist.segments
    if not segments:
        return []
    own = segments[min(index, len(segments) - 1)]
    before, behind = _nearest(reversed(segments[:index]), own), _nearest(segments[index:], own)
    around = [*reversed(before), *behind]
    return [one for one in around if not (one.gap or one.encrypted or one.map_uri)]


def _nearest(segments: Iterable[Segment], own: Segment) -> list[Segment]:
    """As many as five pictures may take, up to where the timeline breaks."""
    taken: list[Segment] = []
    for segment in segments:
        if segment.discontinuity_sequence != own.discontinuity_sequence:
            break
        taken.append(segment)
        if sum(one.duration_s for one in taken) >= _ENOUGH_S:
            break
    return taken


def _body(playlist_url: str, segment: Segment, reader: Fetcher) -> bytes:
    url = join(playlist_url, segment.uri)
    body = memoryview(reader.read(url, _MOST_SEGMENT_BYTES))
    offset, length = segment.byte_range or (0, len(body))
    if length > _MOST_SEGMENT_BYTES:
        raise ProofError(f"{urlsplit(url).path}: {length} bytes are too many for a segment")
    return bytes(body[offset : offset + length])
