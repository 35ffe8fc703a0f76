"""What one origin still has to get, and in which order. Pure: no clock, no thread, no network of its own."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from app.delivery.client import UnreachableError
from app.delivery.deletions import Deletions
from app.delivery.jobs import Job, Removal, WaitingSegment
from app.delivery.losses import Loss, Losses
from app.delivery.questions import Question, Questions, is_for_good
from app.delivery.trouble import Failure, Trouble
from app.delivery.versions import AT_ONCE, Versions
from app.model.errors import DeliveryError
from app.model.segment import Deletion, Delivery, Expired, MediaObject, Playlist

_NEVER = float("inf")
_GIVE_UP_AFTER = 3  # refusals for good of one object, while the origin takes others


class Backlog:
    """The order of things: questions, playlists that are ready, segments as they came, deletions.

    A segment ends in exactly one way: ``done`` or a Loss. Not thread-safe; the uploader holds its lock.
    Beyond ``limit_bytes`` the oldest segment's body is let go where ``on_disk`` says that it can be read back (a job
    without a body is one of these), else the segment is lost.
    """

    def __init__(
        self,
        limit_bytes: int,
        jitter: Callable[[], float] = random.random,
        on_disk: Callable[[str], bool] = lambda _path: False,
    ) -> None:
        self._limit_bytes, self._on_disk = limit_bytes, on_disk
        self._segments: dict[str, WaitingSegment] = {}
        self._playlists: dict[str, Versions] = {}
        self._listed: dict[str, frozenset[str]] = {}  # what each playlist that the origin has lists
        self._under_way: str | None = None
        self._bytes = 0
        self._error = ""
        self._resumed = False  # and has delivered no playlist yet
        self.losses = Losses()
        self.questions = Questions(self.losses)
        self.deletions = Deletions()
        self.trouble = Trouble(jitter)
        self.taken = 0

    @property
    def segments(self) -> int:
        """Segments still to be delivered."""
        return len(self._segments)

    @property
    def is_delivered(self) -> bool:
        """Nothing waits but deletions."""
        return not self._segments and not self._playlists and not self.questions

    @property
    def is_settled(self) -> bool:
        """All is delivered, and the last try was no failure."""
        return self.is_delivered and not self.trouble.failures

    def add(self, delivery: Delivery) -> None:
        """Take what the packager hands over."""
        match delivery:
            case MediaObject():
                self._add_segment(delivery)
            case Playlist():
                self._playlists.setdefault(delivery.path, Versions(self._is_ready)).add(delivery)
                self.deletions.playlist_changed()
            case Expired():
                for path in delivery.paths:
                    self._expire(path)
            case Deletion():
                for path in delivery.paths:
                    self._expire(path)
                self.deletions.add(delivery.paths)

    def resume(self, lost: Iterable[str], missing: Mapping[str, int]) -> None:
        """Go on from an earlier process, at whose end this origin had lost ``lost``, which stay gaps.

        ``missing``: path and sequence of what nobody knows it to have; it is asked, and what it has not is lost.
        """
        self._resumed = True
        self.losses.resume(lost)
        self.questions.add(missing)

    def miss(self, path: str, sequence: int, reason: str) -> None:
        """A segment that will not be handed in: lost, and a gap."""
        self.losses.note(Loss(path, sequence, reason, gap=True))

    def gone(self, path: str, reason: str) -> None:
        """A segment whose body can't be read back."""
        self._under_way = None
        if held := self._segments.get(path):
            self._lose(held, reason, gap=True)

    def _add_segment(self, segment: MediaObject) -> None:
        self._drop(segment.path)
        self.losses.forget(segment.path)
        self._segments[segment.path] = WaitingSegment(segment)
        self._bytes += len(segment.body)
        for oldest in list(self._segments.values()):
            if self._bytes <= self._limit_bytes or oldest.segment is segment:
                break
            if oldest.segment.path == self._under_way or not oldest.segment.body:
                continue
            if self._on_disk(oldest.segment.path):
                self._bytes -= len(oldest.segment.body)
                oldest.segment = replace(oldest.segment, body=b"")
            else:
                self._lose(oldest, f"more than {self._limit_bytes >> 20} MiB wait for this origin", gap=True)

    def _expire(self, path: str) -> None:
        self.losses.expired(path)
        self.questions.close(path, there=False, in_window=False)
        held = self._segments.get(path)
        if held is None:
            return
        held.expired = True
        if path != self._under_way:
            self._lose(held, held.error or self._error or "left the window before it could be sent", gap=False)

    def next_job(self, now_s: float) -> Job | None:
        """The most urgent thing that is due; it is under way until ``done`` or ``failed``."""
        job = (
            self._next_question(now_s)
            or self._next_playlist(now_s)
            or self._next_segment(now_s)
            or self._next_removal(now_s)
        )
        self._under_way = None if job is None else job.path
        return job

    def _next_question(self, now_s: float) -> Question | None:
        return None if now_s < self.trouble.closed_until_s else self.questions.next()

    def _next_playlist(self, now_s: float) -> Playlist | None:
        if now_s < self.trouble.closed_until_s:
            return None
        in_trouble = self.trouble.failures > 0
        due = [each for each in self._playlists.values() if each.due_s <= now_s]
        return next((ready for each in due if (ready := each.next(now_s, in_trouble=in_trouble))), None)

    def _is_ready(self, playlist: Playlist) -> bool:
        """Nothing it lists is still to come or in question: a segment, or a playlist the origin has no version of."""
        return not any(
            need in self._segments or need in self.questions or (need in self._playlists and need not in self._listed)
            for need in playlist.needs
        )

    def _next_segment(self, now_s: float) -> MediaObject | None:
        trouble, waiting = self.trouble, list(self._segments.values())
        if trouble.again in self._segments:
            return self._segments[trouble.again].segment
        if now_s < trouble.closed_until_s:
            return None
        if not trouble.is_the_origins and not trouble.asked:
            return next((each.segment for each in waiting if each.due_s <= now_s), None)
        if not trouble.asked:
            return next((each.segment for each in waiting), None)
        others = [each for each in waiting if each.segment.path not in trouble.asked]
        return min(others or waiting, key=lambda each: each.refusals).segment if waiting else None

    def _next_removal(self, now_s: float) -> Removal | None:
        if now_s < self.trouble.closed_until_s or self._holds_removals:
            return None
        wanted = {need for each in self._playlists.values() for need in each.needs}.union(*self._listed.values())
        path = self.deletions.next(now_s, wanted)
        return None if path is None else Removal(path)

    @property
    def _holds_removals(self) -> bool:
        """What the origin's own playlists list is not known before ours took their places, but for refused ones."""
        return self._resumed or any(
            path not in self._listed and each.refusals < _GIVE_UP_AFTER for path, each in self._playlists.items()
        )

    def wait_s(self, now_s: float) -> float | None:
        """Seconds until something may be due; None: nothing will be before something is added."""
        dues = [each.due_s for each in self._segments.values()] + [AT_ONCE] * bool(self.questions)
        dues += [each.due_s for each in self._playlists.values() if each.is_ready]
        if not self._holds_removals:
            dues.append(self.deletions.due_s)
        due_s = max(min(dues, default=_NEVER), self.trouble.closed_until_s)
        return None if due_s == _NEVER else max(0.0, due_s - now_s)

    def attempts(self, path: str) -> int:
        """Failed tries so far of what waits, but for removals."""
        held = self._segments.get(path) or self._playlists.get(path)
        return self.questions.attempts(path) if held is None else held.attempts

    def answered(self, question: Question, *, there: bool) -> None:
        """The origin said whether it has a segment, or never will."""
        self._under_way = None
        self.questions.close(question.path, there=there)

    def done(self, job: Job) -> bool:
        """The origin took it; False: it had been given up meanwhile, and stays lost."""
        self._under_way = None
        if isinstance(job, Removal):
            self.deletions.done(job.path)
            self.losses.forget(job.path)
            return True
        self._error = ""
        if self.trouble.over():
            for each in self._segments.values():
                each.due_s = AT_ONCE
        if isinstance(job, Playlist):
            self._playlist_done(job)
            return True
        held = job.path in self._segments
        self.taken += held
        self._drop(job.path)
        return held

    def _playlist_done(self, playlist: Playlist) -> None:
        self._resumed = False
        self._listed[playlist.path] = frozenset(playlist.needs)
        self.deletions.playlist_changed()
        if self._playlists[playlist.path].done(playlist):
            del self._playlists[playlist.path]

    def failed(self, job: Job, error: DeliveryError, now_s: float, *, quick: bool) -> None:
        """It did not work this time, ``quick``: within a moment; for a segment perhaps for good."""
        self._under_way = None
        sent = not isinstance(error, UnreachableError)
        failure = Failure(sent=sent, quick=quick, others=len(self._segments) > 1)
        if isinstance(job, Removal):
            if self.deletions.failed(job.path, now_s):
                self.losses.forget(job.path)
            return
        self._error = str(error)
        if isinstance(job, Question):
            if self.questions.failed(job, error, sent=sent):
                self.trouble.failed(job.path, job.attempts, now_s, failure)
        elif isinstance(job, Playlist):
            self._playlist_failed(self._playlists[job.path], error, now_s, failure)
        elif held := self._segments.get(job.path):
            self._segment_failed(held, error, now_s, failure)

    def _playlist_failed(self, waiting: Versions, error: DeliveryError, now_s: float, failure: Failure) -> None:
        """A playlist that is refused waits by itself; it never holds segments up."""
        waiting.attempts += 1
        waiting.refusals += is_for_good(error)
        if failure.sent and (waiting.attempts > 1 or not failure.quick):
            waiting.due_s = now_s + self.trouble.pause_s(waiting.attempts)
        elif failure.sent:
            waiting.due_s = now_s
        else:
            waiting.due_s = self.trouble.failed(waiting.newest.path, waiting.attempts, now_s, failure)

    def _segment_failed(self, held: WaitingSegment, error: DeliveryError, now_s: float, failure: Failure) -> None:
        held.attempts += 1
        held.refusals += failure.sent
        held.error = str(error)
        if held.attempts == 1:
            held.taken_before = self.taken
        held.due_s = self.trouble.failed(held.segment.path, held.attempts, now_s, failure)
        if held.expired:
            self._lose(held, held.error, gap=False)
        elif is_for_good(error) and held.refusals >= _GIVE_UP_AFTER and self.taken > held.taken_before:
            self._lose(held, held.error, gap=True)

    def give_up(self, reason: str) -> None:
        """Every segment that waits is lost; the playlists that waited for them are ready."""
        for held in list(self._segments.values()):
            self._lose(held, f"{reason}: {held.error}" if held.error else reason, gap=True)
        self.questions.give_up()

    def hurry(self) -> None:
        """The channel ends: no deletions any more, and short pauses."""
        self.deletions.end()
        self.trouble.hurry()
        for held in self._segments.values():
            held.due_s = AT_ONCE
        for waiting in self._playlists.values():
            waiting.due_s = AT_ONCE

    def _lose(self, held: WaitingSegment, reason: str, *, gap: bool) -> None:
        path = held.segment.path
        self._drop(path)
        self.losses.note(Loss(path, held.segment.sequence, reason, gap))

    def _drop(self, path: str) -> None:
        held = self._segments.pop(path, None)
        if held is not None:
            self._bytes -= len(held.segment.body)
