"""Everything for one origin, in order, on a thread of its own: no other origin ever waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from app.delivery.alarms import AlarmCall
from app.delivery.backlog import Backlog
from app.delivery.client import ATTEMPT_S, OriginClient
from app.delivery.jobs import Job, Removal
from app.delivery.questions import Question
from app.delivery.report import Report
from app.delivery.spool import Spool
from app.model.errors import DeliveryError, SplicedeckError
from app.model.events import Event
from app.model.segment import Delivery, MediaObject, OriginStatus, Playlist
from app.model.show import Origin
from app.model.timebase import TICKS_PER_SECOND

_LIMIT_BYTES = 256 << 20
_QUICK_S = 2.0  # a failure sooner than this may have been the kept connection's, and is tried again at once
_FINAL_S = 1.0  # of the time to finish, kept for the last playlists
_LEAST_S = 0.1


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Uploader:
    """Takes deliveries from any thread and brings them to one origin; tells what became of each segment, once.

    ``spool``: where a segment's body is read back from when more wait than memory may hold.
    ``publish`` and ``alarm`` are called on the uploader's thread, or on the one that ends it.
    """

    def __init__(  # noqa: PLR0913 - what it works with; the clocks are the tests' own
        self,
        origin: Origin,
        client_factory: Callable[[], OriginClient],
        *,
        publish: Callable[[Event], None],
        alarm: AlarmCall,
        channel: str,
        queue_limit_bytes: int = _LIMIT_BYTES,
        spool: Spool | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._client_factory = client_factory
        self._client: OriginClient | None = None
        self._clock = clock
        self._report = Report(origin.name, channel, publish=publish, alarm=alarm, now=now)
        self._spool = spool
        self._backlog = Backlog(queue_limit_bytes) if spool is None else Backlog(queue_limit_bytes, on_disk=spool.holds)
        self._changed = threading.Condition()  # guards the backlog and _woken
        self._woken = False
        self._stopping = threading.Event()
        self._finish_by_s: float | None = None
        self._final_s = _FINAL_S
        self._leaving = False
        self._losses_before = 0
        self._thread = threading.Thread(target=self._run, name=f"upload {channel} {origin.name}", daemon=True)

    def submit(self, delivery: Delivery) -> None:
        """Take a delivery, from any thread, without waiting for the origin."""
        with self._changed:
            self._backlog.add(delivery)
            self._woken = True
            self._changed.notify_all()
        if self._stopping.is_set():
            self._give_up("the uploader had ended")

    def resume(self, lost: Iterable[str], missing: Mapping[str, int]) -> None:
        """Before the first delivery: go on from an earlier process of this channel.

        ``lost``: what was told as lost then. ``missing``: path and sequence of what can't be sent and was not told as
        delivered; the origin is asked whether it has it all the same, and what it has not is lost.
        """
        with self._changed:
            self._backlog.resume(lost, missing)

    def miss(self, path: str, sequence: int, reason: str) -> None:
        """A segment that will never be handed in is lost for this origin; from any thread."""
        with self._changed:
            self._backlog.miss(path, sequence, reason)
            self._woken = True
            self._changed.notify_all()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end_within(self, timeout_s: float, *, leave: bool = False) -> None:
        """Begin to finish, without waiting: the first of two steps, where several uploaders are to end at once.

        ``leave``: what is not delivered by then is another process' to deliver, so it is not told as lost.
        """
        with self._changed:
            if self._finish_by_s is not None:
                return
            self._leaving = leave
            self._finish_by_s, self._final_s = self._clock() + timeout_s, min(_FINAL_S, timeout_s / 3)
            self._losses_before = self._report.losses
            self._backlog.hurry()
            self._woken = True
            self._changed.notify_all()

    def finish(self, timeout_s: float) -> bool:
        """Deliver what can be delivered in this time, then end; whether everything was.

        What was not is lost; the last playlists list it as gaps, if the origin takes them. Nothing is deleted.
        """
        self.end_within(timeout_s)
        self.wait(timeout_s + _LEAST_S)
        with self._changed:
            complete = self._backlog.is_delivered
        self.stop(_FINAL_S)
        return complete and self._report.losses == self._losses_before

    def wait(self, timeout_s: float) -> None:
        """Wait for the thread to end."""
        if self._thread.ident is not None:
            self._thread.join(max(0.0, timeout_s))

    def interrupt(self) -> None:
        """Have it end at once, without waiting; a try under way is broken off."""
        self._stopping.set()
        with self._changed:
            self._changed.notify_all()
            client = self._client
        if client is not None:
            client.interrupt()

    def stop(self, timeout_s: float) -> None:
        """End at once; what was not delivered is lost."""
        self.interrupt()
        self.wait(timeout_s)
        self._give_up("the uploader was stopped")

    def status(self) -> OriginStatus:
        """The figures, from any thread."""
        with self._changed:
            backlog = self._backlog.segments
        return self._report.status(backlog)

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                wait_s = self.step()
                if not self._rest(wait_s):
                    return
        finally:
            if self._client is not None:
                self._client.close()

    def _rest(self, wait_s: float | None) -> bool:
        """Wait until something is due or was added; False when it is time to end."""
        with self._changed:
            if self._finish_by_s is not None:
                left_s = self._finish_by_s - self._clock()
                if self._backlog.is_delivered or left_s <= 0:
                    return False
                wait_s = min(left_s, _LEAST_S if wait_s is None else wait_s)
            if wait_s != 0:
                self._changed.wait_for(lambda: self._woken or self._stopping.is_set(), wait_s)
            self._woken = False
            return True

    def step(self) -> float | None:
        """Do the one most urgent thing that is due; seconds until the next may be (None: nothing waits).

        The loop body of the thread; called by itself only where there is none.
        """
        if self._finish_by_s is not None and self._clock() > self._finish_by_s - self._final_s:
            self._give_up("the channel ended")
        with self._changed:
            losses = self._backlog.losses.take()  # told before a try that may take its time
            job = self._backlog.next_job(self._clock())
            lost = self._backlog.losses.paths
        self._report.lost(losses, self._clock())
        if job is not None:
            self._carry_out(job, lost)
        with self._changed:
            losses = self._backlog.losses.take()
            settled, gaps = self._backlog.is_settled, bool(self._backlog.losses.gaps)
            wait_s = self._backlog.wait_s(self._clock())
        self._report.lost(losses, self._clock())
        self._report.settled(self._clock(), all_delivered=settled, gaps=gaps)
        return wait_s

    def _carry_out(self, job: Job, lost: frozenset[str]) -> None:
        if isinstance(job, MediaObject) and not job.body:
            body = self._spool.read(job.path) if self._spool is not None else None
            if body is None:
                with self._changed:
                    self._backlog.gone(job.path, "its copy on this machine's disk is gone")
                return
            job = replace(job, body=body)
        began_s = self._clock()
        try:
            there = self._attempt(job, lost)
        except SplicedeckError as error:
            said = error if isinstance(error, DeliveryError) else DeliveryError(str(error))
            self._failed(job, said, quick=self._clock() - began_s < _QUICK_S)
            return
        now_s = self._clock()
        if isinstance(job, Question):
            with self._changed:
                self._backlog.answered(job, there=there)
            return
        with self._changed:
            attempts = self._backlog.attempts(job.path) + 1
            held = self._backlog.done(job)
        if isinstance(job, MediaObject) and held:
            self._report.delivered(job, now_s, attempts)
        elif isinstance(job, Removal):
            self._report.deleted()

    def _attempt(self, job: Job, lost: frozenset[str]) -> bool:
        """Do it; what the origin has now of it: True but for a removal, and for a question what it answered."""
        client = self._client
        if client is None:
            client = self._client = self._client_factory()
        if isinstance(job, Question):
            return client.has(job.path, timeout_s=self._limited(ATTEMPT_S, 0))
        if isinstance(job, MediaObject):
            longest_s = max(ATTEMPT_S, 2 * job.duration_ticks / TICKS_PER_SECOND)
            client.put(job.path, job.body, job.content_type, timeout_s=self._limited(longest_s, self._final_s))
        elif isinstance(job, Playlist):
            client.put(job.path, _rendered(job, lost), job.content_type, timeout_s=self._limited(ATTEMPT_S, 0))
        else:
            client.delete(job.path, timeout_s=ATTEMPT_S)
        return not isinstance(job, Removal)

    def _limited(self, longest_s: float, kept_s: float) -> float:
        """A try's time: no longer than what is left to finish, but for ``kept_s``."""
        if self._finish_by_s is None:
            return longest_s
        return min(longest_s, max(_LEAST_S, self._finish_by_s - kept_s - self._clock()))

    def _failed(self, job: Job, error: DeliveryError, *, quick: bool) -> None:
        now_s = self._clock()
        with self._changed:
            tries = self._backlog.attempts(job.path) + 1
            self._backlog.failed(job, error, now_s, quick=quick)
            failures, left = self._backlog.trouble.failures, self._backlog.deletions.left
        if isinstance(job, Removal):
            self._report.not_deleted(job.path, error, left, now_s)
        else:
            self._report.failed(error, now_s, 0 if quick and tries == 1 else max(tries, failures))

    def _give_up(self, reason: str) -> None:
        if self._leaving:
            return
        with self._changed:
            self._backlog.give_up(reason)
            losses = self._backlog.losses.take()
        self._report.lost(losses, self._clock())


def _rendered(playlist: Playlist, lost: frozenset[str]) -> bytes:
    try:
        return playlist.render(lost)
    except Exception as error:  # one playlist's fault must not end the whole origin's thread
        raise DeliveryError(f"{playlist.path} could not be written: {error!r}") from error


def finish_all(uploaders: Iterable[Uploader], timeout_s: float, *, leave: bool = False) -> bool:
    """Finish them all within one ``timeout_s``: no dead origin takes time from another; whether all was delivered.

    ``leave``: see ``Uploader.end_within``.
    """
    ending = list(uploaders)
    until_s = time.monotonic() + timeout_s
    for uploader in ending:
        uploader.end_within(timeout_s, leave=leave)
    for uploader in ending:
        uploader.wait(until_s + _LEAST_S - time.monotonic())
    for uploader in ending:
        uploader.interrupt()
    complete = [uploader.finish(0.0) for uploader in ending]
    return all(complete)
