"""What a window does about the engine when it goes."""

from __future__ import annotations

import sys

from app.cli.show_end import end_show
from app.remote.client import RemoteEngine
from app.remote.session import mark_ending


def stop_engine(engine: RemoteEngine, *, hurried: bool) -> bool:
    """End the show and its engine process, whatever dies meanwhile; False when something hung."""
    if engine.hello.run_id:
        mark_ending(engine.data_dir, engine.hello.run_id)
    return end_show(engine, hurried=hurried) or engine.ended


def tell_on_air(engine: RemoteEngine) -> None:
    """Say what the window leaves behind, to whoever sees its terminal."""
    if engine.connected and engine.hello.run_id:
        status = engine.snapshot()
        where = f"--data-dir {engine.data_dir}"
        print(
            f"still on air: {status.show!r}, engine {status.pid}; end it with splicedeck stop {where}", file=sys.stderr
        )
