"""What changes the air: frozen commands, the same from a key, a list, a script or a test.

JSON form (design contract, ``--commands``): ``{"command": "insert_break", "channel": …, "duration"?, "by"?, …}``.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import ClassVar

from app.model.errors import UsageError
from app.model.quality_limits import QualityLimits
from app.model.rundown import BreakPlan
from app.model.schedule import AirMode
from app.model.schedule_limits import ScheduleLimits
from app.model.signalling import Template, template_named
from app.model.when import When, parse_duration
from app.model.wire import Plain, from_plain, to_plain


def new_id() -> str:
    """A key that no other break or command has."""
    return uuid.uuid4().hex[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """``by``: who gave it; ``id``: answers name it."""

    name: ClassVar[str] = ""
    channel: str
    by: str = "unknown"
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBreak(Command):
    """Put a break into the channel's rundown; with a time it airs by itself.

    ``mode``: MANUAL enters it cued, HOLD cued and held; refused where another break is.
    """

    name: ClassVar[str] = "plan_break"
    plan: BreakPlan
    mode: AirMode = AirMode.AUTO


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertBreak(Command):
    """A new break, taken at once: OUT lands one pre-roll from now.

    ``immediate``: no pre-roll; it airs on the first frame that can be an IDR and proves late on receivers.
    ``duration_s`` None: its template's.
    """

    name: ClassVar[str] = "insert_break"
    duration_s: Fraction | None = None
    title: str = ""
    immediate: bool = False
    template: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfBreak(Command):
    """``break_id``: the break that whoever gives it saw; refused where it would be another. None: whichever it is."""

    break_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CueNext(OfBreak):
    """Prepare the next planned break, or with ``duration_s`` or ``template`` a new one that waits for TAKE."""

    name: ClassVar[str] = "cue_next"
    duration_s: Fraction | None = None
    title: str = ""
    template: str = ""

    @property
    def makes_break(self) -> bool:
        """Whether it cues a new break, not the next one."""
        return self.duration_s is not None or bool(self.template)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(OfBreak):
    """Keep a cued break from airing by itself; again: let it go. ``on``: which of both, refused where it is so."""

    name: ClassVar[str] = "hold"
    on: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Take(OfBreak):
    """Fire the cued or held break: OUT lands one pre-roll from now.

    ``playing``: what whoever takes saw on air (``status.playing``); refused when that has changed. ``gang``: takes of
    several channels that are one take have the same, and name all their channels in ``members``.
    """

    name: ClassVar[str] = "take"
    playing: str | None = None
    gang: str = ""
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip(OfBreak):
    """Drop the cued or held break, or else the next planned one; ``splice_event_id``: that one and no other."""

    name: ClassVar[str] = "skip"
    splice_event_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Return(OfBreak):
    """Back to the programme on the first frame that can still be an IDR, or so much later.

    ``splice_event_id``: refused when another break is on air.
    """

    name: ClassVar[str] = "return"
    lands_in_s: Fraction = Fraction(0)
    splice_event_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend(OfBreak):
    """The break's new length, counted from its OUT; None: 30 s more."""

    name: ClassVar[str] = "extend"
    duration_s: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(OfBreak):
    """Take a break back in its pre-roll: the cancel is sent, nothing stays in the playlists.

    ``splice_event_id``: which; None: the one whose OUT comes first.
    """

    name: ClassVar[str] = "withdraw"
    splice_event_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slate(Command):
    """Slate on air by hand. ``on`` None: the other of what it is."""

    name: ClassVar[str] = "slate"
    on: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleCommand(Command):
    """To the planner of a channel, not to its breaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftSchedule(ScheduleCommand):
    """Air the breaks from this one on, to the end of its broadcast day, so much later (or earlier) than booked."""

    name: ClassVar[str] = "shift_schedule"
    from_break_id: str
    by_s: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class SetShowClock(ScheduleCommand):
    """The show runs so late: all that is booked by time airs so much later, until it is set again."""

    name: ClassVar[str] = "set_show_clock"
    late_s: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerMissed(ScheduleCommand):
    """What becomes of a break whose time passed without it, and that asks."""

    name: ClassVar[str] = "answer_missed"
    break_id: str
    air: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConCommand(Command):
    """Who may cue a channel. While nobody has its con, anybody may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeCon(ConCommand):
    """Have the con where nobody has it; ``force``: take it from whoever has."""

    name: ClassVar[str] = "take_con"
    force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HandCon(ConCommand):
    """Offer one's con to ``to``, who has it once they accept; "": take the offer back."""

    name: ClassVar[str] = "hand_con"
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptCon(ConCommand):
    """Take over what was offered."""

    name: ClassVar[str] = "accept_con"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseCon(ConCommand):
    """Give one's con up: anybody may cue again."""

    name: ClassVar[str] = "release_con"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeChannel(Command):
    """Settings that a channel takes on as it runs, each whole; None: as it is. What else differs waits for a restart.

    Refused where a break that waits, or the source's own, would lose its template.
    """

    name: ClassVar[str] = "change_channel"
    templates: tuple[Template, ...] | None = None
    quality: QualityLimits | None = None
    schedule: ScheduleLimits | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(Command):
    """End the channel cleanly: an open break is closed with its IN."""

    name: ClassVar[str] = "stop"


COMMANDS: dict[str, type[Command]] = {
    kind.name: kind
    for kind in (
        *(PlanBreak, InsertBreak, CueNext, Hold, Take, Skip, Return, Extend, Withdraw, Slate, Stop),
        *(ShiftSchedule, SetShowClock, AnswerMissed),
        *(TakeCon, HandCon, AcceptCon, ReleaseCon),
        ChangeChannel,
    )
}

NOT_SCRIPTED = (PlanBreak.name, ChangeChannel.name)  # a list of breaks and a show file say these
CARRIED_OVER = (PlanBreak, InsertBreak, Return, Stop)  # given once, they hold, whatever dies before they are answered


def command_to_plain(command: Command) -> dict[str, Plain]:
    """The command as JSON values, lossless."""
    fields = to_plain(command)
    return {"command": command.name, **(fields if isinstance(fields, dict) else {})}


def command_from_plain(value: Plain) -> Command:
    """The inverse of ``command_to_plain``; ValueError where it doesn't fit."""
    if not isinstance(value, dict):
        raise ValueError("a command is a JSON object")
    fields = dict(value)
    kind = COMMANDS.get(str(fields.pop("command", None)))
    if kind is None:
        raise ValueError(f"unknown command {value.get('command')!r}")
    command: Command = from_plain(kind, fields)
    return command


_SECONDS = re.compile(r"[+-]?\d{1,6}(?:\.\d{1,9})?", re.ASCII)
_SCRIPT_FIELDS = {
    "insert_break": {"duration", "title", "at", "id", "immediate", "template"},
    "cue_next": {"duration", "title", "template"},
    "extend": {"duration"},
    "hold": {"on"},
    "slate": {"on"},
    "take_con": {"force"},
    "hand_con": {"to"},
    "shift_schedule": {"from", "by_s"},
    "set_show_clock": {"late"},
    "answer_missed": {"id", "air"},
}


def command_from_script(
    fields: Mapping[str, object],
    where: str,
    channels: tuple[str, ...],
    templates: Mapping[str, tuple[Template, ...]] = MappingProxyType({}),
) -> Command:
    """A command in the form of ``--commands`` (seconds under ``duration``); UsageError says what is wrong.

    ``channel`` may be left out where the show has one. ``insert_break`` with ``at`` plans instead of taking.
    ``templates``: of each channel that has some; one of them may give the duration.
    """
    given = {key: value for key, value in fields.items() if key != "after"}
    name = given.pop("command", None)
    if not isinstance(name, str) or name not in COMMANDS or name in NOT_SCRIPTED:
        known = ", ".join(kind for kind in COMMANDS if kind not in NOT_SCRIPTED)
        raise UsageError(where, f"unknown command {name!r}", f"known are {known}")
    channel = given.pop("channel", channels[0] if len(channels) == 1 else None)
    if channel not in channels:
        raise UsageError(where, f"unknown channel {channel!r}", f"the show has {', '.join(channels)}")
    by = given.pop("by", "script")
    unknown = sorted(given.keys() - _SCRIPT_FIELDS.get(name, set()))
    if unknown:
        raise UsageError(where, f"{name} takes no {unknown[0]!r}")
    try:
        template = None
        if "template" in given:
            template = template_named(templates.get(str(channel), ()), str(given["template"]))
        if issubclass(COMMANDS[name], ScheduleCommand):
            return _of_schedule(name, {"channel": str(channel), "by": str(by)}, given)
        return _scripted(name, str(channel), str(by), given, template)
    except (ValueError, TypeError) as error:
        raise UsageError(where, str(error)) from error


def _scripted(name: str, channel: str, by: str, given: dict[str, object], template: Template | None) -> Command:
    fields: dict[str, object] = {"channel": channel, "by": by}
    if "duration" in given:
        fields["duration_s"] = parse_duration(str(given["duration"]))
    for text in ("title", "template", "to"):
        if text in given:
            fields[text] = str(given[text])
    for flag in ("immediate", "on", "force"):
        if flag in given:
            if not isinstance(given[flag], bool):
                raise ValueError(f"{flag} is true or false, not {given[flag]!r}")
            fields[flag] = given[flag]
    if name == InsertBreak.name:
        duration_s = parse_duration(str(given["duration"])) if "duration" in given else None
        duration_s = template.duration_s if duration_s is None and template else duration_s
        if duration_s is None:
            raise ValueError('insert_break needs "duration" in seconds, or a "template" that has one')
        if "at" in given:
            return _planned(channel, by, given, duration_s)
    return COMMANDS[name](**fields)  # type: ignore[arg-type]  # the keys were checked against the fields above


def _of_schedule(name: str, fields: dict[str, object], given: Mapping[str, object]) -> Command:
    missing = sorted(_SCRIPT_FIELDS[name] - given.keys())
    if missing:
        raise ValueError(f"{name} needs {missing[0]!r}")
    if name == ShiftSchedule.name:
        fields |= {"from_break_id": str(given["from"]), "by_s": _seconds(given["by_s"])}
    elif name == SetShowClock.name:
        fields["late_s"] = _seconds(given["late"])
    elif isinstance(given["air"], bool):
        fields |= {"break_id": str(given["id"]), "air": given["air"]}
    else:
        raise ValueError(f"air is true or false, not {given['air']!r}")
    return COMMANDS[name](**fields)  # type: ignore[arg-type]  # as above


def _seconds(value: object) -> Fraction:
    """With a sign: what is early is below 0."""
    text = str(value)
    if isinstance(value, bool) or not _SECONDS.fullmatch(text):
        raise ValueError(f"{text[:40]!r} are no seconds")
    return Fraction(text)


def _planned(channel: str, by: str, given: dict[str, object], duration_s: Fraction) -> PlanBreak:
    key = str(given.get("id") or new_id())
    at = When.parse(str(given["at"]))
    template = str(given.get("template", ""))
    title = str(given.get("title", template))
    plan = BreakPlan(id=key, channel=channel, at=at, duration_s=duration_s, title=title, template=template)
    return PlanBreak(channel=channel, by=by, plan=plan)
