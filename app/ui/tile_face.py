"""What one tile says, worked out from the channel's status alone. Pure."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime

from app.model.states import BreakState, ChannelState
from app.model.status import Alarm, BreakStatus, ChannelStatus
from app.ui import grammar, text
from app.ui.faces import RingFace, ring_of
from app.ui.grammar import Mark, Tone
from app.ui.icons import Icon
from app.ui.tile_flags import Flag, flags_of
from app.ui.trail import ProofCount
from app.ui.words import _

SLATE_SOURCE = "slate"
STALE_FROM_S = 1.5
_RING_STEPS = 60  # in a small ring no finer one is seen, and each is drawn anew
_PROBED = ("picture.", "audio.")  # alarms of what is seen and heard
_PICTURE_FAULTS = (("black", grammar.BLACK), ("freeze", grammar.FROZEN), ("silence", grammar.SILENT))


@dataclass(frozen=True, slots=True)
class Chip:
    """A few words laid over the picture."""

    words: str
    tone: Tone
    icon: Icon | None = None


@dataclass(frozen=True, slots=True)
class TileFace:
    """One tile: state, what is wrong, countdown (a label and digits), proof, distance to the next break.

    ``off``: the picture is dimmed, as it is not what is on air now. ``flags``: the graver first. ``ring``: of a
    pre-roll; ``undo``: for how long WITHDRAW still undoes the take.
    """

    mark: Mark
    wrong: Chip | None
    count_label: str
    count: str
    count_tone: Tone
    proof: Chip | None
    next_in: str
    off: bool
    flags: tuple[Flag, ...] = ()
    ring: RingFace | None = None
    undo: str = ""


def tile_face(
    channel: ChannelStatus, proof: ProofCount, now: datetime, *, picture_s: float | None = None, lost: bool = False
) -> TileFace:
    """The face of a channel's tile at ``now``. ``picture_s``: the age of its picture; ``lost``: the engine is."""
    mark = channel_mark(channel)
    label, count, tone = _count(channel.current, now)
    stale = _stale(channel, picture_s, lost=lost)
    wrong = _wrong(channel, mark, now)
    return TileFace(
        mark=mark,
        wrong=stale or wrong if lost else wrong or stale,
        count_label=label,
        count=count,
        count_tone=tone,
        proof=_proof_chip(channel, proof),
        next_in=_next_in(channel, now),
        off=lost or stale is not None or channel.state in {ChannelState.OFF_AIR, ChannelState.FAILED},
        flags=() if lost or channel.state is not ChannelState.ON_AIR else flags_of(channel.quality),
        ring=_ring(channel.current, now),
        undo=_undo(channel.current, now),
    )


def quiet_key(channel: ChannelStatus, now: datetime, picture_s: float | None, *, lost: bool) -> Hashable | None:
    """What the face of a quiet channel is worked out from: the same again, the same face. None: it is not quiet."""
    if lost or channel.current is not None or channel.alarms or (picture_s is not None and picture_s >= STALE_FROM_S):
        return None
    flags, next_in = flags_of(channel.quality), _next_in(channel, now)
    return channel.state, channel.source, channel.slate_by_hand, channel.rehearsal, channel.title, flags, next_in


def _ring(current: BreakStatus | None, now: datetime) -> RingFace | None:
    ring = ring_of(current, now)
    return None if ring is None else RingFace(math.floor(ring.gone * _RING_STEPS) / _RING_STEPS, ring.late_from)


def _undo(current: BreakStatus | None, now: datetime) -> str:
    if current is None or current.state is not BreakState.ARMED or current.withdraw_until_at is None:
        return ""
    left_s = (current.withdraw_until_at - now).total_seconds()
    shown = text.pre_roll(left_s)
    return "" if left_s <= 0 else shown if ":" in shown else f"{shown} s"


def _stale(channel: ChannelStatus, picture_s: float | None, *, lost: bool) -> Chip | None:
    """A picture that looks alive and is not would be trusted."""
    if picture_s is None or picture_s < STALE_FROM_S or (channel.state is ChannelState.OFF_AIR and not lost):
        return None
    age = text.age(math.floor(picture_s)).replace(".0", "")
    given_up = channel.state is ChannelState.ON_AIR and not channel.preview_rate and not lost
    return Chip(
        _("preview paused {age}, machine busy").format(age=age) if given_up else _("picture {age} old").format(age=age),
        Tone.AMBER,
    )


def source_lost(channel: ChannelStatus) -> bool:
    """Whether the slate is on air, or about to be, because the source is lost."""
    if channel.state is not ChannelState.ON_AIR:
        return False
    return bool(_source_alarms(channel)) or (channel.source == SLATE_SOURCE and not channel.slate_by_hand)


def _source_alarms(channel: ChannelStatus) -> list[Alarm]:
    return [alarm for alarm in channel.alarms if alarm.severity == "critical" and alarm.key.startswith("source")]


def channel_mark(channel: ChannelStatus) -> Mark:  # noqa: PLR0911 - look.md's order of states, one a line
    """The state that is shown when several hold: fault, slate, in break, armed, warning, held, cued, on air."""
    in_break = channel.current is not None and channel.current.state is BreakState.ON_AIR
    if channel.state is ChannelState.FAILED or _faults(channel):
        return grammar.FAULT_IN_BREAK if in_break else grammar.FAULT
    if channel.state is not ChannelState.ON_AIR:
        return _resting(channel.state)
    if source_lost(channel):
        return grammar.SLATE_IN_BREAK if in_break else grammar.SLATE
    if channel.current is not None and channel.current.state in _BREAK_MARKS:
        return _BREAK_MARKS[channel.current.state]
    if channel.slate_by_hand:
        return grammar.SLATE_BY_HAND
    if warnings := _warnings(channel):
        return _warning_mark(warnings[0])
    return _waiting_mark(channel.current, grammar.REHEARSAL if channel.rehearsal else grammar.ON_AIR)


_BREAK_MARKS = {BreakState.ON_AIR: grammar.IN_BREAK, BreakState.ARMED: grammar.ARMED}


def _waiting_mark(current: BreakStatus | None, quiet: Mark) -> Mark:
    if current is not None and current.state is BreakState.HELD:
        return grammar.HELD
    return grammar.CUED if current is not None and current.state is BreakState.CUED else quiet


def _resting(state: ChannelState) -> Mark:
    if state is ChannelState.STARTING:
        return grammar.STARTING
    return grammar.STOPPING if state is ChannelState.STOPPING else grammar.OFF_AIR


def _faults(channel: ChannelStatus) -> list[Alarm]:
    """Critical alarms, but for the lost source, which the slate tells, and what is seen or heard: it has its words."""
    sources = _source_alarms(channel)
    critical = [alarm for alarm in channel.alarms if alarm.severity == "critical" and alarm not in sources]
    return [alarm for alarm in critical if not alarm.key.startswith(_PROBED)]


def _warnings(channel: ChannelStatus) -> list[Alarm]:
    """The graver first."""
    probed = [one for one in channel.alarms if one.severity == "critical" and one.key.startswith(_PROBED)]
    return [*probed, *(one for one in channel.alarms if one.severity == "warning")]


def _warning_mark(alarm: Alarm) -> Mark:
    named = (mark for part, mark in _PICTURE_FAULTS if part in alarm.key)
    return next(named, grammar.WARNING)


def _wrong(channel: ChannelStatus, mark: Mark, now: datetime) -> Chip | None:
    if mark in {grammar.FAULT, grammar.FAULT_IN_BREAK}:
        faults = _faults(channel)
        return Chip(faults[0].text if faults else _("channel has failed"), Tone.RED)
    if source_lost(channel):
        lost = _source_alarms(channel)
        if not lost:
            return Chip(_("source lost"), Tone.RED)
        return Chip(f"{lost[0].text} {text.elapsed((now - lost[0].raised_at).total_seconds())}", Tone.RED)
    if channel.state is ChannelState.ON_AIR:
        warnings = _warnings(channel)
        return Chip(warnings[0].text, Tone.AMBER) if warnings else None
    return None


def _count(current: BreakStatus | None, now: datetime) -> tuple[str, str, Tone]:
    if current is None:
        return "", "", Tone.QUIET
    if current.state is BreakState.ARMED and current.out_at is not None:
        shown = text.pre_roll((current.out_at - now).total_seconds())
        return _("OUT in"), shown if ":" in shown else f"{shown} s", Tone.AMBER
    if current.state is BreakState.ON_AIR and current.in_at is not None:
        return _("LEFT"), text.minutes((current.in_at - now).total_seconds()), Tone.RED
    return "", "", Tone.QUIET


def _proof_chip(channel: ChannelStatus, proof: ProofCount) -> Chip | None:
    if channel.current is None or channel.current.state is not BreakState.ON_AIR or not proof.total:
        return None
    if proof.bad:
        return Chip(_("{proof} not landed").format(proof=proof), Tone.RED, Icon.STRUCK_RING)
    if proof.landed == proof.total:
        return Chip(_("{proof} landed").format(proof=proof), Tone.GREEN, Icon.CHECK_DISC)
    return Chip(_("{proof} landed").format(proof=proof), Tone.PLAIN, Icon.RING) if proof.landed else None


def _next_in(channel: ChannelStatus, now: datetime) -> str:
    waiting = channel.current if channel.current is not None else channel.next
    if channel.state is not ChannelState.ON_AIR or waiting is None or waiting.out_at is None:
        return ""
    if waiting.state in _BREAK_MARKS or waiting.out_at < now:
        return ""
    return text.minutes((waiting.out_at - now).total_seconds())
