"""One HLS output of a channel: segments, playlists and deletions of all its renditions, in their lawful order."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import takewhile

from app.model.events import SegmentWritten
from app.model.segment import Deletion, Delivery, Expired, Kept, MediaObject, Playlist
from app.model.show import HlsOutput
from app.pipeline.anchor import Anchor
from app.pipeline.hls import PLAYLIST_NAME, Entry, MediaPlaylist, Variant, render_media, render_multivariant
from app.pipeline.hls_ahead import ended_ranges
from app.pipeline.hls_keeping import WrittenOutput, WrittenTrack, levelled, written_to_plain
from app.pipeline.marks import TOLD_TICKS, BreakMarks, Markers
from app.pipeline.segmenter import Segment, Segmenter
from app.pipeline.ts_sink import Chunk, Cut

TS_TYPE = "video/mp2t"


@dataclass(frozen=True, slots=True)
class HlsOutlet:
    """Where an output's objects and events go. ``channel``: its name; ``key``: under which its playlists are kept."""

    channel: str
    key: str
    deliver: Callable[[Delivery], None]
    publish: Callable[[SegmentWritten], None]


@dataclass(slots=True)
class _Track:
    """One rendition. ``departed``: objects out of the playlist with the media time at which they may be deleted.

    ``deleting``: how many of them were handed out for deletion at the last close; a crash must not forget these yet.
    ``closed``: segments that are not listed yet, since not every rendition has closed its own. ``listed_ticks``: where
    the last one that is listed ends.
    """

    rendition: str
    playlist: MediaPlaylist
    segmenter: Segmenter = field(default_factory=Segmenter)
    markers: dict[int, Markers] = field(default_factory=dict)
    newest_cut_ticks: int = -1
    listed_ticks: int = 0
    written_ticks: int = 0
    written: int = 0
    breaks_timeline: bool = False
    departed: deque[tuple[int, str]] = field(default_factory=deque)
    deleting: int = 0
    closed: deque[tuple[Entry, SegmentWritten]] = field(default_factory=deque)


class HlsWriter:
    """Packager thread only. A segment is listed once every rendition has closed its own: a kill costs all the same.

    ``before``: what an earlier life of this channel wrote, which this one continues behind an EXT-X-DISCONTINUITY.
    """

    def __init__(
        self,
        output: HlsOutput,
        anchor: Anchor,
        variants: Mapping[str, Variant],
        marks: BreakMarks,
        outlet: HlsOutlet,
        before: WrittenOutput,
    ) -> None:
        self._output, self._anchor, self._variants = output, anchor, variants
        self._marks, self._outlet = marks, outlet
        self._markers: dict[int, Markers] = {}
        self._last_life = tuple(dict.fromkeys(line for one in before.values() for line in one.playlist.ahead))
        self._left_ahead: tuple[str, ...] = ()  # ends of what an earlier life announced, and this one does not
        self._announced_at = -1  # segments written in each rendition when the multivariant playlist went out last
        self._name = f"{anchor.first_frame_at.astimezone(UTC):%Y%m%dT%H%M%S}{anchor.first_frame_at.microsecond:06d}"
        self._tracks = {
            name: _Track(
                name,
                track.playlist,
                breaks_timeline=track.playlist.next_sequence > 0,
                departed=deque(track.departed),
            )
            for name, track in _going_on(output, variants, before).items()
        }

    @property
    def written(self) -> dict[str, WrittenTrack]:
        """The newest version of each rendition's playlist, and what is due for deletion."""
        return {
            name: WrittenTrack(track.playlist, tuple((ticks - track.written_ticks, at) for ticks, at in track.departed))
            for name, track in self._tracks.items()
        }

    def feed(self, rendition: str, chunk: Chunk, cuts: Sequence[Cut]) -> None:
        """Take a chunk and those of its cuts at which this output starts a segment."""
        track = self._tracks[rendition]
        for cut in cuts:
            track.markers[cut.ticks] = self._markers_at(cut.ticks)
            track.newest_cut_ticks = cut.ticks
        for segment in track.segmenter.feed(chunk, cuts):
            self._close(track, segment)

    def end(self, end_ticks: int, *, for_good: bool = True) -> None:
        """Close what is open and finish the playlists, if this is for good; nothing is deleted any more then."""
        for track in self._tracks.values():
            if (segment := track.segmenter.end(end_ticks)) is not None:
                self._write(track, segment)
        if for_good:
            dialects, marking = self._output.dialects, self._output.marking
            ends = self._marks.ends(dialects, marking) if marking.announce else ()
            self._finish((*self._left_ahead, *ends, *self._marks.after_the_end(end_ticks, dialects, marking)))
        else:
            self._list_closed()

    def _finish(self, tail: tuple[str, ...]) -> None:
        departed = {
            track.rendition: tuple(entry for _ in range(len(track.closed)) for entry in self._list(track))
            for track in self._tracks.values()
        }
        for track in self._tracks.values():
            track.playlist = track.playlist.finished(tail)
        self._keep()
        for track in self._tracks.values():
            self._deliver_playlist(track)
            self._expire(departed[track.rendition])
        self._deliver_multivariant(final=True)

    def _markers_at(self, ticks: int) -> Markers:
        """What the first rendition to get there was given: a later change must not tell renditions apart."""
        if ticks not in self._markers:
            floor_ticks = min(track.newest_cut_ticks for track in self._tracks.values())
            self._markers = {at: kept for at, kept in self._markers.items() if at > floor_ticks}
            self._markers[ticks] = self._marks.at(ticks, self._output.dialects, self._output.marking)
        return self._markers[ticks]

    def _close(self, track: _Track, segment: Segment) -> None:
        self._write(track, segment)
        self._list_closed()

    def _list_closed(self) -> None:
        """List the segments that every rendition has closed."""
        while all(track.closed for track in self._tracks.values()):
            departed = {track.rendition: self._list(track) for track in self._tracks.values()}
            self._look_ahead()
            self._keep()  # what is due for deletion is still in it: a crash before it is deleted must not forget it
            for track in self._tracks.values():
                self._deliver_playlist(track)
            self._announce()
            for track in self._tracks.values():
                self._expire(departed[track.rendition])
                self._delete_due(track)

    def _list(self, track: _Track) -> tuple[Entry, ...]:
        """List the oldest closed segment of a rendition; what left the window by it."""
        entry, written = track.closed.popleft()
        self._outlet.publish(written)
        track.listed_ticks = written.pts + written.duration_ticks
        track.written_ticks += entry.duration_ticks
        track.written += 1
        track.playlist, departed = track.playlist.followed_by(entry)
        self._note_departed(track, departed)
        return departed

    def _look_ahead(self) -> None:
        """What has been announced behind the last segment stands in every rendition alike; it may be taken back."""
        if not self._output.marking.announce:
            return
        listed_ticks = max(track.listed_ticks for track in self._tracks.values())
        ahead = self._marks.ahead(listed_ticks, self._output.dialects, self._output.marking)
        if self._last_life:
            listed = (entry for track in self._tracks.values() for entry in track.playlist.entries)
            lines = (line for entry in listed for line in (*entry.tags, *entry.carried))
            self._left_ahead = ended_ranges(self._last_life, (*ahead, *lines))
            self._last_life = ()
        if listed_ticks > self._anchor.first_pts + TOLD_TICKS:
            self._left_ahead = ()
        for track in self._tracks.values():
            track.playlist = replace(track.playlist, ahead=(*self._left_ahead, *ahead))

    def _keep(self) -> None:
        """What is going to be told must outlive us first."""
        self._outlet.deliver(Kept(self._outlet.key, written_to_plain(self.written)))

    def _announce(self) -> None:
        """Once every rendition is there, and again in each window: an origin may have lost what it had."""
        written = min(track.written for track in self._tracks.values())
        if written and (self._announced_at < 0 or written >= self._announced_at + self._output.window):
            self._announced_at = written
            self._deliver_multivariant(final=False)

    def _write(self, track: _Track, segment: Segment) -> None:
        """Hand out the segment; it is listed later."""
        sequence = track.playlist.next_sequence + len(track.closed)
        file_name = f"{self._name}-{sequence:06d}.ts"
        path = f"{self._output.path}{track.rendition}/{file_name}"
        self._outlet.deliver(
            MediaObject(
                path=path,
                body=segment.body,
                content_type=TS_TYPE,
                rendition=track.rendition,
                sequence=sequence,
                start_ticks=segment.start_ticks,
                duration_ticks=segment.duration_ticks,
                closed_at_s=time.monotonic(),
            )
        )
        markers = track.markers.pop(segment.start_ticks)
        entry = Entry(
            path=path,
            uri=file_name,
            starts_at=self._anchor.moment(segment.start_ticks),
            duration_ticks=segment.duration_ticks,
            tags=markers.tags,
            carried=markers.carried,
            discontinuity=track.breaks_timeline,
        )
        track.breaks_timeline = False
        track.closed.append((entry, self._written(entry, track.rendition, sequence, segment)))

    def _written(self, entry: Entry, rendition: str, sequence: int, segment: Segment) -> SegmentWritten:
        return SegmentWritten(
            at=datetime.now(UTC),
            channel=self._outlet.channel,
            path=entry.path,
            rendition=rendition,
            sequence=sequence,
            pts=segment.start_ticks,
            duration_ticks=segment.duration_ticks,
            size=len(segment.body),
        )

    def _deliver_playlist(self, track: _Track) -> None:
        self._outlet.deliver(
            Playlist(
                path=self._media_playlist_path(track.rendition),
                needs=tuple(entry.path for entry in track.playlist.entries if not entry.missing),
                render=partial(render_media, track.playlist),
                final=track.playlist.ended,
            )
        )

    def _deliver_multivariant(self, *, final: bool) -> None:
        text = render_multivariant(tuple(self._variants.values()))
        self._outlet.deliver(
            Playlist(
                path=f"{self._output.path}{PLAYLIST_NAME}",
                needs=tuple(self._media_playlist_path(name) for name in self._tracks),
                render=lambda _lost: text,
                final=final,
            )
        )

    def _media_playlist_path(self, rendition: str) -> str:
        return f"{self._output.path}{rendition}/{PLAYLIST_NAME}"

    def _expire(self, departed: Sequence[Entry]) -> None:
        if departed:
            self._outlet.deliver(Expired(tuple(entry.path for entry in departed)))

    def _note_departed(self, track: _Track, departed: Sequence[Entry]) -> None:
        """Each may be deleted after its own length and that of the longest playlist with it, §6.2.2."""
        listed_ticks = track.playlist.duration_ticks + sum(entry.duration_ticks for entry in departed)
        for entry in departed:
            track.departed.append((track.written_ticks + listed_ticks, entry.path))

    def _delete_due(self, track: _Track) -> None:
        for _ in range(track.deleting):
            track.departed.popleft()
        due = [path for _, path in takewhile(lambda one: one[0] <= track.written_ticks, track.departed)]
        track.deleting = len(due)
        if due:
            self._outlet.deliver(Deletion(tuple(due)))


def _going_on(output: HlsOutput, renditions: Iterable[str], before: WrittenOutput) -> dict[str, WrittenTrack]:
    """Where each rendition begins, all at the same number: one that is new as well.

    Another show may have had these playlists before: the window is this one's; the target duration is never less than
    a segment of either.
    """
    target_s = -(-output.segment_s.numerator // output.segment_s.denominator)
    fresh = WrittenTrack(MediaPlaylist(target_s, output.window))
    level = levelled(output.path, {name: before.get(name, fresh) for name in renditions})
    longest_s = max([target_s, *(track.playlist.target_duration_s for track in level.values())])
    return {
        name: replace(
            track, playlist=replace(track.playlist, window=output.window, target_duration_s=longest_s, ahead=())
        )
        for name, track in level.items()
    }
