"""A controller over a real MIDI server: found, heard, lit, lost, found again."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import rtmidi

from app.ui.faces import Kind
from app.ui.surfaces.family import SurfaceLackError
from app.ui.surfaces.key_face import KeyFace
from app.ui.surfaces.midi import Midi
from app.ui.surfaces.watch import Watch
from tests.ui.surfaces.conftest import until

SERVER = "splicedeck-test"


@pytest.fixture
def jack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A JACK server without hardware. What is plugged into it is as real as any of its clients."""
    if shutil.which("jackd") is None:
        pytest.fail("jackd is missing: installers/setup.sh test installs it")
    monkeypatch.setenv("JACK_DEFAULT_SERVER", SERVER)
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
    command = ["jackd", "--no-realtime", "--name", SERVER, "-d", "dummy", "--rate", "8000", "--period", "128"]
    with (tmp_path / "jackd.log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield
    finally:
        server.terminate()
        server.wait(10)


class Controller:
    """A pad of the other side: a port that presses, a port that is lit."""

    def __init__(self) -> None:
        self._keys: Any = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name="Pad")
        self._keys.open_virtual_port("keys")
        self._lamps: Any = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, name="Pad")
        self._lamps.open_virtual_port("keys")

    def press(self, note: int, *, down: bool = True) -> None:
        self._keys.send_message([0x90 if down else 0x80, note, 100 if down else 0])

    def lit(self) -> list[int] | None:
        got = self._lamps.get_message()
        return got[0] if got else None

    def unplug(self) -> None:
        for port in (self._keys, self._lamps):
            port.close_port()
            port.delete()
        del self._keys, self._lamps


def plugged_in(server_up: Callable[[], Any]) -> Any:
    """The server needs a moment before it takes clients."""
    end_s = time.monotonic() + 10
    while True:
        try:
            return server_up()
        except (OSError, RuntimeError):
            assert time.monotonic() < end_s, "no JACK server"
            time.sleep(0.05)


def test_a_controller_is_found_heard_lit_lost_and_found_again(jack: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.ui.surfaces.watch.LOOKS_EVERY_S", 0.1)
    pad = plugged_in(Controller)
    watch = Watch(Midi("mido.backends.rtmidi/UNIX_JACK"), lambda: None)
    watch.start()
    try:
        until(lambda: watch.here, f"not found: {watch.trouble}", qt=False)
        [name] = watch.here
        assert name == "Pad:keys"
        pad.press(36)
        until(lambda: watch.presses, "not heard", qt=False)
        key = watch.presses.popleft().key
        assert key == (name, "note 36 ch 1")
        watch.show({key: KeyFace(Kind.READY, "TAKE")})
        until(lambda: pad.lit() == [0x90, 36, 126], "not lit", qt=False)
        pad.unplug()
        until(lambda: not watch.here, "its loss was not noticed", qt=False)
        pad = Controller()
        until(lambda: watch.here, "not found again", qt=False)
        until(lambda: pad.lit() == [0x90, 36, 126], "not lit again", qt=False)
        pad.press(36)
        until(lambda: watch.presses, "not heard again", qt=False)
    finally:
        watch.stop()
        pad.unplug()


def test_a_machine_without_midi_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "splicedeck-none")
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
    with pytest.raises(SurfaceLackError, match="This machine has no MIDI that can be used"):
        Midi("mido.backends.rtmidi/UNIX_JACK").found()
