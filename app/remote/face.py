"""The engine as a run holds it, be it in this process or in its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.model.commands import Command
from app.model.events import Event
from app.model.status import EngineStatus


class EngineFace(Protocol):
    """What ``Engine`` and ``RemoteEngine`` have in common."""

    @property
    def connected(self) -> bool:
        """Whether there is an engine to hand anything to."""
        ...

    def submit(self, command: Command) -> None:
        """Hand a command in; never blocks."""
        ...

    def subscribe(self, callback: Callable[[Event], None]) -> Callable[[], None]:
        """Have it told of each event; the result ends that."""
        ...

    def snapshot(self) -> EngineStatus:
        """Everything that is measured, as it stands."""
        ...

    def end_channels(self, deliver_s: float = ...) -> bool:
        """End every channel cleanly and wait; False when one did not end in time."""
        ...

    def drain_proofs(self, timeout_s: float) -> bool:
        """Wait until every splice that was made has its verdict."""
        ...

    def stop(self, deliver_s: float = ...) -> bool:
        """End the engine; False when something hung."""
        ...
