"""A whole drill: rig, breaks and blows, then the judgement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from app.drill.children import RunUnderDrill
from app.drill.drill import Drill, Struck
from app.drill.faults import FAULTS
from app.drill.looking import Looks
from app.drill.plan import Moment, cycles
from app.drill.report import DrillReport
from app.drill.rig import Rig, build_rig
from app.model import events
from app.model.asrun import AsRunRow
from app.model.errors import ProofError, UsageError
from app.model.show import HlsOutput, Show
from app.monitoring.outage import judge_outage
from app.monitoring.proof import verify
from app.monitoring.report import Finding, Report, Severity
from app.settings import default_database
from app.storage.asrun import open_store


def run_drill(
    show: Show,
    folder: Path,
    *,
    faults: Sequence[str],
    for_s: float | None,
    times: int | None,
    seed: int,
    say: Callable[[str], None],
) -> DrillReport:
    """Carry it out in ``folder``. UsageError, DrillError: it can't be done at all.

    Without ``for_s`` and ``times`` each fault strikes once.
    """
    rig = build_rig(show, folder)
    if not rig.places:
        raise UsageError(show.name, "has no HLS output", "a drill reads breaks back from HLS origins")
    drill, looks, began_at = Drill(rig, show, say), Looks(rig.places), datetime.now(UTC)
    if for_s is None and times is None:
        times = len(faults)
    looks.start()
    try:
        run = drill.carry_out(cycles(faults, tuple(Moment), seed), for_s, times)
    finally:
        looks.end()
    say("reading everything back")
    return _judged(show, rig, drill, run, looks, began_at=began_at, seed=seed)


def _judged(
    show: Show, rig: Rig, drill: Drill, run: RunUnderDrill, looks: Looks, *, began_at: datetime, seed: int
) -> DrillReport:
    ended_at = datetime.now(UTC)
    reports, unread = _verified(rig, drill)
    findings = judge_outage(
        run.events,
        rows=_rows(rig),
        reports=reports,
        looks=looks.seen,
        segment_s=_segment_s(show),
        struck_at=[one.struck_at for one in drill.struck if one.struck_at and FAULTS[one.cycle.fault].breaks_timeline],
    )
    return DrillReport(
        show=show.name,
        seed=seed,
        began_at=began_at,
        ended_at=ended_at,
        struck=tuple(drill.struck),
        results=tuple(_result(one, run) for one in drill.struck),
        splices=sum(len(report.splices) for report in reports),
        places=len(rig.places),
        faults=(*unread, *_missing(drill), *_texts(findings, faults=True)),
        notes=_texts(findings, faults=False),
        folder=str(rig.folder),
    )


def _verified(rig: Rig, drill: Drill) -> tuple[list[Report], list[str]]:
    """``verify`` of each place; what can't be read at all is a fault of its own."""
    reports, unread = [], []
    for place in rig.places:
        breaks = sum(place.channel in one.break_ids for one in drill.struck)
        try:
            reports.append(verify(str(place.folder / "index.m3u8"), expect=2 * breaks))
        except (ProofError, UsageError) as error:
            unread.append(str(error))
    return reports, unread


def _missing(drill: Drill) -> list[str]:
    return [f"cycle {one.cycle.number}: no break was armed" for one in drill.struck if not one.break_ids]


def _rows(rig: Rig) -> list[AsRunRow]:
    with closing(open_store(default_database(rig.data_dir), create=False)) as store:
        return store.rows()


def _segment_s(show: Show) -> float:
    outputs = [out for channel in show.channels for out in channel.outputs if isinstance(out, HlsOutput)]
    return max(float(out.segment_s) for out in outputs)


def _result(one: Struck, run: RunUnderDrill) -> str:
    """What was told of its breaks, in a few words."""
    ours = {(channel, break_id) for channel, break_id in one.break_ids.items()}
    told = [
        event
        for event in run.events
        if isinstance(event, events.BreakEvent) and (event.channel, event.break_id) in ours
    ]
    words = []
    if any(isinstance(event, events.BreakResumed) for event in told):
        again = any(isinstance(event, events.BreakResumed) and event.out_again for event in told)
        words.append("OUT aired again" if again else "resumed")
    landed = {(event.channel, event.break_id) for event in told if isinstance(event, events.BreakLanded)}
    words += [f"failed: {event.reason}" for event in told if isinstance(event, events.BreakFailed)]
    words += [f"missed: {event.reason}" for event in told if isinstance(event, events.BreakMissed)]
    words.append("landed" if ours and landed == ours else "NOT LANDED")
    return ", ".join(words)


def _texts(findings: Sequence[Finding], *, faults: bool) -> tuple[str, ...]:
    return tuple(finding.text for finding in findings if (finding.severity is Severity.FAULT) is faults)
