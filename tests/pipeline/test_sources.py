"""Source URLs, transport stream tables, frame rates, one time line, pictures made to fit."""

import itertools
import random
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.errors import SourceError, UnsupportedError, UsageError
from app.model.timebase import PTS_WRAP, FrameRate
from app.pipeline.normalise import PictureNormaliser, SoundNormaliser, fit
from app.pipeline.sources import check_source, probe_rate
from app.pipeline.sources.address import Bars, MediaFile, UdpAddress, parse_address
from app.pipeline.sources.not_media import NotMediaError
from app.pipeline.sources.rate import settled_rate
from app.pipeline.sources.ts_watch import PACKET_BYTES, TsWatch
from app.pipeline.timeline import Timeline
from tests.pipeline.clips import Clip, Player, free_port, write_clip


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("udp://127.0.0.1:5000", UdpAddress("127.0.0.1", 5000)),
        ("udp://@:5000", UdpAddress("", 5000)),
        ("udp://[::1]:5000", UdpAddress("::1", 5000)),
        ("udp://239.1.1.1:5000?localaddr=192.0.2.7", UdpAddress("239.1.1.1", 5000, "192.0.2.7")),
        ("file:///media/a%20clip%3F.mp4", MediaFile(Path("/media/a clip?.mp4"))),
        ("file://localhost/media/clip.mp4", MediaFile(Path("/media/clip.mp4"))),
        ("test:bars", Bars()),
    ],
)
def test_a_source_is_read_from_its_url(url: str, address: object) -> None:
    check_source(url)
    assert parse_address(url) == address


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("clip.mp4", "not a source URL"),
        ("", "not a source URL"),
        ("gopher://host/x", "gopher: is no kind of source"),
        ("udp://127.0.0.1", "there is no port"),
        ("udp://127.0.0.1:0", "there is no port"),
        ("udp://127.0.0.1:70000", "port is not a number"),
        (f"udp://{'a' * 64}.example:5000", "no host can have this name"),
        ("udp://127.0.0.1:5000/path", "only a host and a port"),
        ("udp://127.0.0.1:5000?fifo_size=9", "fifo_size is no option"),
        ("udp://127.0.0.1:5000?localaddr=127.0.0.1", "multicast groups only"),
        ("udp://239.1.1.1:5000?localaddr=eth0", "eth0 is not an IP address"),
        ("udp://239.1.1.1:5000?localaddr=", "given once, with a value"),
        ("udp://[::1:5000", "Invalid IPv6"),
        ("file://clip.mp4", "clip.mp4 is read as the name of another machine"),
        ("file:clip.mp4", "not absolute"),
        ("file:///", "not absolute"),
        ("file:///clip.mp4?loop=1", "it has no options"),
        ("file:///clip.mp4#t=3", "ends with its path"),
        ("test:snow", "no such test source"),
        ("test:bars?speed=2", "it has no options"),
    ],
)
def test_what_is_no_source_is_refused_by_name(url: str, named: str) -> None:
    with pytest.raises(UsageError, match=named.replace("?", r"\?")) as refused:
        check_source(url)
    assert not isinstance(refused.value, UnsupportedError)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("srt://host:9000?mode=listener", "SRT"),
        ("rtmp://0.0.0.0:1935/live/key", "RTMP"),
        ("rtsp://camera/1", "RTSP"),
        ("rtp://127.0.0.1:5004", "RTP"),
        ("https://host/live.m3u8", "HTTP"),
        ("whip://host/x", "WebRTC"),
    ],
)
def test_a_kind_that_is_not_here_yet_is_named(url: str, kind: str) -> None:
    with pytest.raises(UnsupportedError, match=f"{kind}.* not in this version") as refused:
        check_source(url)
    assert refused.value.exit_status == 2


# ---- frame rates


@pytest.mark.parametrize("rate", ["24000/1001", "25", "30000/1001", "50", "12"])
@pytest.mark.parametrize("suffix", ["mkv", "ts"])
def test_a_file_tells_its_rate(tmp_path: Path, rate: str, suffix: str) -> None:
    path = write_clip(tmp_path / f"clip.{suffix}", Clip(rate=FrameRate.parse(rate), width=64, height=48))
    assert probe_rate(path.as_uri(), 5) == FrameRate.parse(rate)


def test_a_live_source_tells_its_rate(tmp_path: Path) -> None:
    port = free_port()
    player = Player([write_clip(tmp_path / "clip.ts", Clip(frames=150, rate=FrameRate(30_000, 1001)))], port)
    try:
        assert probe_rate(f"udp://127.0.0.1:{port}", 5) == FrameRate(30_000, 1001)
    finally:
        player.stop()


def test_a_rate_that_can_t_be_told_is_an_error_in_time(tmp_path: Path) -> None:
    assert probe_rate("test:bars", 1) == FrameRate(25)
    with pytest.raises(SourceError, match="nothing has arrived"):
        probe_rate(f"udp://127.0.0.1:{free_port()}", 0.3)
    with pytest.raises(NotMediaError, match="no such file"):
        probe_rate((tmp_path / "none.mp4").as_uri(), 1)
    sound_only = write_clip(tmp_path / "sound.mp4", Clip(picture=False))
    with pytest.raises(SourceError, match="no picture"):
        probe_rate(sound_only.as_uri(), 1)


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from([Fraction(24), Fraction(25), Fraction(30_000, 1001), Fraction(50), Fraction(60)]),
    st.sets(st.integers(5, 25), max_size=5),
)
def test_missing_pictures_and_rounded_times_don_t_mislead(rate: Fraction, missing: set[int]) -> None:
    times = [Fraction(round(number / rate * 1000), 1000) for number in range(31) if number not in missing]
    assert settled_rate(times, rate) == rate
    told = settled_rate(times, None)
    assert told is not None
    assert abs(told / rate - 1) < Fraction(1, 150)


# ---- the transport stream's tables


def test_tables_losses_and_entry_points_are_seen_in_passing(tmp_path: Path) -> None:
    stream = write_clip(tmp_path / "clip.ts", Clip(gop=10)).read_bytes()
    watch, entries = TsWatch(), 0
    for at in range(0, len(stream), 7 * PACKET_BYTES):
        watch.read(stream[at : at + 7 * PACKET_BYTES])
        entries += watch.entry
    assert watch.program is not None
    assert (watch.program.first("video"), watch.program.first("audio")) == (256, 257)
    assert (watch.changes, watch.lost, watch.strays) == (0, 0, 0)
    assert entries == 5
    assert set(watch.tables) == {0, watch.program.pmt_pid}
    holed = TsWatch()
    packets = [stream[at : at + PACKET_BYTES] for at in range(0, len(stream), PACKET_BYTES)]
    holed.read(b"".join(packet for index, packet in enumerate(packets) if index % 40 != 39))
    assert holed.lost > len(packets) // 60


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=1500))
def test_no_bytes_upset_the_watch(noise: bytes) -> None:
    watch = TsWatch()
    watch.read(noise)
    watch.read(b"\x47\x40\x00\x10\x00" + noise[:183].ljust(183, b"\xff"))
    assert watch.program is None


def test_a_damaged_table_is_not_believed(tmp_path: Path) -> None:
    stream = bytearray(write_clip(tmp_path / "clip.ts", Clip(frames=3)).read_bytes())
    chance = random.Random(1)
    for at in range(0, len(stream), PACKET_BYTES):
        pid = (stream[at + 1] & 0x1F) << 8 | stream[at + 2]
        if pid == 0x1000:
            stream[at + 20] ^= 1 + chance.randrange(255)
    watch = TsWatch()
    watch.read(bytes(stream))
    assert watch.program is None


# ---- one time line


@given(st.integers(0, PTS_WRAP - 1), st.integers(2, 200), st.integers(1, 80_000))
def test_time_goes_on_over_the_wrap(start: int, count: int, step: int) -> None:
    timeline = Timeline()
    times = [timeline.place("video", (start + index * step) % PTS_WRAP, step) for index in range(count)]
    assert np.diff(times).tolist() == [step] * (count - 1)
    assert timeline.jumps == 0


@given(st.integers(0, PTS_WRAP - 1), st.integers(0, PTS_WRAP - 1), st.integers(-8000, 8000))
def test_a_jump_is_closed_once_and_both_streams_follow(before: int, after: int, skew: int) -> None:
    """Sound is ``skew`` ticks after its picture, before the jump and behind it."""
    timeline = Timeline()
    for index in range(20):
        video = timeline.place("video", (before + 3600 * index) % PTS_WRAP, 3600)
        audio = timeline.place("audio", (before + 3600 * index + skew) % PTS_WRAP, 3600)
    assert audio - video == skew
    jumped = abs((after - before - 72_000 + PTS_WRAP // 2) % PTS_WRAP - PTS_WRAP // 2) > 500_000
    if not jumped:
        return
    last = video
    for index in range(20):
        video = timeline.place("video", (after + 3600 * index) % PTS_WRAP, 3600)
        audio = timeline.place("audio", (after + 3600 * index + skew) % PTS_WRAP, 3600)
        assert video - last == 3600
        assert audio - video == skew
        last = video
    assert timeline.jumps == 1


def test_a_gap_in_one_stream_is_no_jump() -> None:
    timeline = Timeline()
    for index in range(200):
        video = timeline.place("video", 3600 * index, 3600)
        if not 50 <= index < 150:
            audio = timeline.place("audio", 3600 * index, 3600)
    assert audio == video
    assert timeline.jumps == 0


# ---- pictures and sound made to fit


@pytest.mark.parametrize(
    ("size", "shape", "expected"),
    [
        ((1920, 1080), Fraction(1), (1920, 1080)),
        ((1920, 1088), Fraction(1), (1920, 1080)),  # a decoder's padding, not another shape
        ((720, 576), Fraction(64, 45), (1920, 1080)),  # anamorphic 16:9
        ((720, 576), Fraction(16, 15), (1440, 1080)),
        ((640, 480), Fraction(1), (1440, 1080)),
        ((2048, 858), Fraction(1), (1920, 804)),
        ((1080, 1920), Fraction(1), (608, 1080)),
    ],
)
def test_a_picture_keeps_its_shape(size: tuple[int, int], shape: Fraction, expected: tuple[int, int]) -> None:
    assert fit(*size, shape, 1920, 1080) == expected


def test_a_right_picture_is_not_copied_and_others_are_made_right() -> None:
    normaliser = PictureNormaliser(320, 180)
    right = av.VideoFrame(320, 180, "yuv420p")
    assert normaliser.fitted(right, 4711, Fraction(1)) == [(4711, right)]
    for pix_fmt, size in [("yuv422p10le", (320, 180)), ("rgb24", (160, 120)), ("yuvj420p", (320, 180))]:
        [(ticks, fitted)] = normaliser.fitted(av.VideoFrame(*size, pix_fmt), 99, Fraction(1))
        assert ticks == 99
        assert (fitted.width, fitted.height, fitted.format.name) == (320, 180, "yuv420p")
    normaliser.close()


def test_full_range_becomes_limited() -> None:
    normaliser = PictureNormaliser(64, 32)
    white = av.VideoFrame.from_ndarray(np.full((32, 64, 3), 255, np.uint8), format="rgb24").reformat(format="yuvj420p")
    [(_, fitted)] = normaliser.fitted(white, 0, Fraction(1))
    assert 233 <= np.frombuffer(fitted.planes[0], np.uint8).max() <= 236
    normaliser.close()


@pytest.mark.parametrize(
    ("layout", "pcm", "rate_hz"), [("mono", "s16", 44_100), ("5.1", "fltp", 48_000), ("stereo", "s32", 32_000)]
)
def test_sound_becomes_48_khz_stereo_on_time(layout: str, pcm: str, rate_hz: int) -> None:
    normaliser = SoundNormaliser(2, 48_000)
    places: list[tuple[int, int]] = []
    for index in range(100):
        block = av.AudioFrame(pcm, layout, 1024)
        block.sample_rate = rate_hz
        for first, sound in normaliser.resampled(block, 90_000 + index * 1024 * 90_000 // rate_hz):
            assert sound.shape[0] == 2
            assert sound.dtype == np.float32
            places.append((first, sound.shape[1]))
    assert abs(places[0][0] - 48_000) <= 1
    gaps = [later[0] - first - count for (first, count), later in itertools.pairwise(places)]
    assert max(map(abs, gaps)) <= 2
    normaliser.close()
