"""The window's one model: the newest snapshot, the selected channel, the panel's state. Widgets are its views."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from time import monotonic
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.model import commands, events
from app.model.status import Alarm, ChannelStatus, EngineStatus, TemplateStatus, by_tenths, on_air_of
from app.ui.absence import ENGINE, Absence
from app.ui.actions import ACTIONS, LOCKED, Verb, Wish, refusal
from app.ui.bridge import Engine, EventBridge
from app.ui.con import con_command, con_denied, con_reason
from app.ui.faces import Panel
from app.ui.gang import Member, already, chosen, together
from app.ui.history.history import History
from app.ui.marker_book import MarkerBook
from app.ui.presses import REFUSED_FOR_S, Presses, Stage
from app.ui.splice_pictures import SplicePictures
from app.ui.trail import Trails, proof_count
from app.ui.words import _

POLL_S, QUIET_POLL_S = 0.1, 0.25
LOST_FROM_S = 1.0  # an engine tells its status four times a second at least: it is dead, frozen or cut off
_AT_ONCE = 250  # events taken in one go, so that a replay of thousands leaves the window time to paint
_DEFAULT_LENGTH_S = Fraction(30)
OF_WINDOW = _("This window")  # where a channel's name stands, in alarms that are not the engine's
type AlarmKey = tuple[str, str, datetime]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Desk(QObject):
    """GUI thread only. ``refreshed``: a new snapshot; ``pressed``: a verb was pressed, its button shows it at once.

    ``happened``: one event; ``caught_up``: after as many as came together. ``absence``: that the engine
    is not there, how long, and why.
    """

    refreshed = Signal()
    selection_changed = Signal(str)
    pressed = Signal(str)
    happened = Signal(object)
    caught_up = Signal()

    def __init__(
        self,
        engine: Engine,
        zone: ZoneInfo,
        operator: str,
        *,
        clock: Callable[[], float] = monotonic,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        super().__init__()
        self.engine, self.zone, self.operator = engine, zone, operator
        self.clock, self._now = clock, now
        self.trails, self.presses = Trails(), Presses()
        self.markers, self.splice_pictures = MarkerBook(), SplicePictures(engine.preview)
        self.history = History()
        self.locked = self.reduced_motion = False
        self.preset_s: Fraction | None = _DEFAULT_LENGTH_S
        self.length_meant = False  # it was pressed for a new break, though one is planned
        self._chosen: dict[str, str] = {}  # template by channel
        self.gang: frozenset[str] = frozenset()  # the selected channel among them; empty: it alone
        self.con_said: tuple[str, float] = ("", 0.0)  # what was refused of the con, and until when it is shown
        self._asked: dict[str, Callable[[str], object]] = {}  # who is told of a refusal, by the command's id
        self._templated: dict[str, str] = {}  # channels by the commands that carry their chosen template
        self._others = set[str]()
        self.own_alarms: tuple[Alarm, ...] = ()  # this window's: a surface that is gone
        self.acknowledged: dict[AlarmKey, tuple[str, datetime]] = {}
        self.status: EngineStatus = engine.snapshot()
        self._looked_at, self._period_s = self.status, POLL_S
        self.now, self._polled_s = now(), float("-inf")
        self.absence: Absence | None = None
        self._selected = self.status.channels[0].name if self.status.channels else ""
        self._know_clocks()
        self._bridge = EventBridge()
        self._bridge.arrived.connect(self._on_events, Qt.ConnectionType.QueuedConnection)
        self._bridge.open(engine)

    def close(self) -> None:
        """Let go of the engine."""
        self._bridge.close()

    def look(self) -> None:
        """``poll`` ten times a second where tenths are shown, else four times and as each second begins.

        At once where something on air is another.
        """
        newest, changed = self.engine.snapshot(), False
        if newest is not self._looked_at:
            self._looked_at, changed = newest, on_air_of(newest) != on_air_of(self.status)
            self._period_s = POLL_S if by_tenths(newest) else QUIET_POLL_S
        ticked = self._now().second != self.now.second
        if changed or ticked or self.clock() - self._polled_s >= self._period_s:
            self.poll()

    def poll(self) -> None:
        """Take a new snapshot."""
        self.status, self.now, self._polled_s = self.engine.snapshot(), self._now(), self.clock()
        age_s = self.engine.status_age_s
        there = self.engine.connected and age_s < LOST_FROM_S
        self.absence = None if there else Absence(age_s, self.engine.ended, self.engine.mismatch)
        self._know_clocks()
        self.history.take(self.status, self.clock(), lost=not there)
        standing = self.alarms()
        self.acknowledged = {key: by for key, by in self.acknowledged.items() if key in standing}
        if not self.number(self._selected) and self.status.channels:  # an engine that was idle has got its show
            self.select(self.status.channels[0].name)
        self.refreshed.emit()

    @property
    def shown_now(self) -> datetime:
        """The moment that clocks, countdowns and rings are painted at; with reduced motion it goes on once a second."""
        return self.now.replace(microsecond=0) if self.reduced_motion else self.now

    def clock_offset_s(self) -> float:
        """The wall clock less the monotonic one: the same as long as neither the machine nor its clock is set anew."""
        return self._now().timestamp() - self.clock()

    def _know_clocks(self) -> None:
        for channel in self.status.channels:
            self.markers.know_clock(channel.name, channel.first_pts, channel.first_frame_at)

    def alarms(self) -> dict[AlarmKey, Alarm]:
        """All that stand, the engine's own first: it has the channel "", this window ``OF_WINDOW``."""
        whose = {channel.name: channel.alarms for channel in self.status.channels}
        whose = {"": self.status.alarms, OF_WINDOW: self.own_alarms, **whose}
        return {alarm_key(name, alarm): alarm for name, alarms in whose.items() for alarm in alarms}

    @property
    def selected(self) -> str:
        """The name of the channel that the cue keys act on."""
        return self._selected

    @property
    def channel(self) -> ChannelStatus | None:
        """The selected channel as it stands."""
        return next((channel for channel in self.status.channels if channel.name == self._selected), None)

    def number(self, name: str) -> int:
        """A channel's number as the tiles show it; 0 for none."""
        return next((n for n, channel in enumerate(self.status.channels, 1) if channel.name == name), 0)

    def shown_name(self, name: str) -> str:
        """A channel as lists call it: ``9 Event A``; the engine itself has no channel."""
        number = self.number(name)
        return f"{number} {self.status.channels[number - 1].title or name}" if number else name or ENGINE

    def select(self, name: str) -> None:
        """Let the cue keys act on this channel; on its gang, while it is one of it."""
        if name not in self.gang:
            self.clear_gang()
        if name != self._selected and self.number(name):
            self._selected, self.length_meant = name, False
            self.selection_changed.emit(name)

    def select_number(self, number: int) -> None:
        """As ``select``, by the tile's number; nothing happens where there is no such tile."""
        if 1 <= number <= len(self.status.channels):
            self.select(self.status.channels[number - 1].name)

    def choose_for_gang(self, name: str) -> None:
        """Let the cue keys act on this channel too, or not any more."""
        if self.number(name):
            self.gang = chosen(self.gang, self._selected, name)
            self.refreshed.emit()

    def choose_number_for_gang(self, number: int) -> None:
        """As ``choose_for_gang``, by the tile's number."""
        self.choose_for_gang(next((one.name for one in self.status.channels[number - 1 : number]), ""))

    def clear_gang(self) -> None:
        """Let the cue keys act on the selected channel alone."""
        if self.gang:
            self.gang = frozenset()
            self.refreshed.emit()

    @property
    def ganged(self) -> list[ChannelStatus]:
        """What the cue keys act on, in the order of the tiles."""
        names = self.gang or {self._selected}
        return [channel for channel in self.status.channels if channel.name in names]

    def members(self, verb: Verb) -> list[Member]:
        """The gang as a verb finds it; empty where there is none."""
        now_s, gang = self.clock(), self.ganged if self.gang else ()
        presses = [self.presses.standing(one.name, verb, now_s) for one in gang]
        return [
            Member(self.number(one.name), self._refusal(verb, one), press)
            for one, press in zip(gang, presses, strict=True)
        ]

    def press_con(self, *, force: bool = False) -> None:
        """The con's key: take the selected channel's, accept it, give it up; ``force``: whoever has it."""
        if (channel := self.channel) is None:
            return
        command = con_command(channel, self.operator, force=force)
        if self.absence is not None or command is None:
            self._say_of_con(self.absence.short if self.absence else con_denied(channel, self.operator))
        else:
            self.order_con(command)

    def order_con(self, command: commands.ConCommand) -> None:
        """Hand it to the engine; what it refuses is shown."""
        self._asked[command.id] = self._say_of_con
        self.engine.submit(command)

    def order(self, command: commands.Command, refused: Callable[[str], object]) -> str:
        """Give a command that has no button, by the rules of those that have one; why it was not sent, "" if it was.

        ``refused`` is told the engine's reason, if there is one. The con holds what airs at once, not the schedule.
        """
        if self.absence is not None or self.locked:
            return self.absence.short if self.absence is not None else LOCKED
        status = next((one for one in self.status.channels if one.name == command.channel), None)
        airs_now = status is not None and isinstance(command, commands.AnswerMissed)
        if airs_now and status is not None and (reason := con_reason(status, self.operator)):
            return reason
        self._asked[command.id] = refused
        self.engine.submit(command)
        return ""

    def _say_of_con(self, words: str) -> None:
        self.con_said = words, self.clock() + REFUSED_FOR_S
        self.refreshed.emit()

    def others(self) -> list[str]:
        """Whoever else has given commands: the con may be offered to them."""
        return sorted(self._others - {self.operator})

    def toggle_lock(self) -> None:
        """Lock the panel, or open it."""
        self.locked = not self.locked
        self.refreshed.emit()

    def choose_length(self, duration_s: Fraction | None) -> None:
        """The length that CUE NEXT and EXTEND use, pressed: a template that has its own is let go.

        Where a break is planned or booked, CUE NEXT is for a new one of this length then; the same again: for that one.
        """
        if self.template is not None and self.template.duration_s is not None:
            self._chosen.pop(self._selected, None)
        if self.channel is None or self.channel.next is None or self.channel.on_air is not None:
            self.preset_s = None if duration_s == self.preset_s else duration_s
            self.length_meant = False
        else:
            self.length_meant = not (self.length_meant and duration_s == self.preset_s)
            self.preset_s = duration_s
        self.refreshed.emit()

    def choose_template(self, name: str) -> None:
        """What CUE NEXT makes a new break from, on the selected channel; the same again, or empty: no more."""
        chosen = self.template
        if not name or (chosen is not None and chosen.name == name):
            self._chosen.pop(self._selected, None)
        else:
            self._chosen[self._selected] = name
        self.refreshed.emit()

    @property
    def template(self) -> TemplateStatus | None:
        """The selected channel's template that is chosen."""
        return self._template_of(self._selected)

    def _template_of(self, name: str) -> TemplateStatus | None:
        """What is chosen on the selected channel counts for its gang, where the others have one of that name."""
        there = next((channel.templates for channel in self.status.channels if channel.name == name), ())
        chosen = self._chosen.get(self._selected if name in self.gang else name)
        return next((one for one in there if one.name == chosen), None)

    def _wish(self, name: str = "") -> Wish:
        template = self._template_of(name or self._selected)
        return Wish(self.operator, self.preset_s, template, new=self.length_meant and self.preset_s is not None)

    def acknowledge(self, key: AlarmKey) -> None:
        """Mark an alarm as seen, by this window's operator."""
        self.acknowledged[key] = (self.operator, self._now())
        self.refreshed.emit()

    def panel(self) -> Panel:
        """What the cue column shows, now."""
        channel, wish = self.channel, self._wish()
        if channel is None:
            return Panel(None, self.shown_now, self.zone, wish, locked=self.locked, absence=self.absence)
        trail = self.trails.of(channel)
        proof = proof_count(trail, channel)
        return Panel(
            channel, self.shown_now, self.zone, wish, locked=self.locked, absence=self.absence, trail=trail, proof=proof
        )

    def press(self, verb: Verb) -> None:
        """A cue button or its key was pressed: submit at once, or say why not; for a gang, channel by channel."""
        now_s, gang = self.clock(), commands.new_id() if self.gang else ""
        given = list(filter(None, (self._command(verb, channel, now_s) for channel in self.ganged)))
        members = tuple(command.channel for command in given)
        for command in given:
            if gang and isinstance(command, commands.Take):
                command = replace(command, gang=gang, members=members)  # noqa: PLW2901 - the same, with its companions
            self.presses.sent(command.channel, verb, command.id, now_s)
            self.engine.submit(command)
        if self.channel is not None:
            self.pressed.emit(verb.value)

    def _refusal(self, verb: Verb, channel: ChannelStatus) -> str | None:
        wish, chosen = self._wish(channel.name), self.template if self.gang else None
        reason = refusal(verb, channel, wish, locked=self.locked, absence=self.absence)
        if verb is Verb.CUE_NEXT and chosen is not None and wish.template is None:
            reason = reason or _("no template {name}").format(name=chosen.name)
        return reason or (already(verb, channel, self.channel) if self.gang and self.channel is not None else None)

    def _command(self, verb: Verb, channel: ChannelStatus, now_s: float) -> commands.Command | None:
        """What a press means for a channel; None: nothing, and its button says why."""
        if (standing := self.presses.standing(channel.name, verb, now_s)) and standing.stage is Stage.SENT:
            return None
        if (reason := self._refusal(verb, channel)) is not None:
            self.presses.nudged(channel.name, verb, reason, now_s)
            return None
        command = ACTIONS[verb].build(channel, self._wish(channel.name))
        if self.gang and self.channel is not None:
            command = together(verb, command, self.channel)
        if isinstance(command, commands.CueNext):
            self._templated[command.id] = channel.name
        return command

    @Slot()
    def _on_events(self) -> None:
        taken = self._bridge.take(_AT_ONCE)
        for event in taken:
            self._on_event(event)
        self.caught_up.emit()
        if any(isinstance(event, events.CommandAccepted | events.CommandRefused) for event in taken):
            self.refreshed.emit()  # a button shows its answer at once

    def _on_event(self, event: events.Event) -> None:
        self.history.note(event, self.now)
        if isinstance(event, events.CommandAccepted):
            self.presses.accepted(event.id, self.clock())
            self._others.add(event.by)
            self._asked.pop(event.id, None)
            if (cued := self._templated.pop(event.id, None)) is not None:
                self._chosen.pop(cued, None)  # it was for this one break
                self.length_meant = False
        elif isinstance(event, events.CommandRefused):
            self.presses.refused(event.id, event.reason, self.clock())
            self._templated.pop(event.id, None)
            if (tell := self._asked.pop(event.id, None)) is not None:
                tell(event.reason)
        self.trails.take(event)
        self.markers.take(event)
        self.splice_pictures.take(event, self.now)
        self.happened.emit(event)


def alarm_key(channel: str, alarm: Alarm) -> AlarmKey:
    """What tells one standing alarm from another."""
    return channel, alarm.key, alarm.raised_at
