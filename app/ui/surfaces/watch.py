"""Finds surfaces, opens them, notices that they are gone, lights their keys: one thread for each kind of them."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from app.ui.surfaces.contact import Contact
from app.ui.surfaces.family import Family, Surface, SurfaceLackError
from app.ui.surfaces.key_face import NOTHING, KeyFace
from app.ui.surfaces.surface_map import Key

_LOG = logging.getLogger(__name__)
LOOKS_EVERY_S = 1.0
_SHOWS_EVERY_S = 0.1
MOST_WAITING = 64
_PATIENCE_S = 3.0


@dataclass(frozen=True, slots=True)
class Press:
    """A key was pressed. ``at_s``: when, by the watch's clock."""

    key: Key
    at_s: float


class Watch:
    """``presses``, ``here`` and ``trouble`` may be read on any thread; ``tell`` is called on its own threads.

    ``here``: surfaces that are open, with their keys as far as known. ``trouble``: why none can be had, or why one
    could not be opened. ``looked``: whether it has looked once. ``dropped``: presses nobody fetched.
    """

    def __init__(self, family: Family, tell: Callable[[], None], clock: Callable[[], float] = time.monotonic) -> None:
        self.family, self._tell, self._clock = family, tell, clock
        self.presses: deque[Press] = deque()
        self.here: Mapping[str, tuple[str, ...]] = {}
        self.trouble, self.looked, self.dropped = "", False, 0
        self._open: dict[str, Surface] = {}
        self._places: dict[str, str] = {}
        self._faces: Mapping[Key, KeyFace] = {}
        self._shown: dict[str, set[str]] = {}
        self._stopping, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"surfaces {family.name}", daemon=True)

    def start(self) -> None:
        """Look for surfaces from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Let go of all of them; a library that hangs is left behind."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(_PATIENCE_S)

    def show(self, faces: Mapping[Key, KeyFace]) -> None:
        """What all keys tell from now on. Never blocks."""
        self._faces = faces
        self._wake.set()

    def _run(self) -> None:
        looked_s = float("-inf")
        while not self._stopping.is_set():
            if self._clock() - looked_s >= LOOKS_EVERY_S:
                self._look()
                looked_s = self._clock()
            self._light()
            self._wake.clear()
            self._stopping.wait(_SHOWS_EVERY_S) if self._open else self._wake.wait(LOOKS_EVERY_S)
        for name in list(self._open):
            self._let_go(name)

    # ---- finding them

    def _look(self) -> None:
        before = (dict(self.here), self.trouble, self.looked)
        try:
            found, self.trouble = self.family.found(), ""
        except SurfaceLackError as error:
            found, self.trouble = dict[str, str](), str(error)
        gone = [name for name, one in self._open.items() if found.get(name) != self._places[name] or not one.alive()]
        for name in gone:
            self._let_go(name)
        for name in sorted(found.keys() - self._open.keys()):
            self._take_up(name, found[name])
        self._tell_where(before)

    def _take_up(self, name: str, place: str) -> None:
        try:
            self._open[name] = self.family.open(name, partial(self._moved, name, Contact()))
        except SurfaceLackError as error:
            self.trouble = str(error)
        else:
            self._places[name] = place
            _LOG.info("surface %s is here", name)

    def _let_go(self, name: str) -> None:
        surface = self._open.pop(name)
        self._shown.pop(name, None)
        with suppress(OSError):
            surface.close()
        _LOG.info("surface %s is let go", name)

    def _tell_where(self, before: tuple[object, ...]) -> None:
        self.here = {name: surface.controls for name, surface in self._open.items()}
        self.looked = True
        if (self.here, self.trouble, self.looked) != before:
            self._tell()

    # ---- their keys

    def _moved(self, name: str, contact: Contact, control: str, down: bool) -> None:
        """On a thread of the library's."""
        at_s = self._clock()
        if not contact.pressed(control, down=down, at_s=at_s):
            return
        if len(self.presses) >= MOST_WAITING:
            self.dropped += 1
            return
        self.presses.append(Press(Key(name, control), at_s))
        self._tell()

    def _light(self) -> None:
        now_s, faces = self._clock(), self._faces
        for name, surface in list(self._open.items()):
            bound = {key.control: face for key, face in faces.items() if key.surface == name}
            gone = self._shown.get(name, set()) - bound.keys()
            try:
                for control, face in (*bound.items(), *((control, NOTHING) for control in gone)):
                    surface.show(control, face, now_s)
                self._shown[name] = set(bound)
            except OSError as error:
                _LOG.info("surface %s: %s", name, error)
                before = (dict(self.here), self.trouble, self.looked)
                self._let_go(name)
                self._tell_where(before)
