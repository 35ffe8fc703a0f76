"""A channel's break logic with clocks that are counters: commands between frames, a tick a frame, effects kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from itertools import count

from app.model import commands, events
from app.model.cue import Section, SpliceInsert
from app.model.errors import CommandRefusedError
from app.model.rundown import BreakPlan
from app.model.timebase import FrameRate
from app.model.when import When
from app.pipeline.anchor import FIRST_PTS, Anchor
from app.pipeline.packets import CueKind, MarkIn, MarkOut, SendSection
from app.pipeline.rundown import Break
from app.pipeline.signals import Signals
from app.pipeline.splicer import Clocks, Effect, Splicer
from app.pipeline.verbs import Verbs
from app.scte35.codec import decode

PAL = FrameRate(25)
NTSC = FrameRate(30_000, 1001)
RATES = (PAL, NTSC, FrameRate(50), FrameRate(60_000, 1001), FrameRate(24_000, 1001))
STARTED_AT = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
CHANNEL = "news-1"
BY = "pat"


@dataclass(frozen=True, slots=True)
class Seen:
    """An effect and the frame that was next to be encoded when it came up."""

    frame: int
    effect: Effect


class Desk:
    """``frame`` is the next one to be encoded."""

    def __init__(
        self,
        rate: FrameRate = PAL,
        *,
        pre_roll_s: Fraction | int = 6,
        first_pts: int = FIRST_PTS,
        started_at: datetime = STARTED_AT,
        timezone: str = "Europe/Berlin",
        signals: Signals | None = None,
    ) -> None:
        self.anchor = Anchor(rate, started_at, first_pts)
        self.frame = 0
        self.seen: list[Seen] = []
        self.splices: list[int] = []
        self._ids = count(1)
        self.event_ids = count(501)
        clocks = Clocks(lambda: self.anchor.at(self.frame), self.now_s, lambda: next(self.event_ids))
        self.splicer = Splicer(CHANNEL, self.anchor, rate.nearest(Fraction(pre_roll_s)), timezone, clocks, signals)
        self.verbs = Verbs(self.splicer)

    def now_s(self) -> float:
        return float(self.rate.seconds(self.frame))

    @property
    def rate(self) -> FrameRate:
        return self.anchor.rate

    def frames(self, seconds: Fraction | float | str) -> int:
        return self.rate.nearest(Fraction(seconds))

    # ---- what happens

    def tick(self) -> bool:
        splice = self.splicer.tick(self.frame)
        self._keep()
        if splice:
            self.splices.append(self.frame)
        self.frame += 1
        return splice

    def run_to(self, frame: int) -> None:
        """Tick up to and without ``frame``: it is the next one."""
        while self.frame < frame:
            self.tick()

    def run(self, seconds: Fraction | float | str) -> None:
        self.run_to(self.frame + self.frames(seconds))

    def give(self, command: commands.Command) -> str:
        """Carry it out; the id of the break that it was accepted for."""
        before = len(self.seen)
        self.verbs.carry_out(command, self.frame)
        self._keep()
        answers = [one.effect for one in self.seen[before:] if isinstance(one.effect, events.CommandAccepted)]
        wanted = (command.id, command.name, command.by)
        assert [(answer.id, answer.command, answer.by) for answer in answers] == [wanted]
        assert self.seen[before].effect is answers[0], "what follows from a command comes after its acceptance"
        return answers[0].break_id

    def refused(self, command: commands.Command) -> str:
        """The reason; a refusal changes nothing."""
        before = self.standing()
        try:
            self.verbs.carry_out(command, self.frame)
        except CommandRefusedError as error:
            assert not self.splicer.effects
            assert self.standing() == before
            assert str(error)
            return str(error)
        raise AssertionError(f"{command} was accepted")

    def _keep(self) -> None:
        self.seen += [Seen(self.frame, effect) for effect in self.splicer.take_effects()]

    # ---- commands

    def key(self) -> str:
        return f"c{next(self._ids)}"

    def plan(self, at: str | None, duration_s: Fraction | float | str = 30, *, key: str = "", **more: object) -> str:
        return self.give(self.planning(at, duration_s, key=key, **more))

    def planning(
        self, at: str | None, duration_s: Fraction | float | str = 30, *, key: str = "", **more: object
    ) -> commands.PlanBreak:
        plan = BreakPlan(
            id=key or self.key(),
            channel=CHANNEL,
            at=None if at is None else When.parse(at),
            duration_s=Fraction(duration_s),
            **more,  # type: ignore[arg-type]  # a test names fields of the plan
        )
        return commands.PlanBreak(channel=CHANNEL, by="list", id=self.key(), plan=plan)

    def insert(
        self, duration_s: Fraction | float | str | None = 30, *, immediate: bool = False, template: str = ""
    ) -> commands.InsertBreak:
        duration = None if duration_s is None else Fraction(duration_s)
        return commands.InsertBreak(
            channel=CHANNEL, by=BY, id=self.key(), duration_s=duration, immediate=immediate, template=template
        )

    def cue_next(self, duration_s: Fraction | float | str | None = None, *, template: str = "") -> commands.CueNext:
        duration = None if duration_s is None else Fraction(duration_s)
        return commands.CueNext(channel=CHANNEL, by=BY, id=self.key(), duration_s=duration, template=template)

    def extend(self, duration_s: Fraction | float | str | None = None, *, by: str = BY) -> commands.Extend:
        duration = None if duration_s is None else Fraction(duration_s)
        return commands.Extend(channel=CHANNEL, by=by, id=self.key(), duration_s=duration)

    def take(self, break_id: str | None = None) -> commands.Take:
        return commands.Take(channel=CHANNEL, by=BY, id=self.key(), break_id=break_id)

    def simple(self, kind: type[commands.Command], by: str = BY) -> commands.Command:
        """A verb that takes nothing."""
        return kind(channel=CHANNEL, by=by, id=self.key())

    def hold(self) -> commands.Command:
        return self.simple(commands.Hold)

    def skip(self) -> commands.Command:
        return self.simple(commands.Skip)

    def back(self) -> commands.Command:
        return self.simple(commands.Return)

    def withdraw(self) -> commands.Command:
        return self.simple(commands.Withdraw)

    # ---- what was seen

    def standing(self) -> list[tuple[object, ...]]:
        """Everything that a command could change."""
        splicer = self.splicer
        told: list[tuple[object, ...]] = [tuple(sorted(splicer.known_ids))]
        told += [("planned", *_told(brk)) for brk in splicer.planned]
        told += [("armed", *_told(brk)) for brk in splicer.armed_breaks]
        told += [("cued", *_told(brk)) for brk in (splicer.cued,) if brk is not None]
        told += [("on air", *_told(brk)) for brk in (splicer.on_air,) if brk is not None]
        return told

    def brk(self, break_id: str) -> Break:
        return next(brk for brk in self.splicer.breaks() if brk.id == break_id)

    def all[Kind](self, kind: type[Kind], break_id: str | None = None) -> list[Kind]:
        """Events of a kind, in order."""
        found = [one.effect for one in self.seen if isinstance(one.effect, kind)]
        return [one for one in found if break_id is None or getattr(one, "break_id", None) == break_id]

    def one[Kind](self, kind: type[Kind], break_id: str | None = None) -> Kind:
        (only,) = self.all(kind, break_id)
        return only

    def sections(self, kind: CueKind, break_id: str | None = None) -> list[tuple[int, SendSection]]:
        """Sections of a kind with the frame before which each went out."""
        return [
            (one.frame, one.effect)
            for one in self.seen
            if isinstance(one.effect, SendSection)
            and one.effect.kind is kind
            and break_id in {None, one.effect.break_id}
        ]

    def sent_at(self, kind: CueKind, break_id: str | None = None) -> list[int]:
        return [frame for frame, _ in self.sections(kind, break_id)]

    def marks(self) -> list[tuple[str, int]]:
        """Direction and frame of each mark, in order; every mark lies on the frame that came with it."""
        found = []
        for one in self.seen:
            if isinstance(one.effect, MarkOut | MarkIn):
                assert one.effect.ticks == self.anchor.pts(one.frame)
                found.append(("out" if isinstance(one.effect, MarkOut) else "in", one.frame))
        return found


def insert_of(section: bytes) -> tuple[Section, SpliceInsert]:
    """A section, decoded by our own codec, and the splice_insert in it."""
    decoded = decode(section)
    assert isinstance(decoded.command, SpliceInsert)
    return decoded, decoded.command


def names(effects: Iterable[Effect]) -> list[str]:
    """Events by their names, sections and marks by their kinds."""
    return [
        one.name
        if isinstance(one, events.Event)
        else (f"section {one.kind}" if isinstance(one, SendSection) else type(one).__name__)
        for one in effects
    ]


def _told(brk: Break) -> tuple[object, ...]:
    return (
        brk.id,
        brk.by,
        brk.state,
        brk.out_frame,
        brk.duration_frames,
        brk.splice_event_id,
        brk.how,
        brk.in_announced,
        brk.out_section,
        brk.in_section,
    )
