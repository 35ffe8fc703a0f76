"""``splicedeck`` alone: the control room; with no show named, the demo show on air."""

from __future__ import annotations

import argparse
from contextlib import ExitStack, closing
from pathlib import Path

from app import logs
from app.cli.usage import default_data_dir_text, folder
from app.model.show import HlsOutput
from app.settings import default_data_dir, default_database, demo_show


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The window's own arguments."""
    parser.add_argument(
        "--data-dir",
        metavar="DIR",
        dest="control_room_dir",  # not a command's own --data-dir, whose default would stand in its place
        type=folder,
        help=f"database, logs, demo output (default: {default_data_dir_text()})",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Open the control room on the demo show; its origin is a folder that is served on loopback."""
    from app.ui.application import open_window, preflight

    preflight()
    from app.delivery.serve import serve_folder
    from app.engine.engine import Engine
    from app.remote.event_log import EventLog
    from app.storage.asrun import open_store

    data_dir: Path = args.control_room_dir or default_data_dir()
    show = demo_show(data_dir)
    logs.configure(data_dir)
    with ExitStack() as resources:
        server = resources.enter_context(serve_folder(data_dir / "origin"))
        store = open_store(default_database(data_dir), timezone=show.timezone)
        resources.callback(store.close)
        events = resources.enter_context(closing(EventLog()))
        engine = Engine(show, store)
        engine.subscribe(events.take)
        for channel in show.channels:
            for output in channel.outputs:
                if isinstance(output, HlsOutput):
                    print(f"demo show on air: {server.url}{output.path}index.m3u8", flush=True)
        resources.callback(engine.stop)
        engine.start()
        open_window(engine, show.name, show.timezone)
        return 0
