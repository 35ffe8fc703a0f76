"""The origins' playlists as a player would have seen them, looked at all through a drill."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from pathlib import Path

from app.drill.rig import Place
from app.model.errors import ProofError
from app.monitoring.playlist import MediaPlaylist, parse_playlist

logger = logging.getLogger(__name__)

LOOK_S = 0.5
_JOIN_S = 5.0


class Looks:
    """A thread that reads every media playlist again and again from the origins' folders, and keeps what is new."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.seen: dict[str, list[tuple[str, MediaPlaylist]]] = {place.channel: [] for place in places}
        self._places = tuple(places)
        self._texts: dict[Path, str] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="drill looks", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self) -> None:
        """Look a last time."""
        self._over.set()
        self._thread.join(_JOIN_S)
        self._look()

    def _run(self) -> None:
        while not self._over.wait(LOOK_S):
            self._look()

    def _look(self) -> None:
        for place in self._places:
            for file in sorted(place.folder.glob("*/index.m3u8")):
                self._read(place, file)

    def _read(self, place: Place, file: Path) -> None:
        name = f"{place.origin}/{file.relative_to(place.folder.parent)}"
        try:
            text = file.read_text("utf-8")
            if self._texts.get(file) == text:
                return
            playlist = parse_playlist(text, name)
        except (OSError, ProofError):
            logger.exception("%s can't be read", name)  # the verdict comes from what is there in the end
            return
        self._texts[file] = text
        if isinstance(playlist, MediaPlaylist):
            self.seen[place.channel].append((name, playlist))
