"""MIDI: keys out of messages, lamps, names, and what is said where there is no MIDI."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ui.faces import Kind
from app.ui.surfaces.family import SurfaceLackError
from app.ui.surfaces.key_face import KeyFace
from app.ui.surfaces.lamps import SCHEMES, scheme_for
from app.ui.surfaces.midi import NOT_INSTALLED, KeyReader, Midi, MidiSurface, stable_name


def cc(value: int) -> Any:
    return mido.Message("control_change", control=20, value=value)


def test_notes_are_keys_whichever_way_they_are_let_go() -> None:
    reader = KeyReader()
    assert reader.read(mido.Message("note_on", note=36, velocity=1, channel=9)) == ("note 36 ch 10", True)
    assert reader.read(mido.Message("note_on", note=36, velocity=0, channel=9)) == ("note 36 ch 10", False)
    assert reader.read(mido.Message("note_off", note=36, velocity=64)) == ("note 36 ch 1", False)
    for other in ("pitchwheel", "program_change", "aftertouch", "clock", "sysex"):
        assert reader.read(mido.Message(other)) is None


@given(st.lists(st.integers(1, 127), min_size=1).filter(lambda values: values[0] != 127))
def test_a_fader_is_no_key(values: list[int]) -> None:
    reader = KeyReader()
    assert [found for value in values if (found := reader.read(cc(value)))] == []


def test_a_switch_leaps() -> None:
    reader = KeyReader()
    assert [reader.read(cc(value)) for value in (127, 127, 0, 127)] == [
        ("cc 20 ch 1", True),
        None,
        ("cc 20 ch 1", False),
        ("cc 20 ch 1", True),
    ]


def test_names_outlive_a_new_place() -> None:
    assert stable_name("nanoPAD2:nanoPAD2 _ CTRL 20:0") == stable_name("nanoPAD2:nanoPAD2 _ CTRL 28:0")
    assert stable_name("nanoPAD2:nanoPAD2 nanoPAD2 _ CTRL 20:0") == "nanoPAD2 nanoPAD2 _ CTRL"
    assert stable_name("system:midi_capture_2") == stable_name("system:midi_playback_2") == "system:midi_2"
    assert stable_name("a2j:APC MINI [24] (capture): APC MINI MIDI 1") == "a2j:APC MINI:APC MINI MIDI 1"


def test_every_dress_has_its_lamp_and_none_is_told_by_colour_alone() -> None:
    for scheme in SCHEMES.values():
        assert scheme.keys() == set(Kind)
        under_way, refused, ready = scheme[Kind.ARMED], scheme[Kind.REFUSED], scheme[Kind.READY]
        assert len({under_way.half_s, refused.half_s, ready.half_s}) == 3
        assert scheme[Kind.DISABLED].at(0.0) == 0
        assert {refused.at(n / 10) for n in range(8)} == {0, refused.value}
    assert [scheme_for(name) for name in ("APC MINI", "Launchpad X", "nanoPAD2")] == ["apc", "launchpad", "plain"]


def test_our_own_lamp_that_comes_back_is_no_key() -> None:
    class Lit:
        def __init__(self) -> None:
            self.sent: list[Any] = []

        def send(self, message: Any) -> None:
            self.sent.append(message)

    moved: list[tuple[str, bool]] = []
    now = [5.0]
    surface = MidiSurface("Loop", mido.Message, lambda: now[0])
    surface.lit = Lit()
    surface.show("note 36 ch 1", KeyFace(Kind.READY), 0.0)
    surface.show("note 36 ch 1", KeyFace(Kind.READY), 0.1)
    surface.show("key 5", KeyFace(Kind.READY), 0.1)  # of another surface, kept under this name by hand
    [message] = surface.lit.sent
    surface.hear(message, lambda *key: moved.append(key))
    assert moved == []
    surface.hear(message.copy(velocity=99), lambda *key: moved.append(key))
    now[0] += 1
    surface.hear(message, lambda *key: moved.append(key))
    assert moved == [("note 36 ch 1", True)] * 2


class Lamps:
    """The port that lights; ``fails``: with what the library says that it is gone."""

    def __init__(self, fails: Exception | None = None) -> None:
        self.sent, self._fails = list[Any](), fails

    def send(self, message: Any) -> None:
        if self._fails is not None:
            raise self._fails
        self.sent.append(message)


@pytest.mark.parametrize("kind", [Kind.IN_BREAK, Kind.ARMED, Kind.HELD, Kind.REFUSED, Kind.PRIMARY])
@pytest.mark.parametrize("control", ["note 36 ch 1", "cc 20 ch 1"])
def test_no_press_is_lost_however_its_lamp_blinks(kind: Kind, control: str) -> None:
    now = [5.0]
    surface, moved = MidiSurface("Plain pad", mido.Message, lambda: now[0]), list[tuple[str, bool]]()
    surface.lit = Lamps()
    note = control.startswith("note")
    down = mido.Message("note_on", note=36, velocity=127) if note else cc(127)
    up = mido.Message("note_off", note=36) if note else cc(0)
    for _press in range(300):
        for _step in range(3):
            now[0] += 0.017
            surface.show(control, KeyFace(kind), now[0])
        for message in (down, up):
            surface.hear(message, lambda *key: moved.append(key))
    assert surface.lit.sent
    assert moved == [(control, True), (control, False)] * 300


def test_one_copy_of_a_lamp_is_an_echo_and_a_second_is_a_key() -> None:
    surface, moved = MidiSurface("Loop", mido.Message, lambda: 5.0), list[tuple[str, bool]]()
    surface.lit = Lamps()
    surface.show("note 36 ch 1", KeyFace(Kind.READY), 0.0)
    for _copy in range(2):
        surface.hear(surface.lit.sent[0], lambda *key: moved.append(key))
    assert moved == [("note 36 ch 1", True)]


def test_the_echo_of_a_switchs_lamp_is_not_where_the_switch_stands() -> None:
    surface, moved = MidiSurface("Loop", mido.Message, lambda: 5.0), list[tuple[str, bool]]()
    surface.lit = Lamps()
    surface.show("cc 20 ch 1", KeyFace(Kind.READY), 0.0)
    for message in (surface.lit.sent[0], cc(127), cc(0)):
        surface.hear(message, lambda *key: moved.append(key))
    assert moved == [("cc 20 ch 1", True), ("cc 20 ch 1", False)]


@pytest.mark.parametrize("fails", [RuntimeError("port is closed"), ValueError("no such port"), OSError("gone")])
def test_a_lamp_that_fails_is_a_surface_that_is_gone(fails: Exception) -> None:
    surface = MidiSurface("Pad", mido.Message)
    surface.lit = Lamps(fails)
    with pytest.raises(OSError, match=str(fails)):
        surface.show("note 36 ch 1", KeyFace(Kind.READY), 0.0)


def test_without_the_extra_one_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIDO_BACKEND", "mido.backends.rtmidi")
    monkeypatch.setitem(sys.modules, "mido", None)
    with pytest.raises(SurfaceLackError) as told:
        Midi().found()
    assert str(told.value) == NOT_INSTALLED


def test_alsa_is_not_asked_where_it_is_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MIDO_BACKEND", raising=False)
    monkeypatch.setattr("app.ui.surfaces.midi.sys.platform", "linux")
    monkeypatch.setattr("app.ui.surfaces.midi._SEQUENCER", tmp_path / "seq")
    with pytest.raises(SurfaceLackError, match="module snd-seq, or JACK"):
        Midi().found()
