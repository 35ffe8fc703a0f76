"""The largest number on the screen: to the next break, to the OUT, to the IN. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.model.states import BreakState
from app.model.status import BreakStatus
from app.ui import text
from app.ui.faces import Panel, RingFace, pre_roll_ring
from app.ui.grammar import Tone
from app.ui.icons import Icon
from app.ui.words import _

NO_TIME = "--:--"


@dataclass(frozen=True, slots=True)
class Countdown:
    """The card: a headline above the digits, a line below; or the ring with its two times (label, time)."""

    headline: str
    icon: Icon
    tone: Tone
    digits: str
    below: str
    ring: RingFace | None = None
    times: tuple[tuple[str, str], ...] = ()
    filled: bool = False
    aside: str = ""


def countdown(panel: Panel) -> Countdown:
    """The card's content for the panel's channel. Times on the wall clock hold while the engine is lost."""
    shown = _known(panel)
    if panel.absence is None or shown.ring is not None:
        return shown
    return replace(shown, below=_("{absence}: as last known").format(absence=panel.absence.short))


def _known(panel: Panel) -> Countdown:
    brk = panel.current
    if brk is not None and brk.state is BreakState.ARMED and brk.out_at is not None:
        return _pre_roll(panel, brk)
    if brk is not None and brk.state is BreakState.ON_AIR:
        return _in_break(panel, brk)
    if brk is not None and brk.state in {BreakState.CUED, BreakState.HELD}:
        return _waiting(panel, brk)
    return _next(panel)


def _pre_roll(panel: Panel, brk: BreakStatus) -> Countdown:
    left = panel.until(brk.out_at)
    times = [(_("OUT lands"), panel.timecode(brk.out_at))] if brk.out_at is not None else []
    if brk.withdraw_until_at is not None:
        times.append((_("WITHDRAW until"), panel.timecode(brk.withdraw_until_at)))
    digits = text.pre_roll(left)
    unit = (_("minutes") if ":" in digits else _("seconds")) if left > 0 else _("at OUT")
    return Countdown(_("PRE-ROLL"), Icon.OPEN_RING, Tone.AMBER, digits, unit, pre_roll_ring(panel), tuple(times))


def _in_break(panel: Panel, brk: BreakStatus) -> Countdown:
    left = panel.until(brk.in_at)
    below = _("IN lands {timecode}").format(timecode=panel.timecode(brk.in_at)) if brk.in_at is not None else ""
    return Countdown(
        _("IN BREAK · LEFT"),
        Icon.BARRED_BOX,
        Tone.RED,
        text.minutes(left),
        below if left > 0 else text.WAITING,
        filled=True,
        aside=_("of {length}").format(length=text.length(brk.duration_ticks)),
    )


def _waiting(panel: Panel, brk: BreakStatus) -> Countdown:
    held = brk.state is BreakState.HELD
    word, icon = (_("HELD"), Icon.PAUSE) if held else (_("CUED"), Icon.DIAMOND)
    if brk.out_at is None:
        return Countdown(
            _("{word} · waits for TAKE").format(word=word), icon, Tone.AMBER, NO_TIME, _("no planned time")
        )
    left, below = panel.until(brk.out_at), _("planned {timecode}").format(timecode=panel.timecode(brk.out_at))
    if left > 0:
        return Countdown(_("{word} · OUT planned in").format(word=word), icon, Tone.AMBER, text.minutes(left), below)
    return Countdown(_("{word} · past plan by").format(word=word), icon, Tone.AMBER, text.elapsed(-left), below)


def _next(panel: Panel) -> Countdown:
    waiting = panel.channel.next if panel.channel is not None else None
    if waiting is None:
        return Countdown(_("NO BREAK PLANNED"), Icon.NEXT, Tone.QUIET, NO_TIME, _("choose a length, then CUE NEXT"))
    if waiting.out_at is None:
        return Countdown(_("NEXT BREAK"), Icon.NEXT, Tone.QUIET, NO_TIME, _("waits to be cued and taken"))
    left = panel.until(waiting.out_at)
    return Countdown(
        _("NEXT BREAK IN"),
        Icon.NEXT,
        Tone.QUIET,
        text.minutes(left),
        _("planned {timecode}").format(timecode=panel.timecode(waiting.out_at)),
    )
