"""Stream Decks: the library's own protocol code over a device made of reports, and what is painted on the keys."""

from __future__ import annotations

import queue
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from StreamDeck.DeviceManager import DeviceManager
from StreamDeck.ProductIDs import USBProductIDs, USBVendorIDs
from StreamDeck.Transport.Dummy import Dummy
from StreamDeck.Transport.Transport import TransportError

from app.model.states import BreakState
from app.ui.faces import Kind
from app.ui.surfaces.family import SurfaceLackError
from app.ui.surfaces.key_face import KeyFace
from app.ui.surfaces.key_image import Picture, key_image, painted
from app.ui.surfaces.stream_deck import NO_LIBRARY, NOT_INSTALLED, StreamDecks
from app.ui.surfaces.surface_map import Key
from app.ui.surfaces.watch import Watch
from app.ui.theme import COLOUR_BLIND_SAFE, STANDARD
from tests.ui.conftest import Room
from tests.ui.scripted_engine import a_break, channel
from tests.ui.surfaces.conftest import until

NAME = "Stream Deck Original"
TAKE = KeyFace(Kind.PRIMARY, "TAKE", "OUT lands 20:15:34:16", "in 6.4 s")
SHAPES = {  # one of each way that decks want their pictures
    "turned round": Picture(72, 72, "JPEG", (True, True), 0),
    "mirrored on its side": Picture(80, 80, "BMP", (False, True), 90),
    "as it is": Picture(120, 120, "JPEG", (False, False), 0),
}


class Deck(Dummy.Device):  # type: ignore[misc]  # the library ships no types
    """An Original V2 as its cable tells it: input reports of its keys, output reports with pictures."""

    def __init__(self) -> None:
        super().__init__(USBVendorIDs.USB_VID_ELGATO, USBProductIDs.USB_PID_STREAMDECK_ORIGINAL_V2)
        self._reports: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._parts: dict[int, bytes] = {}
        self.pictures: dict[int, bytes] = {}
        self.there = True

    def _need(self) -> None:
        if not (self.there and self.is_open()):
            raise TransportError("No HID device.")

    def connected(self) -> bool:
        return self.there

    def read(self, length: int) -> bytes | None:
        self._need()
        try:
            return self._reports.get_nowait().ljust(length, b"\0")
        except queue.Empty:
            return None

    def write_feature(self, _payload: bytes) -> bool:
        self._need()
        return True

    def write(self, payload: bytes) -> bool:
        self._need()
        payload = bytes(payload)
        if payload[:2] == b"\x02\x07":
            key, last, length = payload[2], payload[3], int.from_bytes(payload[4:6], "little")
            self._parts[key] = self._parts.get(key, b"") + payload[8 : 8 + length]
            if last:
                self.pictures[key] = self._parts.pop(key)
        return True

    def press(self, *keys: int) -> None:
        self._reports.put(bytes(4) + bytes(int(n in keys) for n in range(15)))


@pytest.fixture
def cable(monkeypatch: pytest.MonkeyPatch) -> dict[str, Deck]:
    """What is plugged in, by any name."""
    decks: dict[str, Deck] = {"first": Deck()}
    monkeypatch.setattr("app.ui.surfaces.watch.LOOKS_EVERY_S", 0.05)
    monkeypatch.setattr(
        Dummy,
        "enumerate",
        lambda _self, vid, pid: [
            deck for deck in decks.values() if (vid, pid) == (deck.vendor_id(), deck.product_id())
        ],
    )
    return decks


def a_watch() -> Watch:
    watch = Watch(StreamDecks(lambda: STANDARD, "dummy"), lambda: None)
    watch.start()
    until(lambda: NAME in watch.here, f"not found: {watch.trouble}", qt=False)
    return watch


def test_a_deck_is_found_heard_painted_lost_and_found_again(qapp: QApplication, cable: dict[str, Deck]) -> None:
    watch, deck, key = a_watch(), cable["first"], Key(NAME, "key 5")
    try:
        assert watch.here[NAME][-1] == "key 15"
        deck.press(4)
        until(lambda: watch.presses, "not heard", qt=False)
        deck.press()
        assert watch.presses.popleft().key == key
        watch.show({key: TAKE})
        until(lambda: 4 in deck.pictures, "not painted", qt=False)
        assert QImage.fromData(deck.pictures[4]).size().toTuple() == (72, 72)
        cable.clear()
        deck.there = False
        until(lambda: not watch.here, "its loss was not noticed", qt=False)
        cable["again"] = spare = Deck()
        until(lambda: 4 in spare.pictures, "its spare was not painted", qt=False)
        spare.press(4)
        until(lambda: watch.presses, "its spare was not heard", qt=False)
    finally:
        watch.stop()
    assert not spare.is_open()


def test_what_lay_on_a_deck_as_it_was_plugged_in_does_not_fire_with_the_first_press(
    qapp: QApplication, cable: dict[str, Deck], monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, deck = a_watch(), cable["first"]
    monkeypatch.setattr("app.ui.surfaces.watch.LOOKS_EVERY_S", 60)  # a look ends with this stand-in let go and taken up
    try:
        for keys in ((0, 3), (3,), (0, 3)):  # a hand on key 1, a book on key 4
            deck.press(*keys)
            time.sleep(0.1)  # no finger is faster
        until(lambda: watch.presses, "the second press was not heard", qt=False)
        deck.press()
        deck.press(3)
        until(lambda: len(watch.presses) > 1, "key 4, pressed anew, was not heard", qt=False)
    finally:
        watch.stop()
    assert [press.key.control for press in watch.presses] == ["key 1", "key 4"]


def test_a_deck_pulled_while_it_is_painted_is_lost_not_a_fault(qapp: QApplication, cable: dict[str, Deck]) -> None:
    watch, deck = a_watch(), cable["first"]
    try:
        deck.there = False
        cable.clear()
        watch.show({Key(NAME, "key 1"): TAKE})
        until(lambda: not watch.here, "its loss was not noticed", qt=False)
        cable["again"] = Deck()
        until(lambda: NAME in watch.here, "it did not come back", qt=False)
    finally:
        watch.stop()


def test_a_deck_that_can_not_be_opened_is_told_of(cable: dict[str, Deck]) -> None:
    cable["first"].there = False  # in the list, as one without a udev rule
    family = StreamDecks(lambda: STANDARD, "dummy")
    [name] = family.found()
    with pytest.raises(SurfaceLackError, match="udev rule"):
        family.open(name, lambda _control, _down: None)


def test_two_decks_of_a_model_are_told_apart(cable: dict[str, Deck]) -> None:
    cable["second"] = other = Deck()
    other._id = "another socket"
    assert StreamDecks(lambda: STANDARD, "dummy").found().keys() == {NAME, f"{NAME} #2"}


def test_every_model_of_the_library_is_opened_painted_and_let_go(qapp: QApplication) -> None:
    """Over the library's own dummy transport, which takes every report and presses no key."""
    family = StreamDecks(lambda: STANDARD, "dummy")
    names = family.found()
    assert len(names) >= 15
    for name in names:
        surface = family.open(name, lambda _control, _down: None)
        for control in surface.controls:
            surface.show(control, TAKE, 0.0)
        surface.close()
        assert not surface.alive()


def test_without_the_extra_or_its_library_one_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def probed(_transport: str | None) -> Any:
        from StreamDeck.DeviceManager import ProbeError

        raise ProbeError("no hidapi")

    monkeypatch.setattr(DeviceManager, "_get_transport", staticmethod(probed))
    with pytest.raises(SurfaceLackError) as told:
        StreamDecks(lambda: STANDARD).found()
    assert str(told.value) == NO_LIBRARY
    monkeypatch.setitem(sys.modules, "StreamDeck.DeviceManager", None)
    with pytest.raises(SurfaceLackError) as told:
        StreamDecks(lambda: STANDARD).found()
    assert str(told.value) == NOT_INSTALLED


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_picture_arrives_as_it_was_painted(qapp: QApplication, shape: Picture) -> None:
    """Turned as the library's own helper turns it: against the clock, then left to right, then upside down."""
    wanted = np.rot90(pixels(painted(TAKE, shape, STANDARD)), shape.turned // 90)
    wanted = wanted[:, ::-1] if shape.flips[0] else wanted
    wanted = wanted[::-1] if shape.flips[1] else wanted
    got = pixels(QImage.fromData(key_image(TAKE, shape, STANDARD)))
    assert np.abs(got - wanted).mean() < 4


def pixels(image: QImage) -> Any:
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : plain.width() * 3].reshape(plain.height(), plain.width(), 3).astype(int)


def test_every_dress_is_another_picture_in_both_palettes(qapp: QApplication) -> None:
    shape = SHAPES["turned round"]
    for palette in (STANDARD, COLOUR_BLIND_SAFE):
        made = {key_image(KeyFace(kind, "TAKE", "same words"), shape, palette) for kind in Kind}
        assert len(made) == len(Kind)


def test_a_deck_in_the_room_takes_a_cue_and_shows_it(room: Callable[..., Room], cable: dict[str, Deck]) -> None:
    here = room(channel("news-1", current=a_break(BreakState.CUED, out_in_s=48)))
    surfaces, deck = here.window.habits.surfaces, cable["first"]
    surfaces.start([StreamDecks(lambda: here.window.skin.palette, "dummy")])
    try:
        until(lambda: NAME in surfaces.here, "not found")
        assert surfaces.lay_out() == 11
        until(lambda: 2 in deck.pictures, "TAKE is not painted")
        before = deck.pictures[2]
        deck.press(2)
        until(lambda: here.engine.submitted, "no take")
        assert [command.name for command in here.engine.submitted] == ["take"]
        until(lambda: deck.pictures[2] != before, "the press is not shown")
    finally:
        surfaces.stop()
