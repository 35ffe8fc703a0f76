"""A surface made of plain Python for what no library decides, and a control room that has it plugged in."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtTest import QTest

from app.ui.surfaces.family import Moved, SurfaceLackError
from app.ui.surfaces.key_face import KeyFace
from app.ui.surfaces.surface_desk import SurfaceDesk
from tests.ui.conftest import Room

PAD = "Pad"
# python-rtmidi has no wheels from Python 3.13 on, so the tests' environment lacks it there; on 3.12 it must be there
_LACKS = sys.version_info >= (3, 13) and importlib.util.find_spec("rtmidi") is None
collect_ignore = ["test_midi_server.py"] if _LACKS else []


def until(holds: Callable[[], Any], what: str, *, qt: bool = True) -> None:
    """Wait for it, with the window's loop going round."""
    end_s = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end_s, what
        QTest.qWait(5) if qt else time.sleep(0.005)


class PlainSurface:
    """Keys ``key 1`` to ``key 15``; remembers what each tells."""

    controls = tuple(f"key {n}" for n in range(1, 16))

    def __init__(self, moved: Moved) -> None:
        self.moved, self.faces, self.gone, self.closed = moved, dict[str, KeyFace](), False, False

    def alive(self) -> bool:
        return not self.gone

    def show(self, control: str, face: KeyFace, now_s: float) -> None:  # noqa: ARG002 - a lamp of this kind stands
        if self.gone:
            raise OSError("gone")
        self.faces[control] = face

    def close(self) -> None:
        self.closed = True


class PlainFamily:
    """``plugged``: what can be found; ``lack``: why nothing can."""

    name = "plain"

    def __init__(self) -> None:
        self.plugged: dict[str, str] = {PAD: "socket 1"}
        self.lack = ""
        self.open_ones: dict[str, PlainSurface] = {}

    def found(self) -> dict[str, str]:
        if self.lack:
            raise SurfaceLackError(self.lack)
        return dict(self.plugged)

    def open(self, name: str, moved: Moved) -> PlainSurface:
        self.open_ones[name] = PlainSurface(moved)
        return self.open_ones[name]

    def tap(self, control: str, name: str = PAD) -> None:
        self.open_ones[name].moved(control, True)
        self.open_ones[name].moved(control, False)

    def unplug(self, name: str = PAD) -> None:
        self.plugged.pop(name)
        self.open_ones[name].gone = True


class Plugged:
    """A room with a plain surface."""

    def __init__(self, room: Room, family: PlainFamily) -> None:
        self.room, self.family = room, family

    @property
    def surfaces(self) -> SurfaceDesk:
        return self.room.window.habits.surfaces

    @property
    def face(self) -> Callable[[str], KeyFace]:
        return lambda control: self.family.open_ones[PAD].faces.get(control, KeyFace())


@pytest.fixture
def plugged(room: Callable[..., Room], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Plugged]]:
    """Opens rooms with a surface that was found."""
    monkeypatch.setattr("app.ui.surfaces.watch.LOOKS_EVERY_S", 0.05)
    made: list[Plugged] = []

    def opened(*channels: Any) -> Plugged:
        one = Plugged(room(*channels), PlainFamily())
        made.append(one)
        one.surfaces.start([one.family])
        until(lambda: PAD in one.surfaces.here, "the surface was not found")
        return one

    yield opened
    for one in made:
        one.surfaces.stop()
