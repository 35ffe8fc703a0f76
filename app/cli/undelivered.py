"""What a show that has ended did not get to its origins: a line an origin, for whoever ended it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from app.model.segment import OriginStatus
from app.model.status import EngineStatus


def tell_undelivered(status: EngineStatus) -> None:
    """On stderr, by the last status of an engine that has ended; nothing where all was delivered."""
    for line in undelivered(status):
        print(line, file=sys.stderr)


def undelivered(status: EngineStatus) -> Iterator[str]:
    """The lines, each with its channel and its origin."""
    for channel in status.channels:
        for name, origin in channel.origins.items():
            if what := _missing(origin):
                why = f": {origin.last_error}" if origin.last_error else ""
                yield f"{channel.name}: {what} did not reach origin {name}{why}"


def _missing(origin: OriginStatus) -> str:
    """The last try's error is forgotten as soon as all is delivered, the last playlists too."""
    segments = origin.backlog + origin.lost
    counted = f"{segments} segment{'s' if segments != 1 else ''}"
    if not origin.last_error:
        return counted if segments else ""
    return f"{counted} and the last playlists" if segments else "the last playlists or deletions"
