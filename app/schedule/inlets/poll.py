"""An address that is asked now and then; what is new there is handed in."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable

from app.logs import scrubbed
from app.model.inlets import UrlInlet
from app.schedule.addresses import AddressError
from app.schedule.fetching import Fetcher, FetchError, Seen, UnchangedError
from app.schedule.inlets.arrival import Arrival, Fate, Take, Trouble, digest
from app.schedule.inlets.memory import Memory
from app.schedule.limits import Limits

LONGEST_PAUSE_S = 900.0  # between tries at a server that fails, unless it is asked less often anyway

type Secret = Callable[[], str | None]


class UrlPoll:
    """``run`` on a thread of its own until ``stopping`` is set; ``cut`` ends what is being read."""

    def __init__(
        self,
        inlet: UrlInlet,
        memory: Memory,
        take: Take,
        trouble: Trouble,
        stopping: threading.Event,
        secret: Secret = lambda: None,
    ) -> None:
        self._inlet, self._memory, self._take, self._trouble = inlet, memory, take, trouble
        self._stopping, self._secret = stopping, secret
        self._seen: Seen | None = None
        self._failed = 0
        self._fetcher: Fetcher | None = None

    @property
    def pause_s(self) -> float:
        """Until it is asked again: longer and longer while it fails."""
        every_s = float(self._inlet.every_s)
        return max(every_s, min(every_s * float(1 << min(self._failed, 16)), LONGEST_PAUSE_S))

    def run(self) -> None:
        """Ask, and ask again."""
        while not self._stopping.is_set():
            self.ask()
            self._stopping.wait(self.pause_s)

    def cut(self) -> None:
        """From any thread, once ``stopping`` is set."""
        if (fetcher := self._fetcher) is not None:
            fetcher.cut()

    def ask(self) -> None:
        """Ask once, and hand in what is new."""
        url = self._inlet.url
        limits = Limits(private_addresses=self._inlet.private_addresses)
        fetcher = Fetcher(limits, authorization=authorization(self._secret()), seen=self._seen)
        self._fetcher = fetcher
        if self._stopping.is_set():
            return
        try:
            base, content = fetcher.named(url)
        except UnchangedError:
            self._well()
            return
        except (AddressError, FetchError) as error:
            if not self._stopping.is_set():
                self._failed += 1
                self._trouble(f"{scrubbed(url)}: {error}")
            return
        self._well()
        if self._is_known(content) or self._landed(base, content):
            self._seen = fetcher.seen

    def _well(self) -> None:
        self._failed = 0
        self._trouble(None)

    def _is_known(self, content: bytes) -> bool:
        return self._memory.had(self._inlet.name, self._inlet.url, digest(content))

    def _landed(self, base: str, content: bytes) -> bool:
        url = self._inlet.url
        arrival = Arrival(inlet=self._inlet, file=scrubbed(url), content=content, named=url, base=base)
        if self._take(arrival).fate is Fate.LATER:
            return False
        self._memory.note(self._inlet.name, url, digest(content))
        return True


def authorization(secret: str | None) -> str:
    """The header for ``user:password`` or a token; "" for none."""
    if not secret:
        return ""
    if ":" in secret:
        return f"Basic {base64.b64encode(secret.encode()).decode()}"
    return f"Bearer {secret}"
