from __future__ import annotations

import random
import subprocess
import time
from pathlib import Path

import imageio_ffmpeg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.cue import SpliceInsert
from app.monitoring.psi import crc_is_right
from app.monitoring.transport import TransportRead, read_transport
from tests.monitoring.little_ts import SCTE35, VIDEO, LittleTs, crc32, splice_info, splice_insert, with_crc

FRAME = 3600
OUT = splice_insert(7, 900_000, out=True, duration=90_000)


def little(*, frames: int = 50, sections: dict[int, bytes] | None = None, first: int = 90_000, sei: int = 0) -> bytes:
    ts = LittleTs()
    for frame in range(frames):
        if frame % 25 == 0:
            ts.tables()
        if sections and frame in sections:
            ts.section(sections[frame])
        pts = first + frame * FRAME
        ts.picture(pts, pts - FRAME, idr=frame % 25 == 0, sei=sei, pad=300)
    return ts.taken()


def told(read: TransportRead) -> str:
    return "\n".join((*read.findings, *read.faults))


def test_pictures_sections_and_clock_of_a_clean_stream() -> None:
    read = read_transport(little(sections={30: OUT}))
    assert told(read) == ""
    assert read.program is not None
    assert (read.program.scte35_pids(), read.program.cuei, read.video) == ((SCTE35,), True, "H.264")
    assert [picture.pts for picture in read.pictures] == [90_000 + frame * FRAME for frame in range(50)]
    assert [index for index, picture in enumerate(read.pictures) if picture.idr] == [0, 25]
    assert all(picture.parameter_sets == picture.idr for picture in read.pictures)
    assert (read.frame_ticks, read.end_pts) == (FRAME, 90_000 + 50 * FRAME)
    (seen,) = read.sections
    assert seen.encoded == OUT
    assert seen.section is not None
    assert isinstance(seen.section.command, SpliceInsert)
    assert read.pictures[29].row < seen.row < read.pictures[30].row
    assert seen.arrival_ticks is not None
    assert 0 <= 90_000 + 30 * FRAME - FRAME - 63_000 - seen.arrival_ticks <= FRAME


def test_a_picture_is_known_by_its_slice_however_much_stands_before_it() -> None:
    read = read_transport(little(sei=3000))
    assert [picture.nal_type for picture in read.pictures] == [5 if frame % 25 == 0 else 1 for frame in range(50)]


def test_times_over_the_wrap() -> None:
    read = read_transport(little(first=(1 << 33) - 25 * FRAME))
    assert (read.frame_ticks, read.end_pts) == (FRAME, 25 * FRAME)


def test_a_section_over_several_packets_is_put_together() -> None:
    long = splice_info(0, b"", b"\xf0\xc8TEST" + bytes(196) + b"\xf0\xc8TEST" + bytes(196))
    read = read_transport(little(sections={10: long, 11: OUT}))
    assert [seen.encoded for seen in read.sections] == [long, OUT]
    assert read.sections[0].end_row > read.sections[0].row


def test_two_sections_in_one_packet_and_a_pointer_field() -> None:
    ts = LittleTs()
    ts.tables()
    ts.picture(90_000, 90_000, idr=True)
    ts.packet(SCTE35, b"\0" + OUT + OUT[:20], start=True, stuff=False)
    rest = OUT[20:]
    ts.packet(SCTE35, bytes([len(rest)]) + rest + OUT, start=True, stuff=True)
    assert [seen.encoded for seen in read_transport(ts.taken()).sections] == [OUT, OUT, OUT]


def test_damaged_sections_are_told() -> None:
    bad = OUT[:-1] + bytes([OUT[-1] ^ 1])
    read = read_transport(little(sections={5: bad}))
    assert read.sections[0].section is None
    assert "is refused" in read.faults[0]
    ts = LittleTs()
    ts.tables()
    ts.picture(90_000, 90_000, idr=True)
    ts.packet(SCTE35, b"\0" + bytes([0xFC, 0x31, 0xFF]) + bytes(100), start=True, stuff=True)
    assert "cut off" in told(read_transport(ts.taken()))
    ts.tables()
    ts.packet(SCTE35, b"\xfe" + OUT, start=True, stuff=True)
    assert "points out of packet" in told(read_transport(ts.taken()))


def test_without_cuei_or_with_a_wrong_pmt_crc() -> None:
    ts = LittleTs(cuei=False)
    ts.tables()
    assert "CUEI" in told(read_transport(ts.taken()))
    stream = bytearray(little())
    stream[188 + 10] ^= 1
    read = read_transport(bytes(stream))
    assert "the CRC of a PMT on PID 0x1000 is wrong" in told(read)
    assert len(read.pictures) == 50  # the next PMT is right


def test_a_lost_packet_breaks_the_continuity() -> None:
    stream = little()
    read = read_transport(stream[: 188 * 20] + stream[188 * 21 :])
    assert f"PID {VIDEO:#x} breaks 1 times" in told(read)


def test_a_packet_sent_twice_is_lawful_thrice_is_not() -> None:
    stream = little()
    packet = stream[188 * 20 : 188 * 21]
    assert told(read_transport(stream[: 188 * 21] + packet + stream[188 * 21 :])) == ""
    assert "breaks" in told(read_transport(stream[: 188 * 21] + packet * 2 + stream[188 * 21 :]))


@pytest.mark.parametrize("extra", [1, 57, 187, 188, 400])
def test_foreign_bytes_are_skipped_and_told(extra: int) -> None:
    stream = little(sections={30: OUT})
    read = read_transport(stream[: 188 * 15] + b"\0" * extra + stream[188 * 15 :])
    assert f"{extra} bytes belong to no packet, the first at byte {188 * 15}" in told(read)
    assert len(read.pictures) == 50
    assert len(read.sections) == 1


def test_a_stream_that_ends_inside_a_packet() -> None:
    assert "ends inside a packet: 100 bytes" in told(read_transport(little() + b"G" + bytes(99)))


def test_streams_without_what_is_needed_say_so() -> None:
    assert "no packet" in told(read_transport(b""))
    assert "no packet" in told(read_transport(b"\0" * 5000))
    assert "no PAT" in told(read_transport(little()[188 : 188 * 20]))
    ts = LittleTs()
    ts.tables()
    assert "no picture" in told(read_transport(ts.taken()))


@given(st.binary(max_size=2000))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read(stream: bytes) -> None:
    read_transport(stream)
    read_transport(b"G" + stream)


@given(st.integers(0, 2**32), st.integers(1, 60))
@settings(max_examples=150, deadline=None)
def test_any_damage_is_read(seed: int, blows: int) -> None:
    chance = random.Random(seed)
    stream = bytearray(_DAMAGED)
    for _ in range(blows):
        at = chance.randrange(len(stream))
        match chance.randrange(3):
            case 0:
                stream[at] = chance.randrange(256)
            case 1:
                del stream[at : at + chance.randrange(400)]
            case _:
                stream[at:at] = chance.randbytes(chance.randrange(400))
    read_transport(bytes(stream))


_DAMAGED = little(frames=30, sections={5: OUT, 10: OUT})


@given(st.binary(min_size=1, max_size=200))
def test_the_table_crc_is_the_standards(octets: bytes) -> None:
    assert crc_is_right(with_crc(octets))
    assert not crc_is_right(octets + (crc32(octets) ^ 1).to_bytes(4, "big"))


def test_six_seconds_of_five_megabits_are_read_in_30_ms() -> None:
    ts = LittleTs()
    for frame in range(150):
        if frame % 5 == 0:
            ts.tables()
        pts = 90_000 + frame * FRAME
        ts.picture(pts, pts, idr=frame == 0, sei=700 if frame == 0 else 0, pad=24_000)
    stream = ts.taken()
    assert len(stream) > 3_700_000
    spent = []
    for _ in range(9):
        begun = time.thread_time()
        assert len(read_transport(stream).pictures) == 150
        spent.append(time.thread_time() - begun)
    print(f"{min(spent) * 1000:.1f} ms of {len(stream)} bytes")
    assert min(spent) <= 0.03


@pytest.mark.parametrize(("codec", "name"), [("libx264", "H.264"), ("libx265", "H.265")])
def test_a_real_encoders_stream_is_read_as_ffmpeg_reads_it(tmp_path: Path, codec: str, name: str) -> None:
    import av

    path = tmp_path / "real.ts"
    forced = "expr:eq(n,0)+eq(n,37)+eq(n,50)"
    subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=3",
         "-c:v", codec, "-preset", "veryfast", "-bf", "2", "-forced-idr", "1", "-force_key_frames", forced,
         "-x265-params", "keyint=-1:log-level=none:open-gop=0", "-g", "250", "-pix_fmt", "yuv420p", str(path)],
        check=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.pts is not None]
    read = read_transport(path.read_bytes())
    assert read.video == name
    assert told(read) == ""
    assert [(p.pts, p.dts) for p in read.pictures] == [(packet.pts, packet.dts) for packet in packets]
    idrs = sorted((p.pts - read.pictures[0].pts) // FRAME for p in read.pictures if p.idr)
    assert idrs == [0, 37, 50]
    assert all(p.parameter_sets for p in read.pictures if p.idr)
