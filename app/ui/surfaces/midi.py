"""MIDI controllers by mido and python-rtmidi: notes and switches are keys, velocities and values are lamps."""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.ui.surfaces.family import Moved, Names, SurfaceLackError
from app.ui.surfaces.key_face import KeyFace
from app.ui.surfaces.lamps import DARK, SCHEMES, scheme_for
from app.ui.words import _

NOT_INSTALLED = _(
    'MIDI controllers need two more packages: pip install "splicedeck[midi]", then open this window anew.'
)
NO_SYSTEM = _(
    "This machine has no MIDI that can be used ({}): "
    "on Linux it needs the module snd-seq, or JACK by MIDO_BACKEND=mido.backends.rtmidi/UNIX_JACK."
)
ECHO_S = 0.1
_SEQUENCER = Path("/dev/snd/seq")
_FULL = 127
_NOT_OURS = ("Midi Through", "RtMidi")  # a loop, and what this program itself has opened
_NUMBER = re.compile(r"\s+\d+:\d+$")  # ALSA's, another one each time that it is plugged in
_BRIDGED = re.compile(r"\s*(\[\d+\]|\((capture|playback)\))|_(capture|playback)(?=_)")  # as JACK names ALSA's
_CONTROL = re.compile(r"(note|cc) (\d{1,3}) ch (\d{1,2})")
_SECOND = re.compile(r"-\d\d:")  # JACK's, for the second client of a name
_INDEX = re.compile(r"\s\d+$")  # Windows counts its ports


def stable_name(port: str) -> str:
    """A port's name without what changes when it is plugged in again."""
    name = _SECOND.sub(":", _BRIDGED.sub("", _NUMBER.sub("", port)).replace(": ", ":"))
    client, _other, port_of_it = name.partition(":")
    name = port_of_it if client and port_of_it.startswith(client) else name  # ALSA says it twice
    return _INDEX.sub("", name) if sys.platform == "win32" else name


class KeyReader:
    """Keys out of messages. A controller's value is a switch as it leaps from 0 to 127; a fader is no key."""

    def __init__(self) -> None:
        self._values: dict[str, int] = {}

    def read(self, message: Any) -> tuple[str, bool] | None:
        """A key's name and whether it went down; None: nothing that is a key."""
        control = control_of(message)
        if message.type == "control_change":
            before, value = self._values.get(control, 0), int(message.value)
            self._values[control] = value
            if value == 0:
                return control, False
            return (control, True) if value == _FULL and before == 0 else None
        if message.type in {"note_on", "note_off"}:
            return control, message.type == "note_on" and message.velocity > 0
        return None


def control_of(message: Any) -> str:
    """What a message's key is called, in every language: bindings are kept by it; "" for those that have none."""
    if message.type in {"note_on", "note_off"}:
        return f"note {message.note} ch {message.channel + 1}"
    return f"cc {message.control} ch {message.channel + 1}" if message.type == "control_change" else ""


class MidiSurface:
    """One controller: a port that is heard, and mostly one that lights its keys.

    Lamps are lit by values that keys do not send (see ``lamps``), so what comes back of them is known for an echo.
    """

    controls: tuple[str, ...] = ()  # known as they are pressed

    def __init__(self, name: str, message: Callable[..., Any], clock: Callable[[], float] = time.monotonic) -> None:
        self._lamps, self._message, self._clock = SCHEMES[scheme_for(name)], message, clock
        self._reader, self._lock = KeyReader(), threading.Lock()
        self._shown: dict[str, int] = {}
        self._sent: dict[str, tuple[int, float]] = {}
        self.heard: Any = None
        self.lit: Any = None

    def hear(self, message: Any, moved: Moved) -> None:
        """On the port's thread. What comes back of our own lamps is no key: a looped port would cue by itself."""
        value = message.velocity if message.type == "note_on" else getattr(message, "value", 0)
        if value and self._is_echo(control_of(message), value):
            return  # before it is read: a switch's echo is not where the switch stands
        if (read := self._reader.read(message)) is not None:
            moved(*read)

    def _is_echo(self, control: str, value: int) -> bool:
        """One copy of what was sent just now, and only one: a key that sends the same is a key again."""
        with self._lock:
            sent, at_s = self._sent.get(control, (-1, 0.0))
            if value != sent or self._clock() - at_s >= ECHO_S:
                return False
            del self._sent[control]
            return True

    def alive(self) -> bool:
        """The list of ports tells; a port itself does not."""
        return not self.heard.closed

    def show(self, control: str, face: KeyFace, now_s: float) -> None:
        """Light a key, where that is another light than before."""
        lamp = DARK if face.kind is None else self._lamps[face.kind]
        self._light(control, lamp.at(now_s))

    def _light(self, control: str, value: int) -> None:
        named = _CONTROL.fullmatch(control)
        if self.lit is None or named is None or self._shown.get(control, 0) == value:
            return
        kind, number, channel = named[1], min(127, int(named[2])), min(16, max(1, int(named[3]))) - 1
        with self._lock:
            self._sent[control] = (value, self._clock())
        self._shown[control] = value
        what = {"note": number, "velocity": value} if kind == "note" else {"control": number, "value": value}
        message = self._message("note_on" if kind == "note" else "control_change", channel=channel, **what)
        try:
            self.lit.send(message)
        except (RuntimeError, ValueError) as error:  # as the libraries say that the port is gone
            raise OSError(f"its lamps can't be lit: {error}") from error

    def close(self) -> None:
        """Dark, then let go."""
        with suppress(OSError, RuntimeError, ValueError):
            for control in list(self._shown):
                self._light(control, DARK.value)
        for port in (self.heard, self.lit):
            if port is not None:
                port.close()


class Midi:
    """All controllers of one MIDI system. ``backend``: as mido names it; empty: its environment's, else rtmidi."""

    name = _("MIDI")

    def __init__(self, backend: str = "") -> None:
        self._wanted = backend
        self._backend: Any = None
        self._message: Callable[..., Any] = _no_message
        self._names, self._lit = Names(), list[str]()
        self._ports: dict[str, str] = {}

    def found(self) -> dict[str, str]:
        """Those that can be heard."""
        backend = self._load()
        try:
            heard, self._lit = backend.get_input_names(), backend.get_output_names()
        except (OSError, RuntimeError, ValueError) as error:
            raise SurfaceLackError(NO_SYSTEM.format(error)) from error
        called = ((port, stable_name(port)) for port in heard)
        self._ports = self._names.give((port, name) for port, name in called if not name.startswith(_NOT_OURS))
        return self._ports

    def _load(self) -> Any:
        if self._backend is None:
            self._expect_alsa()
            try:
                import mido  # noqa: PLC0415 - an extra, which may be missing

                self._backend = mido.Backend(self._wanted or None, load=True)
            except ImportError as error:
                raise SurfaceLackError(NOT_INSTALLED) from error
            self._message = mido.Message
        return self._backend

    def _expect_alsa(self) -> None:
        """ALSA's library tells its troubles to the terminal at every look: it is not asked where there is none."""
        chosen = self._wanted or os.environ.get("MIDO_BACKEND", "")
        if not chosen and sys.platform == "linux" and not _SEQUENCER.exists():
            raise SurfaceLackError(NO_SYSTEM.format(f"no {_SEQUENCER}"))

    def open(self, name: str, moved: Moved) -> MidiSurface:
        """Listen to one, and have its lamps where it has any."""
        heard = self._ports[name]
        lit = _lamps_of(heard, self._lit)
        surface = MidiSurface(name, self._message)
        try:
            surface.heard = self._backend.open_input(heard, callback=lambda message: surface.hear(message, moved))
            surface.lit = self._backend.open_output(lit) if lit else None
        except (OSError, RuntimeError, ValueError) as error:
            if surface.heard is not None:
                surface.heard.close()
            raise SurfaceLackError(f"{name} can't be opened ({error}): another program may have it.") from error
        return surface


def _lamps_of(port: str, lit: list[str]) -> str:
    """The port that lights the keys of another: the one of the same name, else none; never that of another surface."""
    return next((name for name in lit if stable_name(name) == stable_name(port)), "")


def _no_message(*_args: object, **_fields: object) -> Any:
    raise SurfaceLackError(NOT_INSTALLED)
