"""One window, as the engine attends to it: a thread that reads what it asks, a thread that sends what it is owed.

Nothing is queued for it but short answers: events are read from where it stands, of the status there is only the
newest. So a window that stops taking costs a thread that waits, until it is dropped.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from app.remote.link import GarbageError, Link, LinkLostError, LinkRefusedError, encoded
from app.remote.pace import Pace
from app.remote.recent import Mark, Told

logger = logging.getLogger(__name__)

ANSWERS_LIMIT = 1000
ASKED_AT_ONCE, ASKED_PER_S = 3000, 300.0  # a schedule comes at once; a flood must not drown the engine
BATCH = 100  # events between two looks for a newer status


class Desk(Protocol):
    """What an attendant needs of its host."""

    news: threading.Condition

    def secret(self) -> bytes:
        """What a window must know."""
        ...

    def hello(self) -> bytes:
        """The first message."""
        ...

    def asked(self, attendant: Attendant, frame: bytes) -> None:
        """Carry out what a window asks. GarbageError: it can't be understood."""
        ...

    def newest_status(self) -> tuple[int, bytes]:
        """The status and its number; 0: there is none yet. ``news`` is held."""
        ...

    def events_after(self, mark: Mark, limit: int) -> tuple[list[Told], Mark]:
        """What came after it, and where that leads; the journal is asked too, so ``news`` is not held."""
        ...

    def has_news(self, mark: Mark) -> bool:
        """Whether ``events_after`` would find something. ``news`` is held."""
        ...

    def known(self, ids: tuple[str, ...]) -> list[str]:
        """Which of these commands will be answered."""
        ...

    def left(self, attendant: Attendant, why: str) -> None:
        """It is over; ``why``: gone, refused, garbage."""
        ...


class Attendant:
    """``start``, then it goes on until the window leaves or ``drop``."""

    def __init__(self, link: Link, desk: Desk, number: int) -> None:
        self._link, self._desk, self.number = link, desk, number
        self.client = ""
        self.began_s = time.monotonic()
        self.let_in = False
        self.sending_since_s: float | None = None
        self.wants_status = False
        self._wants_events = False
        self._mark = Mark("", (0, 0))
        self._asks_after: tuple[str, ...] = ()
        self._level = True
        self._first: Sequence[Told] = ()
        self._answers: deque[bytes] = deque()
        self._sent_status = 0
        self._pace = Pace(ASKED_AT_ONCE, ASKED_PER_S)
        self._leaving = threading.Event()
        self._last_word: bytes | None = None
        self._reader = threading.Thread(target=self._attend, name=f"window {number}", daemon=True)
        self._writer = threading.Thread(target=self._send_all, name=f"window {number} sender", daemon=True)

    @property
    def leaving(self) -> bool:
        """Whether it was dropped."""
        return self._leaving.is_set()

    def start(self) -> None:
        """Begin with the challenge."""
        self._reader.start()

    def follow(self, client: str, mark: Mark, asks_after: tuple[str, ...], first: Sequence[Told] = ()) -> None:
        """Send status and events: ``first``, then from that mark on; then which of ``asks_after`` are known."""
        with self._desk.news:
            self.client, self._mark, self._asks_after = client, mark, asks_after
            self.wants_status = self._wants_events = True
            self._sent_status = self._desk.newest_status()[0]  # it may be of long ago
            self._level, self._first = False, first
            self._desk.news.notify_all()

    def answer(self, frame: bytes) -> None:
        """Send this before anything else; a window that does not take its answers is dropped."""
        with self._desk.news:
            if len(self._answers) < ANSWERS_LIMIT:
                self._answers.append(frame)
                self._desk.news.notify_all()
                return
        self.drop()

    def dismiss(self, last_word: bytes) -> None:
        """Send what it is owed, then this, then hang up."""
        with self._desk.news:
            self._last_word = last_word
            self._desk.news.notify_all()

    def drop(self) -> None:
        """Hang up at once. Any thread."""
        self._leaving.set()
        self._link.hang_up()
        with self._desk.news:
            self._desk.news.notify_all()

    def join(self, timeout_s: float) -> bool:
        """Whether both its threads have ended."""
        if self._reader.ident is not None and self._reader is not threading.current_thread():
            self._reader.join(timeout_s)
        return not self._reader.is_alive()

    # ---- its reader

    def _attend(self) -> None:
        why = "gone"
        try:
            self._link.let_in(self._desk.secret())
            self.let_in = True
            with self._desk.news:  # what is served may change just now: the newer hello must come behind this one
                self._answers.append(self._desk.hello())
            self._writer.start()
            while not self._leaving.is_set():
                self._desk.asked(self, self._link.receive_frame())
                self._leaving.wait(self._pace.wait_s())
        except LinkLostError:
            why = "gone" if self.let_in else "half-open"
        except LinkRefusedError:
            why = "refused"
        except GarbageError as error:
            why = "garbage"
            logger.debug("window %d: %s", self.number, error)
        except Exception:  # one window's trouble must not be the engine's
            why = "garbage"
            logger.exception("window %d is dropped", self.number)
        finally:
            self.drop()
            if self._writer.ident is not None:
                self._writer.join()
            self._link.close()
            self._desk.left(self, why)

    # ---- its sender

    def _send_all(self) -> None:
        try:
            while self._send_what_is_owed():
                pass
        except LinkLostError:
            pass
        except Exception:  # as above
            logger.exception("window %d is dropped", self.number)
        finally:
            self.drop()

    def _send_what_is_owed(self) -> bool:
        """Wait for something and send it; False at the end."""
        with self._desk.news:
            self._desk.news.wait_for(self._owed, timeout=1)
            answers, self._answers = self._answers, deque()
            number, status = self._desk.newest_status()
            status_is_new = self.wants_status and number > self._sent_status
            behind = self._wants_events and (not self._level or self._desk.has_news(self._mark))
            last_word = self._last_word
        if self._leaving.is_set():
            return False
        for answer in answers:
            self._send(answer)
        if status_is_new:
            self._send(status)
            self._sent_status = number
        events: list[Told] = []
        if behind:
            events = self._send_events()
        if last_word is not None and not events:
            self._send(last_word)
            return False
        return True

    def _owed(self) -> bool:
        if self._leaving.is_set() or self._answers or self._last_word is not None:
            return True
        if self.wants_status and self._desk.newest_status()[0] > self._sent_status:
            return True
        return self._wants_events and (not self._level or self._desk.has_news(self._mark))

    def _send_events(self) -> list[Told]:
        first, self._first = self._first, ()
        for one in first:
            self._send(one.frame())
        told, mark = self._desk.events_after(self._mark, BATCH)
        for one in told:
            self._send(one.frame())
        self._mark = mark
        if not told and not self._level:
            self._level = True
            self._send(encoded({"level": True, "known": list(self._desk.known(self._asks_after))}))
        return told

    def _send(self, frame: bytes) -> None:
        self.sending_since_s = time.monotonic()
        self._link.send(frame)
        self.sending_since_s = None
