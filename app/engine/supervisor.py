"""Wanted against actual: one thread a channel starts it, watches it, starts it again after a fault, and ends it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from types import MappingProxyType

from app.engine.alarms import Alarms
from app.engine.channel_status import status_of
from app.engine.event_ids import EventIds
from app.engine.fault import Fault
from app.engine.frame_clock import LOOK_S, FrameClock
from app.engine.left_behind import LeftBehind
from app.engine.outputs import FINISH_S, ChannelOutputs
from app.engine.processor_waits import processor_waits_s
from app.engine.quality import ChannelQuality
from app.engine.standing_plans import StandingPlans, failed
from app.model import commands, events
from app.model.answers import refused
from app.model.errors import SplicedeckError
from app.model.live_change import changed
from app.model.show import Channel
from app.model.states import ChannelState, Order, moved
from app.model.status import ChannelStatus
from app.model.timebase import FrameRate
from app.pipeline.handover import Handover
from app.pipeline.hls_keeping import Written
from app.pipeline.hooks import Hooks
from app.pipeline.live_channel import LiveChannel
from app.pipeline.preview import Mailbox

logger = logging.getLogger(__name__)

FIRST_PAUSE_S, SECOND_PAUSE_S, LONGEST_PAUSE_S = 0.0, 1.0, 15.0  # before a channel that died is started again
STEADY_S = 30.0  # on air for so long, and the next pause is a short one again
PROBES_END_S = 2.0
WAITING_LIMIT = 10_000  # commands kept for a channel that is not on air yet


class Supervisor:
    """One channel. ``submit``, ``stop`` and ``status`` from any thread; the rest happens on its own.

    ``standing`` and ``written``: of the life before, where an engine process before this one had the channel on air.
    ``prepare``: called before the outputs start; it may read much from the disk, and no other channel waits for it.
    """

    def __init__(  # noqa: PLR0913 - all that a channel's life touches, named at its one call
        self,
        channel: Channel,
        timezone: str,
        *,
        threads: int,
        outputs: ChannelOutputs,
        alarms: Alarms,
        quality: ChannelQuality,
        event_ids: EventIds,
        publish: Callable[[events.Event], None],
        standing: StandingPlans | None = None,
        written: Written = MappingProxyType({}),
        prepare: Callable[[], None] = lambda: None,
    ) -> None:
        self.channel, self._timezone, self._threads = channel, timezone, threads
        self._outputs, self.alarms, self._event_ids, self._publish = outputs, alarms, event_ids, publish
        self._prepare, self.quality = prepare, quality
        quality.feed = lambda: None if self._live is None else self._live.feed_status()
        self.mailbox = Mailbox()
        self.order = Order.ON_AIR
        self.state = ChannelState.OFF_AIR
        self._live: LiveChannel | None = None
        self._deliver_s = FINISH_S
        self._stopped = threading.Event()  # a stop is wanted
        self._wake = threading.Event()  # a stop is wanted, or something died
        self._hands_over = False  # another engine goes on from there
        self._anew = ""  # why it is to begin anew though nothing died
        self._left_behind = LeftBehind(alarms.set)
        self.restarts = 0
        self._lock = threading.Lock()
        self._waiting: list[commands.Command] = []
        self._standing = standing or StandingPlans()
        self._before = self._standing.handover(written)
        self._crowded = 0  # commands refused because so many wait
        self._lives = 0 if self._standing.first_frame_at is None else 1  # how often it went on air
        if self._standing.ended:  # it had been told to end, and did
            self.order = Order.STOP
        self._thread = threading.Thread(target=self._supervise, name=f"{channel.name} supervisor")

    def start(self) -> None:
        """Put the channel on air, unless it had ended for good."""
        if self.order is Order.ON_AIR:
            self._thread.start()

    def stop(self, deliver_s: float = FINISH_S) -> None:
        """Order the end; ``join`` waits for it. ``deliver_s``: how long the last objects may take to their origins."""
        self._deliver_s = deliver_s
        self.order = Order.STOP
        self._stopped.set()
        self._wake.set()

    def hand_over(self, deliver_s: float) -> None:
        """Order an end from which another engine goes on, as ``stop``: what is open or booked stays so."""
        self._deliver_s = deliver_s
        self._hands_over = True
        self._stopped.set()
        self._wake.set()

    def fail(self, reason: str) -> None:
        """Have a thread of the channel die: for drills."""
        if self._live is not None:
            self._live.fail(reason)

    def begin_anew(self, reason: str) -> None:
        """Order the channel to end where a segment may and to start again at once."""
        self._anew = reason
        self._wake.set()

    def join(self, timeout_s: float) -> bool:
        """Whether the channel has ended in time."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def submit(self, command: commands.Command) -> None:
        """Hand a command to the program thread, or keep a planned break until the channel is on air."""
        with self._lock:
            if self._live is not None and self.state is ChannelState.ON_AIR and self._live.has_room:
                self._live.submit(self._standing.remember(command, restarted=self._lives > 1))
                return
            planning = isinstance(command, commands.PlanBreak) and self.order is Order.ON_AIR
            crowded = self.state is ChannelState.ON_AIR or (planning and len(self._waiting) >= WAITING_LIMIT)
            if planning and not crowded:
                self._waiting.append(command)
                return
            self._crowded += crowded
            why = f"has too many commands waiting ({self._crowded} refused)" if crowded else f"is {_plain(self.state)}"
        self._refuse(command, f"channel {self.channel.name} {why}")

    def clock(self) -> tuple[FrameRate, datetime | None] | None:
        """The channel's rate, and its first frame ever; None before it has a rate."""
        live = self._live
        return None if live is None else (live.rate, self._standing.first_frame_at)

    @property
    def on_air_since(self) -> datetime | None:
        """When the first frame of this life was shown; None off air."""
        anchor = self._live.anchor if self._live is not None else None
        return anchor.first_frame_at if anchor is not None and self.state is ChannelState.ON_AIR else None

    def air_time(self) -> datetime | None:
        """The moment that is on air now, by the channel's own clock; None off air."""
        live = self._live
        reading, anchor = (None, None) if live is None else (live.reading, live.anchor)
        if reading is None or anchor is None or self.state is not ChannelState.ON_AIR:
            return None
        return anchor.at(reading.frame)

    def status(self) -> ChannelStatus:
        """The channel as it stands."""
        return status_of(
            self.channel,
            self.order,
            self.state,
            self._live,
            waiting=len(self._waiting),
            origins=self._outputs.status(),
            alarms=self.alarms.standing(),
            restarts=self.restarts,
        )

    # ---- the channel's own thread

    def _supervise(self) -> None:
        try:
            self._prepare()
        except Exception:  # whatever lies on the disk, the channel goes on air
            logger.exception("%s: what was not delivered is lost", self.channel.name)
        self._outputs.start()
        self.quality.start()
        pause_s = FIRST_PAUSE_S
        reason = ""
        to_close = self._before.rate is not None  # what an earlier process left open has no other end than on air
        while to_close or self.order is Order.ON_AIR:
            to_close = False
            started_s = time.monotonic()
            reason = self._one_life()
            if not reason or self._stopped.is_set():
                break
            self.restarts += 1
            if self._anew:
                self.alarms.set("channel", "warning", f"{reason}; started again")
                continue
            if time.monotonic() - started_s > STEADY_S:
                pause_s = FIRST_PAUSE_S
            self.alarms.set("channel", "critical", f"{reason}; started again {_in(pause_s)}")
            self._stopped.wait(pause_s)
            pause_s = min(max(2 * pause_s, SECOND_PAUSE_S), LONGEST_PAUSE_S)
        if not self._hands_over:
            self._answer_rest()
        self.quality.stop(PROBES_END_S)
        end_outputs = self._outputs.leave if self._hands_over else self._outputs.finish
        end_outputs(self._deliver_s)
        self.alarms.set("channel", "critical", None)
        if self.state is not ChannelState.OFF_AIR:
            self._move(ChannelState.OFF_AIR)
        if not self._hands_over:
            self._publish(events.ChannelStopped(at=datetime.now(UTC), channel=self.channel.name, reason=reason))

    def _one_life(self) -> str:
        """As ``_on_air_once``; whatever fails in looking after a life, there is a next one."""
        try:
            return self._on_air_once()
        except Exception as error:
            logger.exception("%s: its life came to no orderly end", self.channel.name)
            with self._lock:
                if self.state is not ChannelState.FAILED:
                    self._move(ChannelState.FAILED)
            live = self._live
            if live is not None and not live.abandon():
                self._left_behind.add(live)
            if live is not None:
                self._before = self._standing.handover(live.written())
            return f"its life came to no orderly end: {_said(error)}"

    def _on_air_once(self) -> str:
        """Run the channel until a stop is ordered ("") or something dies (the reason)."""
        self._move(ChannelState.STARTING)
        self._anew = ""  # it does
        fault = Fault(self._wake)
        try:
            live = self._live = LiveChannel(
                self.channel,
                self._timezone,
                threads=self._threads,
                hooks=self._hooks(fault),
                mailbox=self.mailbox,
                before=self._before,
            )
            on_air = live.start(self._take_commands)
        except Exception as error:
            if not isinstance(error, SplicedeckError):
                logger.exception("%s can't start", self.channel.name)
            with self._lock:
                self._move(ChannelState.FAILED)
            return f"can't start: {_said(error)}"
        if not on_air:
            self._move(ChannelState.STOPPING)
            return ""
        self.alarms.set("channel", "critical", None)
        if self._standing.stopping and not self._stopped.is_set():  # told so in an earlier life: what is open is closed
            self.stop(self._deliver_s)
        died = self._watch(live, fault)
        if died:
            return self._died(live, died)
        return self._ended(live) if self._stopped.is_set() else self._left_off(live, self._anew)

    def _watch(self, live: LiveChannel, fault: Fault) -> str:
        """Until something dies or hangs (what is said of it), or until an end is wanted ("")."""
        clock = FrameClock(float(live.rate.seconds(1)), processor_waits_s)
        hangs = ""
        while fault.first is None and not hangs and not self._stopped.is_set() and not self._anew:
            self._wake.wait(LOOK_S)
            self._wake.clear()
            self._left_behind.look()
            hangs = clock.look(time.monotonic(), live.pulses())
        if fault.first is None:
            return hangs
        thread, error = fault.first
        return f"{thread} stopped: {_said(error)}"

    def _ended(self, live: LiveChannel) -> str:
        with self._lock:
            self._move(ChannelState.STOPPING)
        closed = live.hand_over() if self._hands_over else live.end()
        self._before = Handover()
        return "" if closed else "its output could not be closed: a thread hangs"

    def _left_off(self, live: LiveChannel, reason: str) -> str:
        with self._lock:
            self._move(ChannelState.FAILED)
        if not live.hand_over():
            self._left_behind.add(live)
        self._before = self._standing.handover(live.written())
        return reason

    def _died(self, live: LiveChannel, what: str) -> str:
        logger.error("%s: %s", self.channel.name, what)
        self.alarms.set("channel", "critical", f"{what}; it is given up")
        with self._lock:
            self._move(ChannelState.FAILED)
        if not live.abandon():
            self._left_behind.add(live)
        self._before = self._standing.handover(live.written())
        return what

    def _take_commands(self) -> list[commands.Command]:
        """On air from here on: what has come in meanwhile, and what waited when the channel died."""
        again = self._standing.again()
        with self._lock:
            self._move(ChannelState.ON_AIR)
            self._lives += 1
            waiting, self._waiting = self._waiting, []
        return [*again, *(self._standing.remember(command, restarted=self._lives > 1) for command in waiting)]

    def _answer_rest(self) -> None:
        """The channel will not go on air again: what waits for that is refused, an open break stays open."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for command in waiting:
            self._refuse(command, f"channel {self.channel.name} has ended")
        for left in self._standing.unfinished() if self._before.rate is not None else ():
            self._publish(failed(left, datetime.now(UTC)))

    def _refuse(self, command: commands.Command, reason: str) -> None:
        self._publish(refused(command, datetime.now(UTC), reason))

    def _hooks(self, fault: Fault) -> Hooks:
        return Hooks(
            publish=self._publish_noted,
            alarm=self.alarms.set,
            deliver=self._outputs.deliver,
            push=self._outputs.push,
            fault=fault.note,
            next_event_id=self._event_ids.next,
            stopping=self._stopped.is_set,
            measure=self.quality.take,
        )

    def _publish_noted(self, event: events.Event) -> None:
        self._standing.note(event)
        if isinstance(event, events.ChannelChanged):  # before it is told: the next life is made of this
            self.channel = changed(self.channel, event)
            self.quality.change(self.channel.quality)
        self._publish(event)

    def _move(self, state: ChannelState) -> None:
        self.state = moved(self.state, state)


def _in(pause_s: float) -> str:
    return f"in {pause_s:.0f} s" if pause_s else "at once"


def _plain(state: ChannelState) -> str:
    return state.value.replace("_", " ")


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
