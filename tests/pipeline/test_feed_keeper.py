"""A source whose reading hangs costs its own pictures, no more: the next one is on air, the address is free again."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from app.model.timebase import FrameRate
from app.pipeline import feed_keeper
from app.pipeline.feed import Feed, Taken
from app.pipeline.feed_keeper import ALARM, FeedKeeper
from app.pipeline.source_alarms import PublishAlarm
from app.pipeline.sources.cue_watch import Arrival, Mark
from app.pipeline.sources.udp import UdpInput
from app.scte35 import messages

RATE = FrameRate(25)


class Keeping:
    """A keeper whose frames a test takes, and the alarms that stand."""

    def __init__(self, *sources: str) -> None:
        self.alarms: dict[str, str] = {}
        self.frame = 0
        self.keeper = FeedKeeper(sources, self._made, rate=RATE, publish_alarm=self._alarm, clock=time.monotonic)

    def _alarm(self, key: str, _severity: str, text: str | None) -> None:
        if text is None:
            self.alarms.pop(key, None)
        else:
            self.alarms[key] = text

    def _made(self, sources: tuple[str, ...], alarm: PublishAlarm) -> Feed:
        return Feed(
            sources,
            channel="one",
            title="One",
            rate=RATE,
            width=160,
            height=90,
            audio_channels=2,
            publish_alarm=alarm,
        )

    def until(self, wanted: Callable[[Taken], bool], within_s: float = 15.0) -> None:
        deadline = time.monotonic() + within_s
        while not wanted(self.keeper.take(self.frame, 1920)):
            assert time.monotonic() < deadline, self.alarms
            self.frame += 1
            time.sleep(0.02)


@pytest.fixture
def hung(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Every read of a UDP input hangs until this is set."""
    go_on = threading.Event()
    monkeypatch.setattr(UdpInput, "wait_for_program", lambda _input, _timeout_s: go_on.wait(60))
    monkeypatch.setattr(feed_keeper, "HUNG_S", 0.5)
    yield go_on
    go_on.set()


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def test_the_next_source_is_on_air_and_the_address_is_free(hung: threading.Event) -> None:
    port = free_port()
    url = f"udp://127.0.0.1:{port}"
    keeping = Keeping(url, "test:bars")
    keeping.keeper.start()
    keeping.until(lambda taken: taken.source == "test:bars")
    assert keeping.alarms[ALARM] == f"reading {url} hangs; another source is tried"
    assert keeping.keeper.left_behind() == ("feed one",)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as another:
        another.bind(("127.0.0.1", port))
    hung.set()
    keeping.until(lambda _taken: keeping.keeper.left_behind() == ())
    keeping.until(lambda taken: taken.source == "test:bars")
    keeping.keeper.stop(5)
    assert keeping.alarms == {}


def test_the_alarm_is_over_when_another_has_been_on_air_for_a_while(
    hung: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_keeper, "BACK_S", 0.5)
    keeping = Keeping(f"udp://127.0.0.1:{free_port()}", "test:bars")
    keeping.keeper.start()
    keeping.until(lambda _taken: ALARM in keeping.alarms)
    keeping.until(lambda _taken: ALARM not in keeping.alarms)
    keeping.keeper.stop(5)


def test_the_only_source_is_tried_again_less_and_less_often(hung: threading.Event) -> None:
    keeping = Keeping(f"udp://127.0.0.1:{free_port()}")
    keeping.keeper.start()
    keeping.until(lambda _taken: len(keeping.keeper.left_behind()) == 2)
    first_s = time.monotonic()
    keeping.until(lambda _taken: len(keeping.keeper.left_behind()) == 3)
    assert time.monotonic() - first_s > 1.5
    hung.set()
    keeping.until(lambda _taken: keeping.keeper.left_behind() == ())
    keeping.keeper.stop(5)


def test_what_a_feed_that_hangs_brought_is_gone_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its markers are of a time line that is no more; one that it still brings, too late, goes nowhere."""
    monkeypatch.setattr(feed_keeper, "HUNG_S", 0.5)
    go_on, hangs = threading.Event(), threading.Event()

    def hang(own: UdpInput, _timeout_s: float) -> bool:
        assert own.watch.cues is not None
        arrival = Arrival(500, messages.splice_null().encoded, datetime.now(UTC), Mark(0, 0, None), None)
        own.watch.cues._arrived(arrival)
        hangs.set()
        go_on.wait(60)
        own.watch.cues._arrived(arrival)
        return False

    monkeypatch.setattr(UdpInput, "wait_for_program", hang)
    keeping = Keeping(f"udp://127.0.0.1:{free_port()}", "test:bars")
    keeping.keeper.start()
    assert hangs.wait(5)
    hung_session = keeping.keeper.session
    assert hung_session
    keeping.until(lambda taken: taken.source == "test:bars")
    assert keeping.keeper.session > hung_session
    assert keeping.keeper.frames_until(0, hung_session) is None
    assert keeping.keeper.frames_until(0, keeping.keeper.session) is not None
    assert keeping.keeper.cues() == []
    go_on.set()
    keeping.until(lambda _taken: keeping.keeper.left_behind() == ())
    assert keeping.keeper.cues() == []
    keeping.keeper.stop(5)


def test_frames_taken_in_a_rush_blame_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the process was stopped and catches up."""
    monkeypatch.setattr(feed_keeper, "HUNG_S", 0.5)
    keeping = Keeping("test:bars")
    keeping.keeper.start()
    keeping.until(lambda taken: taken.source == "test:bars")
    for frame in range(200):
        keeping.keeper.take(keeping.frame + frame, 1920)
    assert keeping.keeper.left_behind() == ()
    keeping.keeper.stop(5)
