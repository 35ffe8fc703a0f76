"""What goes on disk before anybody is told of it, and how long the air waits for a disk: not long, and only once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.delivery.spool import Spool
from app.engine import relay as module
from app.engine.relay import WAIT_S, Relay
from app.model.segment import Deletion, Delivery, Expired, Kept, MediaObject, Playlist
from app.model.wire import Plain
from tests.delivery.deliveries import Told, playlist, segment


@dataclass
class Journal:
    """Takes what is kept; answers at once, or when it is told to."""

    order: list[str]
    answers: bool = True
    kept: dict[str, Plain] = field(default_factory=dict)
    unanswered: list[Callable[[], None]] = field(default_factory=list)

    def keep(self, key: str, value: Plain, written: Callable[[], None] | None) -> None:
        assert written is not None
        self.order.append(f"kept {value}")
        self.kept[key] = value
        if self.answers:
            written()
        else:
            self.unanswered.append(written)


class Rig:
    """A relay on real spool and thread; ``order``: what happened one after the other."""

    def __init__(self, folder: Path) -> None:
        self.told, self.order = Told(), list[str]()
        self.lost: list[str] = []
        self.journal = Journal(self.order)
        self.folder = folder
        self.spool = Spool(folder, 1 << 30, self.told.alarm, reserve_bytes=0)
        self.relay = Relay(
            "news",
            hand_on=self.hand_on,
            lose=lambda _output, each: self.lost.append(each.path),
            alarm=self.told.alarm,
            spool=self.spool,
            keep=self.journal.keep,
        )
        self.spool.start()

    def hand_on(self, output: int, delivery: Delivery) -> None:
        assert output == 0
        match delivery:
            case MediaObject():
                there = (self.folder / delivery.path).is_file()
                self.order.append(f"{delivery.path} {'on disk' if there else 'not on disk'}")
            case Playlist():
                self.order.append(delivery.path)
            case _:
                self.order.append(type(delivery).__name__)

    def deliver(self, *deliveries: Delivery) -> None:
        for delivery in deliveries:
            began_s = time.monotonic()
            self.relay.deliver(0, delivery)
            assert time.monotonic() - began_s < 0.2

    def wait_for(self, count: int) -> None:
        self.told.wait(lambda: len(self.order) >= count)

    def stop(self) -> None:
        self.relay.stop(5)
        self.spool.stop(5, empty=False)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path / "spool")
    yield made
    made.stop()


def closed(sequence: int) -> tuple[Delivery, ...]:
    """What is handed over when a segment is closed."""
    made = segment("a", sequence)
    return made, Kept("playlists/news/0", sequence), playlist("a", (made.path,))


def test_a_segment_is_on_disk_and_its_state_kept_before_it_is_listed(rig: Rig) -> None:
    rig.relay.start()
    rig.deliver(*closed(0), Expired(("a/x.ts",)), Deletion(("a/y.ts",)))
    rig.wait_for(5)
    assert rig.order == ["a/00000.ts on disk", "kept 0", "a/index.m3u8", "Expired", "Deletion"]
    assert not rig.told.texts


def test_what_waited_goes_together_and_the_newest_state_is_kept(rig: Rig) -> None:
    rig.deliver(*closed(9))  # before the start it is handed on directly
    assert rig.order == ["a/00009.ts not on disk", "a/index.m3u8"]
    rig.order.clear()
    rig.journal.answers = False
    rig.relay.start()
    rig.deliver(*closed(0))
    rig.wait_for(2)  # and now it waits for the journal
    rig.deliver(*closed(1), *closed(2))
    rig.wait_for(8)
    assert rig.order[:3] == ["a/00000.ts on disk", "kept 0", "a/index.m3u8"]
    assert rig.order[3:] == ["a/00001.ts on disk", "a/00002.ts on disk", "kept 2", "a/index.m3u8", "a/index.m3u8"]


def test_a_journal_that_does_not_answer_is_waited_for_once(rig: Rig) -> None:
    rig.journal.answers = False
    rig.relay.start()
    began_s = time.monotonic()
    rig.deliver(*closed(0))
    rig.wait_for(3)
    assert WAIT_S <= time.monotonic() - began_s < WAIT_S + 1
    assert "the air goes on" in rig.told.standing["journal"]
    began_s = time.monotonic()
    for sequence in range(1, 11):
        rig.deliver(*closed(sequence))
        rig.wait_for(3 + 3 * sequence)
    assert time.monotonic() - began_s < 5 * WAIT_S
    rig.journal.answers = True
    rig.journal.unanswered[-1]()  # of one key it keeps the newest callbacks alone
    rig.deliver(*closed(11))
    rig.wait_for(36)
    rig.told.wait(lambda: not rig.told.standing)
    assert len(rig.told.texts) == 1


def test_a_spool_that_does_not_answer_is_waited_for_once(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    write, answers = rig.spool._write, threading.Event()
    monkeypatch.setattr(rig.spool, "_write", lambda each: (answers.wait(30), write(each)))
    rig.relay.start()
    began_s = time.monotonic()
    rig.deliver(*closed(0))
    rig.wait_for(3)
    assert WAIT_S <= time.monotonic() - began_s < WAIT_S + 1
    assert "does not answer in time" in rig.told.standing["spool"]
    began_s = time.monotonic()
    for sequence in range(1, 11):
        rig.deliver(*closed(sequence))
        rig.wait_for(3 + 3 * sequence)
    assert time.monotonic() - began_s < 5 * WAIT_S
    assert rig.order[-3] == "a/00010.ts not on disk"
    answers.set()
    rig.told.wait(lambda: not rig.told.standing)
    assert rig.spool.holds("a/00010.ts")  # what waited is written all the same


def test_disks_that_fail_stop_nothing(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(rig.spool, "keep", broken)
    monkeypatch.setattr(rig.relay, "_keep", broken)
    rig.relay.start()
    rig.deliver(*closed(0))
    rig.wait_for(2)
    assert rig.order == ["a/00000.ts not on disk", "a/index.m3u8"]


def test_the_oldest_segments_are_lost_when_nobody_takes_them(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUEUE_BYTES", 1000)
    go_on, took = threading.Event(), threading.Event()
    hand_on = rig.relay._hand_on

    def stuck(output: int, delivery: Delivery) -> None:
        took.set()
        go_on.wait(30)
        hand_on(output, delivery)

    monkeypatch.setattr(rig.relay, "_hand_on", stuck)
    rig.relay.start()
    rig.deliver(segment("a", 0, 400))
    assert took.wait(5)
    for sequence in range(1, 6):
        rig.deliver(segment("a", sequence, 400), playlist("a", (segment("a", sequence).path,)))
    assert rig.lost == ["a/00001.ts", "a/00002.ts", "a/00003.ts"]
    assert rig.relay.lost == 3
    go_on.set()
    rig.wait_for(8)
    assert rig.order == [f"a/{n:05}.ts on disk" for n in (0, 4, 5)] + ["a/index.m3u8"] * 5


def test_a_delivery_that_fails_takes_no_other_along(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    hand_on, faults = rig.relay._hand_on, [RuntimeError("oops")]

    def fails_once(output: int, delivery: Delivery) -> None:
        if faults:
            raise faults.pop()
        hand_on(output, delivery)

    rig.relay._hand_on = fails_once
    rig.relay.start()
    rig.deliver(*closed(0))
    rig.wait_for(2)
    rig.deliver(*closed(1))
    rig.wait_for(5)
    assert "a delivery failed" in caplog.text


def test_what_comes_after_the_end_is_handed_on_directly(rig: Rig) -> None:
    rig.relay.start()
    rig.deliver(*closed(0))
    assert rig.relay.stop(5)
    assert rig.order == ["a/00000.ts on disk", "kept 0", "a/index.m3u8"]
    rig.deliver(playlist("b", ()))
    assert rig.order[-1] == "b/index.m3u8"


def test_without_disks_nothing_waits() -> None:
    order: list[Delivery] = []
    relay = Relay(
        "news",
        hand_on=lambda _output, delivery: order.append(delivery),
        lose=lambda *_: None,
        alarm=lambda *_: None,
        spool=None,
        keep=None,
    )
    relay.start()
    deliveries = closed(0)
    for delivery in deliveries:
        relay.deliver(0, delivery)
    assert order == [deliveries[0], deliveries[2]]
    assert relay.stop(5)
