"""A run of a show whose last run on the data directory was cut off goes on with that run: its bookings are kept."""

from __future__ import annotations

import sys
from dataclasses import replace

from app.cli.job import Job
from app.model.commands import PlanBreak
from app.remote.session import Session, cut_off
from app.storage.journal_left import read_left
from app.storage.journal_reader import read_next_life

JOURNAL = "journal.sqlite3"


def go_on(job: Job) -> int:
    """Have the job's session be the one that was cut off, if it is of the same show; the number of the life to come.

    No engine runs, and the right to start one is ours. 1: the run begins now.
    """
    left = cut_off(job.data_dir)
    if left is None or not job.session.may_go_on(left):
        return 1
    take_up(job, left)
    print(
        f"goes on with the run of {left.show_name!r} that was cut off, its bookings with it; end a run with "
        "splicedeck stop to begin anew",
        file=sys.stderr,
    )
    return read_next_life(job.data_dir / JOURNAL, left.run_id)


def take_up(job: Job, left: Session) -> None:
    """The job is that run from here on; of its break lists only what that run has not heard of is left."""
    known = _known(job, left.run_id)
    plans: dict[tuple[str, str], PlanBreak] = {}
    for plan in (*left.plans, *job.session.plans):
        place = (plan.channel, plan.plan.id)
        if place not in known:
            plans.setdefault(place, plan)
    job.session = replace(
        job.session,
        run_id=left.run_id,
        started_at=left.started_at,
        first_frames=left.first_frames,
        plans=tuple(plans.values()),
    )


def _known(job: Job, run_id: str) -> set[tuple[str, str]]:
    """Channel and id of the breaks that its journal has, those that wait for their answer too."""
    found = read_left(job.data_dir / JOURNAL)
    if found is None or found.run_id != run_id:
        return set()
    asked = (entry.said for entry in found.entries)
    return {*found.known, *((one.channel, one.plan.id) for one in asked if isinstance(one, PlanBreak))}
