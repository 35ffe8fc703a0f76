"""Playlists as the origins have them, read while the journal is: what viewers see is what an engine goes on from."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from app.model.show import HlsOutput, Origin, Show
from app.pipeline.hls import PLAYLIST_NAME

HURRIED_S = 0.3  # for all origins together, where the journal says the same: the air waits for this
PATIENT_S = 5.0  # where the journal can't tell
DEAD_S = 1.0  # an origin that took so long for one object is asked for no other

type ReadObject = Callable[[Origin, str], bytes | None]


class ReadingBack:
    """Begins when it is made, a thread an origin. ``read``: an object of an origin, None where it has none."""

    def __init__(self, show: Show, read: ReadObject) -> None:
        self._began_s = time.monotonic()
        self._read = read
        self._found: dict[tuple[str, str], bytes | None] = {}
        self._news = threading.Condition()
        self._over: set[str] = set()  # origins that were asked for everything, or answer no more
        wanted: dict[str, list[str]] = {}
        for channel in show.channels:
            for output in (one for one in channel.outputs if isinstance(one, HlsOutput)):
                for name in output.origins:
                    paths = [f"{output.path}{rendition.name}/{PLAYLIST_NAME}" for rendition in channel.renditions]
                    wanted.setdefault(name, []).extend(paths)
        for origin in show.origins:
            args = (origin, wanted.get(origin.name, []))
            threading.Thread(target=self._ask, args=args, name=f"read back {origin.name}", daemon=True).start()

    def __call__(self, output: HlsOutput, path: str, *, patient: bool) -> list[bytes]:
        """As each of the output's origins has that playlist, but for those that do not answer in time."""
        until_s = self._began_s + (PATIENT_S if patient else HURRIED_S)
        found = (self._answer(name, path, until_s) for name in output.origins)
        return [text for text in found if text is not None]

    def _answer(self, origin: str, path: str, until_s: float) -> bytes | None:
        with self._news:
            self._news.wait_for(
                lambda: (origin, path) in self._found or origin in self._over, max(0.0, until_s - time.monotonic())
            )
            return self._found.get((origin, path))

    def _ask(self, origin: Origin, paths: list[str]) -> None:
        try:
            for path in paths:
                asked_s = time.monotonic()
                text = self._read(origin, path)
                with self._news:
                    self._found[origin.name, path] = text
                    self._news.notify_all()
                if time.monotonic() - asked_s > DEAD_S:
                    return
        finally:
            with self._news:
                self._over.add(origin.name)
                self._news.notify_all()
