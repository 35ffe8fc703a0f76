"""The schedule on air: one thread ticks the planner of every channel and hands due breaks to it, window or not.

A break is locked in the store, frozen as it was in that version, before the channel gets it; a store that is away holds
nothing up. What stands of an earlier life is read off the journal: no break airs twice, none is lost.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from app.engine.hand_overs import CueCommand, HandOvers
from app.engine.schedule_alarms import ScheduleAlarms
from app.engine.scheduling_book import BY, ScheduleBook
from app.engine.scheduling_events import HEARD
from app.engine.scheduling_kept import kept_of
from app.engine.scheduling_store import Answer, Key, Lock, Locked, OpenSchedule, Read, StoreDesk, Trouble
from app.model import commands, events
from app.model.answers import accepted, refused
from app.model.merging import BookingState
from app.model.rundown import BreakPlan
from app.model.schedule import Booking
from app.model.show import Show
from app.model.status import ScheduleStatus
from app.model.timebase import ticks_of
from app.model.wire import Plain
from app.schedule.planner import Line
from app.schedule.planner_report import status_of
from app.schedule.planner_times import moment_of, us_at
from app.schedule.planner_values import Action, Give, KeepOff

logger = logging.getLogger(__name__)

LOOK_S = 0.05
LOCK_WAIT_S = 1.0  # of the planner's margin, for the store to lock a break
OPEN_AT_LAST_S = 10.0  # the store is read then though no channel came on air
STOP_S = 5.0
SCHEDULE = "schedule"  # the key in the journal

type _News = events.Event | commands.ScheduleCommand | CueCommand | Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """What the schedule touches of the engine. None of it blocks, but for ``past``.

    ``forward``: a command that has passed the guard, to its channel; ``warn``: of a channel, under that key.
    ``air_time``: the moment that a channel has on air, None off air; ``past``: events of earlier lives, in order.
    """

    submit: Callable[[commands.Command], None]
    forward: Callable[[commands.Command], None]
    publish: Callable[[events.Event], None]
    alarm: Callable[[str, str, str | None], None]
    warn: Callable[[str, str, str | None], None]
    air_time: Callable[[str], datetime | None]
    past: Callable[[], Iterable[events.Event]]
    keep: Callable[[Plain], None]
    kept: Callable[[], Plain | None]


class Scheduling:
    """``note``, ``order`` and ``status`` from any thread; ``open_schedule`` None: there is no schedule."""

    def __init__(self, show: Show, open_schedule: OpenSchedule | None, hands: Hands) -> None:
        self._hands = hands
        self._news: queue.SimpleQueue[_News | None] = queue.SimpleQueue()
        self._desk = None if open_schedule is None else StoreDesk(open_schedule, self._news.put)
        self._book = ScheduleBook(show, self._mark)
        self._locking: dict[Key, tuple[Give, float]] = {}
        self._hand_overs, self._alarms = HandOvers(hands.forward, hands.publish), ScheduleAlarms(hands.warn)
        self._taken_up = False  # what an earlier life left
        self._status: dict[str, ScheduleStatus] = {}
        self._trouble = ""
        self._hushed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="schedule")

    def start(self) -> None:
        """Begin."""
        if self._desk is not None:
            self._desk.start()
            self._thread.start()

    def note(self, event: events.Event) -> None:
        """What happens, in order."""
        if self._desk is not None and isinstance(event, HEARD):
            self._news.put(event)

    def order(self, command: commands.ScheduleCommand | CueCommand) -> None:
        """Carry a command out, and answer it; a cue of a break that is not the schedule's is its channel's."""
        if self._thread.is_alive():
            self._news.put(command)
        elif not isinstance(command, commands.ScheduleCommand):
            self._hands.forward(command)
        else:
            self._hands.publish(refused(command, datetime.now(UTC), "no schedule is being aired here"))

    def status(self, channel: str) -> ScheduleStatus | None:
        """What the schedule of a channel stands at; None: it has none yet."""
        return self._status.get(channel)

    def hush(self) -> None:
        """Hand no more over: the channels are to end."""
        self._hushed.set()

    def stop(self, *, hand_on: bool) -> bool:
        """End, once the channels have; False when it hangs. ``hand_on``: another engine goes on."""
        self.hush()
        if self._desk is None or self._thread.ident is None:
            return True
        self._news.put(None)
        self._thread.join(STOP_S)
        if not hand_on:
            self._book.release()
        if not self._desk.stop():
            logger.error("not marked in the schedule: %d breaks", self._desk.unwritten)
        return not self._thread.is_alive()

    # ---- the schedule's thread

    def _run(self) -> None:
        self._take_up_past()
        started_s = time.monotonic()
        while True:
            try:
                if not self._hear():
                    return
                self._tick()
                if time.monotonic() - started_s > OPEN_AT_LAST_S and self._desk is not None:
                    self._desk.open_now()
            except Exception:  # one break must not end what airs all others
                logger.exception("the schedule failed")

    def _take_up_past(self) -> None:
        try:
            kept = self._hands.kept()
            self._book.kept = dict(kept) if isinstance(kept, dict) else {}
            for event in self._hands.past():
                self._hear_event(event, now=False)
        except Exception:  # what an earlier life left may be damaged: the schedule airs without it
            logger.exception("what the schedule of an earlier life came to")
        self._taken_up = True

    def _hear(self) -> bool:
        """What has come in, for a moment; False at the end."""
        try:
            news = self._news.get(timeout=LOOK_S)
            while news is not None:
                self._take(news)
                news = self._news.get_nowait()
        except queue.Empty:
            return True
        return False

    def _take(self, news: _News) -> None:
        match news:
            case events.Event():
                self._hear_event(news, now=True)
            case commands.ScheduleCommand():
                self._carry_out(news)
            case commands.CueNext() | commands.Skip():
                self._cue(news)
            case Locked():
                self._locked(news)
            case Read():
                for channel in self._book.read(news):
                    self._show_status(channel)
            case Trouble():
                self._hear_trouble(news.text)

    def _hear_event(self, event: events.Event, *, now: bool) -> None:
        if event.channel not in self._book.channels:
            return
        if isinstance(event, events.ChannelStarted):
            self._book.begin(event)
            if now and self._desk is not None:
                self._desk.open_now()
            self._show_status(event.channel)
            return
        if now and self._refused_early(event):
            return
        was_on_air = isinstance(event, events.BreakEvent) and self._book.is_on_air((event.channel, event.break_id))
        if self._book.hear(event, now=now):
            self._show_status(event.channel)
        if now:
            self._hear_answer(event, was_on_air=was_on_air)

    def _refused_early(self, event: events.Event) -> bool:
        """A break that was handed over long before its time is planned anew: what is in its way may be gone by then."""
        if not isinstance(event, events.BreakRefused) or not self._hand_overs.is_early((event.channel, event.break_id)):
            return False
        self._plan_anew((event.channel, event.break_id), event.reason)
        return True

    def _plan_anew(self, key: Key, reason: str) -> None:
        self._book.lines[key[0]].anew(key[1])
        self._mark(key, BookingState.PLANNED)  # so that it can be edited again
        self._hand_overs.failed(key, reason)
        self._show_status(key[0])

    def _hear_answer(self, event: events.Event, *, was_on_air: bool) -> None:
        """What became of a break that was handed over."""
        if isinstance(event, events.CommandRefused):
            self._hear_refusal(event)
        if not isinstance(event, events.BreakEvent):
            return
        key = event.channel, event.break_id
        match event:
            case events.BreakPlanned():
                self._hand_overs.entered(key)
            case events.BreakRefused() | events.BreakFailed() if key in self._book.ours and not was_on_air:
                self._alarms.lost(event.channel, event.title or event.break_id, event.reason)
            case events.BreakOut() if key in self._book.ours:
                self._alarms.aired(event.channel)

    def _hear_refusal(self, event: events.CommandRefused) -> None:
        """Of a hand-over that the channel said nothing of."""
        key = self._hand_overs.refused_plan(event.id)
        if key is None:
            return
        if self._hand_overs.is_early(key):
            self._plan_anew(key, event.reason)
        else:
            self._book.lines[key[0]].given_up(key[1], event.reason)
            self._hand_overs.failed(key, event.reason)
            self._show_status(key[0])

    def _hear_trouble(self, text: str | None) -> None:
        self._trouble = text or ""
        self._hands.alarm("schedule", "warning", text)
        for channel in self._book.lines:
            self._show_status(channel)

    # ---- what goes out

    def _tick(self) -> None:
        now_s = time.monotonic()
        for key, (give, until_s) in list(self._locking.items()):
            if now_s >= until_s:
                self._hand_over(key, give, locked=False)
        self._hand_overs.tick(now_s)
        if self._hushed.is_set():
            return
        for channel, line in self._book.lines.items():
            now = self._hands.air_time(channel)
            if now is None or line.next_us is None or line.next_us > us_at(now):
                continue
            self._do(channel, line.tick(us_at(now)), us_at(now))

    def _do(self, channel: str, actions: Iterable[Action], now_us: int) -> None:
        for action in actions:
            if isinstance(action, Give):
                self._lock(channel, action, now_us)
            else:
                self._tell_kept_off(channel, action)
        self._show_status(channel)

    def _lock(self, channel: str, give: Give, now_us: int) -> None:
        key = channel, give.booking.plan.id
        wait_s = max(0.0, min(LOCK_WAIT_S, (give.last_us - now_us) / 1e6))
        self._locking[key] = give, time.monotonic() + wait_s
        if self._desk is not None:
            self._desk.lock(key, give.version)

    def _locked(self, answer: Locked) -> None:
        give = self._locking.get(answer.key, (None,))[0]
        if give is None or give.version != answer.version:
            return
        if answer.lock is Lock.STALE:
            del self._locking[answer.key]
            self._book.lines[answer.key[0]].back(answer.key[1], answer.newest)
            self._hand_overs.failed(answer.key, f"break {answer.key[1]} was edited just now: look again")
            self._show_status(answer.key[0])
        else:
            self._hand_over(answer.key, give, locked=answer.lock is Lock.LOCKED)

    def _hand_over(self, key: Key, give: Give, *, locked: bool) -> None:
        del self._locking[key]
        self._book.lines[key[0]].given(key[1])
        self._book.ours.add(key)
        if not locked:
            self._mark(key, BookingState.ARMED, give.booking)
        plan = replace(give.booking.plan, at=give.at)
        command = commands.PlanBreak(channel=key[0], by=BY, plan=plan, mode=give.mode)
        self._hand_overs.submitted(key, command)
        self._hands.submit(command)

    def _mark(self, key: Key, state: BookingState, airs: Booking | None = None) -> None:
        if self._desk is not None:
            self._desk.mark(key, state, airs)

    def _tell_kept_off(self, channel: str, action: KeepOff) -> None:
        plan = action.booking.plan
        booked = self._booked(channel, plan)
        self._hands.publish(events.BreakKeptOff(**_about(plan), **booked, by=BY, reason=action.reason))
        if not action.by_hand:
            self._alarms.lost(channel, plan.title or plan.id, action.reason)

    def _booked(self, channel: str, plan: BreakPlan) -> dict[str, Any]:
        """Where a booking lies, which only the channel's start may tell: the as-run is held against it."""
        line = self._book.lines.get(channel)
        item = line.items.get(plan.id) if line is not None else None
        at = moment_of(item.due_us) if item is not None and item.due_us is not None else None
        return {"planned_at": at, "duration_ticks": ticks_of(plan.duration_s)}

    def _cue(self, command: CueCommand) -> None:
        """Have the channel get the break that it names, and then the command; or leave that break out."""
        line, now = self._book.lines.get(command.channel), self._hands.air_time(command.channel)
        break_id = command.break_id or ""
        if line is None or now is None or self._hushed.is_set():
            self._hands.forward(command)
        elif isinstance(command, commands.Skip):
            self._skip(command, line, us_at(now))
        else:
            try:
                its_own = line.hand_over(break_id, us_at(now))
            except ValueError as error:
                self._hands.publish(refused(command, datetime.now(UTC), str(error)))
                return
            if not its_own:
                self._hands.forward(command)
                return
            self._hand_overs.cue((command.channel, break_id), command, time.monotonic())
            self._do(command.channel, line.take_told(), us_at(now))

    def _skip(self, command: commands.Skip, line: Line, now_us: int) -> None:
        item = line.items.get(command.break_id or "")
        if item is None or not line.skip(item.id):
            self._hands.forward(command)
            return
        self._show_status(command.channel)  # and it is kept, before it is answered
        self._hands.publish(accepted(command, datetime.now(UTC), item.id))
        plan = item.booking.plan
        self._hands.publish(events.BreakSkipped(**_about(plan), **self._booked(command.channel, plan), by=command.by))
        self._do(command.channel, line.take_told(), now_us)

    def _carry_out(self, command: commands.ScheduleCommand) -> None:
        now, air_time = datetime.now(UTC), self._hands.air_time(command.channel)
        line = self._book.lines.get(command.channel)
        try:
            if line is None or air_time is None:
                raise ValueError(f"channel {command.channel} is not on air")
            break_id = _done(command, line, us_at(air_time))
        except ValueError as error:
            self._hands.publish(refused(command, now, str(error)))
            return
        self._show_status(command.channel)  # and it is kept, before it is answered
        self._hands.publish(accepted(command, now, break_id))

    def _show_status(self, channel: str) -> None:
        line = self._book.lines.get(channel)
        if line is None:
            return
        status = self._status[channel] = status_of(line, self._trouble)
        if self._taken_up:
            self._keep_if_changed(channel, line, status)
        self._alarms.ask(channel, status.questions)

    def _keep_if_changed(self, channel: str, line: Line, status: ScheduleStatus) -> None:
        kept = kept_of(line, (one.id for one in status.upcoming))
        if self._book.kept.get(channel) != kept:
            self._book.kept[channel] = kept
            self._hands.keep(dict(self._book.kept))


def _about(plan: BreakPlan) -> dict[str, Any]:
    """What each event says of a booked break."""
    return {
        "at": datetime.now(UTC),
        "channel": plan.channel,
        "break_id": plan.id,
        "title": plan.title,
        "splice_event_id": plan.splice_event_id,
    }


def _done(command: commands.ScheduleCommand, line: Line, now_us: int) -> str:
    """Carry it out; the break that it names. ValueError: why not."""
    match command:
        case commands.ShiftSchedule():
            line.shift(command.from_break_id, command.by_s, now_us)
            return command.from_break_id
        case commands.SetShowClock():
            line.set_late(command.late_s, now_us)
        case commands.AnswerMissed():
            line.answer(command.break_id, air=command.air)
            return command.break_id
    return ""
