"""The engine as a window holds it when it lives in another process: the same face, over the link.

It comes back by itself after a lost connection, and then every event comes once and in order, those of the time between
too.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from app.model.commands import Command, Stop
from app.model.errors import SplicedeckError
from app.model.events import Event
from app.model.status import EngineStatus
from app.model.wire import to_plain
from app.remote.connecting import Hello, engine_link
from app.remote.errors import EngineAbsentError, EngineUnreachableError
from app.remote.link import Link, encoded
from app.remote.lock import lock_is_held
from app.remote.previews import SharedMailbox
from app.remote.recent import Position
from app.remote.reception import RETRY_S, Reception
from app.remote.session import Session

FIRST_STATUS_S = 5.0
END_S = 30.0  # as the engine's own: more than a channel may take whose parts all hang
FINISH_S = 3.0
WINDOW_EVENTS = 2000

type Subscriber = Callable[[Event], None]


class RemoteEngine:
    """``attach``, then as ``Engine``; ``close`` lets go, and the air stays. Any thread."""

    @classmethod
    def attach(
        cls, data_dir: Path, *, wait_s: float = 0.0, after: Position | None = None, newest: int = 0
    ) -> RemoteEngine:
        """The engine of a data directory, waited for so long. ``after``: have events from there on; (0, 0) is all.

        ``newest``: without ``after``, have so many of the newest first, but for those about segments; a window wants
        ``WINDOW_EVENTS``, to show a break that is on air with all that has happened to it.

        EngineAbsentError, EngineUnreachableError, EngineMismatchError, UsageError: one line with what to do.
        """
        deadline = time.monotonic() + wait_s
        while True:
            try:
                link, hello = engine_link(data_dir)
            except (EngineAbsentError, EngineUnreachableError):
                if time.monotonic() >= deadline:
                    raise
                time.sleep(min(RETRY_S, wait_s))
                continue
            remote = cls(data_dir, link, hello, after, newest)
            if remote._reception.wait(lambda: remote._reception.status is not None, FIRST_STATUS_S):  # noqa: B023 - called here
                return remote
            remote.close()
            raise EngineUnreachableError(data_dir, hello.pid, "no status came")

    def __init__(self, data_dir: Path, link: Link, hello: Hello, after: Position | None, newest: int = 0) -> None:
        self.data_dir = data_dir
        self._mailboxes: dict[str, SharedMailbox] = {}
        self._reception = Reception(data_dir, link, hello, after=after, newest=newest)
        self._reception.at_first = self._ask_for_pictures
        self._reception.start()

    # ---- as Engine has it

    def submit(self, command: Command) -> None:
        """Hand a command in; never blocks; the answer is an event with the command's id."""
        self._reception.give(command)

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Have ``callback`` called for each event, on a thread of its own; the result ends that.

        The first subscriber gets what came since the engine was attached to.
        """
        return self._reception.telling.subscribe(callback)

    def follow(self, callback: Subscriber) -> Callable[[], None]:
        """As ``subscribe``, and first with what others have been told already, but for what happened to segments."""
        return self._reception.telling.follow(callback)

    def snapshot(self) -> EngineStatus:
        """The newest status that the engine pushed."""
        status = self._reception.status
        if status is None:
            raise SplicedeckError("the engine has not said yet how it stands")
        return status

    def preview(self, channel: str) -> SharedMailbox:
        """Where a channel's latest picture lies; set its ``size`` to have it filled. The window's own thread."""
        return self._mailboxes.setdefault(channel, SharedMailbox(self.data_dir, channel, self._ask_preview))

    def end_channels(self, deliver_s: float = FINISH_S) -> bool:
        """End every channel cleanly and wait; False when one did not end in time."""
        return self._reception.call("end_channels", deliver_s, deliver_s + 2 * END_S)

    def drain_proofs(self, timeout_s: float) -> bool:
        """Wait until every splice that was made has its verdict."""
        return self._reception.call("drain_proofs", timeout_s, timeout_s + 1)

    def stop(self, deliver_s: float = FINISH_S) -> bool:
        """End the whole engine and wait until its process has let go; False when something hung."""
        if self.ended:
            return True
        if not self._reception.call("stop", deliver_s, END_S):
            return not lock_is_held(self.data_dir)
        deadline = time.monotonic() + deliver_s + 3 * END_S
        while lock_is_held(self.data_dir):
            if time.monotonic() >= deadline or self._reception.closing.wait(0.02):
                return False
        self._reception.wait(lambda: not self.connected, 1)
        return self.ended

    # ---- what only a remote one has

    def stop_channel(self, name: str, by: str = "unknown") -> None:
        """End one channel cleanly; ChannelStopped tells when it has ended."""
        self.submit(Stop(channel=name, by=by))

    def fail_channel(self, name: str) -> bool:
        """Have a thread of a channel die; only an engine under drill does so."""
        return self._reception.call("fail_channel", 0, END_S, channel=name)

    def open_session(self, session: Session) -> bool:
        """Have an idle engine run this. SplicedeckError: it has a show, or can't."""
        return self._reception.call("open", 0, END_S, session=to_plain(session))

    @property
    def hello(self) -> Hello:
        """What the engine said first."""
        return self._reception.hello

    @property
    def show_name(self) -> str:
        """Of the show on air; "" while the engine is idle."""
        return self.hello.show

    @property
    def timezone(self) -> str:
        """House time."""
        return self.hello.timezone

    @property
    def connected(self) -> bool:
        """Whether the engine is there now."""
        return self._reception.connected

    @property
    def trouble(self) -> str:
        """Why it is not, for a line."""
        return self._reception.trouble

    @property
    def mismatch(self) -> str:
        """The same, where that is no passing matter: an engine of another version."""
        return self._reception.mismatch

    @property
    def ended(self) -> bool:
        """The engine said goodbye: it ended as it was told to."""
        return self._reception.ended

    @property
    def status_age_s(self) -> float:
        """How long ago the newest status came."""
        return time.monotonic() - self._reception.status_at_s

    def on_link(self, callback: Callable[[bool], None]) -> None:
        """Have ``callback`` called when the engine is lost (False) and back (True), in order with the events."""
        self._reception.telling.on_link(callback)

    def close(self) -> None:
        """Let go of the engine. What runs goes on; nobody is called back any more."""
        self._reception.close()

    # ---- pictures

    def _ask_preview(self, channel: str, size: tuple[int, int] | None) -> None:
        self._reception.outbox.put(encoded({"do": "preview", "channel": channel, "size": to_plain(size)}))

    def _ask_for_pictures(self) -> None:
        """An engine that came back knows nothing of what this window wants to see."""
        for channel, mailbox in list(self._mailboxes.items()):
            if mailbox.size is not None:
                self._ask_preview(channel, mailbox.size)
