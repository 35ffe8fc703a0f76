"""The channel's tick: its own clock, one picture and its sound a frame, commands carried out on the way.

Frame n is due at ``started_s + n / rate`` and is never skipped while the encoders keep up; input times never drive
it. A command is carried out when it comes, not at the next tick, so its section is in the TS within milliseconds.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from fractions import Fraction
from functools import partial

import av
import numpy as np

from app.model import commands, events
from app.model.answers import accepted, refused
from app.model.errors import CommandRefusedError, EncoderError
from app.model.live_change import told
from app.model.timebase import FrameRate
from app.pipeline.anchor import Anchor
from app.pipeline.conditioning import SegmentGrid
from app.pipeline.encoders import SAMPLE_RATE_HZ
from app.pipeline.feed import Feed, Taken
from app.pipeline.feed_cues import FeedDesk
from app.pipeline.feed_keeper import FeedKeeper
from app.pipeline.ladder import Ladder, Shot
from app.pipeline.look import Measure, look_at, not_measured
from app.pipeline.pace import Pace
from app.pipeline.packets import Boundary, PackagerItem
from app.pipeline.peaks import peaks_dbfs
from app.pipeline.reading import Reading
from app.pipeline.seam import SEAM_WAIT_S, splice_is_near
from app.pipeline.splicer import Splicer
from app.pipeline.verbs import Verbs
from app.pipeline.workers import Pulse, Worker

logger = logging.getLogger(__name__)

PUT_TIMEOUT_S = 2.0  # the ladder may stall this long before a picture is given up
INBOX_COMMANDS = 10_000  # a day's rundown waits here while it is taken in
COMMAND_BUDGET_S = 0.005  # of commands before a frame that is due: a day's rundown is taken in over many frames
PUT_STEP_S = 0.01  # and commands are looked for meanwhile
LEAST_FRAMES = 2  # of a last segment: from one picture alone nobody can tell how long it lasts
TAIL_FRAMES = 12  # pictures after the IN of a clean end, so that its segment exists


class Program:
    """One channel's program thread. ``publish`` and ``to_packager`` are called on it, in order.

    ``grids``: where each output cuts, by its index; an output that never cuts has none.
    """

    def __init__(  # noqa: PLR0913 - all that a channel's tick touches, named at its one call
        self,
        name: str,
        *,
        feed: Feed | FeedKeeper,
        ladder: Ladder,
        splicer: Splicer,
        feed_desk: FeedDesk,
        grids: Mapping[int, SegmentGrid],
        slate: av.VideoFrame,
        to_packager: Callable[[PackagerItem], None],
        publish: Callable[[events.Event], None],
        alarm: Callable[[str, str, str | None], None],
        now: Callable[[], datetime],
        clock: Callable[[], float],
        on_fault: Callable[[str, Exception], None],
        slate_by_hand: bool = False,
        measure: Measure = not_measured,
    ) -> None:
        self._name, self._feed, self._ladder, self._splicer = name, feed, ladder, splicer
        self._verbs, self._feed_desk = Verbs(splicer), feed_desk
        self._grids, self._slate = grids, slate
        self._to_packager, self._publish = to_packager, publish
        self._now, self._clock, self._measure = now, clock, measure
        self._pace = Pace(splicer.anchor.rate, clock, alarm)
        self._inbox: queue.SimpleQueue[commands.Command | None] = queue.SimpleQueue()
        self._ending = threading.Event()
        self._abandoned = False
        self._fails_for = ""
        self._leaving = False
        self._leave_at_most: int | None = None  # the frame at which it leaves, however near a splice is
        self._worker = Worker(f"{name} program", self._run, on_fault)
        self._frame = 0
        self._source = ""
        self.slate_by_hand = slate_by_hand
        self._repeated = 0
        self.reading: Reading | None = None
        self.end_ticks: int | None = None

    @property
    def _anchor(self) -> Anchor:
        return self._splicer.anchor

    @property
    def _rate(self) -> FrameRate:
        return self._anchor.rate

    def start(self, started_s: float) -> None:
        """Frame 0 is due at ``started_s`` of the clock given."""
        self._pace.start(started_s)
        self._worker.start()

    @property
    def has_room(self) -> bool:
        """Whether one more command may wait. Any thread."""
        return self._inbox.qsize() < INBOX_COMMANDS

    def submit(self, command: commands.Command) -> None:
        """Any thread; carried out on the program thread, answered by an event."""
        self._inbox.put(command)

    def fail(self, reason: str) -> None:
        """Have the thread die at its next frame, as by a fault of its own. Any thread."""
        self._fails_for = reason

    def end(self) -> None:
        """Ask for a clean end: an open break is closed with its IN. Any thread."""
        self._ending.set()
        self._inbox.put(None)

    def hand_over(self) -> None:
        """Ask for an end from which another life goes on: what is open stays open, no splice is missed. Any thread."""
        self._leaving = True

    def abandon(self) -> None:
        """End at once, as after a fault elsewhere: nothing is closed. Any thread."""
        self._abandoned = True
        self.end()

    def join(self, timeout_s: float) -> bool:
        """Wait for the last frame; False when it has not come in time."""
        return self._worker.join(timeout_s)

    def pulse(self) -> Pulse:
        """How far it has got: frames, and looks for room while the encoders lag. Any thread."""
        return self._worker.pulse(owes=True)

    def refuse_rest(self) -> None:
        """Answer what was not carried out any more, after ``join``; what the next life carries out is left to it."""
        while not self._inbox.empty():
            command = self._inbox.get()
            goes_on = (self._abandoned or self._leaving) and isinstance(command, commands.CARRIED_OVER)
            if command is not None and not goes_on:
                self._refuse(command, f"channel {self._name} has ended")

    # ---- the loop

    def _run(self) -> None:
        try:
            while not self._ending.is_set():
                self._carry_out_until(self._pace.due_s(self._frame))
                if not self._ending.is_set():
                    self._tick()
                if self._leaving and self._may_leave():
                    self.end_ticks = self._anchor.pts(self._frame)
                    self._ending.set()
            if not self._abandoned and not self._leaving:
                self._finish()
        finally:
            self._pace.end()

    def _carry_out_until(self, due_s: float) -> None:
        while not self._ending.is_set():
            try:
                command = self._inbox.get(timeout=max(0.0, due_s - self._clock()))
            except queue.Empty:
                return
            if command is not None:
                self._carry_out(command)
            if self._clock() >= due_s + COMMAND_BUDGET_S:
                return

    def _carry_out(self, command: commands.Command) -> None:
        try:
            if isinstance(command, commands.Slate):
                self.slate_by_hand = not self.slate_by_hand if command.on is None else command.on
                self._publish(accepted(command, self._now()))
            elif isinstance(command, commands.ChangeChannel):
                self._take_on(command)
            else:
                self._verbs.carry_out(command, self._frame)
        except CommandRefusedError as error:
            self._refuse(command, str(error))
        except Exception as error:  # whatever was asked for, the channel stays on air
            logger.exception("%s: %s", self._name, command)
            self._refuse(command, f"it can't be carried out: {error!r}")
        self._hand_on_effects()

    def _take_on(self, command: commands.ChangeChannel) -> None:
        if command.templates is not None:
            self._splicer.take_on(command.templates, needed=self._feed_desk.template)
        self._publish(accepted(command, self._now()))
        self._publish(events.ChannelChanged(at=self._now(), channel=self._name, by=command.by, **told(command)))

    def _refuse(self, command: commands.Command, reason: str) -> None:
        if isinstance(command, commands.PlanBreak) and command.plan.id not in self._splicer.known_ids:
            plan = command.plan  # where the id is known, a list was read again: the break itself stands
            self._publish(
                events.BreakRefused(
                    at=self._now(),
                    channel=self._name,
                    break_id=plan.id,
                    title=plan.title,
                    by=command.by,
                    splice_event_id=plan.splice_event_id,
                    reason=reason,
                )
            )
        self._publish(refused(command, self._now(), reason))

    def _hand_on_effects(self) -> None:
        for effect in self._splicer.take_effects():
            if isinstance(effect, events.Event):
                self._publish(effect)
            else:
                self._to_packager(effect)

    def _tick(self) -> None:
        if self._fails_for:
            raise EncoderError(self._fails_for)
        frame = self._frame
        self._feed_desk.tick(frame)
        splice = self._splicer.tick(frame)
        covered = self._feed_desk.covers(self._splicer.on_air)
        self._hand_on_effects()
        idr = self._condition(frame, splice=splice)
        samples = self._rate.samples(frame + 1, SAMPLE_RATE_HZ) - self._rate.samples(frame, SAMPLE_RATE_HZ)
        taken = self._feed.take(frame, samples)
        hidden = self.slate_by_hand or covered
        picture = self._slate if taken.video is None or hidden else taken.video
        self._note_source(taken, frame, covered=covered)
        audio = np.zeros_like(taken.audio) if hidden else taken.audio
        late_s = self._pace.late_s(frame)
        shot = Shot(frame, self._anchor.pts(frame), picture, idr, audio, peaks_dbfs(audio), late_s)
        self._repeated += taken.repeated
        self._worker.moves += 1
        self._frame += 1  # before the shot is handed on: a command that comes meanwhile counts from the next frame
        self._put(shot)
        self._measure(partial(look_at, taken, frame, self._rate, hidden=hidden))
        self._pace.done(frame)
        self._leave_reading(frame)

    def _condition(self, frame: int, *, splice: bool) -> bool:
        coming = self._splicer.splices_after(frame)
        cuts = {index: grid.cuts_at(frame, splice=splice, coming=coming) for index, grid in self._grids.items()}
        idr = splice or frame == 0 or any(cuts.values())
        if idr:
            outputs = frozenset(index for index, cut in cuts.items() if cut)
            self._to_packager(Boundary(self._anchor.pts(frame), outputs))
        return idr

    def _put(self, shot: Shot) -> None:
        # A splice must not be lost: it is waited for. Any other picture is given up when the encoders hang.
        give_up_s = self._clock() + PUT_TIMEOUT_S
        while not self._ladder.put(shot, PUT_STEP_S):
            self._worker.moves += 1
            self._carry_out_waiting()
            if self._clock() < give_up_s:
                continue
            if not shot.idr:
                self._pace.gave_up()
                return
            if self._ending.is_set():
                return

    def _carry_out_waiting(self) -> None:
        """However long the encoders take, a command is carried out at once; but not in the tail of the end."""
        while not self._ending.is_set() and not self._inbox.empty():
            command = self._inbox.get()
            if command is not None:
                self._carry_out(command)

    def _note_source(self, taken: Taken, frame: int, *, covered: bool) -> None:
        hidden = "slate by hand" if self.slate_by_hand else "the source's break is covered" if covered else ""
        source = "slate" if hidden or taken.video is None else taken.source
        if source == self._source:
            return
        self._source = source
        self._publish(
            events.SourceChanged(
                at=self._now(),
                channel=self._name,
                source=source,
                frame=frame,
                pts=self._anchor.pts(frame),
                reason=hidden or taken.reason,
            )
        )

    def _leave_reading(self, frame: int) -> None:
        current, splicer = self._splicer.current(), self._splicer
        self.reading = Reading(
            frame=frame,
            source=self._source,
            slate_by_hand=self.slate_by_hand,
            current=None if current is None else current.status(self._anchor),
            on_air=None if splicer.on_air is None else splicer.on_air.status(self._anchor),
            next=None if splicer.next_planned is None else splicer.next_planned.status(self._anchor),
            planned=len(splicer.planned),
            repeated_frames=self._repeated,
            dropped_frames=self._pace.dropped_frames,
            late_frames=self._pace.late_frames,
        )

    # ---- the end

    def _may_leave(self) -> bool:
        """Whether the segments may end before the next frame: they have pictures enough, and no splice is near."""
        if self._leave_at_most is None:
            self._leave_at_most = self._frame + self._rate.frames_covering(Fraction(SEAM_WAIT_S))
        whole = all(grid.age(self._frame) >= LEAST_FRAMES for grid in self._grids.values())
        return whole and (
            not splice_is_near(self._splicer, self._frame, self._rate) or self._frame >= self._leave_at_most
        )

    def _finish(self) -> None:
        splicer = self._splicer
        self._feed_desk.end()
        splicer.planned.clear()  # booked and not aired: the tail must not announce them
        splicer.cued = None
        for brk in list(splicer.armed_breaks):
            self._verbs.withdraw(brk, accepted_at_s=self._clock())
        if splicer.on_air is not None:
            self._verbs.close(splicer.on_air, self._frame, how="stop", accepted_at_s=self._clock())
            self._hand_on_effects()
            for _ in range(TAIL_FRAMES):
                self._tick()
        self._hand_on_effects()
        while any(grid.age(self._frame) < LEAST_FRAMES for grid in self._grids.values()):
            self._tick()
        self.end_ticks = self._anchor.pts(self._frame)
