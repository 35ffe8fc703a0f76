"""What the engineer's tables say: destinations, sources, the matrix of checks by channel. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.model.segment import OriginStatus
from app.model.states import ChannelState
from app.model.status import Alarm, ChannelStatus
from app.ui import text
from app.ui.alarm_book import Past
from app.ui.event_lines import severity_tone
from app.ui.grammar import Tone
from app.ui.icons import Icon
from app.ui.model_words import capitals, shown
from app.ui.tile_face import SLATE_SOURCE
from app.ui.words import _

DESTINATION_HEADS = (_("ORIGIN"), _("STATE"), _("PUSH"), _("QUEUE"), _("LOST"), _("LAST OK"))
SOURCE_HEADS = (_("SOURCE"), _("STATE"), _("REPEAT"), _("DROP"), _("LATE"))
PAST_HEADS = (_("FROM"), _("TO"), _("CHANNEL"), _("ALARM"))
OTHER = _("Other")
_CHECKS = {
    _("Source"): ("source", "feed", "slate", "rate"),
    _("Picture"): ("black", "freeze", "frozen", "bars", "picture"),
    _("Sound"): ("silence", "silent", "loudness", "peak", "phase", "clip", "sound", "audio"),
    _("Encode"): ("encoder", "late", "restart"),
    _("Delivery"): ("origin", "push", "delivery", "output"),
    _("Proof"): ("proof", "prove", "splice", "verdict", "evidence"),
}
CHECKS = (*_CHECKS, OTHER)


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell: words or an icon or both; ``says`` is its tool tip and what is read out."""

    words: str = ""
    icon: Icon | None = None
    tone: Tone = Tone.PLAIN
    says: str = ""


type Row = tuple[TableCell, ...]


def destination_rows(channel: ChannelStatus | None, zone: ZoneInfo) -> tuple[Row, ...]:
    """One row an origin of the channel."""
    return () if channel is None else tuple(_destination(name, one, zone) for name, one in channel.origins.items())


def _destination(name: str, origin: OriginStatus, zone: ZoneInfo) -> Row:
    if origin.last_error:
        state = TableCell(
            _("FAILING"),
            Icon.TRIANGLE,
            Tone.AMBER,
            _("{name} fails: {last_error}").format(name=name, last_error=origin.last_error),
        )
    elif origin.last_delivered_at is None:
        state = TableCell(_("NONE YET"), Icon.RING, Tone.QUIET, _("{name} has taken nothing yet").format(name=name))
    else:
        state = TableCell(_("TAKES"), Icon.CHECK, Tone.GREEN, _("{name} takes what it is sent").format(name=name))
    last = text.clock(origin.last_delivered_at, zone) if origin.last_delivered_at is not None else "–"
    push = _("{push_ms:.0f} ms").format(push_ms=origin.push_ms) if origin.last_delivered_at is not None else "–"
    return (
        TableCell(name, says=name),
        state,
        TableCell(push, says=_("latency of a push: {push}").format(push=push)),
        TableCell(
            str(origin.backlog), tone=Tone.AMBER if origin.backlog > 2 else Tone.PLAIN, says=_("objects waiting")
        ),
        TableCell(str(origin.lost), tone=Tone.RED if origin.lost else Tone.PLAIN, says=_("segments given up")),
        TableCell(last, says=_("last delivery at {last}").format(last=last)),
    )


def source_rows(channel: ChannelStatus | None) -> tuple[Row, ...]:
    """What the channel is on now; the sources it could go over to are in its show file."""
    if channel is None:
        return ()
    on_slate = channel.source == SLATE_SOURCE or channel.slate_by_hand
    if channel.state is not ChannelState.ON_AIR:
        state = TableCell(capitals(channel.state.value), Icon.BARRED_RING, Tone.QUIET)
    elif on_slate:
        state = TableCell(_("SLATE"), Icon.STRUCK_FRAME, Tone.AMBER if channel.slate_by_hand else Tone.RED)
    else:
        state = TableCell(_("ON AIR"), Icon.CHECK, Tone.GREEN)
    counts = (channel.repeated_frames, channel.dropped_frames, channel.late_frames)
    said = (_("pictures shown again"), _("pictures dropped"), _("pictures that came late"))
    figures = tuple(TableCell(str(n), says=f"{n} {words}") for n, words in zip(counts, said, strict=True))
    return ((TableCell(channel.source or "–", says=channel.source), state, *figures),)


def check_of(alarm: Alarm) -> str:
    """Which check an alarm belongs to, by the first word of its key; no alarm is left out."""
    first = alarm.key.replace(":", ".").split(".")[0]
    return next((check for check, words in _CHECKS.items() if first in words), OTHER)


def matrix_rows(channels: tuple[ChannelStatus, ...], *, lost: bool = False) -> tuple[Row, ...]:
    """A row a check, a column a channel behind the check's name. ``lost``: nothing of it is known to be so."""
    return tuple((TableCell(check), *(_check(channel, check, lost=lost) for channel in channels)) for check in CHECKS)


def _check(channel: ChannelStatus, check: str, *, lost: bool) -> TableCell:
    name = channel.title or channel.name
    if lost:
        return TableCell(
            icon=Icon.RING,
            tone=Tone.QUIET,
            says=_("{name}, {check}: not known, the engine is lost").format(name=name, check=check),
        )
    standing = [alarm for alarm in channel.alarms if check_of(alarm) == check]
    if standing:
        worst = min(standing, key=lambda alarm: alarm.severity != "critical")
        tone = severity_tone(worst.severity)
        icon = {Tone.RED: Icon.OCTAGON_CROSS, Tone.AMBER: Icon.TRIANGLE}.get(tone, Icon.NOTE)
        return TableCell(icon=icon, tone=tone, says=f"{name}, {check}: {'; '.join(a.text for a in standing)}")
    if channel.state is not ChannelState.ON_AIR:
        return TableCell(
            icon=Icon.BARRED_RING, tone=Tone.QUIET, says=_("{name}, {check}: off air").format(name=name, check=check)
        )
    return TableCell(icon=Icon.DOT, tone=Tone.GREEN, says=_("{name}, {check}: no alarm").format(name=name, check=check))


def past_row(past: Past, channel: str, zone: ZoneInfo) -> Row:
    """A cleared alarm, from when to when. ``channel``: its name on screen."""
    begin = text.clock(past.raised_at, zone) if past.raised_at is not None else _("before")
    end = text.clock(past.cleared_at, zone)
    says = _("{severity} from {begin} to {end}, channel {channel}: {says}").format(
        severity=shown(past.severity) or _("alarm"), begin=begin, end=end, channel=channel, says=past.says
    )
    tone = severity_tone(past.severity)
    icon = {Tone.RED: Icon.OCTAGON_CROSS, Tone.AMBER: Icon.TRIANGLE}.get(tone, Icon.NOTE)
    return (
        TableCell(begin, says=says),
        TableCell(end, says=says),
        TableCell(channel, says=says),
        TableCell(past.says, icon, Tone.PLAIN, says),
    )
