import io
from itertools import pairwise

import av
import m3u8
import pytest

from app.model.errors import EncoderError
from app.model.show import Rendition
from app.model.timebase import PTS_WRAP, FrameRate, wrapped
from app.pipeline.packets import Boundary, SendSection
from app.pipeline.ts import SCTE35_PID
from app.scte35.messages import splice_null
from tests.pipeline.packaging_rig import GRID, HIGH, HLS, LOW, TS, Rig, Script, merge, show_breaks, whole_show
from tests.pipeline.ts_walk import Walk, crc, packets, streams_of, walk

NULL = splice_null().encoded


@pytest.fixture(scope="module")
def air() -> Rig:
    return whole_show()


def cues_in(found: Walk) -> list[bytes]:
    return [section for _, section in found.sections[SCTE35_PID] if section != NULL]


# ---- media


@pytest.mark.parametrize("rendition", ["high", "low"])
def test_every_picture_has_the_pts_its_encoder_gave_it(air: Rig, rendition: str) -> None:
    assert walk(air.stream(rendition)).pictures == air.encoded[rendition]


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
    continuous, segments = b"".join(air.pushed[1]), air.stream("high")
    assert continuous.endswith(segments)
    ahead = walk(continuous[: len(continuous) - len(segments)])
    assert ahead.pictures == []  # at most sound that leads the first picture


@pytest.mark.parametrize("rendition", ["high", "low"])
def test_continuity_never_breaks(air: Rig, rendition: str) -> None:
    assert walk(air.stream(rendition)).gaps == []


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


def test_the_clock_comes_with_every_picture_and_at_least_ten_times_a_second() -> None:
    rig = Rig([HLS, TS], rate=FrameRate(24_000, 1001), renditions=[HIGH]).run(48, [0], {})
    clocks = [clock for packet in packets(rig.stream("high")) if (clock := packet.pcr) is not None]
    steps = [later - earlier for earlier, later in pairwise(clocks)]
    assert min(steps) > 0
    assert max(steps) <= 3754  # a picture; ISO 13818-1 §2.7.2 allows 9000


def test_two_idrs_in_a_row_each_have_their_tables() -> None:
    rig = Rig([HLS, TS]).run(12, [0, 5, 6, 7], {})
    assert [one.duration_ticks for one in rig.media(0, "low")] == [18_000, 3600, 3600, 18_000]
    for one in rig.media(0, "low"):
        found = walk(one.body)
        assert len(found.idrs) == 1
        assert {0, 0x1000} <= {packet.pid for packet in found.packets if packet.offset < found.idrs[0][0]}
    assert walk(rig.stream("low")).gaps == []
    assert walk(b"".join(rig.pushed[1])).gaps == []


# ---- tables and sections


@pytest.mark.parametrize("rendition", ["high", "low"])
def test_the_pmt_announces_the_cues_with_crc_and_one_version(air: Rig, rendition: str) -> None:
    tables = {section for _, section in walk(air.stream(rendition)).sections[0x1000]}
    (pmt,) = tables
    assert crc(pmt) == 0
    assert streams_of(pmt) == {0x100: 0x1B, 0x101: 0x0F, SCTE35_PID: 0x86}
    assert b"\x05\x04CUEI" in pmt
    assert pmt[5] >> 1 & 31 == 1  # libav's is 0


def test_the_service_is_named_after_the_channel(air: Rig) -> None:
    assert "Nächrichten 1".encode() in b"".join(air.pushed[1])


def test_all_renditions_carry_the_same_sections_as_they_were_given(air: Rig) -> None:
    given = [
        item.section for _, items in sorted(show_breaks(air).items()) for item in items if isinstance(item, SendSection)
    ]
    for rendition in ("high", "low"):
        found = walk(air.stream(rendition))
        assert cues_in(found) == given
        assert all(crc(section) == 0 for _, section in found.sections[SCTE35_PID])


def test_a_section_says_the_pts_of_its_idr(air: Rig) -> None:
    idrs = {pts for _, pts in walk(air.stream("high")).idrs}
    with_times = [section for section in cues_in(walk(air.stream("high"))) if section[13] == 5]
    assert len(with_times) == 6
    for section in with_times:
        pts = int.from_bytes(section[20:25], "big") & PTS_WRAP - 1
        assert pts in idrs


def test_heartbeats_come_in_media_time(air: Rig) -> None:
    found = walk(air.stream("high"))
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
        found = walk(rig.stream(rendition))
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
        assert cues_in(walk(rig.stream(rendition))) == [item.section for item in wanted]
    assert [cue.section for cue in rig.cues()] == [item.section for item in wanted]


def test_a_cue_that_comes_before_the_first_picture_stands_in_front_of_it() -> None:
    rig = Rig([HLS])
    rig.run(20, [0, 10], rig.whole_break(9, 0, 10))
    for rendition in ("high", "low"):
        found = walk(rig.media(0, rendition)[0].body)
        assert found.sections[SCTE35_PID][0] == (found.idrs[0][0] - 188, rig.out(9, 0, 10).section)
        assert "#EXT-X-CUE-OUT:DURATION=0.400" in rig.media_playlist(rendition).split("#EXTINF")[0]
    assert [cue.kind for cue in rig.cues()] == ["out", "in"]


# ---- clock


def test_the_33_bits_wrap_inside_the_run() -> None:
    rig = Rig([HLS, TS], first_pts=PTS_WRAP - 90_000)
    script = rig.whole_break(7, 40, 50)
    rig.run(120, [0, 40, 90], script)
    for rendition in ("high", "low"):
        found = walk(rig.stream(rendition))
        assert found.gaps == []
        assert found.pictures == [wrapped(pts) for pts in rig.encoded[rendition]]
        assert [pts for _, pts in found.idrs] == [wrapped(rig.anchor.pts(frame)) for frame in (0, 40, 90)]
    assert [one.start_ticks for one in rig.media(0, "high")] == [rig.anchor.pts(frame) for frame in (0, 40, 90)]
    assert rig.anchor.pts(40) > PTS_WRAP
    segments = m3u8.loads(rig.media_playlist()).segments
    assert [segment.duration for segment in segments] == [1.6, 2.0, 1.2]
    assert segments[1].program_date_time == rig.anchor.at(40)


def test_a_rate_of_thirty_thousand_over_1001_stays_exact() -> None:
    rig = Rig([HLS], rate=FrameRate(30000, 1001))
    rig.run(80, [0, 31, 59], rig.whole_break(2, 31, 28))
    frames = list(zip((0, 31, 59), (31, 59, 80), strict=True))
    for rendition in ("high", "low"):
        assert [pts for _, pts in walk(rig.stream(rendition)).idrs] == [rig.anchor.pts(frame) for frame, _ in frames]
        durations = [rig.anchor.pts(end) - rig.anchor.pts(start) for start, end in frames]
        assert [one.duration_ticks for one in rig.media(0, rendition)] == durations


# ---- ends and faults


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


def test_a_channel_with_a_continuous_output_alone_needs_no_playlists() -> None:
    rig = Rig([TS], renditions=[HIGH, Rendition("low", 160, 90, 100_000, preset="ultrafast")])
    rig.run(40, [], {}, cuts={0: frozenset(), 25: frozenset()})
    assert rig.deliveries == []
    found = walk(b"".join(rig.pushed[0]))
    assert found.pictures == rig.encoded["high"]
    assert found.gaps == []
