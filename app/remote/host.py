"""The engine's side of the link: lets windows in, tells them status and events, hands their commands to the engine."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from app.engine import Mailbox
from app.model.commands import Command
from app.model.events import Event, SegmentDelivered, SegmentWritten
from app.model.states import BreakState
from app.model.status import EngineStatus
from app.model.wire import to_plain
from app.remote.address import Door, sweep
from app.remote.asking import Asking
from app.remote.attendant import Attendant
from app.remote.link import HANDSHAKE_S, PROTOCOL, encoded
from app.remote.lock import EngineLock
from app.remote.previews import PreviewShelf
from app.remote.recent import KEPT, Mark, Recent, Told, events_before
from app.remote.secret import make_secret
from app.remote.session import Session
from app.remote.vocabulary import vocabulary

logger = logging.getLogger(__name__)

STATUS_S, BREAK_STATUS_S = 0.1, 0.05
IDLE_S = 10.0  # for a window that was let in and asks for nothing
STUCK_S = 5.0  # a window that has taken nothing for so long
KNOCKING_LIMIT = 64  # at once in their challenge; then the oldest goes
WINDOWS_LIMIT = 64
KNOWN_LIMIT = 10_000
LOG_S = 60.0
FAREWELL_S = 1.0
_MANY = {SegmentWritten.name, SegmentDelivered.name}
_TENSE = {BreakState.ARMED, BreakState.ON_AIR}


class Served(Protocol):
    """What a host needs of an engine."""

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

    def preview(self, channel: str) -> Mailbox:
        """Where a channel's pictures are posted; KeyError: there is no such channel."""
        ...


class Host:
    """``start``, ``serve`` an engine before that one starts, ``stop``. ``wanted_end``: a window asked for the end.

    ``wanted_hand_over``: the next engine asked for the air.
    """

    def __init__(
        self, data_dir: Path, lock: EngineLock, *, open_session: Callable[[Session], Served] | None = None
    ) -> None:
        self.data_dir, self._lock = data_dir, lock
        self.open_session = open_session
        self.wanted_end = threading.Event()
        self.wanted_hand_over = threading.Event()
        self.deliver_s: float | None = None  # how long the last objects may take, as the window that asked has it
        self.counts: Counter[str] = Counter()  # what was turned away or dropped, by cause
        self.news = threading.Condition()
        self.engine: Served | None = None
        self._run_id, self._show, self._timezone, self._life = "", "", "UTC", 0
        self._since: datetime = lock.said.since
        self._recent = Recent()
        self._unsubscribe: Callable[[], None] = lambda: None
        self._status: tuple[int, bytes] = (0, b"")
        self._known: OrderedDict[str, None] = OrderedDict()
        self._attendants: list[Attendant] = []
        self._met = 0
        self._ending = threading.Event()
        self._hurry = threading.Event()
        self._shelf: PreviewShelf | None = None
        self._asking = Asking(self)
        self._secret = make_secret(data_dir)
        self._door: Door | None = None
        self._porter = threading.Thread(target=self._let_in, name="link porter", daemon=True)
        self._pusher = threading.Thread(target=self._push, name="link status", daemon=True)

    # ---- the engine process

    def serve(self, engine: Served | None, *, run_id: str = "") -> None:
        """Serve this engine from now on; before it starts, so that no event is missed."""
        self._unsubscribe()
        shelf, self._shelf = self._shelf, None
        if shelf is not None:
            shelf.close()
        if engine is not None:
            self._shelf = PreviewShelf(self.data_dir, engine.preview)
        status = engine.snapshot() if engine is not None else None
        with self.news:
            self.engine, self._run_id, self._recent = engine, run_id, Recent()
            self._show = status.show if status else ""
            self._timezone = status.timezone if status else "UTC"
            self._life = status.life if status else 0
            hello = self.hello()
            attendants = [one for one in self._attendants if one.let_in]
            self.news.notify_all()
        self._unsubscribe = engine.subscribe_numbered(self._happened) if engine is not None else lambda: None
        for attendant in attendants:
            attendant.answer(hello)
        if self._door is not None:
            self._lock.announce(run_id=self._run_id, show=self._show)

    def start(self) -> None:
        """Listen, and say where."""
        sweep(self.data_dir, self._lock.previous_address)
        self._door = Door(self.data_dir)
        self._porter.start()
        self._pusher.start()
        self._lock.announce(address=self._door.address, run_id=self._run_id, show=self._show)

    def stop(self, *, clean: bool = True) -> None:
        """Tell the windows what is left to tell and how it ended, hang up, end every thread."""
        self._ending.set()
        self._hurry.set()
        if self._door is not None:
            self._door.close()
        for thread in (self._porter, self._pusher):
            if thread.ident is not None:
                thread.join(5)
        self._asking.close()
        with self.news:
            attendants = list(self._attendants)
        for attendant in attendants:
            attendant.dismiss(encoded({"bye": {"clean": clean}}))
        until_s = time.monotonic() + FAREWELL_S
        for attendant in attendants:
            attendant.join(max(0.0, until_s - time.monotonic()))
        for attendant in attendants:
            attendant.drop()
            attendant.join(2)
        self._unsubscribe()
        if self._shelf is not None:
            self._shelf.close()
        self._log_counts()

    # ---- the engine thread

    def _happened(self, event: Event, life: int, seq: int) -> None:
        with self.news:
            self._recent.add(event, life, seq)
            self.news.notify_all()

    # ---- what attendants need

    def secret(self) -> bytes:
        """What a window must know."""
        return self._secret

    def hello(self) -> bytes:
        """The first message, and again when another engine is served."""
        return encoded(
            {
                "hello": {
                    "protocol": PROTOCOL,
                    "vocabulary": vocabulary(),
                    "version": self._lock.said.version,
                    "pid": os.getpid(),
                    "life": self._life,
                    "since": to_plain(self._since),
                    "show": self._show,
                    "timezone": self._timezone,
                    "run_id": self._run_id,
                }
            }
        )

    def asked(self, attendant: Attendant, message: dict[str, Any]) -> None:
        """Carry out what a window asks."""
        self._asking.asked(attendant, message)

    def want_preview(self, attendant: Attendant, channel: str, size: tuple[int, int] | None) -> None:
        """Which pictures a window wants; None: none."""
        shelf = self._shelf
        if shelf is not None:
            shelf.want(attendant.number, channel, size)

    def newest_status(self) -> tuple[int, bytes]:
        """The status and its number."""
        return self._status

    def has_news(self, mark: Mark) -> bool:
        """Whether there is an event behind the mark."""
        last = self._recent.last
        if last is None:
            return False
        return mark.run_id != self._run_id or mark.position is None or last > mark.position

    def events_after(self, mark: Mark, limit: int) -> tuple[list[Told], Mark]:
        """From the newest events, or from the journal where it is further back than they go."""
        with self.news:
            run_id, engine = self._run_id, self.engine
            position = mark.position if mark.run_id == run_id else (0, 0)
            if position is None or self._recent.reaches_back_to(position):
                told = self._recent.after(position or (0, 0), limit)
                return told, Mark(run_id, told[-1].position if told else position)
            first = self._recent.first
        older = engine.events_after(*position) if engine is not None else []
        told = [Told(event, (life, seq)) for life, seq, event in older if first is None or (life, seq) < first]
        if told:
            return told[:limit], Mark(run_id, told[:limit][-1].position)
        with self.news:
            told = self._recent.after(position, limit)
        return told, Mark(run_id, told[-1].position if told else position)

    def newest(self, count: int) -> tuple[list[Told], Mark]:
        """What a window that has seen nothing is told first, and where it stands then; segments are left out."""
        with self.news:
            run_id, mark = self._run_id, Mark(self._run_id, self._recent.last)
            told = [one for one in self._recent.after((0, 0), 2 * KEPT) if one.event.name not in _MANY]
            first = self._recent.first or (self._life + 1, 0)
        missing = min(count, KEPT) - len(told)
        older = events_before(self.data_dir, run_id, first, missing) if missing > 0 and run_id else []
        return [*older, *told][-count:], mark

    def known(self, ids: Iterable[str]) -> list[str]:
        """Which of these commands will be answered: this life has them."""
        with self.news:
            return [one for one in ids if one in self._known]

    def note_command(self, command_id: str) -> None:
        """A window handed this command in."""
        with self.news:
            self._known[command_id] = None
            while len(self._known) > KNOWN_LIMIT:
                self._known.popitem(last=False)

    def mark_now(self) -> Mark:
        """Where a window stands that wants nothing of before."""
        with self.news:
            return Mark(self._run_id, self._recent.last or (self._life, 0))

    def hurry(self) -> None:
        """Take a status now: somebody waits for the first one."""
        self._hurry.set()

    def hang_up_on(self, client: str, but: Attendant) -> None:
        """End what is left of a window's connection before, with all it still brought."""
        with self.news:
            old = [one for one in self._attendants if one.client == client and one is not but]
        for one in old:
            one.drop()
            one.join(2)

    def count(self, what: str) -> None:
        """One more was turned away or dropped for this; told in the log once a minute."""
        with self.news:
            self.counts[what] += 1

    def left(self, attendant: Attendant, why: str) -> None:
        """A window's threads end."""
        with self.news:
            if attendant in self._attendants:
                self._attendants.remove(attendant)
            if why != "gone":
                self.counts[why] += 1
            shelf = self._shelf
        if shelf is not None:
            shelf.gone(attendant.number)

    # ---- the porter

    def _let_in(self) -> None:
        while not self._ending.is_set():
            try:
                link = self._door.accept() if self._door is not None else None
            except OSError:
                if self._ending.wait(0.1):  # closed, or no handle is left: some come back
                    return
                continue
            if link is None:
                continue
            with self.news:
                self._met += 1
                attendant = Attendant(link, self, self._met)
                self._attendants.append(attendant)
                knocking = [one for one in self._attendants if not one.let_in]
                crowd = len(self._attendants) - len(knocking) > WINDOWS_LIMIT
            if len(knocking) > KNOCKING_LIMIT or crowd:
                self.count("crowd")
                knocking[0].drop()
            attendant.start()

    # ---- the pusher

    def _push(self) -> None:
        period_s, logged_s = STATUS_S, time.monotonic()
        while not self._ending.is_set():
            self._hurry.wait(period_s)
            self._hurry.clear()
            try:
                period_s = self._push_once()
            except Exception:  # the windows see that no status comes; the next may
                logger.exception("no status could be taken")
            if time.monotonic() >= logged_s + LOG_S:
                logged_s = time.monotonic()
                self._log_counts()

    def _push_once(self) -> float:
        now_s = time.monotonic()
        with self.news:
            attendants = list(self._attendants)
            engine = self.engine
        for one in attendants:
            since_s = one.sending_since_s
            if not one.let_in and now_s - one.began_s > HANDSHAKE_S:
                one.drop()
            elif one.let_in and not one.wants_status and now_s - one.began_s > IDLE_S:
                self.count("idle")
                one.drop()
            elif since_s is not None and now_s - since_s > STUCK_S:
                self.count("stuck")
                one.drop()
        if not any(one.wants_status for one in attendants):
            return BREAK_STATUS_S  # the first status of a window that comes is not far
        status = engine.snapshot() if engine is not None else self._idle()
        frame = encoded({"status": to_plain(status)})
        with self.news:
            self._status = (self._status[0] + 1, frame)
            self.news.notify_all()
        return BREAK_STATUS_S if _is_tense(status) else STATUS_S

    def _idle(self) -> EngineStatus:
        return EngineStatus(os.getpid(), self._lock.said.version, self._since, "", "UTC", (), life=0)

    def _log_counts(self) -> None:
        with self.news:
            counts, self.counts = self.counts, Counter()
        if counts:
            told = ", ".join(f"{number} {what}" for what, number in sorted(counts.items()))
            logger.warning("connections turned away or dropped: %s", told)


def _is_tense(status: EngineStatus) -> bool:
    breaks = [one for channel in status.channels for one in (channel.current, channel.on_air) if one is not None]
    return any(one.state in _TENSE for one in breaks)
