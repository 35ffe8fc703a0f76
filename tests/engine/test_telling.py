"""Who is told of events: in order, and only of what is on disk."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from app.engine.telling import WAIT_S, Telling
from app.model.events import ChannelStopped, Event

NOW = datetime(2026, 11, 22, 20, 15, tzinfo=UTC)


def event(number: int) -> Event:
    return ChannelStopped(at=NOW, channel=str(number))


class Disk:
    """Answers when it is let."""

    def __init__(self) -> None:
        self.answers = threading.Event()
        self.asked: list[float] = []

    def written(self, timeout_s: float) -> bool:
        self.asked.append(timeout_s)
        return self.answers.wait(timeout_s)


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def telling(disk: Disk) -> Iterator[Telling]:
    one = Telling(disk.written)
    one.start()
    yield one
    disk.answers.set()
    assert one.stop()


class Hearing:
    """What a subscriber heard."""

    def __init__(self, telling: Telling) -> None:
        self.heard: list[tuple[int, int]] = []
        self._news = threading.Condition()
        self.leave = telling.subscribe(self.take)

    def take(self, _event: Event, life: int, seq: int) -> None:
        with self._news:
            self.heard.append((life, seq))
            self._news.notify_all()

    def wait(self, count: int) -> None:
        with self._news:
            assert self._news.wait_for(lambda: len(self.heard) >= count, 10), self.heard


def test_nobody_is_told_before_it_is_on_disk(telling: Telling, disk: Disk) -> None:
    hearing = Hearing(telling)
    telling.tell(event(1), 1, 1)
    while not disk.asked:
        time.sleep(0.001)
    assert hearing.heard == []
    assert telling.after(0, 0) == []
    disk.answers.set()
    hearing.wait(1)
    assert [one[:2] for one in telling.after(0, 0)] == [(1, 1)]


def test_a_disk_that_does_not_answer_holds_nobody_up_for_long(telling: Telling, disk: Disk) -> None:
    hearing = Hearing(telling)
    started_s = time.monotonic()
    for seq in range(1, 6):
        telling.tell(event(seq), 1, seq)
        hearing.wait(seq)
    assert time.monotonic() - started_s < 3 * WAIT_S, "it is waited for once"
    assert disk.asked[0] == WAIT_S
    assert disk.asked[1:] == [0.0] * 4
    disk.answers.set()
    telling.tell(event(6), 1, 6)
    telling.tell(event(7), 1, 7)
    hearing.wait(7)
    assert hearing.heard == [(1, seq) for seq in range(1, 8)]


def test_one_that_fails_or_leaves_takes_nobody_along(
    telling: Telling, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    disk.answers.set()

    def fails(_event: Event, _life: int, _seq: int) -> None:
        raise RuntimeError

    telling.subscribe(fails)
    gone, stays = Hearing(telling), Hearing(telling)
    gone.leave()
    gone.leave()
    telling.tell(event(1), 1, 1)
    stays.wait(1)
    assert gone.heard == []
    assert "a subscriber failed on channel.stopped" in caplog.text


def test_who_follows_hears_what_was_before(telling: Telling, disk: Disk) -> None:
    disk.answers.set()
    first = Hearing(telling)
    for seq in range(1, 4):
        telling.tell(event(seq), 2, seq)
    first.wait(3)
    late = Hearing(telling)
    late.leave()
    telling.follow(late.take)
    assert late.heard == [(2, 1), (2, 2), (2, 3)]
    assert [one[:2] for one in telling.after(2, 2)] == [(2, 3)]


def test_without_a_journal_all_are_told_at_once() -> None:
    telling = Telling(None)
    telling.start()
    hearing = Hearing(telling)
    telling.tell(event(1), 1, 1)
    assert hearing.heard == [(1, 1)]
    assert telling.stop()
