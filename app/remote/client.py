"""The engine as a window holds it when it lives in another process: the same face, over the link.

It comes back by itself after a lost connection, and then every event comes once and in order, those of the time between
too. Three threads: one connects and receives, one sends, one calls the subscribers.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.model.answers import refused
from app.model.commands import Command, PlanBreak, Stop, command_to_plain, new_id
from app.model.errors import SplicedeckError
from app.model.events import CommandAccepted, CommandRefused, Event, event_from_plain
from app.model.states import ChannelState
from app.model.status import EngineStatus
from app.model.wire import Plain, from_plain, to_plain
from app.remote.calling import Calls
from app.remote.connecting import Hello, engine_link
from app.remote.errors import EngineAbsentError, EngineMismatchError, EngineUnreachableError
from app.remote.link import GarbageError, Link, LinkLostError, encoded
from app.remote.lock import lock_is_held
from app.remote.outbox import Outbox
from app.remote.previews import SharedMailbox
from app.remote.recent import Position
from app.remote.session import Session
from app.remote.telling import Telling
from app.remote.unanswered import Unanswered, Verdict

logger = logging.getLogger(__name__)

RETRY_S = 0.1
FIRST_STATUS_S = 5.0
END_S = 30.0  # as the engine's own: more than a channel may take whose parts all hang
FINISH_S = 3.0
JOIN_S = 2.0
WINDOW_EVENTS = 2000
GONE = "the engine is not there: nothing was changed; press again when it is back"
BUSY = "the engine has not answered the commands before it: nothing was changed"

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
            if remote._wait_status(FIRST_STATUS_S):
                return remote
            remote.close()
            raise EngineUnreachableError(data_dir, hello.pid, "no status came")

    def __init__(self, data_dir: Path, link: Link, hello: Hello, after: Position | None, newest: int = 0) -> None:
        self.data_dir = data_dir
        self.hello = hello
        self.trouble = ""  # why it is not connected, for a line
        self.mismatch = ""  # the same, where that is no passing matter
        self.ended = False  # the engine said goodbye: it ended as it was told to
        self._client = f"{os.getpid()}-{new_id()}"
        self._news = threading.Condition()
        self._position, self._newest = after, newest
        self._status: EngineStatus | None = None
        self._status_at_s = time.monotonic()
        self._connected = False
        self._closing = threading.Event()
        self._connection = 0
        self._same_life = True  # as on the connection before
        self._unanswered = Unanswered()
        self._telling = Telling()
        self._calls = Calls(self._news)
        self._outbox = Outbox()
        self._mailboxes: dict[str, SharedMailbox] = {}
        self._link: Link = link
        self._receiver = threading.Thread(target=self._run, args=(link,), name="engine link", daemon=True)
        self._receiver.start()

    # ---- as Engine has it

    def submit(self, command: Command) -> None:
        """Hand a command in; never blocks; the answer is an event with the command's id."""
        with self._news:
            connected, full = self._connected, self._unanswered.full
            if connected and not full:
                self._unanswered.add(command, self._connection)
                self._outbox.put(_command_frame(command))
                return
            if isinstance(command, PlanBreak) and not full:
                self._unanswered.add(command, 0)  # a booking is as good when the engine is back
                return
        self._refuse(command, BUSY if connected else GONE)

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Have ``callback`` called for each event, on a thread of its own; the result ends that.

        The first subscriber gets what came since the engine was attached to.
        """
        return self._telling.subscribe(callback)

    def follow(self, callback: Subscriber) -> Callable[[], None]:
        """As ``subscribe``, and first with what others have been told already, but for what happened to segments."""
        return self._telling.follow(callback)

    def snapshot(self) -> EngineStatus:
        """The newest status that the engine pushed."""
        status = self._status
        if status is None:
            raise SplicedeckError("the engine has not said yet how it stands")
        return status

    def preview(self, channel: str) -> SharedMailbox:
        """Where a channel's latest picture lies; set its ``size`` to have it filled. The window's own thread."""
        return self._mailboxes.setdefault(channel, SharedMailbox(self.data_dir, channel, self._ask_preview))

    def end_channels(self, deliver_s: float = FINISH_S) -> bool:
        """End every channel cleanly and wait; False when one did not end in time."""
        return self._call("end_channels", deliver_s, deliver_s + 2 * END_S)

    def drain_proofs(self, timeout_s: float) -> bool:
        """Wait until every splice that was made has its verdict."""
        return self._call("drain_proofs", timeout_s, timeout_s + 1)

    def stop(self, deliver_s: float = FINISH_S) -> bool:
        """End the whole engine and wait until its process has let go; False when something hung."""
        if not self._call("stop", deliver_s, END_S):
            return not lock_is_held(self.data_dir)
        deadline = time.monotonic() + deliver_s + 3 * END_S
        while lock_is_held(self.data_dir):
            if time.monotonic() >= deadline or self._closing.wait(0.02):
                return False
        self._wait(lambda: self.ended or not self._connected, 1)
        return self.ended

    # ---- what only a remote one has

    def stop_channel(self, name: str, by: str = "unknown") -> None:
        """End one channel cleanly; ChannelStopped tells when it has ended."""
        self.submit(Stop(channel=name, by=by))

    def fail_channel(self, name: str) -> bool:
        """Have a thread of a channel die; only an engine under drill does so."""
        return self._call("fail_channel", 0, END_S, channel=name)

    def open_session(self, session: Session) -> bool:
        """Have an idle engine run this. SplicedeckError: it has a show, or can't."""
        return self._call("open", 0, END_S, session=to_plain(session))

    def _ask_preview(self, channel: str, size: tuple[int, int] | None) -> None:
        self._outbox.put(encoded({"do": "preview", "channel": channel, "size": to_plain(size)}))

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
        return self._connected

    @property
    def status_age_s(self) -> float:
        """How long ago the newest status came."""
        return time.monotonic() - self._status_at_s

    def on_link(self, callback: Callable[[bool], None]) -> None:
        """Have ``callback`` called when the engine is lost (False) and back (True), in order with the events."""
        self._telling.on_link(callback)

    def close(self) -> None:
        """Let go of the engine. What runs goes on; nobody is called back any more."""
        self._closing.set()
        self._link.hang_up()
        self._telling.close()
        with self._news:
            self._news.notify_all()
        if self._receiver is not threading.current_thread():
            self._receiver.join(JOIN_S)
        self._telling.join(JOIN_S)

    # ---- the receiver's thread

    def _run(self, link: Link) -> None:
        try:
            self._attend(link)
            while not self._closing.wait(RETRY_S):
                try:
                    link, hello = engine_link(self.data_dir)
                except SplicedeckError as error:
                    self._say_trouble(error)
                    continue
                self._link = link
                self._meet(hello)
                self._attend(link)
        finally:
            self._calls.give_up()

    def _say_trouble(self, error: SplicedeckError) -> None:
        self.trouble, self.mismatch = str(error), ""
        if isinstance(error, EngineMismatchError):
            self.mismatch = str(error)
            self._closing.wait(1)  # it will not learn another language soon

    def _meet(self, hello: Hello) -> None:
        """Another engine process, or another run in it: then events are counted anew."""
        with self._news:
            self._same_life = (hello.run_id, hello.life) == (self.hello.run_id, self.hello.life)
            if hello.run_id != self.hello.run_id:
                self._position = (0, 0)
            self.hello = hello

    def _ask_again(self) -> None:
        """An engine that came back knows nothing of what this window wants to see."""
        for channel, mailbox in list(self._mailboxes.items()):
            if mailbox.size is not None:
                self._ask_preview(channel, mailbox.size)

    def _attend(self, link: Link) -> None:
        sender = threading.Thread(target=self._outbox.send_all, args=(link,), name="engine link sender", daemon=True)
        with self._news:
            self._connection += 1
            first: dict[str, Plain] = {
                "do": "follow",
                "client": self._client,
                "run": self.hello.run_id,
                "after": to_plain(self._position),
                "newest": self._newest,
                "pending": to_plain(self._unanswered.ids),
            }
            self._outbox.open(encoded(first))
        self._ask_again()
        sender.start()
        try:
            while not self._closing.is_set():
                self._take(link.receive())
        except LinkLostError:
            pass
        except (GarbageError, ValueError, LookupError, TypeError):
            logger.exception("the engine said something that is not understood")
        finally:
            self._lost()
            link.hang_up()
            self._outbox.shut()
            sender.join()
            link.close()

    def _lost(self) -> None:
        with self._news:
            was, self._connected = self._connected, False
            self._calls.lost()
            self._news.notify_all()
        if was:
            self._telling.link(up=False)

    def _take(self, message: dict[str, Any]) -> None:
        if "status" in message:
            self._take_status(from_plain(EngineStatus, message["status"]))
        elif "event" in message:
            self._take_event(event_from_plain(message["event"]), message["life"], message["seq"])
        elif "from" in message:
            self._position = from_plain(tuple[int, int], message["from"])
        elif "level" in message:
            self._take_level(frozenset(message["known"]))
        elif "answer" in message:
            self._calls.answered(message)
        elif "hello" in message:
            self._meet(Hello.read(message))
            self._ask_again()
        elif "bye" in message:
            self.ended = bool(message["bye"]["clean"])

    def _take_status(self, status: EngineStatus) -> None:
        with self._news:
            self._status, self._status_at_s = status, time.monotonic()
            was, self._connected = self._connected, True
            self.trouble = self.mismatch = ""
            on_air = [one.name for one in status.channels if one.state is ChannelState.ON_AIR]
            verdict = self._unanswered.due(self._connection, on_air=on_air, now_s=time.monotonic())
            self._news.notify_all()
        if not was and self._connection > 1:
            self._telling.link(up=True)
        self._settle(verdict)

    def _take_event(self, event: Event, life: int, seq: int) -> None:
        with self._news:
            if seq:  # else it is for this window alone
                if self._position is not None and (life, seq) <= self._position:
                    return
                self._position = (life, seq)
            if isinstance(event, CommandAccepted | CommandRefused):
                self._unanswered.answered(event.id)
        self._telling.event(event)

    def _take_level(self, known: frozenset[str]) -> None:
        """All that was missed has come."""
        with self._news:
            verdict = self._unanswered.level(
                self._connection, same_life=self._same_life, known=known, now_s=time.monotonic()
            )
        self._settle(verdict)

    def _settle(self, verdict: Verdict) -> None:
        for command in verdict.again:
            self._outbox.put(_command_frame(command))
        for command, reason in verdict.refuse:
            self._refuse(command, reason)

    # ---- within

    def _refuse(self, command: Command, reason: str) -> None:
        self._telling.at_once(refused(command, datetime.now(UTC), reason))

    def _call(self, name: str, seconds: float, within_s: float, **more: Plain) -> bool:
        """Ask and wait; asked again when the engine comes back meanwhile."""
        deadline = time.monotonic() + within_s
        while self._wait(lambda: self._connected, deadline - time.monotonic()):
            number = self._calls.begin()
            self._outbox.put(encoded({"do": "call", "call": number, "name": name, "seconds": seconds, **more}))
            answer = self._calls.wait(number, deadline - time.monotonic())
            if answer is not None:
                return answer
            if self.ended or self._closing.is_set():
                break
        return False

    def _wait(self, condition: Callable[[], bool], timeout_s: float) -> bool:
        with self._news:
            self._news.wait_for(lambda: condition() or self._closing.is_set(), max(0.0, timeout_s))
            return condition()

    def _wait_status(self, timeout_s: float) -> bool:
        return self._wait(lambda: self._status is not None, timeout_s)


def _command_frame(command: Command) -> bytes:
    return encoded({"do": "command", "command": command_to_plain(command)})
