"""The way out of one life of a channel: shut behind it, so that a thread that hung and wakes up late harms nobody."""

from __future__ import annotations

from collections.abc import Callable


class Gate:
    """Calls go through until it is shut, and nowhere afterwards. Any thread."""

    def __init__(self) -> None:
        self._shut = False

    def shut(self) -> None:
        """From now on nothing leaves."""
        self._shut = True

    def guarding[**P](self, call: Callable[P, None]) -> Callable[P, None]:
        """``call``, while the gate is open."""

        def guarded(*values: P.args, **more: P.kwargs) -> None:
            if not self._shut:
                call(*values, **more)

        return guarded
