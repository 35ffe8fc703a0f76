"""Encoders obey us: IDR exactly where asked, times in ticks, no option left over, refusals in words."""

from __future__ import annotations

import os
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import PictureType

from app.model.errors import EncoderError
from app.model.show import Audio, Rendition, VideoCodec
from app.model.timebase import FrameRate
from app.pipeline import trial
from app.pipeline.encoders import MEDIA_TIME_BASE, AudioEncoder, VideoEncoder

RATE = FrameRate(30000, 1001)
FORCED = {0, 37, 38, 130}
FRAMES = 290  # beyond x264's own default distance of 250
FIRST_PTS = 900_000


def _picture(number: int) -> av.VideoFrame:
    grey = np.full((270, 320), (number // 20 * 83) % 200 + 20, np.uint8)  # a scene cut every 20 frames
    frame = av.VideoFrame.from_ndarray(grey, format="yuv420p")
    frame.pts, frame.time_base = FIRST_PTS + RATE.ticks(number), MEDIA_TIME_BASE
    frame.pict_type = PictureType.I if number in FORCED else PictureType.NONE
    return frame


@pytest.mark.parametrize("codec", list(VideoCodec))
def test_every_codec_makes_an_idr_where_asked_and_nowhere_else(codec: VideoCodec) -> None:
    encoder = VideoEncoder(Rendition("r", 320, 180, 300_000, codec, "veryfast"), RATE, threads=1)
    packets = [packet for number in range(FRAMES) for packet in encoder.encode(_picture(number))]
    packets += encoder.encode(None)
    encoder.close()
    assert {packet.pts for packet in packets if packet.is_keyframe} == {FIRST_PTS + RATE.ticks(n) for n in FORCED}
    assert sorted(packet.pts or 0 for packet in packets) == [FIRST_PTS + RATE.ticks(n) for n in range(FRAMES)]
    assert all(packet.time_base == MEDIA_TIME_BASE for packet in packets)


@pytest.mark.parametrize("codec", list(VideoCodec))
def test_no_encoder_leaves_a_thread_that_starves_all_others(codec: VideoCodec) -> None:
    """SVT-AV1 would, where root runs it: the thread that opens it, and what that starts from then on."""
    before = os.sched_getscheduler(0)
    encoder = VideoEncoder(Rendition("r", 320, 180, 300_000, codec, "veryfast"), RATE, threads=1)
    try:
        tasks = [int(task.name) for task in Path("/proc/self/task").iterdir()]
        assert os.sched_getscheduler(0) == before
        assert os.SCHED_FIFO not in {os.sched_getscheduler(task) for task in tasks}
    finally:
        encoder.encode(None)
        encoder.close()


def test_an_encoder_refuses_in_words() -> None:
    with pytest.raises(EncoderError, match=r"rendition r: libx264 refused 320x180, preset 'warp'"):
        VideoEncoder(Rendition("r", 320, 180, 300_000, VideoCodec.H264, "warp"), RATE, threads=1)


def test_an_option_that_is_not_consumed_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VideoEncoder.__init__.__globals__["_KEYFRAMES_BY_US"], "libx264", ("no-such-option", "1"))
    with pytest.raises(EncoderError, match="does not know no-such-option"):
        VideoEncoder(Rendition("r", 320, 180, 300_000), RATE, threads=1)


def test_sound_leaves_in_ticks() -> None:
    encoder = AudioEncoder(Audio())
    packets = []
    for block in range(5):
        frame = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = 48_000, 1024 * block
        packets += encoder.encode(frame, FIRST_PTS)
    packets += encoder.encode(None, FIRST_PTS)
    encoder.close()
    assert [packet.pts for packet in packets] == [FIRST_PTS - 1920 + 1920 * n for n in range(6)]


def test_a_trial_tells_what_works_and_why_not() -> None:
    assert trial.trial("libx264") == ""
    assert trial.trial("aac") == ""
    assert "no_such_encoder" in trial.trial("no_such_encoder")
    with pytest.raises(EncoderError, match="no_such_encoder does not work on this machine"):
        trial.require("no_such_encoder")


def test_a_trial_is_not_fooled_by_a_folder_named_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("raise SystemExit(5)")
    monkeypatch.chdir(tmp_path)
    trial._tried.cache_clear()
    assert trial.trial("aac") == ""
