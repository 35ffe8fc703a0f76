"""``splicedeck`` alone: the control room; with no show named, the demo show on air."""

from __future__ import annotations

import argparse
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from app import logs
from app.delivery.serve import serve_folder
from app.engine.engine import Engine
from app.settings import default_data_dir, default_database, demo_show, folder_of_url
from app.storage.asrun import open_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The window's own arguments."""
    parser.add_argument(
        "--data-dir", metavar="DIR", type=Path, help=f"database, logs, demo output (default: {default_data_dir()})"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Open the control room on the demo show; its origin is a folder that is served on loopback."""
    from app.ui.application import open_window, preflight

    preflight()
    data_dir: Path = args.data_dir or default_data_dir()
    show = demo_show(data_dir)
    logs.configure(data_dir)
    with (
        serve_folder(folder_of_url(show.origins[0].url)) as server,
        closing(open_store(default_database(data_dir), timezone=show.timezone)) as store,
    ):
        shown = replace(show, name=f"{show.name}, {server.url}{show.channels[0].outputs[0].path}index.m3u8")
        engine = Engine(show, store)
        engine.start()
        try:
            return open_window(engine, shown.name, show.timezone)
        finally:
            engine.stop()
