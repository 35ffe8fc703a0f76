"""An engine whose data disk is filled to the last byte while it airs; the origin lies elsewhere.

``python -m tests.engine.full_disk DATA ORIGIN``: DATA becomes a small disk of its own where one may be mounted; else
the data directory takes no new files for a while. Prints a line a stage.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

from app.engine.build import JOURNAL, build_engine
from app.engine.engine import Engine
from app.model.commands import InsertBreak
from app.model.events import BreakIn, BreakOut, Event, SegmentDelivered, SegmentLost
from app.model.show import Channel, HlsOutput, Origin, Rendition, Show
from app.model.timebase import FrameRate
from app.storage.journal import read_entries

SIZE = "size=40m"  # more than the spool leaves to others
_PRIVATE = 1 << 18 | 1 << 14


def mount(folder: Path) -> None:
    """A small disk of this process' own; OSError where that is not allowed."""
    user = os.getuid()
    os.unshare(os.CLONE_NEWNS | (os.CLONE_NEWUSER if user else 0))
    if user:
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mount(b"none", b"/", None, _PRIVATE, None)
    if libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, SIZE.encode()):
        raise OSError(ctypes.get_errno(), "mount")


def fill(folder: Path) -> None:
    """Take every byte that is left."""
    with (folder / "filler").open("ab", buffering=0) as filler:
        for size in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    filler.write(bytes(size))


class Air:
    """The engine's events, and waiting for what they bring."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.events: list[Event] = []
        self._news = threading.Condition()
        engine.subscribe(self._take)

    def _take(self, event: Event) -> None:
        with self._news:
            self.events.append(event)
            self._news.notify_all()

    def count(self, kind: type[Event]) -> int:
        return sum(isinstance(event, kind) for event in list(self.events))

    def wait(self, condition: Callable[[], bool]) -> None:
        with self._news:
            for _ in range(900):
                if condition():
                    return
                self._news.wait(0.05)
        raise AssertionError(f"it does not come: {self.events[-5:]}, {self.alarms()}")

    def alarms(self) -> set[str]:
        status = self.engine.snapshot()
        return {alarm.key for alarms in (status.alarms, *(each.alarms for each in status.channels)) for alarm in alarms}


def main(data: Path, origin: Path) -> None:
    """Air, fill the disk, air a break, make room, end."""
    real = True
    try:
        mount(data)
    except OSError as error:
        real = False
        print("no mount:", error.strerror)
    channel = Channel(
        "one",
        "One",
        ("test:bars",),
        (Rendition("90p", 160, 90, 150_000, preset="ultrafast"),),
        (HlsOutput(("folder",), "one/", Fraction(1), 5),),
        FrameRate(25),
    )
    show = Show("Evening", "Europe/Berlin", (Origin("folder", origin.as_uri() + "/"),), (channel,))
    with build_engine(show, data, run_id="run") as engine:
        air = Air(engine)
        engine.start()
        air.wait(lambda: air.count(SegmentDelivered) >= 2)
        if real:
            fill(data)
        else:
            data.chmod(0o500)
            (data / "spool/one").chmod(0o500)
        air.wait(lambda: "spool" in air.alarms())
        before = air.count(SegmentDelivered)
        engine.submit(InsertBreak(channel="one", by="ann", duration_s=Fraction(2), immediate=True))
        air.wait(lambda: air.count(BreakOut) == 1 and air.count(BreakIn) == 1)
        air.wait(lambda: air.count(SegmentDelivered) >= before + 4)
        print("aired, with alarms", *sorted(air.alarms()))
        if real:
            (data / "filler").unlink()
        else:
            data.chmod(0o700)
            (data / "spool/one").chmod(0o700)
        air.wait(lambda: not air.alarms() & {"spool", "journal", "store"})
        assert not air.count(SegmentLost)
    said = [entry.event.name for entry in read_entries(data / JOURNAL) if entry.event is not None]
    assert said.count("break.out") == said.count("break.in") == 1, said
    print("written after all", errno.errorcode[errno.ENOSPC] if real else "")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
