"""What the top strip and the status bar say about the whole show. Pure."""

from __future__ import annotations

import math
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from app.model.states import BreakState, ChannelState
from app.model.status import ChannelStatus, EngineStatus
from app.model.timebase import FrameRate
from app.ui import grammar, text
from app.ui.absence import Absence
from app.ui.grammar import Tone
from app.ui.tile_face import SLATE_SOURCE, source_lost
from app.ui.widgets.status_line import StatusFace, StatusLamp
from app.ui.widgets.strip import Count, StripFace
from app.ui.words import _

_LATE_FROM_MS = 100
_PREVIEWS_MOST = 25.0  # a second
_STORE_KEYS = ("store", "journal", "spool")


def strip_face(
    status: EngineStatus,
    show: str,
    now: datetime,
    zone: ZoneInfo,
    *,
    rate: FrameRate,
    unseen: int,
    roomy: bool,
    absence: Absence | None = None,
) -> StripFace:
    """The strip at ``now``; ``unseen``: alarms nobody has acknowledged; ``rate``: of the frames beside the clock."""
    channels = status.channels
    alarms = len(status.alarms) + sum(len(channel.alarms) for channel in channels)
    on_slate = [one for one in _on_air(channels) if one.source == SLATE_SOURCE or one.slate_by_hand]
    slate = grammar.SLATE if any(map(source_lost, on_slate)) or not on_slate else grammar.SLATE_BY_HAND
    counts: tuple[Count, ...] = (
        Count(grammar.ARMED, _in_state(channels, BreakState.ARMED), _("ARMED")),
        Count(grammar.IN_BREAK, _in_state(channels, BreakState.ON_AIR), _("IN BREAK") if roomy else _("BREAK")),
        Count(slate, len(on_slate), _("SLATE")),
        Count(grammar.WARNING, alarms, _("ALARM") if alarms == 1 else _("ALARMS")),
    )
    on_air = str(len(_on_air(channels)))
    if absence is not None:  # nothing of it is known to be so
        on_air, unseen = "–", 0
        promise = _(", coming back by itself") if roomy and absence.comes_back else ""
        mark = grammar.ENGINE_STOPPED if absence.ended else grammar.ENGINE_LOST
        counts = (Count(mark, 1, absence.headline + promise, number=""),)
    place = f" {text.city(zone)}" if roomy and text.city(zone) else ""
    return StripFace(
        show=show,
        on_air=f"{on_air}/{len(channels)}",
        on_air_word=_("REHEARSAL") if status.rehearsal else _("ON AIR"),
        counts=counts,
        fresh=_("{unseen} new").format(unseen=unseen) if unseen else "",
        clock=text.running_timecode(now, zone, rate) if roomy else (text.clock(now, zone), ""),
        date=text.date(now, zone, with_year=roomy),
        zone=text.utc_offset(now, zone) + place,
    )


def show_clock(channel: ChannelStatus | None) -> str:
    """How far the channel's show clock is behind (+) or ahead (−); nothing where it is on time, or has none."""
    late_s = channel.schedule.late_s if channel is not None and channel.schedule is not None else Fraction(0)
    whole = math.floor(abs(late_s))
    return _("show {it}{elapsed}").format(it="+" if late_s > 0 else "−", elapsed=text.elapsed(whole)) if whole else ""


def _on_air(channels: tuple[ChannelStatus, ...]) -> list[ChannelStatus]:
    return [channel for channel in channels if channel.state is ChannelState.ON_AIR]


def _in_state(channels: tuple[ChannelStatus, ...], state: BreakState) -> int:
    return sum(channel.current is not None and channel.current.state is state for channel in channels)


def status_face(status: EngineStatus, late_ms: float, *, roomy: bool, absence: Absence | None = None) -> StatusFace:
    """The status bar: the engine, how late the screen is, what the origins took; the store's own lamp. No keys yet."""
    if absence is not None:
        return StatusFace(absence.sentence, Tone.AMBER if absence.ended else Tone.RED)
    on_air = len(_on_air(status.channels))
    origins = [origin for channel in status.channels for origin in channel.origins.values()]
    delivered = sum(origin.delivered for origin in origins)
    waiting, lost = sum(origin.backlog for origin in origins), sum(origin.lost for origin in origins)
    worst = _(" at worst") if roomy else ""
    late = _("screen {late_ms:.0f} ms late{worst}").format(late_ms=late_ms, worst=worst)
    pushed = _("pushed {delivered}, waiting {waiting}").format(delivered=delivered, waiting=waiting) + (
        _(", lost {lost}").format(lost=lost) if lost else ""
    )
    words = _("Engine running, {counted} · {late} · {pushed}{short_of}").format(
        counted=text.counted(on_air, "{n} channel", "{n} channels"),
        late=late,
        pushed=pushed,
        short_of=_short_of(status),
    )
    tone = Tone.AMBER if lost or late_ms >= _LATE_FROM_MS else Tone.GREEN
    return StatusFace(words, tone, store=store_lamp(status))


def _short_of(status: EngineStatus) -> str:
    """What the machine has no room for: previews go first."""
    rates = [channel.preview_rate for channel in _on_air(status.channels) if _is_slowed(channel)]
    if not rates:
        return ""
    return (
        _(" · machine short: {rates:g} previews a second").format(rates=min(rates))
        if min(rates)
        else _(" · machine short: no previews")
    )


def _is_slowed(channel: ChannelStatus) -> bool:
    own = float(Fraction(channel.frame_rate)) if channel.frame_rate else 0.0
    return channel.preview_rate < min(own, _PREVIEWS_MOST)


def store_lamp(status: EngineStatus) -> StatusLamp:
    """As-run, journal and spool: quiet either way, as a slow disk never keeps a break from the air."""
    standing = [alarm for alarm in status.alarms if alarm.key.split(":")[0] in _STORE_KEYS]
    if not standing:
        return StatusLamp(_("Store"), Tone.GREEN)
    more = _(" (and {standing} more)").format(standing=len(standing) - 1) if len(standing) > 1 else ""
    return StatusLamp(_("Store: {text}{more}").format(text=standing[0].text, more=more), Tone.AMBER)
