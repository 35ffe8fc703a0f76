"""The probes on a real film: as loud as FFmpeg finds it, and neither black, still nor bars."""

from __future__ import annotations

import subprocess

import imageio_ffmpeg
import numpy as np
import pytest

from app.monitoring.picture_quality import PictureProbe, Planes
from tests.monitoring.test_loudness import heard, integrated, of_ffmpeg
from tests.shared.conftest import SHARED

FILM = SHARED / "media" / "bigbuckbunny.mp4"
WIDTH, HEIGHT, A_S = 160, 90, 5


def decoded(*options: str) -> bytes:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(FILM), *options, "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def test_a_film_is_as_loud_as_ffmpeg_finds_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    raw = decoded("-map", "0:a", "-ac", "2", "-ar", "48000", "-f", "f32le")
    sound = np.ascontiguousarray(np.frombuffer(raw, np.float32).reshape(-1, 2).T)
    loudness, _ = of_ffmpeg(sound, tmp_path_factory.mktemp("film"))
    assert integrated(sound) == pytest.approx(loudness, abs=0.1)
    last, folder = sound[:, -3 * 48_000 :], tmp_path_factory.mktemp("end")
    assert heard(last).true_peak_dbtp == pytest.approx(of_ffmpeg(last, folder)[1], abs=0.3)


def test_a_film_is_neither_black_nor_still_nor_bars() -> None:
    raw = decoded("-map", "0:v", "-vf", f"fps={A_S},scale={WIDTH}:{HEIGHT},format=yuv420p", "-f", "rawvideo")
    quarter = WIDTH * HEIGHT // 4
    probe, found = PictureProbe(black_luma=32), []
    for n, one in enumerate(np.frombuffer(raw, np.uint8).reshape(-1, 6 * quarter)):
        luma = one[: 4 * quarter].reshape(HEIGHT, WIDTH)
        blue, red = (one[part * quarter :][:quarter].reshape(HEIGHT // 2, WIDTH // 2) for part in (4, 5))
        probe.take(Planes(luma, blue, red), n / A_S)
        found.append(probe.read())
    assert len(found) > 20
    assert not any(reading is None or reading.black or reading.bars for reading in found)
    assert max(reading.frozen_s for reading in found if reading is not None) < 1
