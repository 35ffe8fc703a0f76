import io
import re
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

import av
import m3u8
import pytest

from app.model.errors import EncoderError
from app.model.events import SegmentWritten
from app.model.segment import Deletion, Expired, MediaObject, Playlist
from app.model.show import HlsOutput, Rendition, TsOutput
from app.model.timebase import PTS_WRAP, FrameRate, wrapped
from app.pipeline.packets import Boundary, MarkExtend, SendSection
from app.pipeline.ts import SCTE35_PID
from app.scte35.messages import splice_null
from tests.pipeline.packaging_rig import HIGH, LOW, STARTED_AT, Rig, Script, merge
from tests.pipeline.ts_walk import Walk, crc, streams_of, walk

NULL = splice_null().encoded
HLS = HlsOutput(("primary",), "news-1/", Fraction(2), 20)
TS = TsOutput("file:///high.ts", "high")
GRID = [0, 50, 100, 113, 163, 188, 200, 218, 225, 250]  # 113-188 a break, 200-218 and 218-225 two that touch


def breaks(rig: Rig) -> Script:
    script = rig.whole_break(17, 113, 75)
    merge(script, rig.whole_break(18, 200, 18))
    return merge(script, rig.whole_break(19, 218, 7))


@pytest.fixture(scope="module")
def air() -> Rig:
    rig = Rig([HLS, TS])
    rig.run(270, GRID, breaks(rig))
    assert rig.faults == []
    return rig


def stream(rig: Rig, rendition: str, output: int = 0) -> bytes:
    return b"".join(one.body for one in rig.media(output, rendition))


def cues_in(found: Walk) -> list[bytes]:
    return [section for _, section in found.sections[SCTE35_PID] if section != NULL]


def media_playlist(rig: Rig, rendition: str = "high", version: int = -1, output: int = 0) -> str:
    path = f"news-1/{rendition}/index.m3u8"
    return rig.playlists(output, path)[version].render(frozenset()).decode()


# ---- media


@pytest.mark.parametrize("rendition", ["high", "low"])
def test_every_picture_has_the_pts_its_encoder_gave_it(air: Rig, rendition: str) -> None:
    assert walk(stream(air, rendition)).pictures == air.encoded[rendition]


@pytest.mark.parametrize("rendition", ["high", "low"])
def test_a_segment_begins_with_pat_pmt_and_the_idr_at_its_start(air: Rig, rendition: str) -> None:
    segments = air.media(0, rendition)
    assert [one.start_ticks for one in segments] == [air.anchor.pts(frame) for frame in GRID]
    for one in segments:
        pids = [packet.pid for packet in walk(one.body).packets]
        head = pids[: pids.index(0x100)]
        assert set(head) <= {0x11, 0, 0x1000}
        assert {0, 0x1000} <= set(head)
        first_picture = walk(one.body).packets[len(head)]
        assert first_picture.random_access
        assert walk(one.body).idrs == [(188 * len(head), one.start_ticks)]


def test_the_segments_are_the_continuous_stream_byte_for_byte(air: Rig) -> None:
    continuous, segments = b"".join(air.pushed[1]), stream(air, "high")
    assert continuous.endswith(segments)
    ahead = walk(continuous[: len(continuous) - len(segments)])
    assert ahead.pictures == []  # at most sound that leads the first picture


@pytest.mark.parametrize("rendition", ["high", "low"])
def test_continuity_never_breaks(air: Rig, rendition: str) -> None:
    assert walk(stream(air, rendition)).gaps == []


def test_durations_are_exact_and_end_with_the_last_picture(air: Rig) -> None:
    ends = [*GRID[1:], 270]
    for rendition in ("high", "low"):
        assert [one.duration_ticks for one in air.media(0, rendition)] == [
            air.anchor.pts(end) - air.anchor.pts(start) for start, end in zip(GRID, ends, strict=True)
        ]


@pytest.mark.parametrize("rendition", ["high", "low"])
def test_each_segment_decodes_on_its_own(air: Rig, rendition: str) -> None:
    frames = [end - start for start, end in zip(GRID, [*GRID[1:], 270], strict=True)]
    for one, wanted in zip(air.media(0, rendition), frames, strict=True):
        with av.open(io.BytesIO(one.body), "r", format="mpegts") as container:
            pictures = list(container.decode(video=0))
        assert len(pictures) == wanted
        assert pictures[0].key_frame
        assert pictures[0].pts == one.start_ticks


def test_sound_is_all_there_and_on_its_clock(air: Rig) -> None:
    with av.open(io.BytesIO(b"".join(air.pushed[1])), "r", format="mpegts") as container:
        times = [packet.pts for packet in container.demux(audio=0) if packet.pts is not None]
    assert times[0] == air.anchor.first_pts - 1920  # AAC's priming
    assert {later - earlier for earlier, later in pairwise(times)} == {1920}
    assert times[-1] >= air.anchor.pts(269) - 1920


def test_two_idrs_in_a_row_each_have_their_tables() -> None:
    rig = Rig([HLS, TS]).run(12, [0, 5, 6, 7], {})
    assert [one.duration_ticks for one in rig.media(0, "low")] == [18_000, 3600, 3600, 18_000]
    for one in rig.media(0, "low"):
        found = walk(one.body)
        assert len(found.idrs) == 1
        assert {0, 0x1000} <= {packet.pid for packet in found.packets if packet.offset < found.idrs[0][0]}
    assert walk(stream(rig, "low")).gaps == []
    assert walk(b"".join(rig.pushed[1])).gaps == []


# ---- tables and sections


@pytest.mark.parametrize("rendition", ["high", "low"])
def test_the_pmt_announces_the_cues_with_crc_and_one_version(air: Rig, rendition: str) -> None:
    tables = {section for _, section in walk(stream(air, rendition)).sections[0x1000]}
    (pmt,) = tables
    assert crc(pmt) == 0
    assert streams_of(pmt) == {0x100: 0x1B, 0x101: 0x0F, SCTE35_PID: 0x86}
    assert b"\x05\x04CUEI" in pmt
    assert pmt[5] >> 1 & 31 == 1  # libav's is 0


def test_the_service_is_named_after_the_channel(air: Rig) -> None:
    assert "Nächrichten 1".encode() in b"".join(air.pushed[1])


def test_all_renditions_carry_the_same_sections_as_they_were_given(air: Rig) -> None:
    given = [
        item.section for _, items in sorted(breaks(air).items()) for item in items if isinstance(item, SendSection)
    ]
    for rendition in ("high", "low"):
        found = walk(stream(air, rendition))
        assert cues_in(found) == given
        assert all(crc(section) == 0 for _, section in found.sections[SCTE35_PID])


def test_a_section_says_the_pts_of_its_idr(air: Rig) -> None:
    idrs = {pts for _, pts in walk(stream(air, "high")).idrs}
    with_times = [section for section in cues_in(walk(stream(air, "high"))) if section[13] == 5]
    assert len(with_times) == 6
    for section in with_times:
        pts = int.from_bytes(section[20:25], "big") & PTS_WRAP - 1
        assert pts in idrs


def test_heartbeats_come_in_media_time(air: Rig) -> None:
    found = walk(stream(air, "high"))
    nulls = [offset for offset, section in found.sections[SCTE35_PID] if section == NULL]
    starts = [packet.offset for packet in found.packets if packet.pid == 0x100 and packet.starts]
    pictures = [sum(start < offset for start in starts) for offset in nulls]
    gaps = [later - earlier for earlier, later in pairwise(pictures)]
    assert len(nulls) >= 10
    assert all(20 <= gap <= 30 for gap in gaps)  # one second is 25 pictures, more or less what the encoders lag


def test_each_cue_is_reported_once_when_the_last_rendition_has_it(air: Rig) -> None:
    reported = sorted((cue.splice_event_id or 0, cue.kind) for cue in air.cues())
    assert reported == [(17, "in"), (17, "out"), (18, "in"), (18, "out"), (19, "in"), (19, "out")]


def test_a_section_goes_out_without_waiting_for_a_picture() -> None:
    rig = Rig([HLS, TS], heartbeat_s=100)
    rig.packager.start()
    rig.packager.put(Boundary(rig.anchor.pts(0), frozenset({0})))
    for frame in range(40):
        rig.encode(frame, idr=frame == 0)
    rig.drain()
    before = len(b"".join(rig.pushed[1]))
    rig.packager.put(rig.out(5, 200, 50))
    rig.wait_for(lambda: any(cue.splice_event_id == 5 for cue in rig.cues()))
    added = b"".join(rig.pushed[1])[before:]
    assert [packet.pid for packet in walk(added).packets] == [SCTE35_PID]
    rig.packager.abandon()
    assert rig.packager.join(5)
    rig.close()


def test_an_in_is_held_until_its_out_was_spliced_in_every_rendition() -> None:
    rig = Rig([HLS])
    script = rig.whole_break(3, 30, 25)
    del script[31]
    merge(script, {10: [rig.back(3, 55, 30)]})  # as early as can be: the break is still in its pre-roll
    rig.run(70, [0, 30, 55], script)
    for rendition in ("high", "low"):
        found = walk(stream(rig, rendition))
        (in_at,) = [at for at, section in found.sections[SCTE35_PID] if section == rig.back(3, 55, 30).section]
        out_idr, in_idr = found.idrs[1][0], found.idrs[2][0]
        assert out_idr < in_at < in_idr
        assert in_at - out_idr < 20_000  # directly behind the picture


def test_a_newer_in_replaces_a_held_one_and_a_cancel_drops_it() -> None:
    rig = Rig([HLS])
    script: Script = {
        5: [rig.out(3, 30, 25), rig.out(4, 200, 25)],
        8: [rig.back(3, 55, 30), rig.back(4, 225, 200)],
        9: [rig.back(3, 45, 30), rig.cancel(4)],
        30: [rig.mark_out(3, 30, 25)],
        45: [rig.mark_in(3, 45, 30)],
    }
    rig.run(60, [0, 30, 45], script)
    wanted = [rig.out(3, 30, 25), rig.out(4, 200, 25), rig.cancel(4), rig.back(3, 45, 30)]
    for rendition in ("high", "low"):
        assert cues_in(walk(stream(rig, rendition))) == [item.section for item in wanted]
    assert [cue.section for cue in rig.cues()] == [item.section for item in wanted]


def test_a_cue_that_comes_before_the_first_picture_stands_in_front_of_it() -> None:
    rig = Rig([HLS])
    rig.run(20, [0, 10], rig.whole_break(9, 0, 10))
    for rendition in ("high", "low"):
        found = walk(rig.media(0, rendition)[0].body)
        assert found.sections[SCTE35_PID][0] == (found.idrs[0][0] - 188, rig.out(9, 0, 10).section)
        assert "#EXT-X-CUE-OUT:DURATION=0.400" in media_playlist(rig, rendition).split("#EXTINF")[0]
    assert [cue.kind for cue in rig.cues()] == ["out", "in"]


# ---- clock


def test_the_33_bits_wrap_inside_the_run() -> None:
    rig = Rig([HLS, TS], first_pts=PTS_WRAP - 90_000)
    script = rig.whole_break(7, 40, 50)
    rig.run(120, [0, 40, 90], script)
    for rendition in ("high", "low"):
        found = walk(stream(rig, rendition))
        assert found.gaps == []
        assert found.pictures == [wrapped(pts) for pts in rig.encoded[rendition]]
        assert [pts for _, pts in found.idrs] == [wrapped(rig.anchor.pts(frame)) for frame in (0, 40, 90)]
    assert [one.start_ticks for one in rig.media(0, "high")] == [rig.anchor.pts(frame) for frame in (0, 40, 90)]
    assert rig.anchor.pts(40) > PTS_WRAP
    segments = m3u8.loads(media_playlist(rig)).segments
    assert [segment.duration for segment in segments] == [1.6, 2.0, 1.2]
    assert segments[1].program_date_time == rig.anchor.at(40)


def test_a_rate_of_thirty_thousand_over_1001_stays_exact() -> None:
    rig = Rig([HLS], rate=FrameRate(30000, 1001))
    rig.run(80, [0, 31, 59], rig.whole_break(2, 31, 28))
    frames = list(zip((0, 31, 59), (31, 59, 80), strict=True))
    for rendition in ("high", "low"):
        assert [pts for _, pts in walk(stream(rig, rendition)).idrs] == [rig.anchor.pts(frame) for frame, _ in frames]
        durations = [rig.anchor.pts(end) - rig.anchor.pts(start) for start, end in frames]
        assert [one.duration_ticks for one in rig.media(0, rendition)] == durations


# ---- playlists


def test_markers_are_the_same_in_every_rendition_and_stand_at_their_segments(air: Rig) -> None:
    high, low = media_playlist(air, "high"), media_playlist(air, "low")
    assert high == low  # segment names are alike too: they stand beside their playlist
    blocks = dict(zip(GRID, re.split(r"#EXTINF.*\n.*\n", high), strict=False))
    assert "#EXT-X-CUE-OUT:DURATION=3.000" in blocks[113]
    assert "#EXT-X-CUE-OUT-CONT:ElapsedTime=2.000,Duration=3.000" in blocks[163]
    assert "#EXT-X-CUE-IN" in blocks[188]
    assert "#EXT-X-CUE-OUT:DURATION=0.720" in blocks[200]
    touching = blocks[218]
    assert touching.index("#EXT-X-CUE-IN") < touching.index("#EXT-X-CUE-OUT:DURATION=0.280")
    assert "#EXT-X-CUE" not in blocks[0] + blocks[50] + blocks[100] + blocks[250]


def test_program_dates_step_with_the_media(air: Rig) -> None:
    segments = m3u8.loads(media_playlist(air)).segments
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
    last = m3u8.loads(media_playlist(rig, "low"))
    assert last.media_sequence == 6
    assert last.target_duration == 1


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
    assert stream(rig, "high", 0) == stream(rig, "high", 1)


def test_an_extension_tells_the_same_in_every_rendition() -> None:
    rig = Rig([HLS])
    script = rig.whole_break(6, 25, 100)
    merge(script, {60: [MarkExtend(6, 900_000)]})
    rig.run(140, [0, 25, 50, 75, 100, 125], script)
    assert media_playlist(rig, "high") == media_playlist(rig, "low")
    assert "ElapsedTime=2.000,Duration=10.000" in media_playlist(rig)


# ---- ends and faults


def test_a_break_that_ends_with_the_channel_is_closed_behind_the_last_segment() -> None:
    rig = Rig([HLS])
    script = rig.whole_break(6, 25, 100)
    merge(script, {60: [rig.mark_in(6, 60, 25)]})
    rig.run(60, [0, 25], script)
    for rendition in ("high", "low"):
        tail = media_playlist(rig, rendition).rpartition(".ts\n")[2]
        assert tail.count("SCTE35-IN=") == 1
        assert tail.endswith("#EXT-X-CUE-IN\n#EXT-X-ENDLIST\n")


def test_a_forced_idr_that_does_not_come_is_a_fault() -> None:
    rig = Rig([HLS], renditions=[LOW])
    rig.packager.start()
    for frame in (0, 20, 30):
        rig.packager.put(Boundary(rig.anchor.pts(frame), frozenset({0})))
    for frame in range(60):
        rig.encode(frame, idr=frame in {0, 30})
    assert rig.packager.join(5)
    (fault,) = rig.faults
    assert isinstance(fault, EncoderError)
    assert str(rig.anchor.pts(20)) in str(fault)
    dropped = rig.packager.dropped
    rig.packager.put(Boundary(0, frozenset()))
    assert rig.packager.dropped == dropped + 1
    rig.close()


@pytest.fixture
def abandoned() -> Rig:
    return Rig([HLS]).run(80, [0, 25, 50], {}, end=False)


def test_an_abandoned_packager_leaves_its_playlists_open(abandoned: Rig) -> None:
    assert abandoned.faults == []
    assert "ENDLIST" not in media_playlist(abandoned)
    assert len(abandoned.media(0, "high")) == 2


def test_the_next_run_goes_on_behind_a_discontinuity(abandoned: Rig) -> None:
    before = abandoned.packager.playlists()
    later = STARTED_AT + timedelta(seconds=30)
    rig = Rig([HLS], before=before, started_at=later).run(30, [0, 25], {})
    text = media_playlist(rig, "low")
    read = m3u8.loads(text)
    assert read.media_sequence == 0
    assert [segment.discontinuity for segment in read.segments] == [False, False, True, False]
    assert read.segments[2].program_date_time == later
    assert [one.sequence for one in rig.media(0, "low")] == [2, 3]
    assert not {one.path for one in rig.media(0, "low")} & {one.path for one in abandoned.media(0, "low")}


def test_a_rendition_that_fell_short_is_levelled_with_gaps(abandoned: Rig) -> None:
    before = {0: dict(abandoned.packager.playlists()[0])}
    whole = before[0]["low"]
    before[0]["low"] = type(whole)(whole.target_duration_s, whole.window, whole.entries[:1])
    rig = Rig([HLS], before=before).run(30, [0, 25], {})
    read = m3u8.loads(media_playlist(rig, "low"))
    assert [bool(segment.gap_tag) for segment in read.segments] == [False, True, False, False]
    assert len(m3u8.loads(media_playlist(rig, "high")).segments) == 4


def test_a_channel_with_a_continuous_output_alone_needs_no_playlists() -> None:
    rig = Rig([TS], renditions=[HIGH, Rendition("low", 160, 90, 100_000, preset="ultrafast")])
    rig.run(40, [], {}, cuts={0: frozenset(), 25: frozenset()})
    assert rig.deliveries == []
    found = walk(b"".join(rig.pushed[0]))
    assert found.pictures == rig.encoded["high"]
    assert found.gaps == []
