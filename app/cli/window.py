"""``splicedeck`` alone: the control room; with no show named, the demo show on air."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path

from app import logs
from app.delivery.serve import serve_folder
from app.engine.engine import Engine
from app.model.show import HlsOutput
from app.settings import default_data_dir, default_database, demo_show
from app.storage.asrun import open_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The window's own arguments."""
    parser.add_argument(
        "--data-dir", metavar="DIR", type=Path, help=f"database, logs, demo output (default: {default_data_dir()})"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Open the control room on the demo show; its origin is a folder that is served on loopback."""
    from app.ui.application import open_window, preflight  # the other commands need no Qt

    preflight()
    data_dir: Path = args.data_dir or default_data_dir()
    show = demo_show(data_dir)
    logs.configure(data_dir)
    with ExitStack() as resources:
        server = resources.enter_context(serve_folder(data_dir / "origin"))
        store = open_store(default_database(data_dir), timezone=show.timezone)
        resources.callback(store.close)
        engine = Engine(show, store)
        for channel in show.channels:
            for output in channel.outputs:
                if isinstance(output, HlsOutput):
                    print(f"demo show on air: {server.url}{output.path}index.m3u8", flush=True)
        engine.start()
        resources.callback(engine.stop)
        return open_window(engine, show.name, show.timezone)
