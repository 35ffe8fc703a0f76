"""What a host needs of an engine; ``app.engine.engine.Engine`` is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.engine import Mailbox
from app.model.commands import Command
from app.model.events import Event
from app.model.status import EngineStatus


class Served(Protocol):
    """An engine in this process."""

    def submit(self, command: Command) -> None:
        """Hand a command in; never blocks."""
        ...

    def subscribe_numbered(self, callback: Callable[[Event, int, int], None]) -> Callable[[], None]:
        """Have each event told with its life and its number within that life; the result ends that."""
        ...

    def events_after(self, life: int, seq: int) -> list[tuple[int, int, Event]]:
        """The oldest events after that one, from the journal; empty when there are none."""
        ...

    def snapshot(self) -> EngineStatus:
        """Everything that is measured."""
        ...

    def end_channels(self, deliver_s: float = ...) -> bool:
        """End every channel and wait."""
        ...

    def drain_proofs(self, timeout_s: float) -> bool:
        """Wait for the verdicts."""
        ...

    def fail_channel(self, name: str) -> bool:
        """Have a thread of a channel die, under drill."""
        ...

    def preview(self, channel: str) -> Mailbox:
        """Where a channel's pictures are posted; KeyError: there is no such channel."""
        ...
