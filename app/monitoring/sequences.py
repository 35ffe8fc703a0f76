"""Whether a live playlist only ever goes forward from one look to the next (RFC 8216 §6.2.2)."""

from __future__ import annotations

from app.monitoring.playlist import MediaPlaylist, Segment

_MARKERS = frozenset(
    {
        "EXT-OATCLS-SCTE35", "EXT-X-ASSET", "EXT-X-CUE", "EXT-X-CUE-IN", "EXT-X-CUE-OUT", "EXT-X-CUE-OUT-CONT",
        "EXT-X-SCTE35", "EXT-X-SPLICEPOINT-SCTE35",
    }
)  # fmt: skip


class Sequences:
    """The newest look at each of several playlists. One thread only."""

    def __init__(self) -> None:
        self._seen: dict[str, MediaPlaylist] = {}

    def note(self, name: str, playlist: MediaPlaylist) -> list[str]:
        """What is wrong with a playlist after the look before: each a sentence that names it."""
        before = self._seen.get(name)
        self._seen[name] = playlist
        return [] if before is None else [f"{name}: {text}" for text in _wrong(before, playlist)]


def _wrong(before: MediaPlaylist, after: MediaPlaylist) -> list[str]:
    wrong = []
    if after.media_sequence < before.media_sequence:
        wrong.append(f"EXT-X-MEDIA-SEQUENCE ran backwards, from {before.media_sequence} to {after.media_sequence}")
    if after.discontinuity_sequence < before.discontinuity_sequence:
        run = f"from {before.discontinuity_sequence} to {after.discontinuity_sequence}"
        wrong.append(f"EXT-X-DISCONTINUITY-SEQUENCE ran backwards, {run}")
    ends = [playlist.media_sequence + len(playlist.segments) for playlist in (before, after)]
    if ends[1] < ends[0]:
        wrong.append(f"its last segment was {ends[0] - 1} and is {ends[1] - 1}: segments that were listed are gone")
    known = {segment.sequence: segment for segment in before.segments}
    for segment in after.segments:
        was = known.get(segment.sequence)
        if was is None:
            continue
        if (was.uri, was.duration_s, was.starts_at) != (segment.uri, segment.duration_s, segment.starts_at):
            wrong.append(f"segment {segment.sequence} was {was.uri}, and is {segment.uri} or lies elsewhere in time")
            break
        if was.discontinuity_sequence != segment.discontinuity_sequence:
            run = f"from {was.discontinuity_sequence} to {segment.discontinuity_sequence}"
            wrong.append(f"the discontinuity sequence of segment {segment.sequence} changed {run}")
            break
        changed = _spoken(was) ^ _spoken(segment)
        if changed:
            name = min(changed)[0]
            wrong.append(f"the marker tags of segment {segment.sequence} changed after it was listed: {name}")
            break
    return wrong


def _spoken(segment: Segment) -> set[tuple[str, str]]:
    """A segment's marker tags; a date range may be told again, and before another segment."""
    return {(tag.name, tag.value) for tag in segment.tags if tag.name in _MARKERS}
