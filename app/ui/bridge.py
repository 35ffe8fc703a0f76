"""The one door between the engine and the window: what the window needs of it, and its events as one Qt signal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from app.engine import Mailbox
from app.model.commands import Command
from app.model.events import Event
from app.model.status import EngineStatus


class Engine(Protocol):
    """Everything the window holds."""

    def submit(self, command: Command) -> None:
        """Hand a command in. Any thread; never blocks; the answer is an event with the command's id."""
        ...

    def subscribe(self, callback: Callable[[Event], None]) -> Callable[[], None]:
        """Call back with each event, on the engine's thread, until the returned function is called."""
        ...

    def snapshot(self) -> EngineStatus:
        """What is measured now. Any thread; cheap."""
        ...

    def preview(self, channel: str) -> Mailbox:
        """Where a channel's newest picture lies."""
        ...


class EventBridge(QObject):
    """Carries events from the engine's thread to the GUI's. Made and closed on the GUI thread."""

    happened = Signal(object)

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._unsubscribe: Callable[[], None] | None = engine.subscribe(self._on_engine_thread)

    def _on_engine_thread(self, event: Event) -> None:
        if self._unsubscribe is not None:
            self.happened.emit(event)

    def close(self) -> None:
        """Let go of the engine; events under way are dropped."""
        unsubscribe, self._unsubscribe = self._unsubscribe, None
        if unsubscribe is not None:
            unsubscribe()
