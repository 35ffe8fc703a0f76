"""The uploader's promises, kept against an origin that fails in every way at random; time is the test's own."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.model.events import SegmentDelivered, SegmentLost
from tests.delivery.deliveries import playlist, segment
from tests.delivery.weather import WINDOW, Bench, Weather, air


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
@example(  # a playlist that can't be reached is not refused: what its earlier version lists must stay
    faults=["", "", "", "", "", "refused", "refused", "503"],
    never=set(),
    gaps_s=[0.1, 2.0, *[0.0] * 10],
    killed_before=1,
    not_spooled=set(),
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
