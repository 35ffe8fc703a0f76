"""Whether an engine says anything at all: all that its watchdog wants to know, whatever version either of them is."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path

from app.model.commands import new_id
from app.model.errors import SplicedeckError
from app.remote.address import connect
from app.remote.link import Link, encoded
from app.remote.lock import read_engine_file
from app.remote.secret import read_secret

logger = logging.getLogger(__name__)

AGAIN_S = 0.1
JOIN_S = 2.0


class Heartbeat:
    """Listens on a thread of its own, to each engine that comes. ``beat`` from any thread."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self.beat = (0, 0)  # whose newest word it was (pid), and a number that counts up
        self._closing = threading.Event()
        self._link: Link | None = None
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Listen no more."""
        self._closing.set()
        with self._guard:
            if self._link is not None:
                self._link.hang_up()
        if self._thread.ident is not None:
            self._thread.join(JOIN_S)

    def _run(self) -> None:
        while not self._closing.wait(AGAIN_S):
            try:
                said = read_engine_file(self._data_dir)
                if said is not None and said.address:
                    self._listen(said.pid, connect(said.address))
            except (SplicedeckError, OSError, ValueError) as error:
                logger.debug("%s", error)

    def _listen(self, pid: int, link: Link) -> None:
        with self._guard:
            self._link = link
            if self._closing.is_set():
                link.hang_up()
        try:
            link.knock(read_secret(self._data_dir))
            client = f"watchdog-{os.getpid()}-{new_id()}"
            link.send(encoded({"do": "follow", "client": client, "after": None, "pending": []}))
            while True:
                link.receive()
                self.beat = (pid, self.beat[1] + 1)
        finally:
            with self._guard:
                self._link = None
            link.close()
