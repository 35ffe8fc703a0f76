"""``bench splice``: breaks at random frames, as fast as the encoders go, every splice read back from the TS."""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from itertools import count
from pathlib import Path

import numpy as np

from app.bench.figures import Figure, Outcome
from app.model.commands import PlanBreak
from app.model.errors import SplicedeckError
from app.model.events import BreakIn, BreakOut, Event
from app.model.rundown import BreakPlan
from app.model.segment import Delivery
from app.model.show import Audio, Channel, Rendition, TsOutput
from app.model.timebase import FrameRate, wrapped
from app.model.when import When
from app.monitoring.proof import verify
from app.pipeline.anchor import Anchor
from app.pipeline.conditioning import SegmentGrid
from app.pipeline.encoders import SAMPLE_RATE_HZ
from app.pipeline.ladder import Ladder, Shot
from app.pipeline.packager import Packager
from app.pipeline.packets import Boundary, End
from app.pipeline.preview import Mailbox
from app.pipeline.slate import slate_frame
from app.pipeline.splicer import Clocks, Splicer
from app.pipeline.verbs import Verbs

RATES = (FrameRate(25), FrameRate(30000, 1001), FrameRate(50))
BREAKS_A_RATE = 70
SEED = 35
RUNG = Rendition("bench", 160, 90, 200_000, preset="ultrafast")
PRE_ROLL_S = Fraction(6)
TAIL_S = 2
STEP_S = 60.0
LOSS_EVERY = 7
"""Every so many pictures the source is lost for as long: splices fall on slate, on source and on the change."""


@dataclass(slots=True)
class Told:
    """Splices that the logic says it made."""

    outs: int = 0
    ins: int = 0

    def take(self, event: Event) -> None:
        """Count one event."""
        self.outs += isinstance(event, BreakOut)
        self.ins += isinstance(event, BreakIn)


def run() -> Outcome:
    """Three runs, one a frame rate; each proved by the reader that shares nothing with the writer."""
    figures: list[Figure] = []
    breaks = errors = 0
    for rate in RATES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bench.ts"
            wanted, told = _write(path, rate)
            report = verify(str(path), expect=told.outs + told.ins)
        wrong = [splice for splice in report.splices if splice.error_ticks != 0 or splice.idr_pts not in wanted]
        worst = max((abs(splice.error_ticks) for splice in report.splices if splice.error_ticks is not None), default=0)
        if told.ins != BREAKS_A_RATE or told.outs != BREAKS_A_RATE:
            raise SplicedeckError(f"{told.outs} OUT and {told.ins} IN of {BREAKS_A_RATE} breaks at {rate}")
        breaks += told.outs
        errors += len(wrong) + 2 * BREAKS_A_RATE - len(report.splices)
        figures.append(Figure(f"worst error at {rate} fps", worst, "ticks", 0))
    figures += [Figure("splices wrong or missing", errors, "", 0), Figure("breaks", breaks, "")]
    return Outcome("splice", "the frame that each break was planned on", tuple(figures))


def _plans(rate: FrameRate, rng: random.Random) -> tuple[list[BreakPlan], list[int], int]:
    """Breaks at random frames; some touch. With the frames of all OUTs and INs, and the one at which all is over."""
    plans, edges, frame = [], [], rate.nearest(PRE_ROLL_S)
    for number in range(BREAKS_A_RATE):
        gap = 0 if number % 10 == 1 else rng.randrange(1, rate.nearest(Fraction(8)))
        length = rng.randrange(rate.frames_covering(Fraction(1)), rate.nearest(Fraction(4)))
        start_s = rate.seconds(frame + gap)
        at = When.parse(f"+{float(start_s):.6f}")
        plans.append(BreakPlan(f"b{number}", "bench", at, rate.seconds(length)))
        edges += [frame + gap, frame + gap + length]
        frame += gap + length
    return plans, edges, frame + rate.nearest(Fraction(TAIL_S))


def _write(path: Path, rate: FrameRate) -> tuple[set[int], Told]:
    """Write the stream; the PTS that were wished for, and what the logic says it did."""
    plans, edges, last_frame = _plans(rate, random.Random(SEED))  # noqa: S311 - the same breaks in every run
    anchor, told = Anchor(rate, datetime.now(UTC)), Told()
    faults: list[Exception] = []
    channel = Channel("bench", "Bench", (), (RUNG,), (TsOutput(path.as_uri(), RUNG.name),), rate)
    ladder = Ladder(
        "bench",
        channel.renditions,
        Audio(),
        rate,
        threads=1,
        emit=lambda packet: packager.put(packet),  # noqa: PLW0108 - it is made below, from the ladder's streams
        on_fault=lambda _thread, error: faults.append(error),
        mailbox=Mailbox(),
    )
    with path.open("wb") as file:
        packager = Packager(
            channel,
            anchor,
            {RUNG.name: ladder.rungs[0].encoder.stream},
            ladder.audio_encoder.stream,
            deliver=_no_delivery,
            push={0: lambda body: _written(file.write(body))},
            publish=lambda _event: None,
            on_fault=faults.append,
        )
        packager.start()
        ladder.start(anchor)
        _run_frames(plans, last_frame, ladder, packager, anchor, told)
        ended = ladder.finish(STEP_S)
        packager.put(End(anchor.pts(last_frame)))
        ended = packager.join(STEP_S) and ended
    if faults or not ended:
        raise SplicedeckError(f"the bench channel failed: {faults}")
    ladder.close()
    return {wrapped(anchor.pts(edge)) for edge in edges}, told


def _written(_size: int) -> None:
    """A push gives nothing back."""


def _no_delivery(_output: int, _delivery: Delivery) -> None:
    """There is no HLS output."""


def _run_frames(
    plans: list[BreakPlan], last_frame: int, ladder: Ladder, packager: Packager, anchor: Anchor, told: Told
) -> None:
    ids = count(1)
    ticks = count()
    clocks = Clocks(lambda: datetime.now(UTC), lambda: float(next(ticks)), lambda: next(ids))
    splicer = Splicer("bench", anchor, anchor.rate.nearest(PRE_ROLL_S), "UTC", clocks)
    verbs, grid = Verbs(splicer), SegmentGrid(anchor.rate.frames_within(Fraction(6)))
    slate = slate_frame("Bench", RUNG.width, RUNG.height)
    source = slate_frame("Source", RUNG.width, RUNG.height)
    for plan in plans:
        verbs.carry_out(PlanBreak(channel="bench", by="bench", plan=plan), 0)
    for frame in range(last_frame):
        splice = splicer.tick(frame)
        for effect in splicer.take_effects():
            told.take(effect) if isinstance(effect, Event) else packager.put(effect)
        idr = grid.cuts_at(frame, splice=splice, coming=splicer.splices_after(frame))
        if idr:
            packager.put(Boundary(anchor.pts(frame), frozenset()))
        samples = anchor.rate.samples(frame + 1, SAMPLE_RATE_HZ) - anchor.rate.samples(frame, SAMPLE_RATE_HZ)
        picture = slate if (frame // LOSS_EVERY) % 2 else source
        ladder.put(Shot(frame, anchor.pts(frame), picture, idr, np.zeros((2, samples), np.float32), ()), STEP_S)
