"""Presses out of what a surface's keys send: one a press, however long it is held or however it bounces. Pure."""

from __future__ import annotations

from dataclasses import dataclass

BOUNCE_S = 0.08  # worn pads bounce for 50 ms; no finger presses twice within this
MOST_CONTROLS = 1024  # a surface has some hundred at most; one that invents more is not listened to


@dataclass(slots=True)
class _Key:
    down: bool = False
    moved_s: float = float("-inf")


class Contact:
    """The keys of one surface. Times are seconds that only grow.

    A key that was never let go does not fire again: a controller that sends no release is told of, not guessed at.
    """

    def __init__(self) -> None:
        self._keys: dict[str, _Key] = {}

    def pressed(self, control: str, *, down: bool, at_s: float) -> bool:
        """Take in a key's movement; whether it is a press."""
        key = self._keys.get(control)
        if key is None:
            if len(self._keys) >= MOST_CONTROLS:
                return False
            key = self._keys[control] = _Key()
        fires = down and not key.down and at_s - key.moved_s >= BOUNCE_S
        if down != key.down:
            key.down, key.moved_s = down, at_s
        return fires

    def held(self, control: str) -> bool:
        """Whether it is down, as far as is known."""
        key = self._keys.get(control)
        return key is not None and key.down
