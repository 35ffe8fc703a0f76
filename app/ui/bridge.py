"""The one door between the engine and the window: what the window needs of it, and its events on the GUI's thread.

The engine may live in this process or in one of its own; the window sees no difference but that a link can break.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from app.engine import PreviewFrame
from app.model.commands import Command
from app.model.events import Event
from app.model.status import EngineStatus


class Pictures(Protocol):
    """A channel's newest picture, whichever process it comes from."""

    def want(self, reader: Hashable, size: tuple[int, int] | None) -> None:
        """What one reader wants to see, in pixels; None: nothing any more. The engine makes the largest of all."""
        ...

    @property
    def seq(self) -> int:
        """Another number for each new picture."""
        ...

    @property
    def frame(self) -> PreviewFrame | None:
        """The picture; None while there is none."""
        ...


class Engine(Protocol):
    """Everything the window holds."""

    def submit(self, command: Command) -> None:
        """Hand a command in. Any thread; never blocks; the answer is an event with the command's id."""
        ...

    def follow(self, callback: Callable[[Event], None]) -> Callable[[], None]:
        """Call back with what is still known of before and each event, on any thread, until the result is called."""
        ...

    def snapshot(self) -> EngineStatus:
        """What is measured now. Any thread; cheap."""
        ...

    def preview(self, channel: str) -> Pictures:
        """Where a channel's newest picture lies."""
        ...

    @property
    def connected(self) -> bool:
        """Whether the link to it stands."""
        ...

    @property
    def status_age_s(self) -> float:
        """How old the snapshot is: an engine that is frozen keeps its link."""
        ...

    @property
    def ended(self) -> bool:
        """Whether it said goodbye: it ended as it was told to."""
        ...

    @property
    def mismatch(self) -> str:
        """That the engine is of another version, with what to do, in one sentence; empty where it is not."""
        ...


class EventBridge(QObject):
    """Carries events from the engine's thread to the GUI's, many in one go. Made and closed on the GUI thread.

    A window that comes late is told what happened before: thousands of events, for which one signal each is too many.
    """

    arrived = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[Event] = deque()
        self._told = self._closed = False
        self._unsubscribe: Callable[[], None] = lambda: None

    def open(self, engine: Engine) -> None:
        """Follow the engine, once ``arrived`` is connected: the first events come at once."""
        self._unsubscribe = engine.follow(self._on_engine_thread)

    def _on_engine_thread(self, event: Event) -> None:
        if self._closed:
            return
        self._waiting.append(event)
        if not self._told:
            self._told = True
            self.arrived.emit()

    def take(self, at_most: int) -> list[Event]:
        """The oldest of what waits; ``arrived`` is emitted again while more does. GUI thread."""
        self._told = False  # before the first is taken: one that comes meanwhile is told anew
        taken = [self._waiting.popleft() for _ in range(min(at_most, len(self._waiting)))]
        if self._waiting and not self._told:
            self._told = True
            self.arrived.emit()
        return taken

    def close(self) -> None:
        """Let go of the engine; events under way are dropped."""
        self._closed = True
        self._unsubscribe()
        self._unsubscribe = lambda: None
