"""What each button of the cue column says, before, while and after it is pressed. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from zoneinfo import ZoneInfo

from app.model.states import BreakState
from app.model.status import BreakStatus, ChannelStatus, UpcomingBreak
from app.model.timebase import span_of
from app.ui import text
from app.ui.absence import Absence
from app.ui.actions import ACTIONS, Verb, Wish, extended_s, next_words, refusal
from app.ui.coming import met_by
from app.ui.icons import Icon
from app.ui.presses import Press, Stage
from app.ui.trail import BreakTrail, ProofCount
from app.ui.words import _

LANDED_FOR_S = 10.0
OFF_PLAN_FROM_S = 10.0


_NO_PROOF = ProofCount(0, 0, 0)


class Kind(Enum):
    """The button's dress."""

    PRIMARY = auto()
    READY = auto()
    DISABLED = auto()
    PRESSED = auto()
    HELD = auto()
    ARMED = auto()
    IN_BREAK = auto()
    LANDED = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class RingFace:
    """A pre-roll as parts of a turn, clockwise from 12 o'clock: what is over, and where a cancel gets too late."""

    gone: float
    late_from: float


@dataclass(frozen=True, slots=True)
class Face:
    """One button: ``word`` and ``cap`` above, ``line`` and ``right`` below, an amber ``tag`` between."""

    kind: Kind
    word: str
    line: str
    right: str = ""
    icon: Icon | None = None
    cap: str = ""
    tag: str = ""
    ring: RingFace | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything the faces are made from: the selected channel at one moment."""

    channel: ChannelStatus | None
    now: datetime
    zone: ZoneInfo
    wish: Wish
    locked: bool = False
    absence: Absence | None = None
    trail: BreakTrail | None = None
    proof: ProofCount = _NO_PROOF

    @property
    def current(self) -> BreakStatus | None:
        """The cued, held, armed or open break."""
        return self.channel.current if self.channel is not None else None

    def is_state(self, state: BreakState) -> bool:
        """Whether the current break is in it."""
        return self.current is not None and self.current.state is state

    def timecode(self, moment: datetime) -> str:
        """House time to the frame."""
        return text.timecode(moment, self.zone, text.rate_of(self.channel))

    def until(self, moment: datetime | None) -> float:
        """Seconds from now; 0 for a time that isn't known."""
        return (moment - self.now).total_seconds() if moment is not None else 0.0


def face(verb: Verb, panel: Panel, press: Press | None, now_s: float) -> Face:
    """The face of a verb's button; a press that still stands comes before the state."""
    resting = resting_face(verb, panel)
    return resting if press is None else _pressed(resting, press, now_s)


def _pressed(resting: Face, press: Press, now_s: float) -> Face:
    plain = replace(resting, right="", tag="", ring=None)
    big = press.verb is Verb.TAKE
    match press.stage:
        case Stage.SENT:
            return replace(plain, kind=Kind.PRESSED, line=_("sent"))
        case Stage.ACCEPTED if big:
            return replace(
                plain,
                kind=Kind.PRESSED,
                line=_("accepted"),
                right=_("{answer_ms} ms").format(answer_ms=press.answer_ms),
            )
        case Stage.ACCEPTED:
            return replace(plain, kind=Kind.PRESSED, line=_("sent {answer_ms} ms").format(answer_ms=press.answer_ms))
        case Stage.REFUSED:
            return replace(plain, kind=Kind.REFUSED, icon=_refused_icon(big), line=press.reason, why=press.reason)
        case Stage.SILENT:
            words = _("engine silent {elapsed}").format(elapsed=text.elapsed(press.waited_s(now_s)))
            return replace(plain, kind=Kind.REFUSED, icon=_refused_icon(big), line=words, why=words)
        case Stage.NUDGED:
            return replace(resting, kind=Kind.REFUSED, line=press.reason) if resting.line == press.reason else resting


def _refused_icon(big: bool) -> Icon | None:
    return Icon.OCTAGON_CROSS if big else None


def resting_face(verb: Verb, panel: Panel) -> Face:
    """The face while no press stands."""
    reason = refusal(verb, panel.channel, panel.wish, locked=panel.locked, absence=panel.absence)
    if verb is Verb.TAKE:
        return _take(panel, reason)
    if verb is Verb.WITHDRAW:
        return _withdraw(panel, reason)
    shown = _FACES[verb](panel)
    if reason is None or (shown.kind is Kind.LANDED and panel.absence is None):
        return shown
    return Face(Kind.DISABLED, verb.value, reason, cap=ACTIONS[verb].cap, why=reason)


def _take(panel: Panel, reason: str | None) -> Face:
    cap, brk = ACTIONS[Verb.TAKE].cap, panel.current
    if panel.absence is not None:
        kind, icon = (Kind.DISABLED, Icon.PLAY) if panel.absence.ended else (Kind.REFUSED, Icon.OCTAGON_CROSS)
        return Face(kind, _("TAKE"), panel.absence.words, "", icon, cap, why=panel.absence.words)
    if brk is not None and panel.is_state(BreakState.ARMED) and brk.out_at is not None:
        line, right = (
            _("OUT lands {timecode}").format(timecode=panel.timecode(brk.out_at)),
            text.in_seconds(panel.until(brk.out_at)),
        )
        return Face(Kind.ARMED, _("TAKEN"), line, right, Icon.OPEN_RING, cap)
    if brk is not None and panel.is_state(BreakState.ON_AIR) and brk.out_at is not None:
        landed = panel.proof.total > 0 and panel.proof.landed == panel.proof.total
        line = _("OUT {it} {timecode}").format(
            it=_("landed") if landed else _("spliced"), timecode=panel.timecode(brk.out_at)
        )
        count = str(panel.proof) if panel.proof.total else ""
        return Face(Kind.IN_BREAK, _("IN BREAK"), line, count, Icon.BARRED_BOX, cap)
    if reason is not None:
        icon = Icon.LOCK if panel.locked else Icon.PLAY
        return Face(Kind.DISABLED, _("TAKE"), reason, "", icon, cap, why=reason)
    return _ready_take(panel, cap)


def _ready_take(panel: Panel, cap: str) -> Face:
    channel, brk = panel.channel, panel.current
    if channel is None or brk is None or channel.take_lands_frame is None or channel.first_frame_at is None:
        return Face(Kind.PRIMARY, _("TAKE"), _("OUT lands one pre-roll from now"), "", Icon.PLAY, cap)
    lands = text.frame_at(channel.first_frame_at, text.rate_of(channel), channel.take_lands_frame)
    right = text.in_seconds(panel.until(lands))
    if channel.pre_roll_ticks == 0:
        return Face(Kind.HELD, _("TAKE"), _("no pre-roll, proves late"), right, Icon.PLAY, cap)
    line = _("OUT lands {timecode}").format(timecode=panel.timecode(lands))
    met = met_by(channel, lands, span_of(brk.duration_ticks), but=brk.id)
    tag = _off_plan(brk.out_at, lands) if met is None else _meets(met, panel)
    return Face(Kind.PRIMARY, _("TAKE"), line, right, Icon.PLAY, cap, tag=tag)


def _meets(met: UpcomingBreak, panel: Panel) -> str:
    """A TAKE now would be in the way of what is booked."""
    return _("meets {clock}").format(clock=text.clock(met.at, panel.zone)) if met.at is not None else ""


def _off_plan(planned: datetime | None, lands: datetime) -> str:
    """How far a TAKE now would be off the plan, from 10 s up: ``3:40 early``."""
    if planned is None:
        return ""
    ahead = (planned - lands).total_seconds()
    if abs(ahead) < OFF_PLAN_FROM_S:
        return ""
    shown = text.elapsed(abs(ahead)).removeprefix("0")
    return _("{shown} early").format(shown=shown) if ahead > 0 else _("{shown} late").format(shown=shown)


def _withdraw(panel: Panel, reason: str | None) -> Face:
    cap, brk, ring = ACTIONS[Verb.WITHDRAW].cap, panel.current, pre_roll_ring(panel)
    if reason is None and brk is not None:
        left = f"{text.pre_roll(panel.until(brk.withdraw_until_at))} s"
        return Face(
            Kind.PRIMARY,
            _("WITHDRAW"),
            _("undo the take: open {left} more").format(left=left),
            "",
            Icon.UNDO,
            cap,
            ring=ring,
        )
    trail = panel.trail
    withdrawn_at = trail.withdrawn_at if brk is None and trail is not None else None
    if withdrawn_at is not None and -panel.until(withdrawn_at) < LANDED_FOR_S:
        return Face(Kind.READY, _("WITHDRAWN"), _("cancel sent, nothing airs"), "", Icon.UNDO)
    return Face(Kind.DISABLED, _("WITHDRAW"), reason or "", "", Icon.UNDO, cap, ring=ring, why=reason or "")


def pre_roll_ring(panel: Panel) -> RingFace | None:
    """The ring of the panel's break."""
    return ring_of(panel.current, panel.now)


def ring_of(brk: BreakStatus | None, now: datetime) -> RingFace | None:
    """The ring of an armed break; None when no pre-roll runs."""
    if brk is None or brk.state is not BreakState.ARMED or brk.out_at is None or brk.armed_at is None:
        return None
    whole = max((brk.out_at - brk.armed_at).total_seconds(), 0.001)
    gone = min(1.0, max(0.0, 1 - (brk.out_at - now).total_seconds() / whole))
    late = (brk.out_at - (brk.withdraw_until_at or brk.armed_at)).total_seconds()
    return RingFace(gone, min(1.0, max(0.0, 1 - late / whole)))


def _cue_next(panel: Panel) -> Face:
    planned = panel.channel.next if panel.channel is not None else None
    at = text.clock(planned.out_at, panel.zone) if planned is not None and planned.out_at is not None else ""
    line = next_words(panel.channel, panel.wish, at) if panel.channel is not None else ""
    return Face(Kind.READY, _("CUE NEXT"), line, cap=ACTIONS[Verb.CUE_NEXT].cap)


def _hold(panel: Panel) -> Face:
    cap = ACTIONS[Verb.HOLD].cap
    if panel.is_state(BreakState.HELD):
        return Face(Kind.HELD, _("HELD"), _("press to go on"), cap=cap)
    return Face(Kind.READY, _("HOLD"), _("keep cued"), cap=cap)


def _skip(panel: Panel) -> Face:
    line = _("drop it") if panel.current is not None else _("drop the next")
    return Face(Kind.READY, _("SKIP"), line, cap=ACTIONS[Verb.SKIP].cap)


def _return(panel: Panel) -> Face:
    cap, trail, brk = ACTIONS[Verb.RETURN].cap, panel.trail, panel.current
    if brk is None and trail is not None and trail.in_at is not None and -panel.until(trail.in_at) < LANDED_FOR_S:
        proved = panel.proof.total > 0 and panel.proof.landed == panel.proof.total
        return Face(
            Kind.LANDED,
            _("RETURN"),
            _("landed {proof}").format(proof=panel.proof) if proved else _("IN spliced"),
            cap=cap,
        )
    if brk is not None and trail is not None and trail.break_id == brk.id and trail.in_announced:
        return Face(
            Kind.READY,
            _("RETURN"),
            _("IN {in_seconds}").format(in_seconds=text.in_seconds(panel.until(brk.in_at))),
            cap=cap,
        )
    return Face(Kind.READY, _("RETURN"), _("IN at once"), cap=cap)


def _extend(panel: Panel) -> Face:
    if panel.channel is None:
        return Face(Kind.READY, _("EXTEND"), "", cap=ACTIONS[Verb.EXTEND].cap)
    total_ticks = int(extended_s(panel.channel, panel.wish) * 90_000)
    return Face(
        Kind.READY, _("EXTEND"), _("to {length}").format(length=text.length(total_ticks)), cap=ACTIONS[Verb.EXTEND].cap
    )


def _slate(panel: Panel) -> Face:
    cap = ACTIONS[Verb.SLATE].cap
    if panel.channel is not None and panel.channel.slate_by_hand:
        return Face(Kind.ARMED, _("SLATE"), _("on by hand"), cap=cap)
    return Face(Kind.READY, _("SLATE"), _("goes on air"), cap=cap)


_FACES = {
    Verb.CUE_NEXT: _cue_next,
    Verb.HOLD: _hold,
    Verb.SKIP: _skip,
    Verb.RETURN: _return,
    Verb.EXTEND: _extend,
    Verb.SLATE: _slate,
}
