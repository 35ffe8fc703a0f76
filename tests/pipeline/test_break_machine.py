"""Random orders at random frames and rates, watched by a referee that knows only what comes out."""

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.model import commands, events
from app.model.errors import CommandRefusedError
from app.model.timebase import PTS_WRAP, FrameRate, wrapped
from app.pipeline.packets import CueKind, MarkExtend, MarkIn, MarkOut, SendSection
from tests.pipeline.break_desk import RATES, Desk, Seen, insert_of

FOLLOWS = {  # the events of one break: what may come after what
    None: {"break.planned"},
    "break.planned": {"break.cued", "break.armed", "break.skipped"},
    "break.cued": {"break.held", "break.armed", "break.skipped"},
    "break.held": {"break.cued", "break.armed", "break.skipped"},
    "break.armed": {"break.out", "break.withdrawn"},
    "break.out": {"break.extended", "break.in"},
    "break.extended": {"break.extended", "break.in"},
    "break.in": set[str](),
    "break.withdrawn": set[str](),
    "break.skipped": set[str](),
}
seconds = st.integers(50, 2000).map(lambda hundredths: Fraction(hundredths, 100))


@dataclass
class Course:
    """What has been seen of one break."""

    last: str | None = None
    event_id: int | None = None
    armed_frame: int = -1
    promised: tuple[int, int] = (-1, -1)  # OUT and IN frame as last told
    out_ticks: int | None = None
    in_ticks: int | None = None
    outs_sent: list[bytes] = field(default_factory=list)
    last_in: bytes = b""
    returned_by_hand: bool = False


def plus(at_s: Fraction) -> str:
    """A time in a list, to the microsecond."""
    return f"+{at_s.__floor__()}.{int(at_s % 1 * 10**6):06}"


class Breaks(RuleBasedStateMachine):
    """The rules are orders and time; the referee looks at each effect once."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.looked_at = 0
        self.courses: dict[str, Course] = {}
        self.open: str | None = None
        self.spans: list[tuple[int, int]] = []
        self.expected: set[int] = set()

    @initialize(
        rate=st.sampled_from(RATES),
        pre_roll_s=st.sampled_from([4, 6, 12]),
        first_pts=st.sampled_from([0, PTS_WRAP - 1]),
    )
    def begin(self, rate: FrameRate, pre_roll_s: int, first_pts: int) -> None:
        self.desk = Desk(rate, pre_roll_s=pre_roll_s, first_pts=first_pts)

    # ---- time

    @rule(frames=st.integers(1, 300))
    def run_on(self, frames: int) -> None:
        for _ in range(frames):
            self.tick()

    @rule()
    def one_frame(self) -> None:
        self.tick()

    def tick(self) -> None:
        frame = self.desk.frame
        foretold = frame in self.expected
        splice = self.desk.tick()
        self.look()
        armed_now = {c.promised[0] for c in self.courses.values() if c.armed_frame == frame}
        assert splice == (foretold or frame in armed_now), "a splice nobody foretold, or one that was foretold in vain"
        standing = set(self.desk.splicer.splices_after(frame))
        assert self.expected - {frame} <= standing, "only a command may call a splice off"
        self.expected = standing

    # ---- orders

    @rule(
        ahead_s=st.none() | st.just("touching") | st.integers(-100, 4000),
        lasts=seconds,
        event_id=st.sampled_from([None, None, 7, 8, 501, 503]),
    )
    def plan(self, ahead_s: int | str | None, lasts: Fraction, event_id: int | None) -> None:
        if ahead_s is None:
            at = None
        elif isinstance(ahead_s, int):
            at = plus(max(Fraction(0), self.desk.rate.seconds(self.desk.frame) + Fraction(ahead_s, 100)))
        else:
            ends = [brk.in_frame for brk in self.desk.splicer.breaks() if brk.in_frame is not None]
            at = plus(self.desk.rate.seconds(max(ends, default=self.desk.frame)))
        self.order(self.desk.planning(at, lasts, splice_event_id=event_id))

    @rule(lasts=st.none() | seconds)
    def cue_next(self, lasts: Fraction | None) -> None:
        self.order(self.desk.cue_next(lasts))

    @rule(lasts=seconds, immediate=st.booleans())
    def insert(self, lasts: Fraction, immediate: bool) -> None:
        self.order(self.desk.insert(lasts, immediate=immediate))

    @precondition(lambda self: self.desk.splicer.cued is not None)
    @rule(named=st.sampled_from(["nobody", "the cued one", "another"]))
    def take(self, named: str) -> None:
        cued = self.desk.splicer.cued
        assert cued is not None
        accepted = self.order(self.desk.take({"nobody": None, "the cued one": cued.id}.get(named, named)))
        assert not (accepted and named == "another")

    @precondition(lambda self: self.desk.splicer.cued is not None)
    @rule()
    def hold(self) -> None:
        self.order(self.desk.hold())

    @precondition(lambda self: self.desk.splicer.on_air is not None)
    @rule(more=st.none() | st.integers(-300, 1500))
    def extend(self, more: int | None) -> None:
        brk = self.desk.splicer.on_air
        assert brk is not None
        lasts_s = self.desk.rate.seconds(brk.duration_frames)
        self.order(self.desk.extend(None if more is None else max(Fraction(0), lasts_s + Fraction(more, 100))))

    @rule(kind=st.sampled_from([commands.Hold, commands.Take, commands.Skip, commands.Return, commands.Withdraw]))
    def press(self, kind: type[commands.Command]) -> None:
        self.order(self.desk.simple(kind))

    @precondition(lambda self: self.desk.splicer.on_air is not None)
    @rule()
    def give_back(self) -> None:
        self.order(self.desk.back())

    @precondition(lambda self: self.desk.splicer.armed is not None)
    @rule()
    def withdraw(self) -> None:
        self.order(self.desk.withdraw())

    def order(self, command: commands.Command) -> bool:
        """Exactly one answer: an acceptance, or a refusal that changes nothing (the desk sees to both)."""
        standing = self.desk.standing()
        try:
            self.desk.give(command)
        except CommandRefusedError as error:
            assert str(error).strip()
            assert self.desk.standing() == standing
            assert not self.desk.splicer.effects
            return False
        on_air = self.desk.splicer.on_air
        if isinstance(command, commands.Return) and on_air is not None:
            self.courses[on_air.id].returned_by_hand = True
        self.look()
        self.expected = set(self.desk.splicer.splices_after(self.desk.frame - 1))
        return True

    # ---- the referee

    def look(self) -> None:
        while self.looked_at < len(self.desk.seen):
            self.judge(self.desk.seen[self.looked_at])
            self.looked_at += 1

    def judge(self, seen: Seen) -> None:
        match seen.effect:
            case events.BreakEvent() as told:
                self.judge_event(told, seen.frame)
            case SendSection() as item:
                self.judge_section(item, seen.frame)
            case MarkOut() as mark:
                self.judge_out(mark, seen.frame)
            case MarkIn() as mark:
                self.judge_in(mark, seen.frame)
            case MarkExtend() as mark:
                assert self.open is not None
                assert self.courses[self.open].event_id == mark.splice_event_id

    def judge_event(self, told: events.BreakEvent, frame: int) -> None:
        course = self.courses.setdefault(told.break_id, Course())
        assert told.name in FOLLOWS[course.last], f"{told.name} after {course.last}"
        course.last = told.name
        course.event_id = told.splice_event_id
        match told:
            case events.BreakArmed():
                course.armed_frame, course.promised = frame, (told.frame, told.in_frame)
                lead_s = self.desk.rate.seconds(told.frame - frame)
                assert told.immediate == (lead_s < 4)
                assert told.frame >= frame
                assert told.duration_ticks == told.in_pts - told.pts
            case events.BreakExtended():
                assert told.in_frame > course.promised[1]
                course.promised = (course.promised[0], told.in_frame)
            case events.BreakOut():
                assert (told.frame, told.pts) == (frame, course.out_ticks)
                assert told.frame == course.promised[0]
            case events.BreakIn():
                assert (told.frame, told.pts) == (frame, course.in_ticks)
                assert course.returned_by_hand == (told.how == "return")
                if told.how == "auto":
                    assert told.frame == course.promised[1]
                else:
                    assert course.promised[0] < told.frame <= course.promised[1]

    def judge_section(self, item: SendSection, frame: int) -> None:
        course = self.courses[item.break_id]
        assert course.last not in {"break.withdrawn", "break.in", "break.skipped"}
        section, insert = insert_of(item.section)
        assert insert.splice_event_id == item.splice_event_id == course.event_id
        if item.kind is CueKind.CANCEL:
            assert insert.cancel
            assert course.last == "break.armed"
            assert course.out_ticks is None
            return
        assert item.pts_ticks is not None
        assert section.effective_pts == wrapped(item.pts_ticks)
        if item.kind is CueKind.OUT:
            assert insert.out_of_network_indicator
            if course.out_ticks is None:  # the first, or a repeat: byte for byte
                assert item.pts_ticks == self.desk.anchor.pts(course.promised[0])
                assert set(course.outs_sent) <= {item.section}
            else:
                assert item.pts_ticks == course.out_ticks
            course.outs_sent.append(item.section)
            return
        assert not insert.out_of_network_indicator
        assert self.open == item.break_id, "an IN before its OUT"
        assert item.not_before_ticks == course.out_ticks
        assert item.pts_ticks >= self.desk.anchor.pts(frame), "an IN after its picture"
        course.last_in = item.section

    def judge_out(self, mark: MarkOut, frame: int) -> None:
        assert self.open is None, "two breaks on air"
        course = self.courses[mark.break_id]
        assert course.out_ticks is None
        assert mark.ticks == self.desk.anchor.pts(frame)
        assert course.outs_sent
        assert course.outs_sent[-1] == mark.section
        _, insert = insert_of(mark.section)
        assert insert.break_duration is not None
        assert insert.break_duration.duration_ticks == mark.planned_duration_ticks
        assert not self.spans or self.spans[-1][1] <= frame
        self.open, course.out_ticks = mark.break_id, mark.ticks
        self.spans.append((frame, frame))

    def judge_in(self, mark: MarkIn, frame: int) -> None:
        assert self.open is not None, "an IN without a break"
        course = self.courses[self.open]
        assert course.event_id == mark.splice_event_id
        assert mark.ticks == self.desk.anchor.pts(frame)
        assert course.out_ticks is not None
        assert mark.duration_ticks == mark.ticks - course.out_ticks
        assert mark.section == course.last_in, "the IN that was sent last is the one that is marked"
        section, _ = insert_of(mark.section)
        assert section.effective_pts == wrapped(mark.ticks)
        self.spans[-1] = (self.spans[-1][0], frame)
        self.open, course.in_ticks = None, mark.ticks

    # ---- at any time

    @invariant()
    def no_two_breaks_have_one_id(self) -> None:
        ids = [brk.splice_event_id for brk in self.desk.splicer.breaks()]
        assert len(ids) == len(set(ids))
        assert all(ids)

    @invariant()
    def what_will_air_by_itself_does_not_overlap(self) -> None:
        splicer = self.desk.splicer
        timed = [*splicer.planned, *splicer.armed_breaks, splicer.on_air, splicer.cued]
        spans = sorted(
            brk.span() for brk in timed if brk is not None and brk.out_frame is not None and brk.state != "held"
        )
        assert all(early[1] <= late[0] for early, late in pairwise(spans))

    @invariant()
    def the_open_break_is_the_one_that_was_marked(self) -> None:
        on_air = self.desk.splicer.on_air
        assert (on_air.id if on_air else None) == self.open

    def teardown(self) -> None:
        """Every break that has a time ends by itself; what waits, waits on."""
        splicer = self.desk.splicer
        last = max((brk.in_frame or 0 for brk in splicer.breaks()), default=0)
        while self.desk.frame <= last:
            self.tick()
        assert self.open is None
        assert not splicer.armed_breaks
        assert all(brk.out_frame is None or brk.state == "held" for brk in splicer.breaks())
        outs = [course for course in self.courses.values() if course.out_ticks is not None]
        assert all(course.in_ticks is not None for course in outs)
        assert len(self.spans) == len(outs)


TestBreaks = Breaks.TestCase
TestBreaks.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
