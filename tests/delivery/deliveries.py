"""What a packager hands over, made small; and all that an uploader tells, kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from app.delivery.client import OriginClient
from app.delivery.uploader import Uploader
from app.model.events import Event, SegmentDelivered, SegmentLost
from app.model.segment import MediaObject, Playlist
from app.model.show import Origin


def segment(rendition: str, sequence: int, size: int = 100, closed_at_s: float = 0.0) -> MediaObject:
    path = f"{rendition}/{sequence:05}.ts"
    body = (sequence.to_bytes(4, "big") * (size // 4 + 1))[:size]
    return MediaObject(path, body, "video/mp2t", rendition, sequence, sequence * 540_000, 540_000, closed_at_s)


def playlist(rendition: str, listed: tuple[str, ...], *, final: bool = False) -> Playlist:
    def render(lost: frozenset[str]) -> bytes:
        return "\n".join(f"{'GAP ' if path in lost else ''}{path}" for path in listed).encode()

    return Playlist(f"{rendition}/index.m3u8", listed, render, final=final)


@dataclass
class Told:
    """Events and alarms of uploaders, from their threads."""

    events: list[Event] = field(default_factory=list)
    standing: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def publish(self, event: Event) -> None:
        with self.changed:
            self.events.append(event)
            self.changed.notify_all()

    def alarm(self, key: str, severity: str, text: str | None) -> None:
        assert severity in ("critical", "warning", "note")
        with self.changed:
            if text is None:
                del self.standing[key]
            else:
                self.standing[key] = text
                self.texts.append(text)
            self.changed.notify_all()

    def wait(self, condition: Callable[[], bool], timeout_s: float = 15) -> None:
        """Until ``condition``, looked at whenever something is told and a few times a second."""
        deadline = time.monotonic() + timeout_s
        with self.changed:
            while not condition():
                assert time.monotonic() < deadline, f"alarms {self.standing}, {len(self.events)} events"
                self.changed.wait(0.05)

    def wait_for(self, deliveries: int) -> None:
        """Until so many segments are delivered."""
        self.wait(lambda: len(self.delivered()) == deliveries)

    def delivered(self) -> list[str]:
        return [event.path for event in list(self.events) if isinstance(event, SegmentDelivered)]

    def lost(self) -> list[str]:
        return [event.path for event in list(self.events) if isinstance(event, SegmentLost)]


def uploader(client_factory: Callable[[], OriginClient], told: Told, name: str = "primary") -> Uploader:
    return Uploader(
        Origin(name, "http://unused/"), client_factory, publish=told.publish, alarm=told.alarm, channel="news"
    )
