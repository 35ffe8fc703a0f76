"""Our own media playlist, read back from its text: what is left to go on from when nothing was kept of it. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from app.model.cue import Section, SpliceInsert
from app.model.errors import CueError
from app.model.profiles import INTERSTITIAL_CLASS
from app.model.rundown import BreakPlan
from app.model.states import BreakState
from app.model.timebase import TICKS_PER_SECOND, round_half_up, seconds_of
from app.pipeline.handover import StandingBreak, as_announced
from app.pipeline.hls import Entry, MediaPlaylist
from app.pipeline.hls_keeping import WrittenTrack, checked
from app.pipeline.marks import SIGNAL_ID
from app.scte35.codec import decode, from_text
from app.scte35.retiming import told_duration
from app.scte35.signalling import SectionRole, section_role
from app.scte35.tracked import Limits

_MARKERS = (
    "#EXT-X-DATERANGE",
    "#EXT-X-CUE",
    "#EXT-OATCLS",
    "#EXT-X-SCTE35",
    "#EXT-X-SPLICEPOINT-SCTE35",
    "#EXT-X-ASSET",
)
_LONGEST = 1_000_000  # bytes of a playlist: ours are far below
_LONGEST_BREAK_TICKS = Limits().unknown_ticks  # of one whose end nobody tells
_EXTINF = re.compile(r"\d{1,6}(\.\d{1,9})?,")
_NUMBERED = re.compile(r"([A-Za-z0-9._-]*-)(\d{6,15})(\.[a-z0-9]+)")  # the name of a segment
_RANGE = re.compile(
    r'#EXT-X-DATERANGE:(?:.*,)?ID="([^"]+)".*,START-DATE="([^"]+)".*,SCTE35-(?:OUT|CMD)=0x([0-9A-F]+).*'
)
_SECTION = re.compile(r",SCTE35-(?:OUT|IN|CMD)=0x([0-9A-F]+)")
_CARRIED = re.compile(r'(?:CUE="|SCTE35:)(/[A-Za-z0-9+/]+=*)')  # the section of the other dialects: 0xFC is a slash
_START_DATE = re.compile(r',START-DATE="([^"]+)"')
_OPENS, _CLOSES = {SectionRole.OUT, SectionRole.START}, {SectionRole.IN, SectionRole.END}


def read_media(text: bytes, folder: str, window: int) -> WrittenTrack:
    """The playlist of a rendition whose objects lie in ``folder``; ValueError for what we would not have written.

    One that is cut off is read as far as it is whole: what it lists was listed, and viewers have seen it.
    """
    if len(text) > _LONGEST:
        raise ValueError("it is too long")
    whole, _, rest = text.rpartition(b"\n")
    lines = whole.decode("utf-8").split("\n")
    if lines[0] != "#EXTM3U":
        raise ValueError("it is no playlist, or only a piece of one")
    reading = _Reading(folder)
    for line in lines[1:]:
        reading.line(line)
    reading.break_off(rest.decode("utf-8", "replace"))
    track = WrittenTrack(reading.playlist(window))
    if rest and not track.playlist.entries:
        raise ValueError("it is only a piece of a playlist, which lists nothing")
    return track


def is_cut_off(text: bytes) -> bool:
    """Whether a playlist ends within a line, as a write that broke off leaves it."""
    return not text.endswith(b"\n")


class _Reading:
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._numbers: dict[str, int] = {}
        self._entries: list[Entry] = []
        self._tags: list[str] = []
        self._behind: list[str] = []  # the lines after the last segment
        self._starts_at: datetime | None = None
        self._duration_ticks: int | None = None
        self._flags: set[str] = set()
        self._ended = False
        self._ranges: list[str] = []  # the lines that opened the ranges in which we are

    def line(self, line: str) -> None:
        name, _, value = line.partition(":")
        match name:
            case "#EXT-X-TARGETDURATION" | "#EXT-X-MEDIA-SEQUENCE" | "#EXT-X-DISCONTINUITY-SEQUENCE":
                self._numbers[name] = int(value)
            case "#EXT-X-PROGRAM-DATE-TIME":
                self._starts_at = _moment(value)
            case "#EXTINF":
                self._duration_ticks = _ticks(value)
            case "#EXT-X-DISCONTINUITY" | "#EXT-X-GAP":
                self._flags.add(name)
            case "#EXT-X-ENDLIST":
                self._ended = True
            case _ if line.startswith(_MARKERS):
                self._marker(line)
            case _ if line and not line.startswith("#"):
                self._segment(line)

    def _marker(self, line: str) -> None:
        if self._starts_at is None:
            self._behind.append(line)
            return
        role, more = _role(line), f'CLASS="{INTERSTITIAL_CLASS}"' in line
        if role in _OPENS or more:
            self._ranges = [*(self._ranges if more else ()), line]
            if _start_at(line) != self._starts_at:
                return  # it heads the playlist, whose window has lost the segment that it belongs to
        if role in _CLOSES or line == "#EXT-X-CUE-IN":
            self._ranges = []
        self._tags.append(line)

    def _segment(self, uri: str) -> None:
        if self._starts_at is None or self._duration_ticks is None or not re.fullmatch(r"[A-Za-z0-9._-]+", uri):
            raise ValueError(f"segment {uri!r} has no date or no duration, or is none of ours")
        entry = Entry(
            path=f"{self._folder}{uri}",
            uri=uri,
            starts_at=self._starts_at,
            duration_ticks=self._duration_ticks,
            tags=tuple(self._tags),
            carried=() if set(self._ranges) & set(self._tags) else tuple(self._ranges),
            discontinuity="#EXT-X-DISCONTINUITY" in self._flags,
            missing="#EXT-X-GAP" in self._flags,
        )
        self._entries.append(entry)
        self._tags, self._flags = [], set()
        self._starts_at = self._duration_ticks = None

    def break_off(self, rest: str) -> None:
        """``rest``: a line that is cut off. A segment with it was listed: its number is taken, its markers were seen.

        It is a gap, unless nothing but a piece of its name is lost. One whose date is not there can't be told of.
        """
        last = self._entries[-1] if self._entries else None
        name = None if last is None else _NUMBERED.fullmatch(last.uri)
        if self._ended or self._starts_at is None or last is None or name is None:
            return
        uri = f"{name[1]}{int(name[2]) + 1:06d}{name[3]}"
        if self._duration_ticks is None or not rest or not uri.startswith(rest):
            self._flags.add("#EXT-X-GAP")
            self._duration_ticks = self._duration_ticks or max(each.duration_ticks for each in self._entries)
        self._segment(uri)

    def playlist(self, window: int) -> MediaPlaylist:
        """What all lines said; ValueError where one is missing."""
        try:
            target_s = self._numbers["#EXT-X-TARGETDURATION"]
            sequence = self._numbers["#EXT-X-MEDIA-SEQUENCE"]
            breaks = self._numbers.get("#EXT-X-DISCONTINUITY-SEQUENCE", 0)
        except KeyError as error:
            raise ValueError(f"it has no {error.args[0]}") from error
        lists = MediaPlaylist(target_s, window, tuple(self._entries), sequence, breaks, ended=self._ended)
        behind = tuple(self._behind)
        return checked(replace(lists, tail=behind) if self._ended else replace(lists, ahead=behind))


def open_range(track: WrittenTrack, channel: str) -> StandingBreak | None:
    """The break in which a playlist that was read back breaks off; None: in none that its EXT-X-DATERANGE tells.

    Its own id, and who made it, are not in a playlist.
    """
    for entry in track.playlist.entries[-1:]:
        for line in (*entry.tags, *entry.carried):
            match = _RANGE.fullmatch(line)
            if match is not None and _role(line) in _OPENS:
                return _standing(match, channel)
    return None


def _standing(match: re.Match[str], channel: str) -> StandingBreak | None:
    try:
        section, out_at = decode(bytes.fromhex(match[3])), _moment(match[2])
    except (CueError, ValueError):
        return None
    opening = _opening(section, match[1])
    if opening is None or section.effective_pts is None:
        return None
    event_id, told_ticks, auto_return = opening
    duration_ticks = _LONGEST_BREAK_TICKS if told_ticks is None else told_ticks
    standing = StandingBreak(
        plan=BreakPlan(match[1], channel, None, seconds_of(duration_ticks), auto_return=auto_return),
        by="",
        state=BreakState.ON_AIR,
        splice_event_id=event_id,
        duration_ticks=duration_ticks,
        out_at=out_at,
        out_pts=section.effective_pts,
        announced_ticks=duration_ticks,
        open_ended=told_ticks is None,
    )
    return as_announced(standing, section.encoded)


def _opening(section: Section, name: str) -> tuple[int, int | None, bool] | None:
    """Event id, duration (None: it tells none) and auto-return of what a section opens; None: nothing.

    ``name``: the range's ID, which tells of which of several events it is.
    """
    command, told_ticks = section.command, told_duration(section)
    if isinstance(command, SpliceInsert):
        length = command.break_duration
        return command.splice_event_id, told_ticks, length is not None and length.auto_return
    ids = [each.segmentation_event_id for each in section.segmentation_descriptors if not each.cancel]
    told_id = next((each for each in ids if name.startswith(f"{each}-")), ids[0] if ids else None)
    return None if told_id is None else (told_id, told_ticks, True)


def _role(line: str) -> SectionRole:
    """What a line does to the range that has to be carried: only a DATERANGE opens one, an IN of any dialect ends it.

    A signal of the source's own does neither.
    """
    if not line.startswith("#EXT-X-DATERANGE"):
        match = _CARRIED.search(line)
        role = SectionRole.OTHER if match is None else _role_of(match[1])
        return role if role is SectionRole.IN else SectionRole.OTHER
    match = _SECTION.search(line)
    if match is None or f'{SIGNAL_ID}",' in line:
        return SectionRole.OTHER
    role = _role_of(f"0x{match[1]}")
    return SectionRole.OUT if role is SectionRole.OTHER and ",SCTE35-OUT=" in line else role


def _role_of(payload: str) -> SectionRole:
    try:
        return section_role(decode(from_text(payload)))
    except CueError:
        return SectionRole.OTHER


def _start_at(line: str) -> datetime | None:
    match = _START_DATE.search(line)
    return None if match is None else _moment(match[1])


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} is a date without a zone")
    return moment


def _ticks(extinf: str) -> int:
    if not _EXTINF.fullmatch(extinf):
        raise ValueError(f"{extinf!r} is no duration of ours")
    return round_half_up(Fraction(extinf.rstrip(",")) * TICKS_PER_SECOND)
