"""What the uploader says and does about one kind of trouble after the other; time is the test's own."""

from __future__ import annotations

import itertools

from app.model.events import SegmentDelivered, SegmentLost
from app.model.segment import Playlist
from tests.delivery.deliveries import playlist, segment
from tests.delivery.weather import Bench, Weather, air, told


def test_the_first_failure_is_tried_again_at_once_and_unsaid() -> None:
    bench = Bench(Weather(faults=["refused"]))
    air(bench, "a", 0)
    bench.run(0.1)
    assert bench.origin.order == ["a/00000.ts", "a/index.m3u8"]
    assert not bench.texts
    (event,) = [event for event in bench.events if isinstance(event, SegmentDelivered)]
    assert event.attempts == 2


def test_the_alarm_speaks_the_operators_words_and_ends_with_the_backlog() -> None:
    bench = Bench(Weather(faults=["503"] * 8))
    air(bench, "a", 0)
    bench.run(1)
    assert bench.alarms == {"origin:primary": "Origin primary: push 503, retry 2"}
    assert bench.uploader.status().last_error == "push 503"
    bench.run(60)
    assert not bench.alarms
    assert not bench.uploader.status().last_error
    assert 1 < len(told(bench)) < 8


def test_a_stall_is_told_at_the_first_time() -> None:
    bench = Bench(Weather(faults=["stall"]))
    air(bench, "a", 0)
    bench.run(5)
    assert told(bench) == ["Origin primary: push: timed out, retry 1"]


def test_the_pauses_grow_to_four_seconds() -> None:
    bench = Bench(Weather(faults=["refused"] * 40))
    times: list[float] = []
    original = bench.origin.put

    def put(path: str, body: bytes, content_type: str, *, timeout_s: float = 10) -> None:
        times.append(bench.origin.now_s)
        original(path, body, content_type, timeout_s=timeout_s)

    bench.origin.put = put  # type: ignore[method-assign]  # the test's own origin, watched
    bench.uploader.submit(segment("a", 0))
    bench.run(60)
    pauses = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert pauses[0] < 0.001
    for pause, wanted in zip(pauses[1:], [0.5, 1, 2, 4, 4, 4], strict=False):
        assert 0.75 * wanted <= pause <= wanted + 0.01


def test_one_object_that_is_refused_for_good_holds_nothing_back_and_becomes_a_gap() -> None:
    bench = Bench(Weather(never=frozenset({"a/00000.ts"})))
    air(bench, "a", 0)
    bench.run(3)
    assert not bench.origin.order  # alone, it may be the origin's fault
    air(bench, "b", 0)
    bench.run(3.1)
    assert bench.origin.order[:2] == ["b/00000.ts", "b/index.m3u8"]
    bench.run(10)
    assert bench.origin.held["a/index.m3u8"] == b"GAP a/00000.ts"
    assert bench.paths(SegmentLost) == ["a/00000.ts"]
    assert bench.alarms == {"origin:primary:gap": "Origin primary: a/00000.ts is a gap: push 413"}
    for sequence in range(1, 4):
        air(bench, "a", sequence)
    bench.run(20)
    assert not bench.alarms
    assert b"GAP" not in bench.origin.held["a/index.m3u8"]


def test_a_whole_origin_that_refuses_loses_nothing_early() -> None:
    bench = Bench(Weather(never=frozenset(segment("a", n).path for n in range(3))))
    for sequence in range(3):
        air(bench, "a", sequence)
    bench.run(60)
    assert not bench.paths(SegmentLost)
    assert bench.uploader.status().backlog == 3
    bench.origin.never = frozenset()
    bench.run(70)
    assert len(bench.paths(SegmentDelivered)) == 3
    assert not bench.alarms


def test_what_left_the_window_is_lost_and_counted() -> None:
    bench = Bench(Weather(faults=["refused"] * 1000))
    for sequence in range(6):
        air(bench, "a", sequence)
        bench.run(6.0 * (sequence + 1))
    assert bench.paths(SegmentLost) == [segment("a", n).path for n in range(3)]
    assert bench.uploader.status().lost == 3
    assert "3 segments lost" in bench.alarms["origin:primary"]
    bench.origin.faults.clear()
    bench.run(60)
    assert bench.origin.order == [*(segment("a", n).path for n in range(3, 6)), "a/index.m3u8"]


def test_a_full_queue_gives_up_the_oldest() -> None:
    bench = Bench(Weather(faults=["refused"] * 50), limit_bytes=250)
    for sequence in range(4):
        bench.uploader.submit(segment("a", sequence))
    bench.uploader.submit(playlist("a", tuple(segment("a", n).path for n in range(4))))
    bench.run(0)
    bench.run(0.1)
    assert bench.paths(SegmentLost) == ["a/00000.ts", "a/00001.ts"]
    assert "wait for this origin" in bench.alarms["origin:primary:gap"]
    bench.origin.faults.clear()
    bench.run(60)
    assert bench.origin.held["a/index.m3u8"].decode().splitlines() == [
        "GAP a/00000.ts",
        "GAP a/00001.ts",
        "a/00002.ts",
        "a/00003.ts",
    ]


def test_only_the_newest_version_of_a_playlist_goes_out() -> None:
    bench = Bench(Weather())
    for sequence in range(3):
        air(bench, "a", sequence)
    bench.run(1)
    assert bench.origin.order.count("a/index.m3u8") == 1


def test_an_origin_that_stays_behind_gets_playlists_all_the_same() -> None:
    """It takes as long for a segment as one lasts, and two wait from the beginning."""

    class Slow(Weather):
        def put(self, path: str, body: bytes, content_type: str, *, timeout_s: float = 10) -> None:
            self.now_s += 6.0 if path.endswith(".ts") else 0.0
            super().put(path, body, content_type, timeout_s=timeout_s)

    bench = Bench(Slow())
    for sequence in range(12):
        air(bench, "a", sequence)
        if sequence >= 2:
            bench.run(6.0 * (sequence - 1))
            assert bench.uploader.status().backlog == 2
    lists = [n for n, path in enumerate(bench.origin.order) if path == "a/index.m3u8"]
    assert len(lists) >= 7  # nearly one a segment
    assert bench.origin.held["a/index.m3u8"].decode().splitlines()[-1] == "a/00008.ts"
    assert not bench.paths(SegmentLost)


def test_a_multivariant_playlist_waits_for_the_playlists_it_lists() -> None:
    bench = Bench(Weather(faults=["", "503", "503", "503"]))
    bench.uploader.submit(segment("a", 0))
    bench.uploader.submit(Playlist("index.m3u8", ("a/index.m3u8",), lambda _lost: b"a/index.m3u8"))
    bench.uploader.submit(playlist("a", ("a/00000.ts",)))
    bench.run(30)
    assert bench.origin.order == ["a/00000.ts", "a/index.m3u8", "index.m3u8"]


def test_a_fault_in_a_playlists_text_is_told_and_ends_nothing() -> None:
    def render(_lost: frozenset[str]) -> bytes:
        raise KeyError("sequence")

    bench = Bench(Weather())
    bench.uploader.submit(Playlist("a/index.m3u8", (), render))
    bench.uploader.submit(segment("b", 0))
    bench.run(2)
    assert bench.origin.order == ["b/00000.ts"]
    assert "a/index.m3u8 could not be written: KeyError('sequence')" in bench.alarms["origin:primary"]
