"""What an HLS output leaves to the one that goes on from it, as values and as the JSON that is kept of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from app.model.timebase import TICKS_PER_SECOND, span_of
from app.model.wire import Plain, from_plain
from app.pipeline.hls import MediaPlaylist

_MOST = 1 << 53  # far above any count
_LONGEST_TICKS = 24 * 3600 * TICKS_PER_SECOND  # of a segment
_FIRST_YEAR, _LAST_YEAR = 1970, 2999  # dates are reckoned with: those at the calendar's ends can't be


@dataclass(frozen=True, slots=True)
class WrittenTrack:
    """A rendition as far as it was written.

    ``departed``: objects out of the playlist, each with the ticks of media still to be written before it is deleted.
    """

    playlist: MediaPlaylist
    departed: tuple[tuple[int, str], ...] = ()


type WrittenOutput = Mapping[str, WrittenTrack]  # by rendition
type Written = Mapping[int, WrittenOutput]  # by the output's index in its channel


def gap_ms(written: Written, first_frame_at: datetime) -> int | None:
    """From the end of what is listed to a first frame; None where nothing is. The longest of all outputs."""
    playlists = [track.playlist for output in written.values() for track in output.values()]
    newest = [playlist.entries[-1] for playlist in playlists if playlist.entries]
    ends = [entry.starts_at + span_of(entry.duration_ticks) for entry in newest]
    return (first_frame_at - min(ends)) // timedelta(milliseconds=1) if ends else None


def playlists_key(channel: str, output: int) -> str:
    """Under which key an output's playlists are kept."""
    return f"playlists/{channel}/{output}"


def written_to_plain(output: WrittenOutput) -> dict[str, Plain]:
    """As it is kept, cheaply: an entry is made plain once, however often the playlist that has it is kept."""
    return {name: _track_to_plain(track) for name, track in output.items()}


def _track_to_plain(track: WrittenTrack) -> Plain:
    playlist = track.playlist
    return {
        "target_duration_s": playlist.target_duration_s,
        "window": playlist.window,
        "media_sequence": playlist.media_sequence,
        "discontinuity_sequence": playlist.discontinuity_sequence,
        "ended": playlist.ended,
        "tail": list(playlist.tail),
        "ahead": list(playlist.ahead),
        "entries": [entry.plain for entry in playlist.entries],
        "departed": [[ticks, path] for ticks, path in track.departed],
    }


def written_from_plain(value: Plain) -> dict[str, WrittenTrack]:
    """The inverse of ``written_to_plain``; ValueError for what is no such thing, in whole or in part."""
    if not isinstance(value, dict) or not value:
        raise ValueError("it is no object with a playlist for each rendition")
    return {name: _track_from_plain(track) for name, track in value.items()}


def _track_from_plain(value: Plain) -> WrittenTrack:
    if not isinstance(value, dict):
        raise ValueError(f"an object is wanted, not {value!r}")
    fields = dict(value)
    departed: tuple[tuple[int, str], ...] = from_plain(tuple[tuple[int, str], ...], fields.pop("departed", None))
    playlist: MediaPlaylist = from_plain(MediaPlaylist, fields)
    return WrittenTrack(checked(playlist), departed)


def checked(playlist: MediaPlaylist) -> MediaPlaylist:
    """The same; ValueError for one whose numbers and dates nobody could go on from."""
    counts = (playlist.media_sequence, playlist.discontinuity_sequence)
    wrong = min(counts) < 0 or max(counts) > _MOST or playlist.target_duration_s <= 0 or playlist.window <= 0
    if wrong or any(not 0 < entry.duration_ticks <= _LONGEST_TICKS for entry in playlist.entries):
        raise ValueError("its numbers make no playlist")
    if any(not _FIRST_YEAR <= entry.starts_at.year <= _LAST_YEAR for entry in playlist.entries):
        raise ValueError("its dates make no playlist")
    return playlist


def far_above(target_duration_s: int, window: int, now: datetime) -> WrittenTrack:
    """Where nothing of the earlier playlists can be read: numbers from the clock, which are above all that came before.

    The seconds since 1970 stay ahead of any output that cuts once a second or less, from nought or from such a number.
    """
    sequence = int(now.astimezone(UTC).timestamp())
    playlist = MediaPlaylist(target_duration_s, window, media_sequence=sequence, discontinuity_sequence=sequence)
    return WrittenTrack(playlist)


def levelled(path: str, output: WrittenOutput) -> dict[str, WrittenTrack]:
    """The renditions made to end at one media sequence number: what one of them did not get to write is a gap."""
    if not output:
        return {}
    longest = max((track.playlist for track in output.values()), key=lambda playlist: playlist.next_sequence)
    return {name: _level(f"{path}{name}/", track, longest) for name, track in output.items()}


def _level(folder: str, track: WrittenTrack, longest: MediaPlaylist) -> WrittenTrack:
    level, departed = replace(track.playlist, tail=(), ended=False), list(track.departed)
    behind = longest.next_sequence - level.next_sequence
    if behind > len(longest.entries):  # too far for gaps: it goes on where the longest began
        level = replace(longest, entries=(), ended=False, tail=())
        behind = len(longest.entries)
    for entry in longest.entries[len(longest.entries) - behind :] if behind else ():
        level, left = level.followed_by(replace(entry, path=f"{folder}{entry.uri}", missing=True))
        departed += [(level.duration_ticks, gone.path) for gone in left if not gone.missing]
    return replace(track, playlist=level, departed=tuple(departed))


def dates_of(outputs: Iterable[WrittenOutput]) -> tuple[datetime, ...]:
    """When each listed segment starts, of all renditions and outputs."""
    return tuple(entry.starts_at for one in outputs for track in one.values() for entry in track.playlist.entries)
