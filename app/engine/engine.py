"""The engine: one inbox, one thread; the only thing that windows, scripts and tests hold.

Commands go in, events come out in one order: to the as-run's own thread, to the proof, then to every subscriber. What
is measured is polled by ``snapshot``.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app import __version__
from app.engine.alarms import Alarms
from app.engine.automating import Automating
from app.engine.channels import Wiring, wait_for_disk_s
from app.engine.coming_next import booked_next, next_break
from app.engine.cue_guard import CueGuard, Kept
from app.engine.event_ids import EventIds
from app.engine.gate import CommandGate
from app.engine.hand_overs import CueCommand
from app.engine.live_settings import LiveSettings
from app.engine.outputs import FINISH_S
from app.engine.proving import KeepEvidence, Proving
from app.engine.recorder import Recorder, Unjournaled
from app.engine.recovery import Recovered
from app.engine.scheduling import SCHEDULE, Hands, Scheduling
from app.engine.scheduling_events import HEARD
from app.engine.scheduling_store import OpenSchedule
from app.engine.telling import Numbered, NumberedSubscriber, Subscriber, Telling
from app.engine.triggering import Triggering
from app.engine.wall_clock import OnAir, WallClock
from app.model import commands, events
from app.model.answers import accepted, refused
from app.model.show import Show
from app.model.status import ChannelStatus, EngineStatus
from app.pipeline.preview import Mailbox
from app.storage.journal import Journal

if TYPE_CHECKING:  # SQLAlchemy takes most of a second to import: the air does not wait for that
    from app.engine.importing import Alarm, Importing, Publish
    from app.engine.supervisor import Supervisor
    from app.storage.asrun import Store

logger = logging.getLogger(__name__)

END_S = 30.0  # more than a channel may take whose parts all hang
END_JOURNAL_S = 2.0
EVENT_IDS = "event_ids"  # key in the journal
_LAPSED = "the engine restarted before it was carried out"
INBOX_ITEMS = 50_000  # commands and events: a thousand times what a show has in a busy second

type OpenInlets = Callable[[Publish, Alarm], Importing]
"""The show's inlets, to be started with the engine."""

DRILL_VARIABLE = "SPLICEDECK_DRILL"  # set by a drill for the engine that it strikes; no other lets itself be struck


class Engine:
    """Runs the channels of a show. ``start``, then commands; ``stop`` ends everything it started."""

    def __init__(
        self,
        show: Show,
        store: Store | Callable[[], Store],
        *,
        journal: Journal | None = None,
        recovered: Recovered | None = None,
        spool_folder: Path | None = None,
        keep_evidence: KeepEvidence | None = None,
        open_inlets: OpenInlets | None = None,
        open_schedule: OpenSchedule | None = None,
    ) -> None:
        kept: Journal | Unjournaled = journal or Unjournaled()
        store_kept = Kept(kept.keep, kept.kept)
        self._settings = LiveSettings(show, store_kept)
        show = self._settings.show
        self._journal, self._recovered = journal, recovered or Recovered()
        self._since = datetime.now(UTC)
        self._version = __version__
        self._inbox: queue.SimpleQueue[commands.Command | events.Event | None] = queue.SimpleQueue()
        self._telling = Telling(None if journal is None else journal.written)
        self._seq = 0
        self._alarms = Alarms("", self._inbox.put)
        self._event_ids = EventIds(
            kept.kept(EVENT_IDS), partial(kept.keep, EVENT_IDS), used=self._recovered.used_event_id
        )
        self._recorder = Recorder(
            store if callable(store) else lambda: store,
            kept,
            self._event_ids,
            lambda text: self._alarms.set("store", "warning", text),
        )
        self._proving = Proving(show, self._inbox.put, self._alarms.set, keep_evidence, self._tell_of_proof)
        keep = None if journal is None else journal.keep
        wiring = Wiring(show, self._event_ids, self._inbox.put, keep, spool_folder)
        self._supervisors = {
            channel.name: wiring.supervisor(channel, self._recovered.channel(channel.name)) for channel in show.channels
        }
        wait_s = partial(wait_for_disk_s, self._supervisors, show.timezone)
        self._gate = None if journal is None else CommandGate(journal, self._inbox.put, wait_s)
        self._wall_clock = WallClock(self._on_air, self._alarms.set, self._begin_anew)
        self._guard = CueGuard(self._supervisors, lambda name: self._supervisors[name].status(), store_kept)
        self.automating = Automating(show, self._submit_own, self.follow, self._alarms.set)
        self.triggering = Triggering(show, self.submit, self.follow, self._inbox.put, self._alarms.set)
        self._importing = None if open_inlets is None else open_inlets(self._inbox.put, self._alarms.set)
        self._settings.tell(self.automating, self.triggering, self._importing)
        hands = Hands(
            submit=self._submit_own,
            forward=self._forward,
            publish=self._inbox.put,
            alarm=self._alarms.set,
            warn=lambda channel, key, text: self._supervisors[channel].alarms.set(key, "warning", text),
            air_time=lambda channel: self._supervisors[channel].air_time(),
            past=self._past,
            keep=partial(kept.keep, SCHEDULE),
            kept=partial(kept.kept, SCHEDULE),
        )
        self._scheduling = Scheduling(show, open_schedule, hands)
        self._crowded = 0  # commands refused because so many wait
        self._hands_on = False
        self._thread = threading.Thread(target=self._run, name="engine")

    # ---- any thread

    def start(self) -> None:
        """Put every channel on air that has not ended in an earlier life."""
        self._inbox.put(self._started())
        for channel in self._recovered.channels.values():
            for command in channel.lapsed:
                self._inbox.put(refused(command, datetime.now(UTC), _LAPSED))
        if self._gate is not None:
            self._gate.start()
        if self._journal is not None:
            self._journal.start()
        self._telling.start()
        self._thread.start()
        for supervisor in self._supervisors.values():
            supervisor.start()
        self._recorder.start()
        self._proving.resume(self._recovered.unproved)
        self._proving.start()
        self._wall_clock.start()
        self.automating.start()
        self.triggering.start()
        if self._importing is not None:
            self._importing.start()
        self._scheduling.start()

    def _started(self) -> events.EngineStarted:
        now, last_at = datetime.now(UTC), self._recovered.last_at
        down_ms = None if last_at is None else max(0, (now - last_at) // timedelta(milliseconds=1))
        return events.EngineStarted(
            at=now, channel="", pid=os.getpid(), version=self._version, life=self.life, down_ms=down_ms
        )

    def submit(self, command: commands.Command) -> None:
        """Hand in a command; it is answered by CommandAccepted or CommandRefused with its id.

        With a journal it is on disk before it is carried out, or else at its last lawful moment.
        """
        if self._inbox.qsize() >= INBOX_ITEMS:
            self._refuse_crowded(command)
        elif reason := self._guard.refusal_at_once(command):
            self._inbox.put(refused(command, datetime.now(UTC), reason))
        elif self._gate is None:
            self._inbox.put(command)
        else:
            self._gate.submit(command)

    def _submit_own(self, command: commands.Command) -> None:
        """As ``submit``, from the show's own schedule and automation: no con keeps them off the air."""
        self.submit(self._guard.own(command))

    def _refuse_crowded(self, command: commands.Command) -> None:
        self._crowded += 1
        if self._inbox.qsize() < 2 * INBOX_ITEMS:  # else even the answers would be too many
            why = f"the engine has too many commands waiting ({self._crowded} refused)"
            self._inbox.put(refused(command, datetime.now(UTC), why))

    @property
    def show(self) -> Show:
        """As it runs."""
        return self._settings.show

    @property
    def life(self) -> int:
        """Its number within the run; a journal that can't be opened or read at first settles it later."""
        return 1 if self._journal is None else self._journal.life

    def alarm(self, key: str, severity: str, text: str | None) -> None:
        """An alarm that belongs to no channel; text None clears it."""
        self._alarms.set(key, severity, text)

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Have ``callback`` called for each event, on one thread of the engine's; the result ends that.

        With a journal an event is told once it is on disk: what was told has happened, whatever dies then.
        """
        return self.subscribe_numbered(_unnumbered(callback))

    def subscribe_numbered(self, callback: NumberedSubscriber) -> Callable[[], None]:
        """As ``subscribe``, with the engine's life and the event's number in it: 1, 2, 3 … without a gap."""
        return self._telling.subscribe(callback)

    def follow(self, callback: Subscriber) -> Callable[[], None]:
        """As ``subscribe``, and first, on this thread, what the engine still has of before. It must not block."""
        return self._telling.follow(_unnumbered(callback))

    def events_after(self, life: int, seq: int) -> list[Numbered]:
        """What came after an event, in order: who subscribes first and then asks misses nothing. Any thread."""
        return self._telling.after(life, seq) if self._journal is None else self._journal.events_after(life, seq)

    def snapshot(self) -> EngineStatus:
        """Everything that is measured, as it stands."""
        return EngineStatus(
            pid=os.getpid(),
            version=self._version,
            since=self._since,
            show=self.show.name,
            timezone=self.show.timezone,
            channels=tuple(self._channel(name) for name in self._supervisors),
            life=self.life,
            alarms=self._alarms.standing(),
            rehearsal=self.show.rehearsal,
        )

    def _channel(self, name: str) -> ChannelStatus:
        supervisor = self._supervisors[name]
        status, schedule = supervisor.status(), self._scheduling.status(name)
        return replace(
            status,
            next=next_break(status, schedule),
            schedule=schedule,
            quality=supervisor.quality.read(),
            con=self._guard.con(name),
            rehearsal=self.show.rehearsal,
        )

    def preview(self, channel: str) -> Mailbox:
        """Where a channel's latest picture lies; set its ``size`` to have it filled."""
        return self._supervisors[channel].mailbox

    @property
    def connected(self) -> bool:
        """Whoever holds the engine itself has no link to it that could break."""
        return True

    @property
    def status_age_s(self) -> float:
        """A snapshot is taken as it is asked for."""
        return 0.0

    @property
    def ended(self) -> bool:
        """Whoever holds the engine has ended it."""
        return False

    @property
    def mismatch(self) -> str:
        """Whoever holds the engine is of its own version."""
        return ""

    def end_channels(self, deliver_s: float = FINISH_S) -> bool:
        """End every channel cleanly and wait; False when one did not end in time.

        ``deliver_s``: how long the last objects may take to their origins.
        """
        self._scheduling.hush()
        for supervisor in self._supervisors.values():
            supervisor.stop(deliver_s)
        ended = [supervisor.join(END_S) for supervisor in self._supervisors.values()]
        return all(ended)

    def fail_channel(self, name: str) -> bool:
        """Have a thread of a channel die, for a drill; False when there is no such channel, or this is no drill."""
        supervisor = self._supervisors.get(name)
        if supervisor is None or not os.environ.get(DRILL_VARIABLE):
            return False
        supervisor.fail("struck by the drill")
        return True

    def drain_proofs(self, timeout_s: float) -> bool:
        """Wait until every splice that was made has its verdict."""
        return self._proving.drain(timeout_s)

    def stop(self, deliver_s: float = FINISH_S) -> bool:
        """End the channels, the proof and the engine thread; False when something hung."""
        return self._ended(self.end_channels(deliver_s))

    def hand_over(self, deliver_s: float = FINISH_S) -> bool:
        """End each channel where a segment may, for the next engine to go on from there; False when something hung.

        Nothing is closed for good: open breaks, bookings and proofs are the next engine's, and no player leaves.
        """
        self._hands_on = True
        self._scheduling.hush()
        for supervisor in self._supervisors.values():
            supervisor.hand_over(deliver_s)
        ended = [supervisor.join(END_S) for supervisor in self._supervisors.values()]
        return self._ended(all(ended))

    def _ended(self, ended: bool) -> bool:  # noqa: FBT001 - what the channels' ends gave
        self.triggering.stop()
        self.automating.stop()
        if self._importing is not None:
            ended = self._importing.stop() and ended
        self._wall_clock.stop()
        self._proving.stop(hand_on=self._hands_on)
        if self._gate is not None:
            self._gate.stop()
        self._inbox.put(None)
        if self._thread.ident is not None:
            self._thread.join(END_S)
        ended = self._scheduling.stop(hand_on=self._hands_on) and ended
        ended = self._telling.stop() and ended
        written = self._recorder.close()
        if self._journal is not None:
            written = self._journal.close(END_JOURNAL_S) and written
        return ended and written and not self._thread.is_alive()

    def _on_air(self) -> Iterator[OnAir]:
        for name, supervisor in self._supervisors.items():
            since = supervisor.on_air_since
            if since is not None:
                yield OnAir(name, since)

    def _begin_anew(self, reason: str) -> None:
        for supervisor in self._supervisors.values():
            supervisor.begin_anew(reason)

    def _past(self) -> Iterator[events.Event]:
        """What the planners heard in earlier lives of this run."""
        place, names = (0, 0), frozenset(kind.name for kind in HEARD)
        while self._journal is not None and (some := self._journal.events_after(*place, names=names)):
            for life, seq, event in some:
                place = life, seq
                if life >= self.life:
                    return
                yield event

    # ---- the engine thread

    def _run(self) -> None:
        while (item := self._inbox.get()) is not None:
            try:
                if isinstance(item, commands.Command):
                    self._order(item)
                else:
                    self._tell(item)
            except Exception:  # one must not end the thread that all commands and events go through
                logger.exception("the engine failed at %s", item)

    def _order(self, command: commands.Command) -> None:
        supervisor = self._supervisors.get(command.channel)
        if supervisor is None:
            self._tell(refused(command, datetime.now(UTC), f"no channel {command.channel!r} in this show"))
        elif isinstance(command, commands.ConCommand):
            for event in self._guard.order_con(command):
                self._tell(event)
        elif reason := self._guard.refusal(command):
            self._tell(refused(command, datetime.now(UTC), reason))
        elif isinstance(command, commands.ScheduleCommand):
            self._scheduling.order(command)
        elif isinstance(command, commands.CueNext | commands.Skip):
            self._order_cue(command, supervisor)
        elif isinstance(command, commands.Stop):
            self._tell(accepted(command, datetime.now(UTC)))
            supervisor.stop()
        else:
            supervisor.submit(command)

    def _forward(self, command: commands.Command) -> None:
        """From the schedule to the channel, unless somebody else has its con by now."""
        if reason := self._guard.cons.refusal(command):
            self._inbox.put(refused(command, datetime.now(UTC), reason))
        else:
            self._supervisors[command.channel].submit(command)

    def _order_cue(self, command: CueCommand, supervisor: Supervisor) -> None:
        """By way of the schedule where it has the break that is meant."""
        meant = booked_next(command, supervisor.status(), self._scheduling.status(command.channel))
        if meant is None:
            supervisor.submit(command)
        else:
            self._scheduling.order(replace(command, break_id=meant))

    def _tell_of_proof(self, channel: str, text: str | None) -> None:
        """One alarm a channel, which stands until a break of it lands."""
        if (supervisor := self._supervisors.get(channel)) is not None:
            supervisor.alarms.set("proof", "critical", text)

    def _tell(self, event: events.Event) -> None:
        self._seq += 1
        if self._journal is not None:
            self._journal.event(event, self._seq)
        life = self.life  # as the journal has it now: it may have been opened only just before
        self._settings.note(event)
        self._guard.note(event)
        self._recorder.note(event, life, self._seq)
        self._proving.note(event)
        self._scheduling.note(event)
        self._telling.tell(event, life, self._seq)


def _unnumbered(callback: Subscriber) -> NumberedSubscriber:
    return lambda event, _life, _seq: callback(event)
