"""Whatever a source says, however its clock is bent and whatever an operator does: breaks stay whole and on frames."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from app.model import events
from app.model.errors import CommandRefusedError
from app.model.signalling import CuePolicy
from app.model.timebase import wrapped
from app.pipeline.packets import CueKind, MarkIn, MarkOut, MarkSignal
from app.scte35.codec import decode
from app.scte35.messages import splice_cancel, splice_null, splice_out, time_signal_in, time_signal_out
from tests.pipeline.break_desk import NTSC, PAL
from tests.pipeline.feed_bench import FeedBench, S

type Step = tuple[str, int, float | None, int | None, bool]

KINDS = ["out", "out", "longer", "in", "in", "cancel", "null", "start", "end", "bend", "lose", "verb", "book", "wait"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "out",
                "out",
                "longer",
                "in",
                "in",
                "cancel",
                "null",
                "start",
                "end",
                "bend",
                "lose",
                "verb",
                "book",
                "wait",
            ]
        ),
        st.integers(1, 3),
        st.one_of(st.none(), st.floats(-2, 12), st.just(90.0)),
        st.one_of(st.none(), st.integers(1, 20)),
        st.booleans(),
    ),
    min_size=1,
    max_size=14,
)
TYPES = {1: (0x22, 0x23), 2: (0x34, 0x35), 3: (0x30, 0x31)}


def _say_again(bench: FeedBench, ticks: int, *, auto: bool) -> None:
    """The same event once more, with another length."""
    running = [one for one in bench.feed_desk._tracker.open() if one.key.ends_with is None]
    if running:
        at = running[-1].out_ticks
        bench.say(splice_out(running[-1].key.event_id, wrapped(at), ticks, auto_return=auto), at)


def _book(bench: FeedBench, lead_s: float, length_s: int) -> None:
    planning = bench.planning(f"+{bench.now_s() + lead_s:.2f}", length_s)
    with suppress(CommandRefusedError):
        bench.verbs.carry_out(planning, bench.frame)
        bench._keep()


def _do(bench: FeedBench, step: Step) -> None:  # noqa: C901 - a step a case
    what, number, lead, length, auto = step
    start, end = TYPES[number]
    match what:
        case "out":
            bench.say_out(lead, length, number=number, auto=auto)
        case "longer":
            _say_again(bench, (length or number) * S, auto=auto)
        case "book":
            _book(bench, lead or 0, length or 3)
        case "in":
            bench.say_in(lead, number=number)
        case "cancel":
            bench.say(splice_cancel(number))
        case "null":
            bench.say(splice_null())
        case "start" | "end":
            at = None if lead is None else bench.at(lead)
            pts = None if at is None else wrapped(at)
            ticks = None if length is None else length * S
            out = time_signal_out(number + 10, pts, ticks, segmentation_type_id=start)
            bench.say(out if what == "start" else time_signal_in(number + 10, pts, segmentation_type_id=end), at)
        case "bend":
            bench.feed.base += (number - 2) * (1700 if auto else 3600 + int(abs(lead or 10) % 10 * S))
        case "lose":
            bench.feed.linked = not bench.feed.linked
            bench.feed.session += 1
        case "verb":
            verbs = [bench.back(), bench.withdraw(), bench.extend(), bench.insert(5), bench.cue_next(5), bench.hold()]
            with suppress(CommandRefusedError):
                bench.verbs.carry_out(verbs[(number + 3 * auto) % 6], bench.frame)
                bench._keep()
        case _:
            bench.run(length or 3)
    bench.run(1)


@settings(max_examples=60, deadline=None)
@given(
    steps=STEPS,
    policy=st.sampled_from([CuePolicy.RELAY, CuePolicy.RELAY, CuePolicy.ACT]),
    rate=st.sampled_from([PAL, NTSC]),
)
def test_every_break_is_whole_and_its_sections_are_true(steps: list[Step], policy: CuePolicy, rate: object) -> None:
    bench = FeedBench(policy, NTSC if rate is NTSC else PAL)
    tracker = bench.feed_desk._tracker
    tracker.limits = replace(tracker.limits, unknown_ticks=20 * S)
    for step in steps:
        _do(bench, step)
    bench.feed.linked = True
    bench.run(40)
    for _ in range(4):
        if bench.splicer.on_air is not None or bench.splicer.armed is not None:  # far ahead, or of no known length
            bench.run(40)
    assert bench.splicer.on_air is None
    ends = [name for name, _ in bench.marks()]
    assert ends == ["out", "in"] * (len(ends) // 2)
    marked = [one.frame for one in bench.seen if isinstance(one.effect, MarkOut | MarkIn | MarkSignal)]
    assert set(marked) <= set(bench.splices)
    told = {one.pts_ticks for _, one in bench.sections(CueKind.RELAYED)}
    assert {bench.anchor.pts(frame) for frame in set(bench.splices) - set(marked)} <= told
    _sections_are_true(bench)
    last = {one.cue_id for one in bench.all(events.FeedCueHandled)}
    assert {one.cue_id for one in bench.all(events.FeedCueSeen)} <= last


def _sections_are_true(bench: FeedBench) -> None:
    """The last word before each picture has its time, in the marks too; a time that never comes was taken back."""
    for one in bench.seen:
        if not isinstance(one.effect, MarkOut | MarkIn):
            continue
        told = decode(one.effect.section).effective_pts
        assert told in {None, wrapped(one.effect.ticks)}
        kind = CueKind.OUT if isinstance(one.effect, MarkOut) else CueKind.IN
        event_id = one.effect.splice_event_id
        before = [
            sent
            for frame, sent in bench.sections(kind)
            if sent.splice_event_id == event_id and frame <= one.frame and frame > one.frame - bench.frames(100)
        ]
        assert before, f"{kind} at {one.frame} was not announced"
        assert decode(before[-1].section).effective_pts in {None, wrapped(one.effect.ticks)}
