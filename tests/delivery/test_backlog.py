"""The uploader's promises, kept against an origin that fails in every way at random; time is the test's own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from app.delivery.backlog import Backlog
from app.delivery.client import UnreachableError
from app.delivery.jobs import Removal
from app.delivery.uploader import Uploader
from app.model.errors import DeliveryError
from app.model.events import Event, SegmentDelivered, SegmentLost
from app.model.segment import Deletion, Expired, Playlist
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


@settings(max_examples=300, deadline=None)
@given(
    faults=st.lists(st.sampled_from(["", "refused", "503", "stall"]), max_size=60),
    never=st.sets(st.tuples(st.sampled_from("ab"), st.integers(0, 11)), max_size=4),
    gaps_s=st.lists(st.sampled_from([0.0, 0.1, 2.0, 6.0, 30.0]), min_size=12, max_size=12),
    limit_bytes=st.sampled_from([250, 1 << 30]),
)
def test_whatever_fails(faults: list[str], never: set[tuple[str, int]], gaps_s: list[float], limit_bytes: int) -> None:
    refused = frozenset(segment(rendition, sequence).path for rendition, sequence in never)
    bench = Bench(Weather(faults=faults, never=refused), limit_bytes)
    aired = []
    for sequence, gap_s in enumerate(gaps_s):
        aired += [air(bench, rendition, sequence) for rendition in "ab"]
        bench.run(bench.origin.now_s + gap_s)
    bench.run(bench.origin.now_s + 900)  # the faults have an end

    delivered, lost = bench.paths(SegmentDelivered), bench.paths(SegmentLost)
    waiting = bench.uploader.status().backlog
    assert len(delivered) + len(lost) + waiting == len(aired)
    assert sorted(delivered + lost) == sorted(set(delivered + lost))
    assert bench.uploader.status().lost == len(lost)
    assert not set(delivered) & refused
    if not refused:
        assert not waiting
        assert "origin:primary" not in bench.alarms
        for rendition in "ab":
            assert bench.origin.held[f"{rendition}/index.m3u8"]
    bench.uploader.stop(1)
    assert sorted(bench.paths(SegmentDelivered) + bench.paths(SegmentLost)) == sorted(aired)


@settings(max_examples=300, deadline=None)
@given(
    faults=st.lists(st.sampled_from(["", "refused", "503", "stall"]), max_size=40),
    never=st.sets(st.tuples(st.sampled_from("ab"), st.integers(0, 11)), max_size=2),
    gaps_s=st.lists(st.sampled_from([0.0, 0.1, 2.0, 6.0]), min_size=12, max_size=12),
    killed_before=st.integers(1, 11),
    not_spooled=st.sets(st.tuples(st.sampled_from("ab"), st.integers(0, 11)), max_size=4),
)
def test_whenever_it_is_killed(
    faults: list[str],
    never: set[tuple[str, int]],
    gaps_s: list[float],
    killed_before: int,
    not_spooled: set[tuple[str, int]],
) -> None:
    """The next process gets what the spool held, and never sends or tells a segment twice."""
    origin = Weather(faults=faults, never=frozenset(segment(*each).path for each in never))
    before, after = Bench(origin), Bench(origin)
    for sequence in range(killed_before):
        for rendition in "ab":
            air(before, rendition, sequence)
        before.run(origin.now_s + gaps_s[sequence])
    delivered, lost = before.paths(SegmentDelivered), before.paths(SegmentLost)
    places = [(rendition, n) for n in range(max(0, killed_before - WINDOW), killed_before) for rendition in "ab"]
    owed = [place for place in places if segment(*place).path not in (*delivered, *lost)]
    missed = {segment(*place).path: place[1] for place in owed if place in not_spooled}
    after.uploader.resume({path for path in lost if path in {segment(*each).path for each in places}}, missed)
    for place in owed:
        if place not in not_spooled:
            after.uploader.submit(segment(*place))
    for sequence in range(killed_before, 12):
        for rendition in "ab":
            air(after, rendition, sequence)
        after.run(origin.now_s + gaps_s[sequence])
    after.run(origin.now_s + 900)
    after.uploader.stop(1)

    told = after.paths(SegmentDelivered) + after.paths(SegmentLost)
    new = [segment(rendition, n).path for n in range(killed_before, 12) for rendition in "ab"]
    assert sorted(told) == sorted([segment(*place).path for place in owed] + new)
    assert set(missed) <= set(after.paths(SegmentLost))
    if not never:
        for rendition in "ab":
            assert segment(rendition, 11).path in origin.held[f"{rendition}/index.m3u8"].decode()


@settings(max_examples=100, deadline=None)
@given(refusals=st.integers(1, 30), count=st.integers(1, 8))
def test_after_an_outage_all_is_delivered_in_order_then_the_playlist(refusals: int, count: int) -> None:
    bench = Bench(Weather(faults=["refused"] * refusals))
    aired = [segment("a", n) for n in range(count)]
    for made in aired:
        bench.uploader.submit(made)
    bench.uploader.submit(playlist("a", tuple(made.path for made in aired)))
    bench.run(300)
    assert bench.origin.order == [*(made.path for made in aired), "a/index.m3u8"]
    assert bench.paths(SegmentDelivered) == [made.path for made in aired]


@settings(max_examples=100, deadline=None)
@given(rounds=st.integers(1, 12), count=st.integers(2, 8))
def test_after_an_outage_with_answers_too(rounds: int, count: int) -> None:
    """Asked in rounds of two, back to back; the outage ends in a pause between two rounds."""
    bench = Bench(Weather(faults=["503"] * (4 + 2 * rounds)))
    aired = [segment("a", n) for n in range(count)]
    for made in aired:
        bench.uploader.submit(made)
    bench.run(300)
    assert bench.paths(SegmentDelivered) == [made.path for made in aired]


def told(bench: Bench) -> list[str]:
    return [text for text in bench.texts if text.startswith("Origin primary: push")]


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


def filled(count: int) -> Backlog:
    backlog = Backlog(1 << 30, jitter=lambda: 1.0)
    for sequence in range(count):
        backlog.add(segment("a", sequence))
    return backlog


def drain(backlog: Backlog, now_s: float = 0.0, take: Callable[[str], bool] = lambda _path: True) -> list[str]:
    done = []
    while (job := backlog.next_job(now_s)) is not None:
        done.append(job.path)
        if take(job.path):
            backlog.done(job)
        else:
            backlog.failed(job, DeliveryError("delete 403", status=403), now_s, quick=True)
    return done


def test_deletions_come_last_and_wait_for_the_playlist() -> None:
    backlog = filled(2)
    backlog.add(playlist("a", ("a/00000.ts", "a/00001.ts")))
    assert drain(backlog) == ["a/00000.ts", "a/00001.ts", "a/index.m3u8"]
    backlog.add(Deletion(("a/00000.ts",)))
    assert drain(backlog) == []
    assert backlog.wait_s(0.0) is None
    backlog.add(segment("a", 2))
    backlog.add(playlist("a", ("a/00001.ts", "a/00002.ts")))
    assert drain(backlog) == ["a/00002.ts", "a/index.m3u8", "a/00000.ts"]


def test_a_deletion_is_tried_three_times_then_left() -> None:
    backlog = filled(0)
    backlog.add(Deletion(("a/00000.ts", "a/00001.ts")))
    tries = []
    for now_s in range(100):
        tries += [(now_s, path) for path in drain(backlog, now_s, lambda path: path != "a/00000.ts")]
    assert [now_s for now_s, path in tries if path == "a/00000.ts"] == [0, 4, 24]
    assert [path for _now, path in tries].count("a/00001.ts") == 1
    assert backlog.deletions.left == 1
    assert backlog.wait_s(100.0) is None


def test_ten_objects_that_fail_leave_the_rest_going() -> None:
    """Even with every older object refused, a new one is asked with within a few rounds."""
    backlog = filled(10)
    now_s, asked = 0.0, 0
    for _ in range(40):
        job = backlog.next_job(now_s)
        if job is None:
            now_s += backlog.wait_s(now_s) or 0
            continue
        asked += 1
        if job.path == "a/00009.ts":
            break
        backlog.failed(job, DeliveryError("push 500", status=500), now_s, quick=True)
    assert asked < 25
    assert now_s < 40
    assert not isinstance(job, Removal)
