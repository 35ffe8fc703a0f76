"""A small engine in a process of its own: ``python -m tests.engine.lone_engine DIR``, commands in, events out.

Commands are JSON lines on stdin; "stop", or the end of stdin, ends it. Its run and show are always the same.
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from pathlib import Path

from app.engine.build import build_engine
from app.model.commands import command_from_plain
from app.model.events import Event, event_to_plain
from app.model.rundown import Upid
from app.model.show import Channel, HlsOutput, Origin, Rendition, Show
from app.model.signalling import Signalling, SignalMode, Template
from app.model.timebase import FrameRate

RUNGS = (
    Rendition("180p", 320, 180, 250_000, preset="ultrafast"),
    Rendition("90p", 160, 90, 100_000, preset="ultrafast"),
)
PRE_ROLL_S = 4
UPID = Upid(9, "SIGNAL:{uuid}")
TEMPLATES = tuple(
    Template(name=mode.value, duration_s=Fraction(4), signalling=Signalling(mode=mode, upid=UPID))
    for mode in SignalMode
)


def evening(folder: Path) -> Show:
    """One channel with a template for each mode, one folder origin, everything listed."""
    origin = Origin("folder", (folder / "origin").as_uri() + "/")
    output = HlsOutput(("folder",), "one/", Fraction(2), 200)
    channel = Channel(
        "one",
        "One",
        ("test:bars",),
        RUNGS,
        (output,),
        FrameRate(25),
        pre_roll_s=Fraction(PRE_ROLL_S),
        templates=TEMPLATES,
    )
    return Show("Evening", "Europe/Berlin", (origin,), (channel,))


def main(folder: Path) -> None:
    """From start to stop."""

    def tell(event: Event) -> None:
        sys.stdout.write(json.dumps(event_to_plain(event)) + "\n")
        sys.stdout.flush()

    with build_engine(evening(folder), folder, run_id="evening") as engine:
        engine.subscribe(tell)
        engine.start()
        for line in sys.stdin:
            if line.strip() == "stop":
                break
            engine.submit(command_from_plain(json.loads(line)))
        engine.end_channels()
        engine.drain_proofs(20)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
