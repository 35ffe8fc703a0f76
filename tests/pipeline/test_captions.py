"""Captions in a source's pictures are found and counted, and others' data are not taken for them."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from app.model.timebase import FrameRate
from app.pipeline.playout import Playout
from app.pipeline.reader import Reader

FRAMES = 10
SEI, USER_DATA, ITU_T_T35, UNREGISTERED = 6, b"\xb5\x00\x31GA94\x03", 4, 5


def unit(kind: int, payload: bytes) -> bytes:
    """A NAL unit of supplemental enhancement information, H.264 §7.3.2.3."""
    body, zeros = bytearray(), 0
    for byte in bytes([kind, len(payload)]) + payload + b"\x80":
        if zeros >= 2 and byte <= 3:
            body.append(3)
            zeros = 0
        body.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return b"\x00\x00\x00\x01" + bytes([SEI]) + bytes(body)


CAPTIONS = unit(ITU_T_T35, USER_DATA + b"\x41\xff\xfc\x94\x20\xff")  # one pair of CEA-608, ATSC A/53 part 4 table 6.8
OTHERS = unit(UNREGISTERED, bytes(16) + b"hello")


def write(path: Path, unit: bytes, having: int) -> None:
    with av.open(str(path), "w", format="mpegts") as out:
        video = out.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = 192, 108, "yuv420p"
        video.options = {"preset": "ultrafast", "tune": "zerolatency"}
        for number in range(FRAMES):
            frame = av.VideoFrame.from_ndarray(np.full((162, 192), 40 + number, np.uint8), "yuv420p")
            frame.pts = number
            for packet in video.encode(frame):
                whole = av.Packet((unit if number < having else b"") + bytes(packet))
                whole.pts, whole.dts, whole.time_base = packet.pts, packet.dts, packet.time_base
                whole.stream, whole.is_keyframe = video, packet.is_keyframe
                out.mux(whole)


@pytest.mark.parametrize(("unit", "having", "found"), [(CAPTIONS, FRAMES, FRAMES), (CAPTIONS, 4, 4), (OTHERS, 10, 0)])
def test_pictures_with_captions_are_counted(tmp_path: Path, unit: bytes, having: int, found: int) -> None:
    path = tmp_path / "captions.ts"
    write(path, unit, having)
    playout = Playout(FrameRate(25), channels=2, sample_rate_hz=48_000, live=False)
    reader = Reader(playout, width=192, height=108, channels=2, sample_rate_hz=48_000)
    with av.open(str(path)) as container:
        reader.attach(container.streams.video[0], None)
        for packet in container.demux(video=0):
            reader.packet(packet)
    reader.flush()
    reader.close()
    assert (reader.tally.pictures, reader.tally.captioned) == (FRAMES, found)
