"""A show from its first frame to its last proof: ``splicedeck run``, with the window or headless."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing

from app import logs
from app.cli.account import Account
from app.cli.scripted import ScriptedCommands
from app.delivery.origin import check_origin
from app.engine.engine import Engine
from app.model.commands import PlanBreak
from app.model.errors import UnsupportedError
from app.model.rundown import BreakPlan
from app.pipeline.slate import check_slate
from app.pipeline.sources import check_source
from app.remote.event_log import EventLog
from app.schedule.break_list import read_break_list
from app.schedule.rows import BreakList
from app.settings import default_data_dir, default_database, load_show
from app.storage.asrun import open_store

POLL_S = 0.05
HURRIED_S = 2.0  # for the end of the channels and the proofs after a signal, so that a stop takes under three seconds
LAST_DELIVERY_S = 1.0  # for what is still on its way when a channel has ended, were an origin silent
LAST_LOOK_S = 0.4  # for the proofs at least
ON_AIR_WAIT_S = 60.0  # a channel that can start at all is on air, or on its slate, long before
PROOF_WAIT_S = 20.0  # after the end all is delivered, or lost: only the reading back may take a moment


def run_show(args: argparse.Namespace) -> int:
    """Run the show; the exit status."""
    stop = threading.Event()
    if args.headless:
        _set_on_signals(stop)
    if args.supervised:
        raise UnsupportedError("--supervised", "the engine process is not in this version", "leave it out")
    if not args.headless:
        from app.ui.application import preflight  # headless runs need no Qt

        preflight()
    show = load_show(
        args.show, check_source=check_source, check_slate=check_slate, check_origin=check_origin, create_folders=True
    )
    data_dir = args.data_dir or default_data_dir()
    names = tuple(channel.name for channel in show.channels)
    lists = [
        read_break_list(path, channels=names, default_channel=names[0] if len(names) == 1 else None)
        for path in args.breaks
    ]
    refused_rows = sum(_report_rows(breaks) for breaks in lists)
    account = Account(names, as_json=args.json)
    logs.configure(data_dir)
    with (
        closing(open_store(args.database or default_database(data_dir), timezone=show.timezone)) as store,
        closing(EventLog()) as events,
    ):
        engine = Engine(show, store)
        script = ScriptedCommands(args.commands, names, engine.submit, account.complain) if args.commands else None
        engine.subscribe(account.take)
        engine.subscribe(events.take)
        for plan in _plans(lists, names):
            engine.submit(PlanBreak(channel=plan.channel, by="schedule", plan=plan))
        ended = _run_engine(engine, account, script, args, stop)
    account.sum_up()
    return 0 if ended and not refused_rows and not account.failed else 1


def _set_on_signals(stop: threading.Event) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())


def _plans(lists: Sequence[BreakList], channels: tuple[str, ...]) -> Iterator[BreakPlan]:
    """Breaks are keyed by channel and id: a list that is read twice adds nothing."""
    seen: set[tuple[str, str]] = set()
    for plan in (plan for breaks in lists for plan in breaks.plans):
        if plan.channel in channels and (plan.channel, plan.id) not in seen:
            seen.add((plan.channel, plan.id))
            yield plan


def _report_rows(breaks: BreakList) -> int:
    for warning in breaks.warnings:
        print(warning, file=sys.stderr)
    for row in breaks.refused:
        print(f"{row.file}: {row.where}: {row.value!r} refused: {row.reason}", file=sys.stderr)
    return len(breaks.refused)


def _run_engine(
    engine: Engine,
    account: Account,
    script: ScriptedCommands | None,
    args: argparse.Namespace,
    stop: threading.Event,
) -> bool:
    """From the first frame to the last proof; False when something hung."""
    hurried = True
    try:
        engine.start()
        if script is not None:
            script.start(account.on_air)
        hurried = _wait(account, args.for_s, stop) if args.headless else _show_window(engine, account, args.for_s)
    except KeyboardInterrupt:
        pass  # Ctrl-C before the window took it over: what has started is ended
    except BaseException:
        engine.stop()
        raise
    finally:
        if script is not None:
            script.stop()
    _set_on_signals(stop)  # the window has let go of them; the end is under way, another signal changes nothing
    until_s = time.monotonic() + HURRIED_S
    if hurried:
        engine.end_channels(LAST_DELIVERY_S)
        engine.drain_proofs(max(LAST_LOOK_S, until_s - time.monotonic()))
    else:
        engine.end_channels()
        engine.drain_proofs(PROOF_WAIT_S)
    return engine.stop()


def _wait(account: Account, for_s: float | None, stop: threading.Event) -> bool:
    """Until a signal (True), the end of the time, of every channel, or of whoever reads our stdout."""
    started_s: float | None = None
    latest_s = time.monotonic() + ON_AIR_WAIT_S  # then the time counts although nothing came on air
    while not stop.wait(POLL_S) and not account.all_stopped.is_set() and not account.output_gone.is_set():
        now_s = time.monotonic()
        if started_s is None and (account.on_air.is_set() or now_s >= latest_s):
            started_s = now_s
        if started_s is not None and for_s is not None and now_s >= started_s + for_s:
            break
    return stop.is_set()


def _show_window(engine: Engine, account: Account, for_s: float | None) -> bool:
    """Until the window is closed: False after the time, True by hand or by a signal, whoever did it waits."""
    from app.ui.application import open_window  # headless runs need no Qt

    over, in_time = threading.Event(), threading.Event()

    def close_after(seconds: float) -> None:
        account.on_air.wait(ON_AIR_WAIT_S)
        if not over.wait(seconds):
            in_time.set()
            os.kill(os.getpid(), signal.SIGTERM)  # the window's own way to leave without a question

    closer = threading.Thread(target=close_after, args=(for_s,), name="closing time", daemon=True)
    if for_s is not None:
        closer.start()
    try:
        open_window(engine, engine.show.name, engine.show.timezone)
    finally:
        over.set()
    return not in_time.is_set()
