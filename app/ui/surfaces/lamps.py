"""What the lamps of MIDI controllers show for each dress of a button, in the ways that they are built. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from app.ui.faces import Kind

OFF = 0
_LIT = 126  # as bright as 127, which every key without velocity sends: what comes back of a lamp is no press
_SLOW_S, _FAST_S = 0.5, 0.2


@dataclass(frozen=True, slots=True)
class Lamp:
    """``value``: a velocity or a controller's value; with ``half_s`` it blinks, so long on and so long ``off``."""

    value: int
    half_s: float = 0.0
    off: int = OFF

    def at(self, now_s: float) -> int:
        """What it shows at a moment."""
        return self.off if self.half_s and int(now_s / self.half_s) % 2 else self.value


DARK = Lamp(OFF)
_PLAIN = {  # one colour: lit may be pressed, blinking slowly is under way, blinking fast was refused
    Kind.PRIMARY: Lamp(_LIT),
    Kind.READY: Lamp(_LIT),
    Kind.DISABLED: DARK,
    Kind.PRESSED: Lamp(_LIT, _FAST_S),
    Kind.HELD: Lamp(_LIT, _SLOW_S),
    Kind.ARMED: Lamp(_LIT, _SLOW_S),
    Kind.IN_BREAK: Lamp(_LIT, _SLOW_S),
    Kind.LANDED: Lamp(_LIT),
    Kind.REFUSED: Lamp(_LIT, _FAST_S),
}


def _coloured(green: int, amber: int, red: int, white: int) -> dict[Kind, Lamp]:
    """Colour never alone: what is under way blinks slowly, what was refused blinks fast."""
    return {
        Kind.PRIMARY: Lamp(green),
        Kind.READY: Lamp(white),
        Kind.DISABLED: DARK,
        Kind.PRESSED: Lamp(white, _FAST_S),
        Kind.HELD: Lamp(amber),
        Kind.ARMED: Lamp(amber, _SLOW_S),
        Kind.IN_BREAK: Lamp(red, _SLOW_S),
        Kind.LANDED: Lamp(green),
        Kind.REFUSED: Lamp(red, _FAST_S),
    }


SCHEMES: dict[str, dict[Kind, Lamp]] = {
    "plain": _PLAIN,
    "apc": _coloured(green=1, amber=5, red=3, white=1),  # Akai APC: 1 green, 3 red, 5 amber
    "launchpad": _coloured(green=21, amber=9, red=5, white=3),  # Novation's palette
}


def scheme_for(surface: str) -> str:
    """The way that a controller's name lets expect."""
    name = surface.lower()
    if "launchpad" in name:
        return "launchpad"
    return "apc" if "apc" in name else "plain"
