"""Our own media playlist, read back from its text: what is left to go on from when nothing was kept of it. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from fractions import Fraction

from app.model.timebase import TICKS_PER_SECOND, round_half_up
from app.pipeline.hls import Entry, MediaPlaylist
from app.pipeline.hls_keeping import WrittenTrack

_MARKERS = ("#EXT-X-DATERANGE", "#EXT-X-CUE", "#EXT-OATCLS", "#EXT-X-SCTE35")
_LONGEST = 1_000_000  # bytes of a playlist: ours are far below


def read_media(text: bytes, folder: str, window: int) -> WrittenTrack:
    """The playlist of a rendition whose objects lie in ``folder``; ValueError for what we would not have written."""
    if len(text) > _LONGEST:
        raise ValueError("it is too long")
    lines = text.decode("utf-8").split("\n")
    if lines[0] != "#EXTM3U" or lines[-1]:  # cut off within a line, or empty
        raise ValueError("it is no playlist, or only a piece of one")
    reading = _Reading(folder)
    for line in lines[1:-1]:
        reading.line(line)
    return WrittenTrack(reading.playlist(window))


class _Reading:
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._numbers: dict[str, int] = {}
        self._entries: list[Entry] = []
        self._tags: list[str] = []
        self._starts_at: datetime | None = None
        self._duration_ticks: int | None = None
        self._flags: set[str] = set()
        self._ended = False

    def line(self, line: str) -> None:
        name, _, value = line.partition(":")
        match name:
            case "#EXT-X-TARGETDURATION" | "#EXT-X-MEDIA-SEQUENCE" | "#EXT-X-DISCONTINUITY-SEQUENCE":
                self._numbers[name] = int(value)
            case "#EXT-X-PROGRAM-DATE-TIME":
                self._starts_at = datetime.fromisoformat(value)
            case "#EXTINF":
                self._duration_ticks = round_half_up(Fraction(value.rstrip(",")) * TICKS_PER_SECOND)
            case "#EXT-X-DISCONTINUITY" | "#EXT-X-GAP":
                self._flags.add(name)
            case "#EXT-X-ENDLIST":
                self._ended = True
            case _ if line.startswith(_MARKERS):
                self._tags.append(line)
            case _ if line and not line.startswith("#"):
                self._segment(line)

    def _segment(self, uri: str) -> None:
        if self._starts_at is None or self._duration_ticks is None or not re.fullmatch(r"[A-Za-z0-9._-]+", uri):
            raise ValueError(f"segment {uri!r} has no date or no duration, or is none of ours")
        entry = Entry(
            path=f"{self._folder}{uri}",
            uri=uri,
            starts_at=self._starts_at,
            duration_ticks=self._duration_ticks,
            tags=tuple(self._tags),
            discontinuity="#EXT-X-DISCONTINUITY" in self._flags,
            missing="#EXT-X-GAP" in self._flags,
        )
        self._entries.append(entry)
        self._tags, self._flags = [], set()
        self._starts_at = self._duration_ticks = None

    def playlist(self, window: int) -> MediaPlaylist:
        """What all lines said; ValueError where one is missing."""
        try:
            target_s = self._numbers["#EXT-X-TARGETDURATION"]
            sequence = self._numbers["#EXT-X-MEDIA-SEQUENCE"]
            breaks = self._numbers.get("#EXT-X-DISCONTINUITY-SEQUENCE", 0)
        except KeyError as error:
            raise ValueError(f"it has no {error.args[0]}") from error
        return MediaPlaylist(
            target_s, window, tuple(self._entries), sequence, breaks, tail=tuple(self._tags), ended=self._ended
        )
