"""What ``run`` was asked for, read and checked before anything is on air."""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from app.cli.account import Account
from app.cli.named_breaks import changed_since, lists_of, plans_of
from app.cli.scripted import ScriptedCommands
from app.delivery.origin import check_origin, check_origin_untouched
from app.model.commands import Command, PlanBreak
from app.model.rehearsal import rehearsed
from app.model.show import Show
from app.model.signalling import Signalling
from app.model.states import ChannelState, Order
from app.pipeline.slate import check_slate
from app.pipeline.sources import check_source
from app.remote.face import EngineFace
from app.remote.session import Session, new_session
from app.schedule.rows import BreakList
from app.security.secrets import database_password
from app.settings import default_database, show_from_toml, show_text
from app.storage.asrun import open_store
from app.storage.database_url import whole_name

BACK_S = 30.0  # for an engine that is coming back; then the command is refused, as any would be
POLL_S = 0.02
_COMING = {ChannelState.OFF_AIR, ChannelState.STARTING}


@dataclass(slots=True)
class Job:
    """A show and all that ``run`` was given with it. ``engine``: once there is one; ``stop``: a signal came.

    ``promoted``: the window of a rehearsal has asked for the show on air; ``differs``: what would air otherwise.
    """

    data_dir: Path
    show: Show
    session: Session
    account: Account
    for_s: float | None
    refused_rows: int
    stop: threading.Event
    script: ScriptedCommands | None = None
    engine: EngineFace | None = field(default=None)
    promoted: bool = False
    differs: Callable[[], str] = lambda: ""

    def submit(self, command: Command) -> None:
        """Hand a scripted command to the engine, on the script's own thread.

        A script does not press again: an engine that is gone is awaited.
        """
        if self.engine is None:
            return
        until_s = time.monotonic() + BACK_S
        while not _can_take(self.engine, command) and time.monotonic() < until_s and not self.stop.wait(POLL_S):
            pass
        self.engine.submit(command)

    def stop_script(self) -> None:
        """Give no more scripted commands; what is awaited is not."""
        self.stop.set()
        if self.script is not None:
            self.script.stop()


def _can_take(engine: EngineFace, command: Command) -> bool:
    """False while an engine that died, or the channel in it, is coming back."""
    if not engine.connected:
        return False
    status = engine.snapshot()
    mine = [one for one in status.channels if one.name == command.channel and one.order is Order.ON_AIR]
    return status.life == 1 or all(one.state not in _COMING for one in mine)


def read_job(args: argparse.Namespace, data_dir: Path, stop: threading.Event) -> Job:
    """Read everything that was named. UsageError, StoreUnusableError: what can't be used."""
    text, folder = show_text(args.show), args.show.parent
    show = show_from_toml(
        text,
        str(args.show),
        folder=folder,
        check_source=check_source,
        check_slate=check_slate,
        check_origin=check_origin_untouched if args.rehearsal else check_origin,
        check_signalling=_check_signalling,
        create_folders=not args.rehearsal,  # nobody but us may notice a rehearsal
    )
    channels = {channel.name: channel.templates for channel in show.channels}
    names = tuple(channels)
    lists = lists_of(show, args.breaks)
    refused_rows = sum(_report_rows(breaks) for breaks in lists)
    plans = tuple(PlanBreak(channel=plan.channel, by="schedule", plan=plan) for plan in plans_of(lists, show))
    database = whole_name(args.database) if args.database and not args.rehearsal else ""  # what ran is sold by it
    rehearsal_dir = data_dir / "output" if args.rehearsal else None
    session = new_session(show, text, folder, database=database, plans=plans, rehearsal_dir=rehearsal_dir)
    if rehearsal_dir is not None:
        show = rehearsed(show, rehearsal_dir)
    job = Job(data_dir, show, session, Account(names, as_json=args.json), args.for_s, refused_rows, stop)
    if args.rehearsal:
        job.differs = partial(changed_since, args.show, args.breaks, text, [plan.plan for plan in plans])
    if args.commands:
        job.script = ScriptedCommands(args.commands, channels, job.submit, job.account.complain)
    return job


def _check_signalling(how: Signalling) -> None:
    """Only a show that names a way to signal waits for the second reader's library."""
    from app.pipeline.announcing import check_signalling

    check_signalling(how)


def check_store(job: Job) -> None:
    """StoreUnusableError: the store that was named can't be used; later it may go and come as it likes."""
    named = job.session.database or default_database(job.data_dir)
    with closing(open_store(named, timezone=job.show.timezone, password=database_password)):
        pass


def _report_rows(breaks: BreakList) -> int:
    for warning in breaks.warnings:
        print(warning, file=sys.stderr)
    for row in breaks.refused:
        print(f"{row.file}: {row.where}: {row.value!r} refused: {row.reason}", file=sys.stderr)
    return len(breaks.refused)
