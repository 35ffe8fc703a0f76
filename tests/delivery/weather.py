"""An origin that fails in every way, and an uploader before it without a thread; time is the test's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.delivery.client import UnreachableError
from app.delivery.uploader import Uploader
from app.model.errors import DeliveryError
from app.model.events import Event, SegmentDelivered, SegmentLost
from app.model.segment import Deletion, Expired
from app.model.show import Origin
from tests.delivery.deliveries import playlist, segment

AT = datetime(2026, 11, 22, 20, 15, tzinfo=UTC)
WINDOW = 3


@dataclass
class Weather:
    """An origin that takes a thing or not as the next of a list says; what it fails for good, it always fails."""

    now_s: float = 0.0
    faults: list[str] = field(default_factory=list)
    never: frozenset[str] = frozenset()
    held: dict[str, bytes] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    tries: int = 0

    def put(self, path: str, body: bytes, content_type: str, *, timeout_s: float = 10) -> None:
        assert content_type
        self._try(path, timeout_s)
        self.held[path] = body
        self.order.append(path)
        self.check()

    def delete(self, path: str, *, timeout_s: float = 10) -> None:
        self._try(path, timeout_s)
        self.held.pop(path, None)
        self.check()

    def get(self, path: str, *, timeout_s: float = 10) -> bytes | None:
        assert timeout_s > 0
        return self.held.get(path)

    def has(self, path: str, *, timeout_s: float = 10) -> bool:
        self._try(path, timeout_s)
        return path in self.held

    def tidy(self, folders: Iterable[str]) -> None:
        pass

    def interrupt(self) -> None:
        pass

    def close(self) -> None:
        pass

    def _try(self, path: str, timeout_s: float) -> None:
        assert 0 < timeout_s <= 12
        self.tries += 1
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "refused":
            raise UnreachableError("push: connection refused")
        if fault == "stall":
            self.now_s += 10
            raise DeliveryError("push: timed out")
        if fault == "503":
            raise DeliveryError("push 503", status=503)
        if path in self.never:
            raise DeliveryError("push 413", status=413)

    def check(self) -> None:
        """No playlist here ever lists a segment that is not here, but as a gap."""
        for path, body in self.held.items():
            if path.endswith("index.m3u8"):
                for line in body.decode().splitlines():
                    assert line.startswith("GAP ") or line in self.held, f"{path} lists {line}, which is absent"


@dataclass
class Bench:
    """An uploader without its thread, and all that it told."""

    origin: Weather
    limit_bytes: int = 1 << 30
    events: list[Event] = field(default_factory=list)
    alarms: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.uploader = Uploader(
            Origin("primary", "http://127.0.0.1/"),
            lambda: self.origin,
            publish=self.events.append,
            alarm=self.alarm,
            channel="news",
            queue_limit_bytes=self.limit_bytes,
            clock=lambda: self.origin.now_s,
            now=lambda: AT,
        )

    def alarm(self, key: str, severity: str, text: str | None) -> None:
        assert severity in ("critical", "warning", "note")
        if text is None:
            del self.alarms[key]  # only what stands is ever cleared
        else:
            self.alarms[key] = text
            self.texts.append(text)

    def run(self, until_s: float) -> None:
        """Let time pass to ``until_s``, doing what is due; never idle while something is."""
        idle = 0
        while self.origin.now_s < until_s:
            tries = self.origin.tries
            wait_s = self.uploader.step()
            idle = idle + 1 if wait_s == 0 and self.origin.tries == tries else 0
            assert idle < 3, "it turns without doing anything"
            if wait_s is None or self.origin.now_s + wait_s >= until_s:
                break
            self.origin.now_s += wait_s + 1e-6
        self.origin.now_s = max(self.origin.now_s, until_s)

    def paths(self, kind: type[SegmentDelivered | SegmentLost]) -> list[str]:
        return [event.path for event in self.events if isinstance(event, kind)]


def air(bench: Bench, rendition: str, sequence: int) -> str:
    """One more segment of a rendition, as the packager hands it over."""
    made = segment(rendition, sequence)
    listed = tuple(segment(rendition, n).path for n in range(max(0, sequence - WINDOW + 1), sequence + 1))
    bench.uploader.submit(made)
    if sequence >= WINDOW:
        bench.uploader.submit(Expired((segment(rendition, sequence - WINDOW).path,)))
    bench.uploader.submit(playlist(rendition, listed))
    if sequence >= 2 * WINDOW:
        bench.uploader.submit(Deletion((segment(rendition, sequence - 2 * WINDOW).path,)))
    return made.path


def told(bench: Bench) -> list[str]:
    return [text for text in bench.texts if text.startswith("Origin primary: push")]
