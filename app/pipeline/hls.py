"""HLS playlists as values and as text: RFC 8216, and EXT-X-GAP of its successor. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from app.model.timebase import TICKS_PER_SECOND, FrameRate, decimal_text, round_half_up
from app.model.wire import Plain, to_plain, utc_text

PLAYLIST_NAME = "index.m3u8"
_VERSION, _VERSION_WITH_GAP = 3, 8  # decimal EXTINF; EXT-X-GAP
_LEAST_TARGETS = 3  # §6.2.2: a live playlist never becomes shorter than three target durations by removing


@dataclass(frozen=True)
class Entry:
    """One segment in a playlist.

    ``path`` is relative to the origin, ``uri`` to the playlist. ``tags``: the marker lines of its first picture.
    ``carried``: lines that must stand before it when it is the first one listed (the range it lies in, whose own
    segment has left). ``missing``: it was never made, and is a gap for everyone.
    """

    path: str
    uri: str
    starts_at: datetime
    duration_ticks: int
    tags: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    discontinuity: bool = False
    missing: bool = False

    @cached_property
    def plain(self) -> Plain:
        """As JSON values."""
        return to_plain(self)


@dataclass(frozen=True)
class MediaPlaylist:
    """One version of a rendition's playlist.

    ``window``: segments listed; ``tail``: marker lines after the last one; ``ahead``: those of what is to come.
    """

    target_duration_s: int
    window: int
    entries: tuple[Entry, ...] = ()
    media_sequence: int = 0
    discontinuity_sequence: int = 0
    tail: tuple[str, ...] = ()
    ended: bool = False
    ahead: tuple[str, ...] = ()

    @property
    def next_sequence(self) -> int:
        """Media sequence number of the segment that will follow."""
        return self.media_sequence + len(self.entries)

    @cached_property
    def duration_ticks(self) -> int:
        """Of all that is listed."""
        return sum(entry.duration_ticks for entry in self.entries)

    def followed_by(self, entry: Entry) -> tuple[MediaPlaylist, tuple[Entry, ...]]:
        """The next version, and the entries that left the window by it.

        More than ``window`` are listed while they last less than three target durations: short segments (breaks
        close together) must not starve a player.
        """
        entries = (*self.entries, entry)
        spare_ticks = self.duration_ticks + entry.duration_ticks
        spare_ticks -= _LEAST_TARGETS * self.target_duration_s * TICKS_PER_SECOND
        departed = 0
        while len(entries) - departed > self.window and entries[departed].duration_ticks <= spare_ticks:
            spare_ticks -= entries[departed].duration_ticks
            departed += 1
        left = entries[:departed]
        return replace(
            self,
            entries=entries[departed:],
            media_sequence=self.media_sequence + departed,
            discontinuity_sequence=self.discontinuity_sequence + sum(entry.discontinuity for entry in left),
        ), left

    def finished(self, tail: tuple[str, ...] = ()) -> MediaPlaylist:
        """The last version: nothing will follow."""
        return replace(self, tail=tail, ended=True, ahead=())


def render_media(playlist: MediaPlaylist, lost: frozenset[str]) -> bytes:
    """The text; segments whose path is in ``lost`` are gaps."""
    gaps = {entry.path for entry in playlist.entries if entry.missing or entry.path in lost}
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{_VERSION_WITH_GAP if gaps else _VERSION}",
        f"#EXT-X-TARGETDURATION:{playlist.target_duration_s}",
        f"#EXT-X-MEDIA-SEQUENCE:{playlist.media_sequence}",
        f"#EXT-X-DISCONTINUITY-SEQUENCE:{playlist.discontinuity_sequence}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]
    for index, entry in enumerate(playlist.entries):
        if entry.discontinuity:
            lines.append("#EXT-X-DISCONTINUITY")
        lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{utc_text(entry.starts_at)}")
        if index == 0:
            lines += entry.carried
        lines += entry.tags
        if entry.path in gaps:
            lines.append("#EXT-X-GAP")
        lines += (f"#EXTINF:{decimal_text(entry.duration_ticks, 6)},", entry.uri)
    lines += (*playlist.ahead, *playlist.tail)
    if playlist.ended:
        lines.append("#EXT-X-ENDLIST")
    return _text(lines)


@dataclass(frozen=True, slots=True)
class Variant:
    """One rendition in the multivariant playlist; ``bandwidth_bps`` is the peak of a segment, §4.3.4.2."""

    uri: str
    bandwidth_bps: int
    average_bandwidth_bps: int
    codecs: str
    width: int
    height: int
    frame_rate: FrameRate


def render_multivariant(variants: Sequence[Variant]) -> bytes:
    """The multivariant playlist, in the order given: a player starts with the first."""
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{_VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for variant in variants:
        millihertz = round_half_up(variant.frame_rate.fraction * 1000)
        attributes = (
            f"BANDWIDTH={variant.bandwidth_bps}",
            f"AVERAGE-BANDWIDTH={variant.average_bandwidth_bps}",
            f'CODECS="{variant.codecs}"',
            f"RESOLUTION={variant.width}x{variant.height}",
            f"FRAME-RATE={millihertz // 1000}.{millihertz % 1000:03d}",
        )
        lines += (f"#EXT-X-STREAM-INF:{','.join(attributes)}", variant.uri)
    return _text(lines)


def _text(lines: Sequence[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()
