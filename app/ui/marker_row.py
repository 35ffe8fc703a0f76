"""One marker as the table shows it: when, from where, how early, what it says, what became of it. Pure."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.model.cue import Section
from app.model.errors import CueError
from app.model.states import ProofState
from app.model.timebase import TICKS_PER_SECOND, decimal_text
from app.scte35.codec import decode
from app.scte35.explain import explained, summary
from app.scte35.signalling import SectionRole, section_role
from app.ui import text
from app.ui.grammar import Tone
from app.ui.icons import Icon
from app.ui.words import _

_MS = TICKS_PER_SECOND // 1000


class Source(Enum):
    """Who said it."""

    FEED = auto()
    US = auto()


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a marker: icon and word, and a sentence where there is more to say."""

    icon: Icon
    word: str
    tone: Tone = Tone.QUIET
    says: str = ""


@dataclass(slots=True, eq=False)
class MarkerRow:
    """``key`` names it within the window. ``lead_ms``: from its arrival to its splice, below 0 for a late one.

    ``direction``: of the splice in our own output that it led to, "" for none; ``times``: how often it was said;
    ``repeats``: the names of the last of those.
    """

    key: str
    channel: str
    at: datetime
    whence: Source
    section: bytes
    pid: int | None = None
    source: str = ""
    lead_ms: int | None = None
    pts: int | None = None
    frame: int | None = None
    problem: str = ""
    break_id: str = ""
    direction: str = ""
    times: int = 1
    handled: Fate | None = None
    done: bool = False
    withdrawn: bool = False
    repeats: list[str] = field(default_factory=list)

    @property
    def whence_words(self) -> str:
        """``PID 500`` or ``us``."""
        return _("us") if self.pid is None else _("PID {pid}").format(pid=self.pid)

    @property
    def lead_words(self) -> str:
        """``6.0 s``; ``−1.2 s`` for one that came too late; a dash where it has no time."""
        if self.lead_ms is None:
            return "–"
        return f"{decimal_text(self.lead_ms * _MS, 1)} s".replace("-", "−")

    @property
    def is_late(self) -> bool:
        """Whether it came after its own splice."""
        return self.lead_ms is not None and self.lead_ms < 0

    @property
    def command_words(self) -> str:
        """Its command in one line, or why it is none."""
        return self.problem or command_of(self.section)

    @property
    def base64(self) -> str:
        """Its bytes as the cue language passes them on."""
        return base64.b64encode(self.section).decode("ascii")

    @property
    def hex(self) -> str:
        """Its bytes, two digits each."""
        return self.section.hex().upper()


type Verdicts = Mapping[tuple[str, str], tuple[ProofState, str]]
"""By origin and output: the verdict and its reason."""

_WORDS = {
    ProofState.LATE: (Icon.CLOCK, _("LATE"), Tone.AMBER),
    ProofState.MISPLACED: (Icon.ARROW_OFF, _("MISPLACED"), Tone.RED),
    ProofState.MISSING: (Icon.STRUCK_RING, _("MISSING"), Tone.RED),
}


def fate(row: MarkerRow, verdicts: Verdicts) -> Fate:
    """What is known by now."""
    if row.whence is Source.FEED:
        broken = Fate(Icon.TRIANGLE, _("BROKEN"), Tone.AMBER, row.problem)
        return row.handled or (broken if row.problem else Fate(Icon.RING, _("SEEN")))
    if row.direction == "cancel":
        return Fate(Icon.UNDO, _("CANCEL"), Tone.PLAIN, _("the break was taken back"))
    if row.withdrawn:
        return Fate(Icon.UNDO, _("WITHDRAWN"), Tone.QUIET, _("taken back before it aired"))
    return _proved(verdicts)


def _proved(verdicts: Verdicts) -> Fate:
    reached = {where: one for where, one in verdicts.items() if one[0] is not ProofState.PENDING}
    for where, (verdict, reason) in reached.items():
        if verdict in _WORDS:
            icon, word, tone = _WORDS[verdict]
            return Fate(icon, word, tone, _("at {where}: {reason}").format(where=where[0], reason=reason))
    if reached:
        origins = sorted({origin for origin, _other in reached})
        return Fate(Icon.CHECK_DISC, _("LANDED"), Tone.GREEN, _("proved at {names}").format(names=", ".join(origins)))
    return Fate(Icon.RING, _("SENT"), Tone.PLAIN)


@lru_cache(512)
def read(section: bytes) -> Section | CueError:
    """The section, or why it is none."""
    try:
        return decode(section)
    except CueError as error:
        return error


@lru_cache(4096)
def command_of(section: bytes) -> str:
    """A section's command in one line, or why it is refused."""
    found = read(section)
    return _("refused: {found}").format(found=found) if isinstance(found, CueError) else summary(found)


def role_of(section: bytes) -> str:
    """``out`` or ``in`` where the section opens or closes a break, else empty."""
    found = read(section)
    if isinstance(found, CueError):
        return ""
    role = section_role(found)
    return role.value if role in {SectionRole.OUT, SectionRole.IN} else ""


def fields_of(row: MarkerRow, told: Fate, zone_time: str) -> list[tuple[str, str]]:
    """Every field of a marker, name (indented by level) and words: first its story, then its syntax, then its bytes."""
    said = _("{times} times").format(times=row.times) if row.times > 1 else _("once")
    heard = (
        _("{whence_words} of {source}").format(whence_words=row.whence_words, source=row.source)
        if row.source
        else row.whence_words
    )
    story = [
        (_("says"), row.command_words),
        (_("arrived") if row.whence is Source.FEED else _("sent"), f"{zone_time}, {said}"),
        (_("from"), heard if row.whence is Source.FEED else _("us, in the outputs of this channel")),
        (_("lead"), _lead_told(row)),
        (_("what became of it"), f"{told.word}: {told.says}" if told.says else told.word),
    ]
    if row.break_id:
        story.append((_("break"), row.break_id))
    found = read(row.section)
    syntax = (
        [(_("refused"), str(found))] if isinstance(found, CueError) else [_field(line) for line in explained(found)]
    )
    return [*story, *syntax, ("base64", row.base64), ("hex", row.hex)]


def _lead_told(row: MarkerRow) -> str:
    if row.lead_ms is None:
        return _("none: it has no time") if row.pts is None else _("not known")
    if row.is_late:
        return _("{time} after its own splice").format(time=row.lead_words.removeprefix("−"))
    return _("{lead_words} before its splice").format(lead_words=row.lead_words)


def _field(line: str) -> tuple[str, str]:
    """A line of the explanation, cut behind its name: two spaces or more, or the end."""
    level = len(line) - len(line.lstrip())
    name, _other, words = line.strip().partition("  ")
    return " " * level + name, words.strip()


def lead_of(at: datetime, splice_at: datetime) -> int:
    """Milliseconds from a moment to a splice."""
    return round((splice_at - at).total_seconds() * 1000)


def time_of(row: MarkerRow, zone: ZoneInfo) -> str:
    """House time of its arrival, with tenths."""
    return f"{text.clock(row.at, zone)}.{row.at.microsecond // 100_000}"
