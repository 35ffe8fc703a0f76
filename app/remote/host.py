"""The engine's side of the link: tells windows its status and events, hands their commands to the engine."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path

from app.model.status import EngineStatus, by_tenths
from app.model.wire import to_plain
from app.remote.address import door, sweep
from app.remote.asking import Asking
from app.remote.attendant import Attendant
from app.remote.link import PROTOCOL, encoded
from app.remote.lock import EngineLock
from app.remote.porter import Porter
from app.remote.previews import PreviewShelf
from app.remote.recent import Mark, Told
from app.remote.secret import make_secret
from app.remote.served import Served
from app.remote.session import Session
from app.remote.story import Story
from app.remote.vocabulary import vocabulary

logger = logging.getLogger(__name__)

STATUS_S, QUIET_STATUS_S = 0.1, 0.25  # between two, where tenths are looked at and where not
FIRST_STATUS_S = 0.05  # between two looks whether a window has come that waits for its first
LEAST_STATUS_S = 0.02  # between two, where something happens all the time
LOOK_S = 1.0  # between two looks at engine.json
KNOWN_LIMIT = 10_000
FAREWELL_S = 0.5


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
        self.news = threading.Condition()
        self._hurry = threading.Event()
        self.engine: Served | None = None
        self.porter = Porter(self)
        self.story = Story(data_dir, self.news, self.hurry)
        self._served = self._idle()
        self._status: tuple[int, bytes] = (0, b"")
        self._known: OrderedDict[str, None] = OrderedDict()
        self._ending = threading.Event()
        self._shelf: PreviewShelf | None = None
        self._asking = Asking(self)
        self._secret = make_secret(data_dir)
        self._address = ""
        self._pusher = threading.Thread(target=self._push, name="link status", daemon=True)

    # ---- the engine process

    def serve(self, engine: Served | None, *, run_id: str = "") -> None:
        """Serve this engine from now on; before it starts, so that no event is missed."""
        self._put_pictures_away()
        if engine is not None:
            self._shelf = PreviewShelf(self.data_dir, engine.preview)
        self._served = self._idle() if engine is None else engine.snapshot()
        self.engine = engine
        self.story.begin(engine, run_id, self._served.life)
        for attendant in self.porter.attendants:
            if attendant.let_in:
                attendant.answer(self.hello())
        if self._address:
            self._announce()

    def start(self) -> None:
        """Listen, and say where."""
        left = self._lock.left
        if left is not None:
            logger.warning("the engine before, pid %d, ended without a word; its lock and socket were left", left.pid)
        sweep(self.data_dir, left.address if left is not None else "")
        opened = door(self.data_dir)
        self._address = opened.address
        self.porter.open(opened)
        self._pusher.start()
        self._announce()

    def stop(self, *, clean: bool = True) -> None:
        """Tell the windows what is left to tell and how it ended, hang up, end every thread."""
        self._ending.set()
        self._hurry.set()
        if self._pusher.ident is not None:
            self._pusher.join(5)
        self._asking.close()
        self._push_last()
        self.porter.close(encoded({"bye": {"clean": clean}}), FAREWELL_S)
        self.story.end()
        self._put_pictures_away()

    def _announce(self) -> None:
        self._lock.announce(address=self._address, run_id=self.story.run_id, show=self._served.show)

    def _put_pictures_away(self) -> None:
        shelf, self._shelf = self._shelf, None
        if shelf is not None:
            shelf.close()

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
                    "life": self._served.life,
                    "since": to_plain(self._lock.said.since),
                    "show": self._served.show,
                    "timezone": self._served.timezone,
                    "run_id": self.story.run_id,
                }
            }
        )

    def asked(self, attendant: Attendant, frame: bytes) -> None:
        """Carry out what a window asks."""
        self._asking.asked(attendant, frame)

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
        return self.story.has_news(mark)

    def events_after(self, mark: Mark, limit: int) -> tuple[list[Told], Mark]:
        """Events behind the mark, and where they lead."""
        return self.story.after(mark, limit)

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

    def hurry(self) -> None:
        """Take a status now: something has changed, or a window waits for its first one."""
        self._hurry.set()

    def left(self, attendant: Attendant, why: str) -> None:
        """A window's threads end."""
        self.porter.left(attendant, why)
        shelf = self._shelf
        if shelf is not None:
            shelf.gone(attendant.number)

    # ---- the pusher

    def _push(self) -> None:
        period_s, look_s = STATUS_S, 0.0
        while not self._ending.is_set():
            hurried = self._hurry.wait(period_s)
            if hurried:
                self._ending.wait(LEAST_STATUS_S)
                self._hurry.clear()
            try:
                self.porter.look_after()
                if time.monotonic() >= look_s:
                    look_s = time.monotonic() + LOOK_S
                    self._lock.restore()
                period_s = self._push_once()
                if hurried:  # what an event tells may be seen in the channel a frame later
                    period_s = min(period_s, STATUS_S)
            except Exception:  # the windows see that no status comes; the next may
                logger.exception("no status could be taken")

    def _push_last(self) -> None:
        """Whoever sees the end of the engine sees its channels as they ended."""
        try:
            self._push_once()
        except Exception:  # as above
            logger.exception("no last status could be taken")

    def _push_once(self) -> float:
        if not any(one.wants_status for one in self.porter.attendants):
            return FIRST_STATUS_S
        engine = self.engine
        status = self._idle() if engine is None else engine.snapshot()
        frame = encoded({"status": to_plain(status)})
        with self.news:
            self._status = (self._status[0] + 1, frame)
            self.news.notify_all()
        return STATUS_S if by_tenths(status) else QUIET_STATUS_S

    def _idle(self) -> EngineStatus:
        said = self._lock.said
        return EngineStatus(said.pid, said.version, said.since, "", "UTC", (), life=0)
