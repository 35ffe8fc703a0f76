"""Events as lines of the event list. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.model import events
from app.model.states import ProofState
from app.model.timebase import decimal_text
from app.ui import text
from app.ui.grammar import Tone
from app.ui.icons import Icon
from app.ui.model_words import capitals
from app.ui.words import _


@dataclass(frozen=True, slots=True)
class EventLine:
    """One line: house time, the channel's name, icon and word, and a sentence. ``about``: channel and break."""

    time: str
    channel: str
    icon: Icon
    word: str
    tone: Tone
    says: str
    about: tuple[str, str] | None = None


type _Told = tuple[Icon, str, Tone, str]


def event_line(event: events.Event, zone: ZoneInfo, channel: str) -> EventLine | None:
    """The line of an event under the name its channel has on screen; None for those too many to list (segments).

    Markers of a source are on the page beside; here only those that change the air, or can't be read.
    """
    if isinstance(event, events.SegmentWritten | events.SegmentDelivered | events.EvidenceKept):
        return None
    if isinstance(event, events.FeedCueSeen) and (not event.problem or event.repeats):
        return None
    if isinstance(event, events.FeedCueHandled) and event.action not in {"relayed", "acted"}:
        return None
    icon, word, tone, says = _told(event, zone)
    about = (event.channel, event.break_id) if isinstance(event, events.BreakEvent) else None
    return EventLine(text.clock(event.at, zone), channel, icon, word, tone, says, about)


def _told(event: events.Event, zone: ZoneInfo) -> _Told:
    if isinstance(event, events.BreakEvent):
        return _break(event, zone)
    return _channel(event)


def _channel(event: events.Event) -> _Told:  # noqa: C901, PLR0911, PLR0912 - an event a line
    match event:
        case events.ChannelStarted():
            gap = (
                ""
                if event.gap_ms is None
                else _(", {seconds} s missing before it").format(seconds=decimal_text(event.gap_ms * 90, 1))
            )
            return (
                Icon.DOT,
                _("ON AIR"),
                Tone.PLAIN,
                _("{frame_rate} frames a second{gap}").format(frame_rate=event.frame_rate, gap=gap),
            )
        case events.EngineStarted():
            down = (
                ""
                if event.down_ms is None
                else _(", down {seconds} s").format(seconds=decimal_text(event.down_ms * 90, 1))
            )
            again = "" if event.life == 1 else _(", start {life} of this run{down}").format(life=event.life, down=down)
            tone = Tone.PLAIN if event.life == 1 else Tone.AMBER
            return Icon.PLAY_RING, _("ENGINE"), tone, _("process {pid} runs{again}").format(pid=event.pid, again=again)
        case events.ChannelStopped():
            tone = Tone.RED if event.reason else Tone.QUIET
            return Icon.BARRED_RING, _("OFF AIR"), tone, event.reason or _("stopped as asked")
        case events.SourceChanged(source="slate"):
            return Icon.STRUCK_FRAME, _("SLATE"), Tone.RED, event.reason or _("slate on air")
        case events.SourceChanged():
            return (
                Icon.PLAY,
                _("SOURCE"),
                Tone.QUIET,
                _and_why(_("{source} on air").format(source=event.source), event.reason),
            )
        case events.SegmentLost():
            said = _("{origin} will not have segment {sequence}: {reason}").format(
                origin=event.origin, sequence=event.sequence, reason=event.reason
            )
            return Icon.STRUCK_RING, _("LOST"), Tone.RED, said
        case events.AlarmRaised():
            icon = Icon.OCTAGON_CROSS if event.severity == "critical" else Icon.TRIANGLE
            return icon, capitals(event.severity), severity_tone(event.severity), event.text
        case events.AlarmCleared():
            return Icon.CHECK, _("CLEARED"), Tone.QUIET, event.text or event.key
        case events.FeedCueSeen():
            return (
                Icon.TRIANGLE,
                _("MARKER"),
                Tone.AMBER,
                _("PID {pid} brought what is no marker: {problem}").format(pid=event.pid, problem=event.problem),
            )
        case events.FeedCueHandled():
            said = (
                _("a marker of the source, on frame {frame}").format(frame=event.frame)
                if event.frame is not None
                else _("a marker of the source")
            )
            return Icon.CHECK, event.action.upper(), Tone.PLAIN, _and_why(said, event.reason)
        case events.ScheduleImported():
            icon, tone = (Icon.TRIANGLE, Tone.AMBER) if _doubts(event) else (Icon.CHECK, Tone.PLAIN)
            done = _("{added} added, {changed} changed, {removed} removed").format(
                added=event.added, changed=event.changed, removed=event.removed
            )
            return icon, _("IMPORTED"), tone, f"{event.file}: {done}{_doubts(event)}"
        case events.ScheduleRefused():
            return (
                Icon.OCTAGON_CROSS,
                _("REFUSED"),
                Tone.AMBER,
                _("list {file}: {reason}").format(file=event.file, reason=event.reason),
            )
        case events.ConChanged():
            tone = Tone.AMBER if event.how == "forced" else Tone.PLAIN
            return Icon.LOCK, _("CON"), tone, con_words(event)
        case events.ChannelChanged():
            return Icon.CHECK, _("CHANGED"), Tone.PLAIN, change_words(event)
        case events.TriggerReceived():
            return Icon.PLAY_RING, _("TRIGGER"), Tone.QUIET, trigger_words(event)
        case events.CommandAccepted():
            return (
                Icon.CHECK,
                _("ACCEPTED"),
                Tone.QUIET,
                _("{verb} by {by}").format(verb=_verb(event.command), by=event.by),
            )
        case events.CommandRefused():
            return (
                Icon.OCTAGON_CROSS,
                _("REFUSED"),
                Tone.AMBER,
                _("{verb} by {by}: {reason}").format(verb=_verb(event.command), by=event.by, reason=event.reason),
            )
        case _:
            return Icon.NOTE, _("NOTE"), Tone.QUIET, event.name


def con_words(event: events.ConChanged) -> str:
    """What became of a channel's con."""
    return {
        "taken": _("{holder} has the con").format(holder=event.holder),
        "forced": _("{holder} took the con from {was}").format(holder=event.holder, was=event.was),
        "offered": _("{holder} offers the con to {offered_to}").format(
            holder=event.holder, offered_to=event.offered_to
        ),
        "unoffered": _("{holder} keeps the con").format(holder=event.holder),
        "accepted": _("{holder} has the con from {was}").format(holder=event.holder, was=event.was),
        "released": _("{was} gave the con up: anybody may cue").format(was=event.was),
    }.get(event.how, event.how)


def change_words(event: events.ChannelChanged) -> str:
    """What a channel has taken on as it runs."""
    parts = (
        (event.templates, _("templates")),
        (event.quality, _("rules of quality")),
        (event.schedule, _("limits of the schedule")),
    )
    what = ", ".join(words for part, words in parts if part is not None)
    return _("{what} as {by} set them").format(what=what, by=event.by)


def trigger_words(event: events.TriggerReceived) -> str:
    """What a surface fired."""
    tried = _(", a test: nothing is fired") if event.test else ""
    return _("{verb} on {names} by {by} over {via}{tried}").format(
        verb=_verb(event.verb), names=", ".join(event.channels), by=event.by, via=event.via.upper(), tried=tried
    )


def _doubts(event: events.ScheduleImported) -> str:
    """What of a list did not come in."""
    refused = _(", {refused_count} refused").format(refused_count=event.refused_count) if event.refused_count else ""
    return refused + (
        _(", {conflict_count} in conflict").format(conflict_count=event.conflict_count) if event.conflict_count else ""
    )


def severity_tone(severity: str) -> Tone:
    """The colour of an alarm."""
    return {"critical": Tone.RED, "warning": Tone.AMBER}.get(severity, Tone.QUIET)


def _break(event: events.BreakEvent, zone: ZoneInfo) -> _Told:  # noqa: C901, PLR0911, PLR0912 - an event a line
    numbered = (
        _("break {splice_event_id}").format(splice_event_id=event.splice_event_id)
        if event.splice_event_id is not None
        else event.break_id
    )
    name = event.title or numbered
    match event:
        case events.BreakPlanned():
            when = (
                _(" at {clock}").format(clock=text.clock(event.planned_at, zone))
                if event.planned_at
                else _(", waits to be taken")
            )
            return Icon.NEXT, _("PLANNED"), Tone.QUIET, f"{name}, {text.length(event.duration_ticks)}{when}"
        case events.BreakCued():
            return Icon.DIAMOND, _("CUED"), Tone.AMBER, _by(name, event)
        case events.BreakHeld():
            return Icon.PAUSE, _("HELD"), Tone.AMBER, _by(name, event)
        case events.BreakSkipped():
            return Icon.NEXT, _("SKIPPED"), Tone.QUIET, _by(name, event)
        case events.BreakArmed():
            return Icon.OPEN_RING, _("ARMED"), Tone.AMBER, _by(f"{name}, {text.length(event.duration_ticks)}", event)
        case events.CueSent():
            said = _("{name}: {kind} in the stream after {latency_ms:.0f} ms").format(
                name=name, kind=event.kind.upper(), latency_ms=event.latency_ms
            )
            return Icon.CHECK_DISC, _("SENT"), Tone.PLAIN, said
        case events.BreakOut():
            return (
                Icon.BARRED_BOX,
                _("OUT"),
                Tone.RED,
                _("{name}, {length}, frame {frame}").format(
                    name=name, length=text.length(event.duration_ticks), frame=event.frame
                ),
            )
        case events.BreakResumed():
            how = _("its OUT again") if event.out_again else _("goes on")
            return (
                Icon.BARRED_BOX,
                _("RESUMED"),
                Tone.AMBER,
                _("{name}: {how} after the restart").format(name=name, how=how),
            )
        case events.BreakExtended():
            return (
                Icon.PLUS,
                _("EXTENDED"),
                Tone.PLAIN,
                _("{name} to {length}").format(name=name, length=text.length(event.duration_ticks)),
            )
        case events.BreakIn():
            lasted = _("{name} after {seconds} s ({how}), frame {frame}").format(
                name=name, seconds=decimal_text(event.duration_ticks, 2), how=event.how, frame=event.frame
            )
            return Icon.PLAY, _("IN"), Tone.PLAIN, lasted
        case events.BreakWithdrawn():
            return Icon.UNDO, _("WITHDRAWN"), Tone.PLAIN, _by(_("{name}, cancel sent").format(name=name), event)
        case events.BreakRefused() | events.BreakFailed():
            word = _("REFUSED") if isinstance(event, events.BreakRefused) else _("FAILED")
            return Icon.OCTAGON_CROSS, word, Tone.RED, f"{name}: {event.reason}"
        case events.BreakKeptOff():
            return Icon.OCTAGON_CROSS, _("KEPT OFF"), Tone.RED, f"{name}: {event.reason}"
        case events.SpliceProved():
            return _proved(event, name)
        case events.BreakLanded():
            return (
                Icon.CHECK_DISC,
                _("LANDED"),
                Tone.GREEN,
                _("{name}, proved at {names}").format(name=name, names=", ".join(event.origins) or _("all")),
            )
        case events.BreakMissed():
            return Icon.STRUCK_RING, _("MISSED"), Tone.RED, f"{name}: {event.reason}"
        case _:
            return Icon.NOTE, _("NOTE"), Tone.QUIET, f"{name}: {event.name}"


def _proved(event: events.SpliceProved, name: str) -> _Told:
    what = _("{name}: {direction} at {origin}").format(
        name=name, direction=event.direction.upper(), origin=event.origin
    )
    if event.verdict is ProofState.LANDED:
        error = (
            "" if event.error_ticks is None else _(", {error_ticks} ticks off").format(error_ticks=event.error_ticks)
        )
        return Icon.CHECK_DISC, _("PROVED"), Tone.GREEN, f"{what}{error}"
    tone = Tone.AMBER if event.verdict is ProofState.LATE else Tone.RED
    return Icon.STRUCK_RING, capitals(event.verdict.value), tone, _and_why(what, event.reason)


def _by(said: str, event: events.BreakEvent) -> str:
    return _("{said}, by {by}").format(said=said, by=event.by) if event.by else said


def _and_why(said: str, reason: str) -> str:
    return f"{said}: {reason}" if reason else said


def _verb(command: str) -> str:
    return command.replace("_", " ").upper()
