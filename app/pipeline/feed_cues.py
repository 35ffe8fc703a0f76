"""What a channel does with the markers that its source brings: strips, relays or acts on them.

The program thread calls ``tick`` once a frame before the splicer's: markers are taken, tracked and carried out, breaks
and signals are kept on the frames where the source's clock has them. SCTE 35 §6.6, §9.4, §9.7.3; each marker and what
became of it is told by an event.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.model import events
from app.model.cue import Section, TimeSignal
from app.model.errors import CueError
from app.model.feed_cue import FeedCue
from app.model.signalling import CuePolicy, FeedCues
from app.model.timebase import ticks_of
from app.model.wire import utc_text
from app.pipeline.feed_alarms import FeedAlarms
from app.pipeline.feed_break_ids import told_by
from app.pipeline.feed_breaks import FeedBreaks
from app.pipeline.feed_inbox import FeedInbox
from app.pipeline.feed_signals import FeedSignals, Signal
from app.pipeline.feed_ties import OVER, Outcome
from app.pipeline.rundown import Break
from app.pipeline.source_line import SourceFeed, SourceLine
from app.pipeline.splicer import Splicer
from app.scte35.codec import decode
from app.scte35.explain import summary
from app.scte35.spoken import Says
from app.scte35.tracked import Change, ChangeKind, Limits
from app.scte35.tracker import Tracker

_WAITING_MOST = 200  # markers that came before there was a picture to place them by
_WAITING_S = 5
_TOLD_A_SECOND = 50  # a source that floods is relayed as ever, but not told marker by marker
_HEARTBEAT_TOLD_S = 60
_ACTIONS = {CuePolicy.RELAY: "relayed", CuePolicy.ACT: "acted"}
_PUNCTUATION = str.maketrans("", "", "-:.")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Heard:
    """A valid marker. ``told``: it was published, and what becomes of it must be too."""

    cue: FeedCue
    cue_id: str
    section: Section
    since_frame: int
    told: bool


class FeedDesk:
    """Of one channel. ``alarm(key, severity, text)``. Program thread only."""

    def __init__(
        self,
        feed: SourceFeed,
        splicer: Splicer,
        policy: FeedCues,
        alarm: Callable[[str, str, str | None], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._splicer, self._policy = splicer, policy
        self._inbox = FeedInbox(feed, clock)
        self._rate = splicer.anchor.rate
        self._line = SourceLine(feed, self._rate)
        self._tracker = Tracker(Limits(return_wait_ticks=ticks_of(policy.return_wait_s)))
        self._breaks = FeedBreaks(splicer, self._line, self._tracker, policy)
        self._signals = FeedSignals(splicer, self._line, self._breaks.ahead_frames)
        self._alarms = FeedAlarms(policy, self._rate, alarm)
        self._waiting: list[_Heard] = []
        self._count = self._told_in_second = self._second = 0
        self._ended = False
        self._failures: set[str] = set()
        self._heartbeats: dict[int, int] = {}  # frame at which the last one was told, by PID
        self._skew_ticks = 0  # from the source's 33 bits to its line

    @property
    def template(self) -> str:
        """That of the breaks which a source makes; "" for none."""
        return self._policy.template

    def tick(self, frame: int) -> None:
        """Before the splicer's tick of ``frame``, the next one to be encoded."""
        if self._ended:
            return
        try:
            self._tick(frame)
        except Exception as error:  # whatever a source says, the channel stays on air
            if repr(error) not in self._failures and len(self._failures) < _TOLD_A_SECOND:
                self._failures.add(repr(error))
                logger.exception("%s: the markers of its source", self._splicer.channel)

    def _tick(self, frame: int) -> None:
        moved = self._line.look(frame)
        if moved:
            self._tracker.shift(moved)
            self._breaks.shift(moved)
            self._signals.shift(moved)
            self._skew_ticks += moved
        self._breaks.adopt(frame)
        waiting, self._waiting = self._waiting, []
        for heard in waiting:
            self._take_up(heard, frame)
        for cue in self._inbox.each():
            self._take(cue, frame)
        if self._line.known and self._policy.policy is not CuePolicy.STRIP:
            self._pass(self._tracker.advance(self._line.ticks(frame)), frame)
            for outcome in self._breaks.follow(frame):
                self._publish_outcome(outcome)
            self._signals.tick(frame)
        self._alarms.tick(frame)

    def covers(self, brk: Break | None) -> bool:
        """Whether the slate hides the source during this break."""
        return self._policy.cover and brk is not None and told_by(brk.id) is not None

    def end(self) -> None:
        """The channel ends cleanly: whatever its source says now comes too late."""
        self._ended = True
        self._alarms.end()

    # ---- a marker

    def _take(self, cue: FeedCue, frame: int) -> None:
        self._count += 1
        section, problem = None, cue.problem
        if not problem:
            try:
                section = decode(cue.section)
            except CueError as error:
                problem = str(error)
        told = self._is_told(cue, section, frame)
        cue_id = f"{_stamp(cue)}-{cue.pid}-{self._count}" if told else f"{cue.pid}-{self._count}"
        if told:
            self._publish_seen(cue, cue_id, section, problem)
        if section is None:
            self._alarms.broken(frame, cue.pid, problem)
            self._publish_handled(cue_id, "ignored", problem, told=told)
            return
        self._alarms.heard(frame)
        if self._policy.policy is CuePolicy.STRIP:
            self._publish_handled(cue_id, "stripped", told=told)
            return
        self._take_up(_Heard(cue, cue_id, section, frame, told), frame)

    def _take_up(self, heard: _Heard, frame: int) -> None:
        """Carry a marker out, as soon as there is a picture of its source on air to place it by."""
        cue, line = heard.cue, self._line
        if line.linked and cue.session in {0, line.session}:
            try:
                self._carry_out(heard, frame)
            except Exception as error:  # as with a command: refused, and the next one is taken
                logger.exception("%s: %s", self._splicer.channel, cue)
                self._publish_handled(heard.cue_id, "ignored", f"it can't be carried out: {error!r}", told=heard.told)
        elif line.linked and cue.session < line.session:
            self._publish_handled(heard.cue_id, "ignored", "its source is not on air any more", told=heard.told)
        elif self._rate.seconds(frame - heard.since_frame) > _WAITING_S or len(self._waiting) >= _WAITING_MOST:
            self._publish_handled(heard.cue_id, "ignored", "no picture of its source is on air", told=heard.told)
        else:
            self._waiting.append(heard)

    def _carry_out(self, heard: _Heard, frame: int) -> None:
        cue, section, line = heard.cue, heard.section, self._line
        now = line.ticks(frame)
        arrival = now if cue.arrival_ticks is None else cue.arrival_ticks
        if cue.source_ticks is not None and section.effective_pts is not None:
            self._skew_ticks = cue.source_ticks - section.effective_pts
        changes = self._tracker.feed(section, arrival, now, cue.source_ticks)
        spoken = [change for change in changes if change.says is not None]
        self._pass([change for change in changes if change.says is None and change.key is not None], frame)
        outcomes = [self._of_a_break(change, heard, frame) for change in spoken]
        made = [outcome for outcome in outcomes if outcome is not None]
        best = next((outcome for outcome in made if outcome.done), None)
        if best is not None:
            self._publish_outcome(best, told=heard.told)
        elif made and len(made) == len(outcomes):
            self._publish_outcome(made[0], told=heard.told)
        else:
            self._signal(heard, spoken, frame)

    def _of_a_break(self, change: Change, heard: _Heard, frame: int) -> Outcome | None:
        """What one word of a section does; None: it is about no break of the source's."""
        key, event = change.key, change.event
        if key is None or not key.is_splice:
            refused = change.kind in {ChangeKind.LATE, ChangeKind.CONTRADICTING, ChangeKind.IGNORED}
            return Outcome(heard.cue_id, done=False, reason=change.reason) if refused else None
        if change.says is Says.OUT and change.kind in {ChangeKind.ANNOUNCED, ChangeKind.LATE}:
            around = None if event is None else self._breaks.around(event)
            if around is not None:
                ended = around.brk is not None and around.brk.state in OVER
                reason = "the break around it was ended by hand"
                return Outcome(heard.cue_id, done=False, reason=reason) if ended else None
            self._alarms.lead(f"event {key}", heard.cue.lead_ticks)
        elif event is not None and self._breaks.tied_to(change) is None:
            why = self._breaks.refused(change)
            if not why:
                return None  # of something inside a break
            if change.says is not Says.OUT:
                return Outcome(heard.cue_id, done=False, reason=why)
        outcome = self._breaks.heard(change, heard.cue.section, heard.cue_id, _stamp(heard.cue), frame)
        if change.kind is ChangeKind.RETURNING and outcome.done:
            self._alarms.returned(None)
        return outcome

    def _pass(self, changes: list[Change], frame: int) -> None:
        for change in changes:
            said = self._breaks.passed(change, frame)
            if said is not None:
                self._alarms.returned(said)

    # ---- what is no end of a break

    def _signal(self, heard: _Heard, spoken: list[Change], frame: int) -> None:
        cue, section, line = heard.cue, heard.section, self._line
        if self._policy.policy is not CuePolicy.RELAY:
            self._publish_handled(heard.cue_id, "stripped", "no break is made of it", told=heard.told)
            return
        event_ids = _event_ids(section)
        for change in spoken:
            if change.kind is ChangeKind.CANCELLED and change.key is not None:
                self._signals.cancel(change.key)
        if cue.source_ticks is None:
            delta = self._splicer.anchor.pts(frame) - line.ticks(frame) + self._skew_ticks
            cancels = any(change.says is Says.CANCEL for change in spoken)
            self._signals.at_once(cue.section, delta, frame, () if cancels else event_ids)
            self._publish_handled(heard.cue_id, "relayed", frame=frame, told=heard.told)
            return
        at_frame = line.frame(cue.source_ticks)
        if at_frame < frame or self._signals.full:
            reason = "its time has passed" if at_frame < frame else "too many wait for their time"
            self._publish_handled(heard.cue_id, "ignored", reason, told=heard.told)
            return
        keys = frozenset(change.key for change in spoken if change.key is not None and change.says is Says.OUT)
        self._signals.add(Signal(cue.section, cue.source_ticks, event_ids, at_frame, keys), frame)
        snapped = line.snapped_ticks(cue.source_ticks, at_frame)
        self._publish_handled(heard.cue_id, "relayed", frame=at_frame, snapped_ticks=snapped, told=heard.told)

    # ---- what is told

    def _is_told(self, cue: FeedCue, section: Section | None, frame: int) -> bool:
        """Not more than people could look at: heartbeats once a minute a PID, floods in part."""
        second = frame // self._rate.nominal
        if second != self._second:
            self._second, self._told_in_second = second, 0
        if section is not None and cue.repeats and cue.source_ticks is None and not _event_ids(section):
            last = self._heartbeats.get(cue.pid)
            if last is not None and self._rate.seconds(frame - last) < _HEARTBEAT_TOLD_S:
                return False
            self._heartbeats[cue.pid] = frame
        self._told_in_second += 1
        return self._told_in_second <= _TOLD_A_SECOND

    def _publish_seen(self, cue: FeedCue, cue_id: str, section: Section | None, problem: str) -> None:
        placed = cue.source_ticks is not None and self._line.linked and cue.session in {0, self._line.session}
        self._splicer.effects.append(
            events.FeedCueSeen(
                at=cue.received_at,
                channel=self._splicer.channel,
                cue_id=cue_id,
                source=cue.source,
                pid=cue.pid,
                section=cue.section,
                pts=None if section is None else section.effective_pts,
                frame=max(0, self._line.frame(cue.source_ticks)) if placed and cue.source_ticks is not None else None,
                lead_ms=None if cue.lead_ticks is None else cue.lead_ticks // 90,
                summary="" if section is None else summary(section),
                problem=problem,
                repeats=cue.repeats,
            )
        )

    def _publish_outcome(self, outcome: Outcome, *, told: bool = True) -> None:
        self._publish_handled(
            outcome.cue_id,
            _ACTIONS[self._policy.policy] if outcome.done else "ignored",
            outcome.reason,
            frame=outcome.frame,
            snapped_ticks=outcome.snapped_ticks,
            break_id=outcome.break_id,
            told=told,
        )

    def _publish_handled(
        self,
        cue_id: str,
        action: str,
        reason: str = "",
        *,
        frame: int | None = None,
        snapped_ticks: int = 0,
        break_id: str = "",
        told: bool = True,
    ) -> None:
        if not told:
            return
        self._splicer.effects.append(
            events.FeedCueHandled(
                at=self._splicer.clocks.now(),
                channel=self._splicer.channel,
                cue_id=cue_id,
                action=action,
                reason=reason,
                frame=frame,
                pts=None if frame is None else self._splicer.anchor.pts(frame),
                snapped_ticks=snapped_ticks,
                break_id=break_id,
            )
        )


def _stamp(cue: FeedCue) -> str:
    return utc_text(cue.received_at).translate(_PUNCTUATION)


def _event_ids(section: Section) -> tuple[int, ...]:
    """Of the events that a time_signal speaks of, each for a tag of its own; the playlists tell of nothing else."""
    if not isinstance(section.command, TimeSignal):
        return ()
    told = (one.segmentation_event_id for one in section.segmentation_descriptors if not one.cancel)
    return tuple(dict.fromkeys(told))
