"""What an engine goes on from: read off the journal that an earlier life left, and, where that fails, off the origins.

Pure over what it is given: the journal's entries in their order, what was kept in it, a way to read playlists back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from app.engine.outputs import Aired
from app.engine.standing_plans import StandingPlans
from app.model import commands, events
from app.model.rundown import BreakPlan
from app.model.show import Channel, HlsOutput
from app.model.unproved import Unproved, unproved
from app.model.wire import Plain
from app.pipeline.handover import StandingBreak
from app.pipeline.hls import PLAYLIST_NAME
from app.pipeline.hls_keeping import (
    Written,
    WrittenOutput,
    WrittenTrack,
    dates_of,
    far_above,
    levelled,
    playlists_key,
    written_from_plain,
)
from app.pipeline.hls_reading import is_cut_off, open_range, read_media


class ReadBack(Protocol):
    """Objects as the origins have them."""

    def __call__(self, output: HlsOutput, path: str, *, patient: bool) -> Iterable[bytes]:
        """As each of the output's origins has it. ``patient``: nothing else tells it, so a slow one is waited for."""


class Entry(Protocol):
    """A row of the journal, as far as recovery looks at it."""

    @property
    def said(self) -> commands.Command | events.Event:
        """The command or event."""

    @property
    def outcome(self) -> str | None:
        """Of a command; None: it has none."""


@dataclass(frozen=True, slots=True)
class Left:
    """What lies in the data directory. ``doubtful``: some of it could not be read.

    ``same_run`` False: of another show's run, of which only what viewers still see counts. ``known``: channel and id of
    breaks that were, ``used_event_id`` the highest id of one; ``deliveries(since)``: what origins took and lost.
    ``booked(channel, out_at)``: the break that the run was told to have there, where only a playlist tells of it.
    """

    entries: Sequence[Entry] = ()
    deliveries: Callable[[datetime], Iterable[events.Event]] = lambda _since: ()
    kept: Mapping[str, Plain] = field(default_factory=dict)
    known: frozenset[tuple[str, str]] = frozenset()
    used_event_id: int = 0
    last_at: datetime | None = None
    same_run: bool = True
    doubtful: bool = False
    booked: Callable[[str, datetime], BreakPlan | None] = lambda _channel, _out_at: None


@dataclass(frozen=True, slots=True)
class RecoveredChannel:
    """``lapsed``: commands that come too late now and are to be refused. ``delivered``, ``lost``: paths, by origin.

    ``unsure``: outputs that list more, perhaps, than ``written`` has.
    """

    standing: StandingPlans = field(default_factory=StandingPlans)
    written: Written = MappingProxyType({})
    lapsed: tuple[commands.Command, ...] = ()
    delivered: Mapping[str, frozenset[str]] = MappingProxyType({})
    lost: Mapping[str, frozenset[str]] = MappingProxyType({})
    unsure: frozenset[int] = frozenset()

    @property
    def aired(self) -> dict[int, Aired]:
        """What its outputs list, and what is to be deleted of them."""
        return {index: replace(_aired(output), unsure=index in self.unsure) for index, output in self.written.items()}


@dataclass(frozen=True, slots=True)
class Recovered:
    """``used_event_id``: the highest splice_event_id that was given, 0: none. ``last_at``: the last sign of life."""

    channels: Mapping[str, RecoveredChannel] = MappingProxyType({})
    unproved: tuple[Unproved, ...] = ()
    used_event_id: int = 0
    last_at: datetime | None = None
    notes: tuple[str, ...] = ()

    def channel(self, name: str) -> RecoveredChannel:
        """Of one that was never on air: nothing."""
        return self.channels.get(name) or RecoveredChannel()


def recover(channels: Sequence[Channel], left: Left, read_back: ReadBack, now: datetime) -> Recovered:
    """Everything that the next life of these channels must know."""
    said = [entry.said for entry in left.entries]
    told = [one for one in said if isinstance(one, events.Event)]
    notes: list[str] = []
    found = {channel.name: _channel(channel, left, read_back, now, notes) for channel in channels}
    return Recovered(
        channels=found,
        unproved=unproved(told) if left.same_run else (),
        used_event_id=left.used_event_id,
        last_at=left.last_at if left.same_run else None,
        notes=tuple(notes),
    )


def _channel(channel: Channel, left: Left, read_back: ReadBack, now: datetime, notes: list[str]) -> RecoveredChannel:
    standing = _standing(entry for entry in left.entries if entry.said.channel == channel.name)
    standing.know(break_id for name, break_id in left.known if name == channel.name)
    if standing.ended and not left.same_run:
        return RecoveredChannel()
    playlists = _Playlists(channel, left, read_back, now, notes)
    written = playlists.written()
    standing.adopt(_as_booked(one, left) for one in playlists.open_ranges)
    if not left.same_run:
        if not written:
            return RecoveredChannel()
        return RecoveredChannel(StandingPlans.of_another_run(standing), written, unsure=frozenset(playlists.unsure))
    lapsed = tuple(standing.lapsed())
    oldest_at = min(dates_of(written.values()), default=None)
    deliveries = [] if oldest_at is None else list(left.deliveries(oldest_at))
    listed = {path for output in written.values() for path in _aired(output).listed}
    origins = {name for output in channel.outputs if isinstance(output, HlsOutput) for name in output.origins}
    return RecoveredChannel(
        standing,
        written,
        lapsed,
        _paths(deliveries, events.SegmentDelivered, origins, listed),
        _paths(deliveries, events.SegmentLost, origins, listed),
        frozenset(playlists.unsure),
    )


def _as_booked(found: StandingBreak, left: Left) -> StandingBreak:
    """Under its own id, which no playlist has."""
    booked = None if found.out_at is None else left.booked(found.plan.channel, found.out_at)
    return found if booked is None else replace(found, plan=replace(found.plan, id=booked.id, title=booked.title))


def _standing(entries: Iterable[Entry]) -> StandingPlans:
    standing = StandingPlans()
    for entry in entries:
        if isinstance(entry.said, commands.Command):
            standing.remember(entry.said, restarted=False, answered=entry.outcome is not None)
        else:
            standing.note(entry.said)
    return standing


def _paths(
    said: Iterable[events.Event],
    kind: type[events.SegmentDelivered | events.SegmentLost],
    origins: Iterable[str],
    listed: set[str],
) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {name: set() for name in origins}
    for event in said:
        if isinstance(event, kind) and event.path in listed and event.origin in found:
            found[event.origin].add(event.path)
    return {name: frozenset(paths) for name, paths in found.items()}


def _aired(output: WrittenOutput) -> Aired:
    listed = {
        entry.path: track.playlist.media_sequence + place
        for track in output.values()
        for place, entry in enumerate(track.playlist.entries)
        if not entry.missing
    }
    return Aired(listed, frozenset(path for track in output.values() for _, path in track.departed))


class _Playlists:
    """The newest playlists of one channel: as they were kept; else as an origin has them; else numbers far above."""

    def __init__(self, channel: Channel, left: Left, read_back: ReadBack, now: datetime, notes: list[str]) -> None:
        self._channel, self._left, self._read_back, self._now, self._notes = channel, left, read_back, now, notes
        self.open_ranges: list[StandingBreak] = []  # of outputs that only their origins can tell of
        self.unsure: set[int] = set()  # outputs of which nobody can tell all that they list

    def written(self) -> Written:
        found: dict[int, WrittenOutput] = {}
        for index, output in enumerate(self._channel.outputs):
            if isinstance(output, HlsOutput) and (one := self._output(index, output)):
                found[index] = levelled(output.path, one)
        return found

    def _output(self, index: int, output: HlsOutput) -> WrittenOutput:
        kept, wrong = self._kept(index, output)
        if wrong:
            return self._from_origins(index, output, wrong)
        return {} if self._begins_anew(kept) else self._caught_up(output, kept)

    def _caught_up(self, output: HlsOutput, kept: WrittenOutput) -> WrittenOutput:
        """What viewers see is ahead of the journal when its disk did not answer: numbers go on from there."""
        tracks, behind = dict(kept), False
        for name, track in kept.items() if self._left.same_run else ():
            seen = self._newest(output, f"{output.path}{name}/", patient=False)
            if seen is not None and seen.playlist.next_sequence > track.playlist.next_sequence:
                known = {entry.uri: entry for entry in track.playlist.entries}
                entries = tuple(known.get(entry.uri, entry) for entry in seen.playlist.entries)
                tracks[name] = WrittenTrack(replace(seen.playlist, entries=entries), track.departed)
                behind = True
        if behind:
            where = f"channel {self._channel.name}, output {output.path}"
            self._notes.append(f"{where}: the journal is behind what its origin has; it goes on from there")
        return tracks

    def _begins_anew(self, output: WrittenOutput) -> bool:
        """Behind the end of another run. This run's own end was cut short, else nobody would go on with it."""
        return not self._left.same_run and any(track.playlist.ended for track in output.values())

    def _kept(self, index: int, output: HlsOutput) -> tuple[WrittenOutput, str]:
        """What was kept, and what is wrong with it."""
        key = playlists_key(self._channel.name, index)
        value = self._left.kept.get(key)
        if value is None:
            return {}, "the journal is damaged" if self._left.doubtful else ""
        try:
            kept = written_from_plain(value)
        except ValueError as error:
            return {}, f"{key} is damaged in the journal ({error})"
        names = {rendition.name for rendition in self._channel.renditions}
        paths = [entry.path for track in kept.values() for entry in track.playlist.entries]
        if kept.keys() <= names and all(path.startswith(output.path) for path in paths):
            return kept, ""
        if self._left.same_run:
            return {}, f"{key} is damaged in the journal (it is of another output)"
        return {}, ""

    def _from_origins(self, index: int, output: HlsOutput, wrong: str) -> WrittenOutput:
        where = f"channel {self._channel.name}, output {output.path}"
        tracks: dict[str, WrittenTrack] = {}
        for rendition in self._channel.renditions:
            folder = f"{output.path}{rendition.name}/"
            notes = len(self._notes)
            newest = self._newest(output, folder, patient=True)
            if len(self._notes) > notes or newest is None:
                self.unsure.add(index)
            if newest is not None:
                tracks[rendition.name] = newest
        if self._begins_anew(tracks):
            return {}
        if tracks:
            longest = max(tracks.values(), key=lambda track: track.playlist.next_sequence)
            if (left_open := open_range(longest, self._channel.name)) is not None:
                self.open_ranges.append(left_open)
            self._notes.append(f"{where}: {wrong}; it goes on from the playlists that its origin has")
            return tracks
        self._notes.append(f"{where}: {wrong}, and no origin has its playlists: its numbers go on far above any before")
        target_s = -(-output.segment_s.numerator // output.segment_s.denominator)
        far = far_above(target_s, output.window, self._now)
        return {rendition.name: far for rendition in self._channel.renditions}

    def _newest(self, output: HlsOutput, folder: str, *, patient: bool) -> WrittenTrack | None:
        found: list[WrittenTrack] = []
        for text in self._read_back(output, f"{folder}{PLAYLIST_NAME}", patient=patient):
            where = f"{folder}{PLAYLIST_NAME} at an origin"
            try:
                found.append(read_media(text, folder, output.window))
                if patient and is_cut_off(text):
                    self._notes.append(f"{where} is cut off: it is gone on from as far as it is whole")
            except ValueError as error:
                if patient:
                    self._notes.append(f"{where} can't be read back: {error}")
        return max(found, key=lambda track: track.playlist.next_sequence, default=None)
