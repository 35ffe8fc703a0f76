"""Where a source's markers fall on its continuous time line: placed as the pictures beside them are.

A marker's PTS counts in the time base of the pictures that it came among (SCTE 35 §9.5). What that base makes absurd
is tried in the one before, and then in the next that begins: markers are not always on the right side of a jump.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from app.model.feed_cue import FeedCue
from app.model.timebase import TICKS_PER_SECOND, difference
from app.pipeline.cue_queue import CueQueue
from app.pipeline.cue_reading import CueHistory, read_cue
from app.pipeline.sources.cue_watch import Arrival, Mark

_WAITS_S = 10.0  # for a picture of its time base, longer than a source has for its first; then it has no time
_HELD_S = 10.0  # for another time base, of a marker whose time is absurd in its own
_EARLY_TICKS, _LATE_TICKS = 600 * TICKS_PER_SECOND, 10 * TICKS_PER_SECOND  # absurd: further ahead, later than this
_ELSEWHERE_TICKS = 60 * TICKS_PER_SECOND  # in another base than its own less is believed, and so near a jump alone
_SAME_TICKS = 10 * TICKS_PER_SECOND  # a clock reference is no further from its pictures
_MARKS_MOST = 8192  # minutes of pictures: of a file that much may be read ahead
_OUT_OF_ORDER = 64  # pictures; what has not been decoded by then never will be
_WAITING_MOST = 1000
_RUNS_MOST, _PAST_MOST, _HELD_MOST = 8, 4, 100


@dataclass(slots=True)
class _Line:
    """Source times of one time base: held by the latest pair of a picture's PTS and its time."""

    pts: int
    time: int


@dataclass(slots=True)
class _Waiting:
    arrival: Arrival
    pts: int | None
    problem: str
    repeats: int
    since_s: float
    arrival_ticks: int | None = None
    source_ticks: int | None = None


class CueLine:
    """Takes sections from a CueWatch and pictures from a Reader, puts FeedCues into ``queue``. The feed's thread only.

    ``paced``: the source is read ahead of its pictures, so that a section waits until those before it are decoded.
    ``refused`` counts sections that are not valid.
    """

    def __init__(self, source: str, session: int, queue: CueQueue, *, paced: bool, clock: Callable[[], float]) -> None:
        self._source, self._session, self._queue = source, session, queue
        self._paced, self._clock = paced, clock
        self.refused = 0
        self._history = CueHistory(clock)
        self._marks: deque[Mark] = deque(maxlen=_MARKS_MOST)
        self._lines: dict[int, _Line] = {}  # by run
        self._past: deque[_Line] = deque(maxlen=_PAST_MOST)
        self._line: _Line | None = None  # of the latest picture
        self._decoded = -1  # serial of the latest picture that was placed
        self._waiting: deque[_Waiting] = deque()
        self._held: deque[_Waiting] = deque()

    @property
    def unshown(self) -> int:
        """Sections that are not valid and were only counted."""
        return self._history.unshown

    # from the multiplex

    def marked(self, mark: Mark) -> None:
        """A picture went by, to be decoded later."""
        self._marks.append(mark)

    def arrived(self, arrival: Arrival) -> None:
        """A section went by."""
        pts, problem = read_cue(arrival.section)
        if problem:
            self.refused += 1
            if not self._history.may_show_broken():
                return
        repeats = self._history.repeats(arrival.pid, arrival.section)
        cue = _Waiting(arrival, pts, problem, repeats, self._clock())
        self._waiting.append(cue)
        if len(self._waiting) > _WAITING_MOST:
            self._give_up_waiting()
        self._place_waiting()

    # from the reader

    def placed(self, pts: int, ticks: int) -> None:
        """A picture with this PTS (33 bits) was given its source time."""
        mark = self._mark_of(pts)
        if mark is None:
            return
        self._decoded = max(self._decoded, mark.serial)
        line = self._line
        if line is not None and line.time + difference(pts, line.pts) == ticks:
            line.pts, line.time = pts, ticks
        else:
            if line is not None:
                self._past.append(line)
            line = self._line = _Line(pts, ticks)
            self._try_held(line)
        self._lines[mark.run] = line
        if len(self._lines) > _RUNS_MOST:
            del self._lines[min(self._lines)]
        self._place_waiting()

    def begin_pass(self) -> None:
        """What comes next is the source from its beginning again: all that it brought has been decoded."""
        while self._waiting:
            self._give_up_waiting()
        self._marks.clear()

    def look(self) -> None:
        """Hand on what has waited for long enough; to be called several times a second."""
        now_s = self._clock()
        while self._waiting and not self._paced and now_s - self._waiting[0].since_s > _WAITS_S:
            self._give_up_waiting()
        while self._held and now_s - self._held[0].since_s > _HELD_S:
            self._hand_on(self._held.popleft())

    # inside

    def _mark_of(self, pts: int) -> Mark | None:
        marks = self._marks
        for index, mark in enumerate(marks):
            if mark.pts == pts:
                del marks[index]
                while marks and marks[0].serial < mark.serial - _OUT_OF_ORDER:
                    marks.popleft()
                return mark
        return None

    def _place_waiting(self) -> None:
        """In the order they came: one that has to wait keeps those behind it."""
        while self._waiting:
            cue = self._waiting[0]
            line = self._line_for(cue.arrival.mark)
            if line is None:
                return
            self._waiting.popleft()
            self._place(cue, line)

    def _give_up_waiting(self) -> None:
        cue = self._waiting.popleft()
        line = self._lines.get(cue.arrival.mark.run)
        if line is None:
            self._hand_on(cue)
        else:
            self._place(cue, line)

    def _line_for(self, mark: Mark) -> _Line | None:
        if self._paced and self._decoded < mark.serial:
            return None
        line = self._lines.get(mark.run)
        # Of a run that a damaged time made up nothing is ever decoded: pictures behind it are.
        return self._line if line is None and self._decoded > mark.serial + _OUT_OF_ORDER // 4 else line

    def _place(self, cue: _Waiting, line: _Line) -> None:
        now = _now_pts(cue.arrival, line.pts)
        cue.arrival_ticks = arrival_ticks = line.time + difference(now, line.pts)
        if cue.pts is None:
            self._hand_on(cue)
            return
        lead = difference(cue.pts, now)
        cue.source_ticks = arrival_ticks + lead
        absurd = not -_LATE_TICKS <= lead <= _EARLY_TICKS
        if absurd and not any(self._believed_in(past, cue, arrival_ticks) for past in reversed(self._past)):
            self._hold(cue)
        else:
            self._hand_on(cue)

    def _believed_in(self, line: _Line, cue: _Waiting, arrival_ticks: int) -> bool:
        """Whether its time makes sense in another time base; it is then of that."""
        after = arrival_ticks - line.time
        if cue.pts is None or abs(after) > _ELSEWHERE_TICKS:
            return False
        lead = difference(cue.pts, line.pts + after)
        if not -_LATE_TICKS <= lead <= _ELSEWHERE_TICKS:
            return False
        cue.source_ticks = arrival_ticks + lead
        return True

    def _hold(self, cue: _Waiting) -> None:
        self._held.append(cue)
        if len(self._held) > _HELD_MOST:
            self._hand_on(self._held.popleft())

    def _try_held(self, line: _Line) -> None:
        """Another time base has begun."""
        held, self._held = self._held, deque()
        for cue in held:
            if cue.arrival_ticks is not None and self._believed_in(line, cue, cue.arrival_ticks):
                self._hand_on(cue)
            else:
                self._held.append(cue)

    def _hand_on(self, cue: _Waiting) -> None:
        arrival = cue.arrival
        if cue.source_ticks is not None and cue.arrival_ticks is not None:
            lead: int | None = cue.source_ticks - cue.arrival_ticks
        else:
            lead = None if cue.pts is None or arrival.pts is None else difference(cue.pts, arrival.pts)
        self._queue.put(
            FeedCue(
                pid=arrival.pid,
                section=arrival.section,
                source=self._source,
                received_at=arrival.at,
                source_ticks=cue.source_ticks,
                lead_ticks=lead,
                arrival_ticks=cue.arrival_ticks,
                problem=cue.problem,
                repeats=cue.repeats,
                session=self._session,
            )
        )


def _now_pts(arrival: Arrival, near: int) -> int:
    """When it came, in the time base of the pictures beside it: by the clock reference, unless that is of another."""
    for pts in (arrival.pcr, arrival.mark.pts):
        if pts is not None and abs(difference(pts, near)) <= _SAME_TICKS:
            return pts
    return near
