"""The planners of all channels, and what the store, the channels and earlier lives have told them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from app.engine.scheduling_events import anchor_of, state_after, tell
from app.engine.scheduling_kept import restore, upcoming_of
from app.engine.scheduling_store import Key, Read
from app.model import events
from app.model.merging import BookingState, Stored
from app.model.show import Show
from app.model.timebase import FrameRate
from app.model.wire import Plain
from app.pipeline.anchor import Anchor
from app.schedule.planner import Line
from app.schedule.planner_times import LineClock
from app.schedule.planner_values import Stand

BY = "schedule"  # who hands over
_EARLY = 200


class ScheduleBook:
    """``lines``: by channel, from its first frame on. ``kept``: of each, as the journal has it. One thread.

    ``mark``: has the store know where a booking stands.
    """

    def __init__(self, show: Show, mark: Callable[[Key, BookingState], None]) -> None:
        self._timezone, self._mark = show.timezone, mark
        self.channels = {channel.name: channel for channel in show.channels}
        self.lines: dict[str, Line] = {}
        self.kept: dict[str, Plain] = {}
        self.ours: set[Key] = set()  # breaks that came out of the schedule
        self._anchors: dict[str, Anchor] = {}
        self._rows: dict[str, dict[str, Stored]] = {name: {} for name in self.channels}  # of channels without a line
        self._loaded = False  # the store has answered in this life
        self._guessed: set[Key] = set()  # bookings as an earlier life knew them
        self._states: dict[Key, BookingState] = {}  # as the channels said
        self._early: deque[events.FeedCueSeen] = deque(maxlen=_EARLY)  # markers from before the store answered

    # ---- channels

    def begin(self, event: events.ChannelStarted) -> None:
        """A channel goes on air."""
        channel = event.channel
        self._anchors[channel] = anchor_of(event)
        if channel in self.lines:
            return
        clock = LineClock(
            first_frame_at=event.first_frame_at,
            rate=FrameRate.parse(event.frame_rate),
            timezone=self._timezone,
            pre_roll_s=self.channels[channel].pre_roll_s,
        )
        line = self.lines[channel] = Line(clock)
        restore(line, self.kept.get(channel))
        if not self._loaded:
            for stored in upcoming_of(self.kept.get(channel)):
                self._guessed.add((channel, stored.booking.plan.id))
                line.put(stored)
        for stored in self._rows[channel].values():
            line.put(stored)
        self._rows[channel] = {}

    def hear(self, event: events.Event, *, now: bool) -> bool:
        """What a channel says; False where it changes nothing. ``now`` False: an earlier life said it."""
        line = self.lines.get(event.channel)
        if line is not None:
            if isinstance(event, events.FeedCueSeen):
                return now and self._hear_mark(line, event)  # what an earlier one met is kept
            tell(line, event, self._anchors[event.channel])
            if isinstance(event, events.BreakKeptOff) and not now:
                line.told_before.add(event.break_id)
        if isinstance(event, events.BreakEvent):
            self._note_state(event, now=now)
        return True

    def _hear_mark(self, line: Line, event: events.FeedCueSeen) -> bool:
        """Whether a break follows it: there may be floods of them. Again once the store has answered."""
        if not self._loaded:
            self._early.append(event)
        marks = len(line.follows.marks)
        tell(line, event, self._anchors[event.channel])
        return len(line.follows.marks) > marks

    def _note_state(self, event: events.BreakEvent, *, now: bool) -> None:
        key, state = (event.channel, event.break_id), state_after(event)
        if isinstance(event, events.BreakPlanned) and event.by == BY:
            self.ours.add(key)
        if state is None or key not in self.ours:
            return
        self._states[key] = state
        if now:
            self._mark(key, state)

    def is_on_air(self, key: Key) -> bool:
        """Whether the channel said so last."""
        return self._states.get(key) is BookingState.ON_AIR

    def release(self) -> None:
        """The channels have ended: what they had and did not air may be edited again."""
        for channel, line in self.lines.items():
            for item in line.items.values():
                if item.stand in {Stand.GIVEN, Stand.ARMING}:
                    self._mark((channel, item.id), BookingState.PLANNED)

    # ---- the store

    def read(self, read: Read) -> Iterable[str]:
        """What the store says; the channels that it is about."""
        mine = [one for one in read.stored if one.booking.plan.channel in self.channels]
        if read.loaded:
            self._loaded = True
            self._forget_guesses({(one.booking.plan.channel, one.booking.plan.id) for one in mine})
        for stored in mine:
            plan = stored.booking.plan
            if read.loaded:
                self._put_right((plan.channel, plan.id), stored.state)
            line = self.lines.get(plan.channel)
            if line is None:
                self._rows[plan.channel][plan.id] = stored
            else:
                line.put(stored)
        while read.loaded and self._early:
            event = self._early.popleft()
            self._hear_mark(self.lines[event.channel], event)
        return self.lines.keys() if read.loaded else {one.booking.plan.channel for one in mine}

    def _forget_guesses(self, there: set[Key]) -> None:
        """What came from the journal, and the store has no more."""
        for channel, break_id in self._guessed - there:
            item = self.lines[channel].items.get(break_id)
            if item is not None:
                gone = Stored(booking=item.booking, version=item.version, removed=True, changed_at=datetime.now(UTC))
                self.lines[channel].put(gone)
        self._guessed.clear()

    def _put_right(self, key: Key, state: BookingState) -> None:
        """Where the store has not heard of it, or a run that is over left it locked."""
        said, line = self._states.get(key), self.lines.get(key[0])
        if not state.locked or (said is None and line is not None and key[1] in line.known):
            return
        left = BookingState.AIRED if state is BookingState.ON_AIR else BookingState.PLANNED
        if (said or left) is not state:
            self._mark(key, said or left)
