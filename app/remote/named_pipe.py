"""Where an engine listens on Windows: a named pipe, which anybody may open and none gets into without the secret."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from multiprocessing.connection import Client, Listener
from pathlib import Path

from app.remote.link import Link, LinkLostError

_FAMILY = "AF_PIPE"


class PipeDoor:
    """As ``address.Door``; ``accept`` blocks until somebody knocks or it is closed."""

    def __init__(self, _data_dir: Path) -> None:
        self.address = rf"\\.\pipe\splicedeck-{os.getpid()}-{secrets.token_hex(8)}"
        self._listener = Listener(self.address, _FAMILY)
        self._closed = False

    def accept(self) -> Link | None:
        """Who knocks next. OSError: it is closed."""
        link = Link(self._listener.accept())
        if self._closed:
            link.close()
            raise OSError("closed")
        return link

    def close(self) -> None:
        """Nobody gets in any more; those who are in stay."""
        self._closed = True
        with suppress(OSError, EOFError):
            Client(self.address, _FAMILY).close()  # whoever waits in ``accept`` comes back
        self._listener.close()


def connect_pipe(address: str) -> Link:
    """Knock. LinkLostError: nobody listens."""
    try:
        return Link(Client(address, _FAMILY))
    except OSError as error:
        raise LinkLostError(f"nobody listens at {address} ({error.strerror or error})") from error
