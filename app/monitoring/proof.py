"""``splicedeck verify``: read a finished or live output back, whole, and judge it."""

from __future__ import annotations

from collections.abc import Buffer, Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from app.model.errors import ProofError, UnsupportedError, UsageError
from app.monitoring.fetch import Fetcher, as_url, join
from app.monitoring.judging import judge
from app.monitoring.origins import joined
from app.monitoring.packets import PACKET, SYNC
from app.monitoring.playlist import MediaPlaylist, MultivariantPlaylist, Segment, parse_playlist
from app.monitoring.report import Finding, Report, Severity
from app.monitoring.sequences import Sequences
from app.monitoring.timeline import ReadSegment, Rendition
from app.monitoring.transport import read_transport, runs_of

_JUDGED = frozenset({"VIDEO", "AUDIO"})
_GENERIC = frozenset({"index", "playlist", "media", "chunklist", "stream"})


@dataclass(frozen=True, slots=True)
class ListedRendition:
    """A rendition before its segments are read: its name, its URL, its playlist; ``kind`` as in Rendition."""

    name: str
    url: str
    playlist: MediaPlaylist
    kind: str = "VIDEO"


def verify(
    target: str,
    *,
    expect: int | None = None,
    wanted: Iterable[str] = (),
    fetcher: Fetcher | None = None,
    against: Iterable[str] = (),
) -> Report:
    """Prove every splice of a playlist or a .ts (URL or path). ProofError, UnsupportedError: it can't be used at all.

    ``expect``: how many splices (OUTs and INs) there have to be at least; without one at all the proof fails.
    ``against``: other copies of the same output, at other origins: they have to have the same splices.
    """
    with fetcher or Fetcher() as reader:
        report, _ = _proved(target, expect, wanted, reader)
        return joined(report, [_proved(other, None, wanted, reader) for other in against])


def _proved(target: str, expect: int | None, wanted: Iterable[str], reader: Fetcher) -> tuple[Report, bool]:
    """One copy's report, and whether nothing will be added to it."""
    renditions, findings = _read_target(target, reader)
    findings += _look_again(target, renditions, reader)
    judgement = judge(renditions, wanted=wanted)
    findings += judgement.findings
    count = len(judgement.rows)
    if count == 0:
        known = any(" is not judged" in one.text for one in judgement.findings if one.severity is not Severity.WARNING)
        text = "no splice of it can be judged" if known else "there is no splice to prove"
        findings.insert(0, Finding(Severity.FAULT, text))
    elif expect is not None and count < expect:
        findings.insert(0, Finding(Severity.FAULT, f"{count} splices were found, {expect} are expected"))
    ended = all(one.playlist is None or one.playlist.ended for one in renditions)
    return Report(target, judgement.rows, tuple(findings)), ended


def _read_target(target: str, reader: Fetcher) -> tuple[list[Rendition], list[Finding]]:
    url = _entry(target)
    path = PurePosixPath(unquote(urlsplit(url).path))
    if path.suffix.lower() == ".mpd":
        raise UnsupportedError(
            target, "DASH can't be verified by this version", "give the multivariant playlist or a .ts"
        )
    try:
        body = reader.read(url)
    except ProofError as error:
        raise ProofError(str(error).replace(url, target, 1)) from error
    head = bytes(memoryview(body)[: PACKET + 1])
    if head.lstrip(b"\xef\xbb\xbf").startswith(b"#EXTM3U"):
        listed, findings = list_renditions(url, bytes(body), reader)
        return [read_rendition(one, reader) for one in listed], findings
    if path.suffix.lower() == ".ts" or (len(head) > PACKET and head[0] == head[PACKET] == SYNC):
        return [_stream(path.name, body)], []
    raise ProofError(f"{target}: this is neither an HLS playlist nor an MPEG transport stream")


def _look_again(target: str, renditions: list[Rendition], reader: Fetcher) -> list[Finding]:
    """The playlists of a live target once more, after all was read: they may only have gone forward."""
    if all(one.playlist is None or one.playlist.ended for one in renditions):
        return []
    sequences = Sequences()
    for one in renditions:
        if one.playlist is not None:
            sequences.note(one.name, one.playlist)
    try:
        url = _entry(target)
        listed, _ = list_renditions(url, bytes(reader.read(url)), reader)
    except ProofError as error:
        return [Finding(Severity.WARNING, f"it could not be read a second time: {error}")]
    return [Finding(Severity.FAULT, text) for one in listed for text in sequences.note(one.name, one.playlist)]


def _entry(target: str) -> str:
    """The URL of a target; for a folder, of the multivariant playlist in it."""
    if "://" in target:
        return _read_url(target)
    path = Path(target)
    if not target:
        raise UsageError("TARGET", "is empty", "give an http(s) URL or a path")
    try:
        if not path.is_dir():
            return as_url(target)
        listed = (path / "index.m3u8").is_file()
    except OSError as error:
        raise ProofError(f"{target}: {error.strerror}") from error
    if not listed:
        raise ProofError(f"{target}: there is no index.m3u8 in this folder")
    return as_url(str(path / "index.m3u8"))


def _read_url(target: str) -> str:
    right = "give an http(s) URL or a path"
    try:
        scheme = urlsplit(target).scheme.lower()
    except ValueError as error:
        raise UsageError(target, f"this is no URL ({error})", right) from error
    if scheme not in {"http", "https", "file"}:
        raise UsageError(target, f"{scheme or 'this'} is not read here", right)
    return target


def _stream(name: str, body: Buffer) -> Rendition:
    """A continuous stream as a rendition: a segment for each run that was appended to it."""
    runs = enumerate(runs_of(read_transport(body)))
    return Rendition(
        name,
        tuple(
            ReadSegment(Segment(index, name, Fraction(0), 0, discontinuity_sequence=index), run) for index, run in runs
        ),
    )


def list_renditions(url: str, body: bytes, reader: Fetcher) -> tuple[list[ListedRendition], list[Finding]]:
    """The media playlists behind a URL, the playlist itself being one or naming them; what can't be read is told."""
    playlist = parse_playlist(_text(url, body), url)
    if isinstance(playlist, MediaPlaylist):
        return [ListedRendition(_name(url), url, playlist)], []
    findings = [Finding(Severity.WARNING, f"multivariant playlist: {text}") for text in playlist.findings]
    listed: list[ListedRendition] = []
    for name, (uri, kind) in _named(playlist).items():
        try:
            media_url = join(url, uri)
            media = parse_playlist(reader.text(media_url), media_url)
        except ProofError as error:
            findings.append(Finding(Severity.FAULT, f"{name}: {error}"))
            continue
        if isinstance(media, MediaPlaylist):
            listed.append(ListedRendition(name, media_url, media, kind))
        else:
            findings.append(Finding(Severity.FAULT, f"{name}: {uri} is a multivariant playlist too"))
    findings += [
        Finding(Severity.NOTE, f"{variant.kind.lower()} rendition {variant.uri} is not judged")
        for variant in playlist.variants
        if variant.kind not in _JUDGED
    ]
    return listed, findings


def _text(url: str, body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProofError(f"{url}: byte {error.start}: this is no UTF-8 text") from error


def _named(playlist: MultivariantPlaylist) -> dict[str, tuple[str, str]]:
    """Names for the variants, as their paths give them; URI and kind by name."""
    named: dict[str, tuple[str, str]] = {}
    for uri, kind in dict.fromkeys((one.uri, one.kind) for one in playlist.variants if one.kind in _JUDGED):
        if uri not in {known for known, _ in named.values()}:
            name = _name(uri)
            named[name if name not in named else uri] = uri, kind
    return named


def _name(uri: str) -> str:
    """``720p/index.m3u8`` and ``720p.m3u8`` are both 720p."""
    path = PurePosixPath(unquote(urlsplit(uri).path))
    return path.parent.name or path.stem if path.stem.lower() in _GENERIC else path.stem


def read_rendition(listed: ListedRendition, reader: Fetcher) -> Rendition:
    """Read every segment of a rendition."""
    segments = tuple(read_segment(listed.url, segment, reader) for segment in listed.playlist.segments)
    return Rendition(listed.name, segments, listed.playlist, listed.kind)


def read_segment(playlist_url: str, segment: Segment, reader: Fetcher) -> ReadSegment:
    """One segment's stream, or the reason why it can't be had, or why it can't be looked into."""
    if segment.gap:
        return ReadSegment(segment, None, "EXT-X-GAP: it was never delivered")
    url = playlist_url
    try:
        url = join(playlist_url, segment.uri)
        body = memoryview(reader.read(url))
    except ProofError as error:
        return ReadSegment(segment, None, str(error).removeprefix(f"{url}: "))
    if segment.encrypted or segment.map_uri:
        problem = "it is encrypted" if segment.encrypted else "fragmented MP4 can't be looked into by this version"
        return ReadSegment(segment, None, problem, closed=True)
    if segment.byte_range is not None:
        offset, length = segment.byte_range
        body = body[offset : offset + length]
    if bytes(body[:3]) == b"ID3" or (len(body) > 1 and body[0] == 0xFF and body[1] & 0xF6 == 0xF0):  # noqa: PLR2004 - ADTS syncword
        return ReadSegment(segment, None, "it is packed audio, without a transport stream", closed=True)
    read = read_transport(body)
    if read.pictures:
        return ReadSegment(segment, read)
    problem = "it holds sound alone" if read.sounds else "it holds no video that can be read"
    return ReadSegment(segment, read, problem, closed=bool(read.sounds))
