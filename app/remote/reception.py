"""A window's end of the link: what comes from the engine and what goes to it, over lost connections and new engines.

Three threads: one connects and receives, one sends, one calls the subscribers.
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
from app.model.commands import Command, PlanBreak, command_to_plain, new_id
from app.model.errors import SplicedeckError
from app.model.events import CommandAccepted, CommandRefused, Event, event_from_plain
from app.model.rereading import Rereading
from app.model.states import ChannelState
from app.model.status import EngineStatus
from app.model.wire import Plain, from_plain, to_plain
from app.remote.calling import Calls
from app.remote.connecting import Hello, engine_link
from app.remote.errors import EngineMismatchError
from app.remote.link import Link, LinkLostError, encoded
from app.remote.outbox import Outbox
from app.remote.recent import Position
from app.remote.telling import Telling
from app.remote.unanswered import Unanswered, Verdict

logger = logging.getLogger(__name__)

RETRY_S = 0.1
MISMATCH_RETRY_S = 1.0  # it will not learn another language soon
JOIN_S = 2.0
GONE = "the engine is not there: nothing was changed; press again when it is back"
BUSY = "the engine has not answered the commands before it: nothing was changed"
_NOT_UNDERSTOOD = (SplicedeckError, ValueError, LookupError, TypeError)


class Reception:
    """Begins with a link that is let in. ``news`` is told of each change; any thread may read what is public.

    ``trouble``: why it is not connected, for a line; ``mismatch``: the same where that is no passing matter;
    ``ended``: the engine said that it ended as it was told to. ``at_first``: called as each engine is met.
    """

    def __init__(self, data_dir: Path, link: Link, hello: Hello, *, after: Position | None, newest: int) -> None:
        self._data_dir, self._link, self._newest = data_dir, link, newest
        self.hello = hello
        self.trouble = self.mismatch = ""
        self.ended = self.connected = False
        self.status: EngineStatus | None = None
        self.status_at_s = time.monotonic()
        self.at_first: Callable[[], None] = lambda: None
        self.closing = threading.Event()
        self.news = threading.Condition()
        self.telling = Telling()
        self.outbox = Outbox()
        self.calls = Calls(self.news)
        self._client = f"{os.getpid()}-{new_id()}"
        self._position = after  # of the newest event that came
        self._statuses = Rereading(EngineStatus)
        self._connection = 0
        self._same_life = True  # as on the connection before
        self._unanswered = Unanswered()
        self._receiver = threading.Thread(target=self._run, name="engine link", daemon=True)

    # ---- any thread

    def start(self) -> None:
        """Begin."""
        self._receiver.start()

    def give(self, command: Command) -> None:
        """Send a command, or refuse it at once; never blocks."""
        with self.news:
            connected, full = self.connected, self._unanswered.full
            if connected and not full:
                self._unanswered.add(command, self._connection)
                self.outbox.put(_command_frame(command))
                return
            if isinstance(command, PlanBreak) and not full:
                self._unanswered.add(command, 0)  # a booking is as good when the engine is back
                return
        self._refuse(command, BUSY if connected else GONE)

    def call(self, name: str, seconds: float, within_s: float, **more: Plain) -> bool:
        """Ask and wait; asked again when the engine comes back meanwhile."""
        deadline = time.monotonic() + within_s
        while self.wait(lambda: self.connected or self.ended, deadline - time.monotonic()) and self.connected:
            number = self.calls.begin()
            self.outbox.put(encoded({"do": "call", "call": number, "name": name, "seconds": seconds, **more}))
            answer = self.calls.wait(number, deadline - time.monotonic())
            if answer is not None:
                return answer
            if self.ended or self.closing.is_set():
                break
        return False

    def wait(self, condition: Callable[[], bool], timeout_s: float) -> bool:
        """Until it holds; what it then is."""
        with self.news:
            self.news.wait_for(lambda: condition() or self.closing.is_set(), max(0.0, timeout_s))
            return condition()

    def close(self) -> None:
        """Let go; nobody is called back any more."""
        self.closing.set()
        self._link.hang_up()
        self.telling.close()
        with self.news:
            self.news.notify_all()
        if self._receiver is not threading.current_thread():
            self._receiver.join(JOIN_S)
        self.telling.join(JOIN_S)

    # ---- the receiver's thread

    def _run(self) -> None:
        try:
            self._attend(self._link)
            while not self.closing.wait(RETRY_S):
                try:
                    link, hello = engine_link(self._data_dir, self._try)
                except SplicedeckError as error:
                    self._say_trouble(error)
                    continue
                self._meet(hello)
                self._attend(link)
        finally:
            self.calls.give_up()

    def _try(self, link: Link) -> None:
        """It is hung up on when all is to end, in the middle of its challenge too."""
        self._link = link
        if self.closing.is_set():
            link.hang_up()

    def _say_trouble(self, error: SplicedeckError) -> None:
        self.trouble, self.mismatch = str(error), ""
        if isinstance(error, EngineMismatchError):
            self.mismatch = str(error)
            self.closing.wait(MISMATCH_RETRY_S)

    def _meet(self, hello: Hello) -> None:
        """Another run's events are counted anew; another process's too where its journal could not tell its life."""
        with self.news:
            before, self.hello = self.hello, hello
            other_process = (hello.pid, hello.since) != (before.pid, before.since)
            self._same_life = (hello.run_id, hello.life) == (before.run_id, before.life) and not other_process
            if hello.run_id != before.run_id:
                self._position = (0, 0)
            elif other_process and hello.life <= before.life:
                self._position = (hello.life, 0)

    def _attend(self, link: Link) -> None:
        sender = threading.Thread(target=self.outbox.send_all, args=(link,), name="engine link sender", daemon=True)
        with self.news:
            self._connection += 1
            self.ended = False
            first: dict[str, Plain] = {
                "do": "follow",
                "client": self._client,
                "run": self.hello.run_id,
                "after": to_plain(self._position),
                "newest": self._newest,
                "pending": to_plain(self._unanswered.ids),
            }
            self.outbox.open(encoded(first))
        self.at_first()
        sender.start()
        try:
            while not self.closing.is_set():
                self._take(link.receive())
        except LinkLostError:
            pass
        except _NOT_UNDERSTOOD:
            logger.exception("the engine said something that is not understood")
        finally:
            self._lost()
            link.hang_up()
            self.outbox.shut()
            sender.join()
            link.close()

    def _lost(self) -> None:
        with self.news:
            was, self.connected = self.connected, False
            self.calls.lost()
            self.news.notify_all()
        if was:
            self.telling.link(up=False)

    # ---- what it receives

    def _take(self, message: dict[str, Any]) -> None:
        if "status" in message:
            self._take_status(self._statuses.read(message["status"]))
        elif "event" in message:
            self._take_event(event_from_plain(message["event"]), message["life"], message["seq"])
        elif "from" in message:
            self._position = from_plain(tuple[int, int], message["from"])
        elif "level" in message:
            self._take_level(frozenset(message["known"]))
        elif "answer" in message:
            self.calls.answered(message)
        elif "hello" in message:
            self._meet(Hello.read(message))
            self.at_first()
        elif "bye" in message:
            self.ended = bool(message["bye"]["clean"])

    def _take_status(self, status: EngineStatus) -> None:
        with self.news:
            self.status, self.status_at_s = status, time.monotonic()
            was, self.connected = self.connected, True
            self.trouble = self.mismatch = ""
            on_air = [one.name for one in status.channels if one.state is ChannelState.ON_AIR]
            verdict = self._unanswered.due(self._connection, on_air=on_air, now_s=time.monotonic())
            self.news.notify_all()
        if not was and self._connection > 1:
            self.telling.link(up=True)
        self._settle(verdict)

    def _take_event(self, event: Event, life: int, seq: int) -> None:
        with self.news:
            if seq:  # else it is for this window alone
                if self._position is not None and (life, seq) <= self._position:
                    return
                self._position = (life, seq)
            if isinstance(event, CommandAccepted | CommandRefused):
                self._unanswered.answered(event.id)
        self.telling.event(event)

    def _take_level(self, known: frozenset[str]) -> None:
        """All that was missed has come."""
        with self.news:
            now_s = time.monotonic()
            verdict = self._unanswered.level(self._connection, same_life=self._same_life, known=known, now_s=now_s)
        self._settle(verdict)

    def _settle(self, verdict: Verdict) -> None:
        for command in verdict.again:
            self.outbox.put(_command_frame(command))
        for command, reason in verdict.refuse:
            self._refuse(command, reason)

    def _refuse(self, command: Command, reason: str) -> None:
        self.telling.at_once(refused(command, datetime.now(UTC), reason))


def _command_frame(command: Command) -> bytes:
    return encoded({"do": "command", "command": command_to_plain(command)})
