"""Lets windows in and looks after them: who does not answer, asks for nothing or takes nothing has to go."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter

from app.remote.address import Door
from app.remote.attendant import Attendant, Desk
from app.remote.link import HANDSHAKE_S
from app.remote.named_pipe import PipeDoor
from app.remote.pace import Pace

logger = logging.getLogger(__name__)

IDLE_S = 10.0  # for a window that was let in and asks for nothing
STUCK_S = 5.0  # for one that has taken nothing of what is sent to it
KNOCKING_LIMIT = 64  # at once in their challenge; then the oldest goes
WINDOWS_LIMIT = 64
AT_ONCE, PER_S = 50, 100.0  # connections: a flood of them must not cost the air a core
LOG_S = 60.0


class Porter:
    """``open`` the door, ``close`` it; ``look_after`` the windows now and then. ``counts``: who went, by cause."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._attendants: list[Attendant] = []
        self._met = 0
        self._pace = Pace(AT_ONCE, PER_S)
        self._ending = threading.Event()
        self._logged_s = time.monotonic()
        self.counts: Counter[str] = Counter()
        self._door: Door | PipeDoor | None = None
        self._thread = threading.Thread(target=self._let_in, name="link porter", daemon=True)

    @property
    def attendants(self) -> list[Attendant]:
        """Of all who are there."""
        with self._desk.news:
            return list(self._attendants)

    def open(self, door: Door | PipeDoor) -> None:
        """Let in whoever knocks here."""
        self._door = door
        self._thread.start()

    def close(self, last_word: bytes, within_s: float) -> None:
        """Let nobody in any more; tell those who are there what is left to tell, then this, and hang up."""
        self._ending.set()
        if self._door is not None:
            self._door.close()
        if self._thread.ident is not None:
            self._thread.join(5)
        attendants = self.attendants
        for attendant in attendants:
            attendant.dismiss(last_word)
        until_s = time.monotonic() + within_s
        for attendant in attendants:
            attendant.join(max(0.0, until_s - time.monotonic()))
        for attendant in attendants:
            attendant.drop()
            attendant.join(2)
        self._log_counts()

    def hang_up_on(self, client: str, but: Attendant) -> None:
        """End what is left of a window's connection before, with all it still brought."""
        for attendant in self.attendants:
            if attendant.client == client and attendant is not but:
                attendant.drop()
                attendant.join(2)

    def count(self, what: str) -> None:
        """One more was turned away or dropped for this; told in the log once a minute."""
        with self._desk.news:
            self.counts[what] += 1

    def left(self, attendant: Attendant, why: str) -> None:
        """It is gone."""
        with self._desk.news:
            if attendant in self._attendants:
                self._attendants.remove(attendant)
            if why != "gone":
                self.counts[why] += 1

    def look_after(self) -> None:
        """Drop who has to go."""
        now_s = time.monotonic()
        for one in self.attendants:
            since_s = one.sending_since_s
            if not one.let_in and now_s - one.began_s > HANDSHAKE_S:
                one.drop()
            elif one.let_in and not one.wants_status and now_s - one.began_s > IDLE_S:
                self._drop(one, "idle")
            elif since_s is not None and now_s - since_s > STUCK_S:
                self._drop(one, "stuck")
        if now_s >= self._logged_s + LOG_S:
            self._logged_s = now_s
            self._log_counts()

    def _drop(self, attendant: Attendant, why: str) -> None:
        if not attendant.leaving:
            self.count(why)
            attendant.drop()

    def _let_in(self) -> None:
        while not self._ending.wait(self._pace.wait_s()):
            link = None
            while link is None and not self._ending.is_set():
                try:
                    link = self._door.accept() if self._door is not None else None
                except OSError:  # closed, or no handle is left: some come back
                    self._ending.wait(0.1)
            if link is not None:
                with self._desk.news:
                    self._met += 1
                    attendant = Attendant(link, self._desk, self._met)
                    self._attendants.append(attendant)
                self._make_room()
                attendant.start()

    def _make_room(self) -> None:
        attendants = self.attendants
        knocking = [one for one in attendants if not one.let_in and not one.leaving]
        if len(knocking) > KNOCKING_LIMIT:
            self._drop(knocking[0], "crowd")
        elif sum(one.let_in for one in attendants) >= WINDOWS_LIMIT:
            self._drop(knocking[-1], "crowd")

    def _log_counts(self) -> None:
        with self._desk.news:
            counts, self.counts = self.counts, Counter()
        if counts:
            told = ", ".join(f"{number} {what}" for what, number in sorted(counts.items()))
            logger.warning("connections turned away or dropped: %s", told)
