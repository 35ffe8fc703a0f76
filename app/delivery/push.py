"""A continuous transport stream on its way out, on a thread of its own: whoever writes never waits for it."""

from __future__ import annotations

import threading
import time
from collections import deque
from pathlib import Path

from app.delivery.alarms import AlarmCall, StandingAlarm
from app.delivery.folder_origin import said
from app.delivery.push_target import Target, UdpAddress, open_target, parse_push

_LIMIT_BYTES = 8 << 20
_REST_S = 0.02  # a started datagram waits no longer than half a frame
_REOPEN_S = 1.0
_CALM_S = 5.0  # without a drop, until the alarm is cleared


def check_push(url: str) -> None:
    """Whether a TS output's URL can be used at all: UsageError, UnsupportedError."""
    parse_push(url)


def open_push(url: str, *, alarm: AlarmCall | None = None, queue_limit_bytes: int = _LIMIT_BYTES) -> Push:
    """A running Push to ``udp://host:port`` or ``file:///….ts``; errors as check_push.

    What can't go now (no route, a full disk) is an alarm and is tried again; it is no error of opening.
    """
    return Push(url, parse_push(url), alarm or _unheard, queue_limit_bytes)


def _unheard(_key: str, _severity: str, _text: str | None) -> None:
    """For who asked for no alarms."""


class Push:
    """One TS output. ``write`` takes whole TS packets and never blocks; the alarm comes from the push's own thread."""

    def __init__(self, url: str, to: UdpAddress | Path, alarm: AlarmCall, limit_bytes: int) -> None:
        self._url, self._to = url, to
        self._target: Target | None = None
        self._alarm = StandingAlarm(f"output:{url}", alarm)
        self._limit_bytes = limit_bytes
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._changed = threading.Condition()
        self._closing = False
        self._stopping = threading.Event()
        self._overflowed = False
        self._rested = True
        self._dropped_s = self._reopen_s = float("-inf")
        self.sent_bytes = 0
        self.dropped_bytes = 0
        self._thread = threading.Thread(target=self._run, name=f"push {url}", daemon=True)
        self._thread.start()

    def write(self, body: bytes) -> None:
        """Queue bytes; over the limit the oldest are dropped, and counted."""
        with self._changed:
            if self._closing:
                self.dropped_bytes += len(body)
                return
            self._waiting.append(body)
            self._waiting_bytes += len(body)
            while self._waiting_bytes > self._limit_bytes and len(self._waiting) > 1:
                oldest = len(self._waiting.popleft())
                self._waiting_bytes -= oldest
                self.dropped_bytes += oldest
                self._overflowed = True
            self._changed.notify()

    def close(self, timeout_s: float) -> bool:
        """Send what waits within this time, then end; whether nothing was left."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(timeout_s)
        self._stopping.set()
        self._thread.join(_REST_S * 10)
        with self._changed:
            left = self._waiting_bytes
            self.dropped_bytes += left
            self._waiting.clear()
            self._waiting_bytes = 0
        return not left and not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                body = self._next()
                if body:
                    self._send(body)
                elif self._target is not None:
                    self._target_rest(self._target)
                self._rested = not body
                self._tell()
                if self._closing and not body:
                    return
        finally:
            if self._target is not None:
                self._target.close()

    def _next(self) -> bytes:
        """All that waits; nothing after a moment without any."""
        with self._changed:
            if not self._waiting and not self._closing:
                self._changed.wait(_REOPEN_S if self._rested else _REST_S)
            body = b"".join(self._waiting)
            self._waiting.clear()
            self._waiting_bytes = 0
            return body

    def _send(self, body: bytes) -> None:
        now_s = time.monotonic()
        try:
            if self._target is None:
                if now_s < self._reopen_s:
                    self._count_dropped(len(body))
                    return
                self._target = open_target(self._to)
            self._target.send(body)
        except OSError as error:
            self._count_dropped(len(body))
            self._failed(error, now_s)
        else:
            self.sent_bytes += len(body)

    def _target_rest(self, target: Target) -> None:
        try:
            target.rest()
        except OSError as error:
            self._failed(error, time.monotonic())

    def _failed(self, error: OSError, now_s: float) -> None:
        if self._target is not None:
            self._target.close()
            self._target = None
        self._reopen_s = now_s + _REOPEN_S
        self._dropped_s = now_s
        self._alarm.raise_("warning", f"Output {self._url}: {said(error)}, {self._dropped_text()}", now_s)

    def _count_dropped(self, size: int) -> None:
        with self._changed:
            self.dropped_bytes += size
        self._dropped_s = time.monotonic()

    def _dropped_text(self) -> str:
        return f"{self.dropped_bytes / 1000:.0f} kB dropped"

    def _tell(self) -> None:
        now_s = time.monotonic()
        with self._changed:
            overflowed, self._overflowed = self._overflowed, False
        if overflowed:
            self._dropped_s = now_s
            self._alarm.raise_("warning", f"Output {self._url}: too slow, {self._dropped_text()}", now_s)
        self._alarm.refresh(now_s)
        if now_s - self._dropped_s > _CALM_S:
            self._alarm.clear()
