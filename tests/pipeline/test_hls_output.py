import json
import re
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import m3u8
import pytest

from app.model.events import SegmentWritten
from app.model.segment import Deletion, Expired, Kept, MediaObject, Playlist
from app.model.show import HlsOutput
from app.pipeline.hls import render_media
from app.pipeline.hls_keeping import WrittenTrack, written_from_plain
from app.pipeline.packets import MarkExtend
from tests.pipeline.packaging_rig import GRID, HIGH, HLS, LOW, STARTED_AT, TS, Rig, merge, whole_show


@pytest.fixture(scope="module")
def air() -> Rig:
    return whole_show()


def test_markers_are_the_same_in_every_rendition_and_stand_at_their_segments(air: Rig) -> None:
    high, low = air.media_playlist("high"), air.media_playlist("low")
    assert high == low  # segment names are alike too: they stand beside their playlist
    blocks = dict(zip(GRID, re.split(r"#EXTINF.*\n.*\n", high), strict=False))
    assert "#EXT-X-CUE-OUT:DURATION=3.000" in blocks[113]
    assert "#EXT-X-CUE-OUT-CONT:ElapsedTime=2.000,Duration=3.000" in blocks[163]
    assert "#EXT-X-CUE-IN" in blocks[188]
    assert "#EXT-X-CUE-OUT:DURATION=0.720" in blocks[200]
    touching = blocks[218]
    assert touching.index("#EXT-X-CUE-IN") < touching.index("#EXT-X-CUE-OUT:DURATION=0.280")
    assert "#EXT-X-CUE" not in blocks[0] + blocks[50] + blocks[100] + blocks[250]


def test_what_is_kept_lists_the_same_segments_in_every_rendition(air: Rig) -> None:
    kept = [written_from_plain(item.value) for index, item in air.deliveries if index == 0 and isinstance(item, Kept)]
    assert len(kept) > 5
    for tracks in kept:
        assert len({track.playlist.next_sequence for track in tracks.values()}) == 1


def test_program_dates_step_with_the_media(air: Rig) -> None:
    segments = m3u8.loads(air.media_playlist()).segments
    assert [segment.program_date_time for segment in segments] == [
        STARTED_AT + timedelta(milliseconds=40 * frame) for frame in GRID
    ]


def test_each_segment_goes_out_before_the_playlist_that_lists_it(air: Rig) -> None:
    sent: set[str] = set()
    for _, delivery in air.deliveries:
        if isinstance(delivery, MediaObject):
            sent.add(delivery.path)
        elif isinstance(delivery, Playlist):
            assert set(delivery.needs) <= sent
            assert delivery.needs
            sent.add(delivery.path)


def test_the_multivariant_playlist_comes_with_the_first_segments_and_at_the_end(air: Rig) -> None:
    first, last = air.playlists(0, "news-1/index.m3u8")
    assert first.needs == ("news-1/high/index.m3u8", "news-1/low/index.m3u8")
    assert not first.final
    assert last.final
    read = m3u8.loads(first.render(frozenset()).decode())
    assert [playlist.uri for playlist in read.playlists] == ["high/index.m3u8", "low/index.m3u8"]
    assert read.playlists[0].stream_info.codecs == "avc1.64000C,mp4a.40.2"
    for playlist, rung in zip(read.playlists, (HIGH, LOW), strict=True):
        info = playlist.stream_info
        assert info.resolution == (rung.width, rung.height)
        measured = max(
            8 * len(one.body) * 90_000 / one.duration_ticks
            for one in air.media(0, rung.name)
            if one.duration_ticks > 90_000
        )
        assert measured < info.bandwidth
        assert info.average_bandwidth < info.bandwidth


def test_segments_are_told_and_numbered(air: Rig) -> None:
    written = [event for event in air.events if isinstance(event, SegmentWritten) and event.rendition == "low"]
    assert [event.sequence for event in written] == list(range(len(GRID)))
    assert [event.pts for event in written] == [air.anchor.pts(frame) for frame in GRID]
    assert [event.size for event in written] == [len(one.body) for one in air.media(0, "low")]
    assert written[3].path == "news-1/low/20261122T201532440000-000003.ts"


def test_a_lost_segment_is_a_gap(air: Rig) -> None:
    playlist = air.playlists(0, "news-1/high/index.m3u8")[-1]
    text = playlist.render(frozenset({air.media(0, "high")[2].path})).decode()
    assert "#EXT-X-VERSION:8\n" in text
    assert [segment.gap_tag for segment in m3u8.loads(text).segments].count(True) == 1


def test_a_clean_end_finishes_the_playlists_and_deletes_nothing(air: Rig) -> None:
    for rendition in ("high", "low"):
        *earlier, last = air.playlists(0, f"news-1/{rendition}/index.m3u8")
        assert last.final
        assert last.render(frozenset()).endswith(b"#EXT-X-ENDLIST\n")
        assert not any(b"ENDLIST" in playlist.render(frozenset()) for playlist in earlier)
    assert air.paths(Deletion) == []


def test_the_window_rolls_expires_and_deletes() -> None:
    output = HlsOutput(("primary",), "news-1/", Fraction(1), 3)
    rig = Rig([output], renditions=[LOW]).run(25 * 9, range(0, 25 * 9, 25), {})
    names = [one.path for one in rig.media(0, "low")]
    assert rig.paths(Expired) == names[:6]
    assert rig.paths(Deletion) == names[:1]
    order = [delivery for _, delivery in rig.deliveries]
    deleted = next(index for index, delivery in enumerate(order) if isinstance(delivery, Deletion))
    closed = [one.path for one in order[:deleted] if isinstance(one, MediaObject)]
    assert closed == names[:8]  # segment 0 left when the fourth second closed, and four more have passed
    last = m3u8.loads(rig.media_playlist("low"))
    assert last.media_sequence == 6
    assert last.target_duration == 1
    multivariant = [order.index(one) for one in rig.playlists(0, "news-1/index.m3u8")]
    assert [len([one for one in order[:at] if isinstance(one, MediaObject)]) for at in multivariant] == [1, 4, 7, 9]


def test_a_range_whose_segment_has_left_is_still_told_while_it_lasts() -> None:
    output = HlsOutput(("primary",), "news-1/", Fraction(1), 3)
    rig = Rig([output], renditions=[LOW])
    rig.run(25 * 8, range(0, 25 * 8, 25), rig.whole_break(8, 25, 25 * 4))
    texts = [playlist.render(frozenset()).decode() for playlist in rig.playlists(0, "news-1/low/index.m3u8")]
    opening = [text.count("SCTE35-OUT=") for text in texts]
    sequences = [m3u8.loads(text).media_sequence for text in texts]
    # the break is segments 1 to 4
    assert [(sequence, count) for sequence, count in zip(sequences, opening, strict=True)] == [
        (0, 0),
        (0, 1),
        (0, 1),
        (1, 1),
        (2, 1),
        (3, 1),
        (4, 1),
        (5, 0),
    ]
    assert "SCTE35-IN=" in texts[-1]


def test_outputs_cut_each_on_their_own_grid_and_all_at_the_splice() -> None:
    long, brief = HlsOutput(("a",), "long/", Fraction(2), 9), HlsOutput(("b",), "short/", Fraction(1), 9)
    both, short = frozenset({0, 1, 2}), frozenset({1})
    rig = Rig([long, brief, TS], renditions=[HIGH])
    rig.run(75, [], {}, cuts={0: both, 25: short, 40: both, 65: short})
    starts = [[one.start_ticks for one in rig.media(index, "high")] for index in (0, 1)]
    assert starts == [[rig.anchor.pts(f) for f in (0, 40)], [rig.anchor.pts(f) for f in (0, 25, 40, 65)]]
    assert rig.stream("high", 0) == rig.stream("high", 1)


def test_an_extension_tells_the_same_in_every_rendition() -> None:
    rig = Rig([HLS])
    script = rig.whole_break(6, 25, 100)
    merge(script, {60: [MarkExtend(6, 900_000)]})
    rig.run(140, [0, 25, 50, 75, 100, 125], script)
    assert rig.media_playlist("high") == rig.media_playlist("low")
    assert "ElapsedTime=2.000,Duration=10.000" in rig.media_playlist()


def test_a_break_that_ends_with_the_channel_is_closed_behind_the_last_segment() -> None:
    rig = Rig([HLS])
    script = rig.whole_break(6, 25, 100)
    merge(script, {60: [rig.mark_in(6, 60, 25)]})
    rig.run(60, [0, 25], script)
    for rendition in ("high", "low"):
        tail = rig.media_playlist(rendition).rpartition(".ts\n")[2]
        assert tail.count("SCTE35-IN=") == 1
        assert tail.endswith("#EXT-X-CUE-IN\n#EXT-X-ENDLIST\n")


@pytest.fixture
def abandoned() -> Rig:
    return Rig([HLS]).run(80, [0, 25, 50], {}, end=False)


def test_an_abandoned_packager_leaves_its_playlists_open(abandoned: Rig) -> None:
    assert abandoned.faults == []
    assert "ENDLIST" not in abandoned.media_playlist()
    assert len(abandoned.media(0, "high")) == 2


def test_the_next_run_goes_on_behind_a_discontinuity(abandoned: Rig) -> None:
    before = abandoned.packager.written()
    later = STARTED_AT + timedelta(seconds=30)
    rig = Rig([HLS], before=before, started_at=later).run(30, [0, 25], {})
    text = rig.media_playlist("low")
    read = m3u8.loads(text)
    assert read.media_sequence == 0
    assert [segment.discontinuity for segment in read.segments] == [False, False, True, False]
    assert read.segments[2].program_date_time == later
    assert [one.sequence for one in rig.media(0, "low")] == [2, 3]
    assert not {one.path for one in rig.media(0, "low")} & {one.path for one in abandoned.media(0, "low")}


def test_a_rendition_that_fell_short_is_levelled_with_gaps(abandoned: Rig) -> None:
    before = {0: dict(abandoned.packager.written()[0])}
    whole = before[0]["low"].playlist
    before[0] |= {"low": WrittenTrack(replace(whole, entries=whole.entries[:1]))}
    rig = Rig([HLS], before=before).run(30, [0, 25], {})
    read = m3u8.loads(rig.media_playlist("low"))
    assert [bool(segment.gap_tag) for segment in read.segments] == [False, True, False, False]
    assert len(m3u8.loads(rig.media_playlist("high")).segments) == 4


def test_behind_another_shows_playlists_window_and_target_are_lawful_for_both(abandoned: Rig) -> None:
    """That show's process died; this one cuts longer, lists more and has one rendition more."""
    before = {0: {"low": abandoned.packager.written()[0]["low"]}}
    output = HlsOutput(("primary",), "news-1/", Fraction(3), 9)
    rig = Rig([output], before=before).run(100, [0, 75], {})
    assert rig.faults == []
    for rendition, gaps in (("high", [True, True, False, False]), ("low", [False] * 4)):
        read = m3u8.loads(rig.media_playlist(rendition))
        assert [bool(segment.gap_tag) for segment in read.segments] == gaps
        assert [segment.discontinuity for segment in read.segments] == [False, False, True, False]
        assert read.target_duration == 3
        assert max(segment.duration for segment in read.segments) == 3
    assert {track.playlist.window for track in rig.packager.written()[0].values()} == {9}


def test_behind_a_life_that_listed_nothing_nothing_breaks() -> None:
    silent = Rig([HLS]).run(20, [0], {}, end=False)
    before = silent.packager.written()
    assert before[0]["low"].playlist.entries == ()
    rig = Rig([HLS], before=before).run(30, [0, 25], {})
    assert "#EXT-X-DISCONTINUITY\n" not in rig.media_playlist("low")


def test_what_is_listed_is_kept_before_it_is_told(air: Rig) -> None:
    """And behind its segments: who goes on from what was kept has every object that it names."""
    sent: set[str] = set()
    kept = {}
    for _, delivery in air.deliveries:
        if isinstance(delivery, MediaObject):
            sent.add(delivery.path)
        elif isinstance(delivery, Kept):
            assert delivery.key == "playlists/news-1/0"
            kept = written_from_plain(json.loads(json.dumps(delivery.value)))
            assert {entry.path for track in kept.values() for entry in track.playlist.entries} <= sent
        elif isinstance(delivery, Playlist) and delivery.path != "news-1/index.m3u8":
            track = kept[delivery.path.split("/")[1]]
            assert render_media(track.playlist, frozenset()) == delivery.render(frozenset())
    assert kept == air.packager.written()[0]


def test_what_is_being_deleted_is_kept_until_another_segment_is_closed() -> None:
    output = HlsOutput(("primary",), "news-1/", Fraction(1), 3)
    rig = Rig([output]).run(25 * 11, range(0, 25 * 11, 25), {})
    for rendition in ("high", "low"):
        due: set[str] = set()
        for _, delivery in rig.deliveries:
            if isinstance(delivery, Kept):
                departed = written_from_plain(json.loads(json.dumps(delivery.value)))[rendition].departed
                assert due <= {path for _, path in departed}
            elif isinstance(delivery, Deletion) and f"/{rendition}/" in delivery.paths[0]:
                due = set(delivery.paths)
        assert due
    gone = rig.paths(Deletion)
    assert len(gone) == len(set(gone)) > len(due)


def test_what_is_due_for_deletion_is_deleted_by_the_next_life() -> None:
    output = HlsOutput(("primary",), "news-1/", Fraction(1), 3)
    first = Rig([output], renditions=[LOW]).run(25 * 6, range(0, 25 * 6, 25), {}, end=False)
    assert first.paths(Deletion) == []
    (kept,) = [delivery for _, delivery in first.deliveries if isinstance(delivery, Kept)][-1:]
    before = {0: written_from_plain(json.loads(json.dumps(kept.value)))}
    later = STARTED_AT + timedelta(seconds=30)
    second = Rig([output], renditions=[LOW], before=before, started_at=later).run(25 * 9, range(0, 25 * 9, 25), {})
    written = [one.path for one in (*first.media(0, "low"), *second.media(0, "low"))]
    deleted = second.paths(Deletion)
    assert deleted == written[: len(deleted)]
    assert len(deleted) >= len(first.media(0, "low"))
