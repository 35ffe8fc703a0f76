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
            gap = "" if event.gap_ms is None else f", {decimal_text(event.gap_ms * 90, 1)} s missing before it"
            return Icon.DOT, "ON AIR", Tone.PLAIN, f"{event.frame_rate} frames a second{gap}"
        case events.EngineStarted():
            down = "" if event.down_ms is None else f", down {decimal_text(event.down_ms * 90, 1)} s"
            again = "" if event.life == 1 else f", start {event.life} of this run{down}"
            tone = Tone.PLAIN if event.life == 1 else Tone.AMBER
            return Icon.PLAY_RING, "ENGINE", tone, f"process {event.pid} runs{again}"
        case events.ChannelStopped():
            tone = Tone.RED if event.reason else Tone.QUIET
            return Icon.BARRED_RING, "OFF AIR", tone, event.reason or "stopped as asked"
        case events.SourceChanged(source="slate"):
            return Icon.STRUCK_FRAME, "SLATE", Tone.RED, event.reason or "slate on air"
        case events.SourceChanged():
            return Icon.PLAY, "SOURCE", Tone.QUIET, _and_why(f"{event.source} on air", event.reason)
        case events.SegmentLost():
            said = f"{event.origin} will not have segment {event.sequence}: {event.reason}"
            return Icon.STRUCK_RING, "LOST", Tone.RED, said
        case events.AlarmRaised():
            icon = Icon.OCTAGON_CROSS if event.severity == "critical" else Icon.TRIANGLE
            return icon, event.severity.upper(), severity_tone(event.severity), event.text
        case events.AlarmCleared():
            return Icon.CHECK, "CLEARED", Tone.QUIET, event.text or event.key
        case events.FeedCueSeen():
            return Icon.TRIANGLE, "MARKER", Tone.AMBER, f"PID {event.pid} brought what is no marker: {event.problem}"
        case events.FeedCueHandled():
            said = (
                f"a marker of the source, on frame {event.frame}"
                if event.frame is not None
                else "a marker of the source"
            )
            return Icon.CHECK, event.action.upper(), Tone.PLAIN, _and_why(said, event.reason)
        case events.ScheduleImported():
            icon, tone = (Icon.TRIANGLE, Tone.AMBER) if _doubts(event) else (Icon.CHECK, Tone.PLAIN)
            done = f"{event.added} added, {event.changed} changed, {event.removed} removed"
            return icon, "IMPORTED", tone, f"{event.file}: {done}{_doubts(event)}"
        case events.ScheduleRefused():
            return Icon.OCTAGON_CROSS, "REFUSED", Tone.AMBER, f"list {event.file}: {event.reason}"
        case events.ConChanged():
            tone = Tone.AMBER if event.how == "forced" else Tone.PLAIN
            return Icon.LOCK, "CON", tone, con_words(event)
        case events.TriggerReceived():
            return Icon.PLAY_RING, "TRIGGER", Tone.QUIET, trigger_words(event)
        case events.CommandAccepted():
            return Icon.CHECK, "ACCEPTED", Tone.QUIET, f"{_verb(event.command)} by {event.by}"
        case events.CommandRefused():
            return Icon.OCTAGON_CROSS, "REFUSED", Tone.AMBER, f"{_verb(event.command)} by {event.by}: {event.reason}"
        case _:
            return Icon.NOTE, "NOTE", Tone.QUIET, event.name


def con_words(event: events.ConChanged) -> str:
    """What became of a channel's con."""
    return {
        "taken": f"{event.holder} has the con",
        "forced": f"{event.holder} took the con from {event.was}",
        "offered": f"{event.holder} offers the con to {event.offered_to}",
        "unoffered": f"{event.holder} keeps the con",
        "accepted": f"{event.holder} has the con from {event.was}",
        "released": f"{event.was} gave the con up: anybody may cue",
    }.get(event.how, event.how)


def trigger_words(event: events.TriggerReceived) -> str:
    """What a surface fired."""
    tried = ", a test: nothing is fired" if event.test else ""
    return f"{_verb(event.verb)} on {', '.join(event.channels)} by {event.by} over {event.via.upper()}{tried}"


def _doubts(event: events.ScheduleImported) -> str:
    """What of a list did not come in."""
    refused = f", {event.refused_count} refused" if event.refused_count else ""
    return refused + (f", {event.conflict_count} in conflict" if event.conflict_count else "")


def severity_tone(severity: str) -> Tone:
    """The colour of an alarm."""
    return {"critical": Tone.RED, "warning": Tone.AMBER}.get(severity, Tone.QUIET)


def _break(event: events.BreakEvent, zone: ZoneInfo) -> _Told:  # noqa: C901, PLR0911, PLR0912 - an event a line
    numbered = f"break {event.splice_event_id}" if event.splice_event_id is not None else event.break_id
    name = event.title or numbered
    match event:
        case events.BreakPlanned():
            when = f" at {text.clock(event.planned_at, zone)}" if event.planned_at else ", waits to be taken"
            return Icon.NEXT, "PLANNED", Tone.QUIET, f"{name}, {text.length(event.duration_ticks)}{when}"
        case events.BreakCued():
            return Icon.DIAMOND, "CUED", Tone.AMBER, _by(name, event)
        case events.BreakHeld():
            return Icon.PAUSE, "HELD", Tone.AMBER, _by(name, event)
        case events.BreakSkipped():
            return Icon.NEXT, "SKIPPED", Tone.QUIET, _by(name, event)
        case events.BreakArmed():
            return Icon.OPEN_RING, "ARMED", Tone.AMBER, _by(f"{name}, {text.length(event.duration_ticks)}", event)
        case events.CueSent():
            said = f"{name}: {event.kind.upper()} in the stream after {event.latency_ms:.0f} ms"
            return Icon.CHECK_DISC, "SENT", Tone.PLAIN, said
        case events.BreakOut():
            return Icon.BARRED_BOX, "OUT", Tone.RED, f"{name}, {text.length(event.duration_ticks)}, frame {event.frame}"
        case events.BreakResumed():
            how = "its OUT again" if event.out_again else "goes on"
            return Icon.BARRED_BOX, "RESUMED", Tone.AMBER, f"{name}: {how} after the restart"
        case events.BreakExtended():
            return Icon.PLUS, "EXTENDED", Tone.PLAIN, f"{name} to {text.length(event.duration_ticks)}"
        case events.BreakIn():
            lasted = f"{name} after {decimal_text(event.duration_ticks, 2)} s ({event.how}), frame {event.frame}"
            return Icon.PLAY, "IN", Tone.PLAIN, lasted
        case events.BreakWithdrawn():
            return Icon.UNDO, "WITHDRAWN", Tone.PLAIN, _by(f"{name}, cancel sent", event)
        case events.BreakRefused() | events.BreakFailed():
            word = "REFUSED" if isinstance(event, events.BreakRefused) else "FAILED"
            return Icon.OCTAGON_CROSS, word, Tone.RED, f"{name}: {event.reason}"
        case events.BreakKeptOff():
            return Icon.OCTAGON_CROSS, "KEPT OFF", Tone.RED, f"{name}: {event.reason}"
        case events.SpliceProved():
            return _proved(event, name)
        case events.BreakLanded():
            return Icon.CHECK_DISC, "LANDED", Tone.GREEN, f"{name}, proved at {', '.join(event.origins) or 'all'}"
        case events.BreakMissed():
            return Icon.STRUCK_RING, "MISSED", Tone.RED, f"{name}: {event.reason}"
        case _:
            return Icon.NOTE, "NOTE", Tone.QUIET, f"{name}: {event.name}"


def _proved(event: events.SpliceProved, name: str) -> _Told:
    what = f"{name}: {event.direction.upper()} at {event.origin}"
    if event.verdict is ProofState.LANDED:
        error = "" if event.error_ticks is None else f", {event.error_ticks} ticks off"
        return Icon.CHECK_DISC, "PROVED", Tone.GREEN, f"{what}{error}"
    tone = Tone.AMBER if event.verdict is ProofState.LATE else Tone.RED
    return Icon.STRUCK_RING, event.verdict.value.upper(), tone, _and_why(what, event.reason)


def _by(said: str, event: events.BreakEvent) -> str:
    return f"{said}, by {event.by}" if event.by else said


def _and_why(said: str, reason: str) -> str:
    return f"{said}: {reason}" if reason else said


def _verb(command: str) -> str:
    return command.replace("_", " ").upper()
