"""``splicedeck`` alone: the control room over the engine of its data directory; at first, the demo show on air."""

from __future__ import annotations

import argparse
import gc
import socket
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from app import logs
from app.cli.schedule_face import StoreFace, schedule_face
from app.cli.setup_face import ProgramSetup
from app.cli.usage import default_data_dir_text, folder
from app.model.errors import SplicedeckError
from app.model.show import HlsOutput
from app.settings import default_data_dir, demo_show, demo_toml

if TYPE_CHECKING:
    from app.remote.session import Session


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The window's own arguments."""
    parser.add_argument(
        "--data-dir",
        metavar="DIR",
        dest="control_room_dir",  # not a command's own --data-dir, whose default would stand in its place
        type=folder,
        help=(
            "without a command, for the engine, database, logs and demo output; a command has its own, written behind "
            f"it (default: {default_data_dir_text()})"
        ),
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Open the control room on what runs, on what was cut off, or else on the demo show."""
    from app.ui.application import Ending, open_window, preflight

    preflight()
    gc.disable()  # until the window's first picture: see __main__
    from app.cli.leaving import stop_engine, tell_on_air
    from app.remote.lock import check_data_dir
    from app.remote.session import read_session
    from app.remote.starting import attach_or_start
    from app.remote.watched import kept_watched

    data_dir: Path = (args.control_room_dir or default_data_dir()).absolute()
    check_data_dir(data_dir)
    logs.configure(data_dir, name="window")
    with closing(attach_or_start(data_dir, None, at_first=lambda: _demo_session(data_dir))) as engine:
        running = read_session(data_dir)
        if running is not None and running.demo and running.run_id == engine.hello.run_id:
            _tell_where(running)
        with kept_watched(data_dir), closing(_schedule(running, data_dir, engine.timezone)) as schedule:
            engine.subscribe(schedule.note)
            ending = open_window(
                engine,
                engine.show_name,
                engine.timezone,
                remote=True,
                schedule=schedule,
                setup=ProgramSetup(data_dir, engine, tour=running is not None and running.demo),
                data_dir=data_dir,
            )
        if ending is Ending.STOP:
            return 0 if stop_engine(engine, hurried=True) else 1
        tell_on_air(engine)
    return 0


def _schedule(running: Session | None, data_dir: Path, timezone: str) -> StoreFace:
    """That of the run, by its clock; a show that can't be read any more leaves its channels unknown to it."""
    from app.remote.running_show import running_show

    try:
        show = running_show(data_dir, running) if running is not None else None
    except SplicedeckError:
        show = None
    return schedule_face(running.database if running is not None else "", data_dir, show, timezone)


def _demo_session(data_dir: Path) -> Session:
    """The demo show; its origin is a folder that the engine serves on loopback, on a port that is free now."""
    from app.remote.session import new_session

    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return new_session(demo_show(data_dir), demo_toml(data_dir), data_dir, database="", demo_port=port)


def _tell_where(session: Session) -> None:
    for channel in session.show().channels:
        for output in channel.outputs:
            if isinstance(output, HlsOutput):
                url = f"http://127.0.0.1:{session.demo_port}/{output.path}index.m3u8"
                print(f"demo show on air: {url}", flush=True)
