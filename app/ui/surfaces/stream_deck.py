"""Stream Decks by the streamdeck package: keys, and their pictures. Dials and touch strips are not used."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from app.ui.surfaces.family import Moved, Names, SurfaceLackError
from app.ui.surfaces.key_face import KeyFace
from app.ui.surfaces.key_image import Picture, key_image
from app.ui.theme import Palette
from app.ui.words import _

NOT_INSTALLED = _(
    'Stream Decks need one more package: pip install "splicedeck[streamdeck]", then open this window anew.'
)
NO_LIBRARY = _("Stream Decks need the system's hidapi: on Debian, sudo apt-get install libhidapi-libusb0.")
_POLL_HZ = 100  # reading a key takes a hundredth of a second at most
_BRIGHTNESS = 80
_WAIT_S = 1.0
REPORT_S = 0.03  # three looks at the deck: one report is told in less than one
_CONTROL = re.compile(r"key (\d{1,3})")


class FirstReport:
    """What a deck tells first is how its keys are, not what was pressed: one may lie under something since before.

    The library begins with all keys up and tells of a report key by key. Where the first one has several keys down,
    none of them fires before it was let go; one alone is a press, a moment later. Any thread.
    """

    def __init__(self, moved: Moved, wait_s: float = REPORT_S) -> None:
        self._moved, self._wait_s = moved, wait_s
        self._heard: list[tuple[str, bool]] | None = []  # None: the first report is over
        self._resting: set[str] = set()
        self._lock = threading.Lock()

    def hear(self, control: str, *, down: bool) -> None:
        """A key went down or up."""
        with self._lock:
            if self._heard is not None:
                self._heard.append((control, down))
                if len(self._heard) == 1:
                    timer = threading.Timer(self._wait_s, self._end)
                    timer.daemon = True
                    timer.start()
                return
            if control in self._resting:
                if not down:
                    self._resting.discard(control)
                return
        self._moved(control, down)

    def _end(self) -> None:
        with self._lock:
            heard, self._heard = self._heard or [], None
            pressed = {control for control, down in heard if down}
            if len(pressed) > 1:
                self._resting = pressed - {control for control, down in heard if not down}
                return
        for control, down in heard:
            self._moved(control, down)


class DeckSurface:
    """One deck. Keys are counted from 1, as people count them."""

    def __init__(self, deck: Any, name: str, palette: Callable[[], Palette]) -> None:
        self._deck, self._name, self._palette = deck, name, palette
        shape = deck.key_image_format() if deck.is_visual() else None
        self._picture = Picture.of(shape) if shape is not None else None
        self.controls = tuple(f"key {n}" for n in range(1, deck.key_count() + 1))
        self._shown: dict[int, tuple[KeyFace, str]] = {}

    def alive(self) -> bool:
        """Closed by its own reader when the cable is out; looked for once more."""
        try:
            return bool(self._deck.is_open() and self._deck.connected())
        except _transport_error():
            return False

    def show(self, control: str, face: KeyFace, now_s: float) -> None:  # noqa: ARG002 - a picture does not blink
        """Paint a key, where that is another picture than before."""
        named = _CONTROL.fullmatch(control)
        number = int(named[1]) if named is not None else 0
        palette = self._palette()
        if self._picture is None or not 1 <= number <= len(self.controls):
            return
        if self._shown.get(number) == (face, palette.name):
            return
        image = key_image(face, self._picture, palette) if face.kind is not None else None
        try:
            self._deck.set_key_image(number - 1, image)
        except _transport_error() as error:
            raise OSError(f"{self._name} has gone: {error}") from error
        self._shown[number] = (face, palette.name)

    def close(self) -> None:
        """Its own picture again, then let go."""
        self._deck.set_key_callback(None)
        with suppress(_transport_error(), OSError):
            if self._deck.is_open():
                self._deck.reset()
        self._deck.run_read_thread = False
        reader = self._deck.read_thread
        if reader is not None:
            reader.join(_WAIT_S)
        with suppress(_transport_error(), OSError):
            self._deck.close()


class StreamDecks:
    """All decks of this machine. ``transport``: empty is the real one; ``palette``: the window's."""

    name = _("Stream Deck")

    def __init__(self, palette: Callable[[], Palette], transport: str = "") -> None:
        self._palette, self._transport = palette, transport
        self._names = Names()
        self._decks: dict[str, Any] = {}

    def found(self) -> dict[str, str]:
        """By model, so that a spare takes a broken one's place; a second of its model has a number."""
        try:
            from StreamDeck.DeviceManager import DeviceManager, ProbeError  # noqa: PLC0415 - an extra

            decks = DeviceManager(self._transport or None).enumerate()
        except ImportError as error:
            raise SurfaceLackError(NOT_INSTALLED) from error
        except ProbeError as error:
            raise SurfaceLackError(NO_LIBRARY) from error
        except _transport_error() as error:
            raise SurfaceLackError(f"Stream Decks can't be looked for: {error}") from error
        places = {str(deck.id()): deck for deck in decks}
        names = self._names.give((place, deck.deck_type()) for place, deck in places.items())
        self._decks = {name: places[place] for name, place in names.items()}
        return names

    def open(self, name: str, moved: Moved) -> DeckSurface:
        """Listen to one."""
        deck = self._decks[name]
        try:
            deck.open()
            deck.set_poll_frequency(_POLL_HZ)
            deck.reset()
            deck.set_brightness(_BRIGHTNESS)
        except _transport_error() as error:
            deck.close()
            said = _(
                "{name} can't be opened: another program has it, or a udev rule is missing (docs/operators.md)."
            ).format(name=name)
            raise SurfaceLackError(said) from error
        first = FirstReport(moved)
        deck.set_key_callback(lambda _deck, key, down: first.hear(f"key {key + 1}", down=bool(down)))
        return DeckSurface(deck, name, self._palette)


def _transport_error() -> type[Exception]:
    """The library's own, which is known only where it is installed."""
    try:
        from StreamDeck.Transport.Transport import TransportError  # noqa: PLC0415 - an extra
    except ImportError:
        return OSError
    return TransportError  # type: ignore[no-any-return]  # the library ships no types
