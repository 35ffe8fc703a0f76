"""The operator's verbs: key, command, and the reason why not. Pure; the engine has the last word on each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.model import commands
from app.model.states import BreakState, ChannelState
from app.model.status import BreakStatus, ChannelStatus, TemplateStatus, playing
from app.model.timebase import decimal_text, seconds_of
from app.ui import text
from app.ui.absence import Absence
from app.ui.con import con_reason
from app.ui.words import _

PRESETS_S = (Fraction(15), Fraction(30), Fraction(60), Fraction(90), Fraction(120), Fraction(180))
EXTEND_BY_S = Fraction(30)
LOCKED = _("panel locked")
_WAITING = (BreakState.CUED, BreakState.HELD)


class Verb(StrEnum):
    """What the cue column can do; the value is the word on the button."""

    CUE_NEXT = _("CUE NEXT")
    HOLD = _("HOLD")
    SKIP = _("SKIP")
    TAKE = _("TAKE")
    WITHDRAW = _("WITHDRAW")
    RETURN = _("RETURN")
    EXTEND = _("EXTEND")
    SLATE = _("SLATE")


@dataclass(frozen=True, slots=True)
class Wish:
    """Who asks, and the length and template chosen on the panel. ``new``: the length was pressed for a new break."""

    by: str
    preset_s: Fraction | None
    template: TemplateStatus | None = None
    new: bool = False

    @property
    def length_s(self) -> Fraction | None:
        """Of a new break: its template's, else the one chosen."""
        own_s = self.template.duration_s if self.template is not None else None
        return self.preset_s if own_s is None else own_s


type Reason = Callable[[ChannelStatus, Wish], str | None]
type Build = Callable[[ChannelStatus, Wish], commands.Command]


@dataclass(frozen=True, slots=True)
class Action:
    """One verb. ``cap``: its key as the button shows it; ``tells``: the tool tip's sentence."""

    verb: Verb
    key: str
    cap: str
    tells: str
    reason: Reason
    build: Build


def extended_s(status: ChannelStatus, wish: Wish) -> Fraction:
    """The open break's new length, counted from its OUT: 30 s more, or the chosen length if that is longer."""
    lasts = seconds_of(status.on_air.duration_ticks) if status.on_air is not None else Fraction(0)
    return max(lasts + EXTEND_BY_S, wish.preset_s or Fraction(0))


def withdraw_closed(status: ChannelStatus) -> bool:
    """Whether the pre-roll has passed the last frame at which a cancel is in time."""
    brk = status.current
    return brk is None or brk.withdraw_until_frame is None or status.frame > brk.withdraw_until_frame


def _state(status: ChannelStatus) -> BreakState | None:
    return status.current.state if status.current is not None else None


def _off_air(status: ChannelStatus) -> str | None:
    return None if status.state is ChannelState.ON_AIR else _("not on air")


def _cue_next(status: ChannelStatus, wish: Wish) -> str | None:
    already = {
        BreakState.CUED: _("cued already"),
        BreakState.HELD: _("held already"),
        BreakState.ARMED: _("armed already"),
        BreakState.ON_AIR: _("in break"),
    }
    if off := _off_air(status) or already.get(_state(status) or BreakState.PLANNED):
        return off
    return _("choose length") if _makes_new(status, wish) and wish.length_s is None else None


def _makes_new(status: ChannelStatus, wish: Wish) -> bool:
    """A template that was chosen is meant, whatever is planned, and a length that was pressed, not one that stands."""
    return status.next is None or wish.template is not None or wish.new


def _hold(status: ChannelStatus, _wish: Wish) -> str | None:
    if off := _off_air(status):
        return off
    if _state(status) in _WAITING:
        return None
    return {BreakState.ARMED: _("pre-roll runs"), BreakState.ON_AIR: _("in break")}.get(
        _state(status) or BreakState.PLANNED, _("nothing cued")
    )


def _skip(status: ChannelStatus, _wish: Wish) -> str | None:
    if off := _off_air(status):
        return off
    state = _state(status)
    if state is BreakState.ARMED:
        return _("too late")
    if state is BreakState.ON_AIR:
        return _("in break")
    return None if state in _WAITING or status.next is not None else _("none to skip")


def _take(status: ChannelStatus, _wish: Wish) -> str | None:
    if off := _off_air(status):
        return off
    state = _state(status)
    if state in _WAITING:
        return None
    if state is BreakState.ARMED:
        return _("taken already")
    return _("in break") if state is BreakState.ON_AIR else _("Nothing cued: CUE NEXT first")


def _withdraw(status: ChannelStatus, _wish: Wish) -> str | None:
    if _state(status) is not BreakState.ARMED or status.current is None:
        return _("only in pre-roll")
    if not withdraw_closed(status):
        return None
    closed, out = status.current.withdraw_until_frame, status.current.frame
    if closed is None or out is None:
        return _("closed")
    return _("closed {seconds} s before OUT").format(seconds=decimal_text(text.rate_of(status).ticks(out - closed), 1))


def _in_break(status: ChannelStatus, _wish: Wish) -> str | None:
    return None if status.on_air is not None else _("not in break")


def _slate(status: ChannelStatus, _wish: Wish) -> str | None:
    return _off_air(status)


def _cue_next_command(status: ChannelStatus, wish: Wish) -> commands.Command:
    name = wish.template.name if wish.template is not None else ""
    makes = _makes_new(status, wish)
    return commands.CueNext(
        channel=status.name,
        by=wish.by,
        duration_s=wish.length_s if makes else None,
        template=name,
        break_id=None if makes else _id(status.next),
    )


def _take_command(status: ChannelStatus, wish: Wish) -> commands.Command:
    return commands.Take(channel=status.name, by=wish.by, break_id=_id(status.current), playing=playing(status))


def _extend_command(status: ChannelStatus, wish: Wish) -> commands.Command:
    length_s = extended_s(status, wish)
    return commands.Extend(channel=status.name, by=wish.by, duration_s=length_s, break_id=_id(status.on_air))


def _slate_command(status: ChannelStatus, wish: Wish) -> commands.Command:
    return commands.Slate(channel=status.name, by=wish.by, on=not status.slate_by_hand)


def _hold_command(status: ChannelStatus, wish: Wish) -> commands.Command:
    on = _state(status) is not BreakState.HELD
    return commands.Hold(channel=status.name, by=wish.by, on=on, break_id=_id(status.current))


def _skip_command(status: ChannelStatus, wish: Wish) -> commands.Command:
    meant = status.current if _state(status) in _WAITING else status.next
    return commands.Skip(channel=status.name, by=wish.by, break_id=_id(meant))


def _withdraw_command(status: ChannelStatus, wish: Wish) -> commands.Command:
    return commands.Withdraw(channel=status.name, by=wish.by, break_id=_id(status.current))


def _return_command(status: ChannelStatus, wish: Wish) -> commands.Command:
    return commands.Return(channel=status.name, by=wish.by, break_id=_id(status.on_air))


def _id(brk: BreakStatus | None) -> str | None:
    return None if brk is None else brk.id


ACTIONS: dict[Verb, Action] = {
    action.verb: action
    for action in (
        Action(
            Verb.CUE_NEXT,
            "F8",
            "F8",
            _("Prepare the next break; with none, or a length or template pressed, a new one"),
            _cue_next,
            _cue_next_command,
        ),
        Action(Verb.HOLD, "F9", "F9", _("Keep the cued break from airing by itself"), _hold, _hold_command),
        Action(
            Verb.SKIP, "F10", "F10", _("Drop the cued break, or the next planned or booked one"), _skip, _skip_command
        ),
        Action(
            Verb.TAKE, "F12", "F12", _("Fire the cued break: its OUT lands one pre-roll from now"), _take, _take_command
        ),
        Action(
            Verb.WITHDRAW,
            "F7",
            "F7",
            _("Take the break back while its pre-roll runs"),
            _withdraw,
            _withdraw_command,
        ),
        Action(
            Verb.RETURN,
            "F11",
            "F11",
            _("Back to the programme on the first frame that can be a key frame"),
            _in_break,
            _return_command,
        ),
        Action(Verb.EXTEND, "F6", "F6", _("Make the open break longer"), _in_break, _extend_command),
        Action(Verb.SLATE, "Ctrl+Shift+F12", "⌃⇧F12", _("Slate on air by hand, or off again"), _slate, _slate_command),
    )
}


def refusal(
    verb: Verb, status: ChannelStatus | None, wish: Wish, *, locked: bool, absence: Absence | None = None
) -> str | None:
    """Why the verb can't be pressed now; None: it can. ``absence``: nobody would hear it."""
    if absence is not None:
        return absence.short
    if status is None:
        return _("no channel")
    return LOCKED if locked else con_reason(status, wish.by) or ACTIONS[verb].reason(status, wish)


def next_words(status: ChannelStatus, wish: Wish, planned_clock: str) -> str:
    """What CUE NEXT would cue."""
    if _makes_new(status, wish) or status.next is None:
        return (
            _("new, {preset}").format(preset=text.preset(wish.length_s))
            if wish.length_s is not None
            else _("choose length")
        )
    return (
        _("next {planned_clock}").format(planned_clock=planned_clock)
        if planned_clock
        else _("next, {length}").format(length=text.length(status.next.duration_ticks))
    )
