"""Black, stillness and colour bars, on pictures that FFmpeg makes and on drawn ones."""

from __future__ import annotations

import subprocess

import imageio_ffmpeg
import numpy as np
import pytest

from app.monitoring.colour_bars import are_bars
from app.monitoring.picture_quality import PictureProbe, PictureReading, Planes

WIDTH, HEIGHT = 160, 90


def made(source: str, frames: int = 1, then: str = "") -> list[Planes]:
    """Pictures of a source of FFmpeg's, yuv420p."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", source, "-frames:v", str(frames)]
    command += ["-vf", f"{then + ',' if then else ''}scale={WIDTH}:{HEIGHT},format=yuv420p", "-f", "rawvideo", "-"]
    raw = np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, np.uint8)
    quarter = WIDTH * HEIGHT // 4
    pictures = []
    for one in raw.reshape(-1, 6 * quarter):
        luma = one[: 4 * quarter].reshape(HEIGHT, WIDTH)
        blue, red = (one[n * quarter :][:quarter].reshape(HEIGHT // 2, WIDTH // 2) for n in (4, 5))
        pictures.append(Planes(luma, blue, red))
    return pictures


def grey(luma: int) -> Planes:
    none = np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)
    return Planes(np.full((HEIGHT, WIDTH), luma, np.uint8), none, none)


def seen(pictures: list[Planes], apart_s: float = 0.2) -> PictureReading:
    probe = PictureProbe(black_luma=32)
    for n, picture in enumerate(pictures):
        probe.take(picture, n * apart_s)
    reading = probe.read()
    assert reading is not None
    return reading


@pytest.mark.parametrize("luma", [0, 16, 24, 32])
def test_black_is_black_for_as_long_as_it_lasts(luma: int) -> None:
    assert seen([grey(120), *[grey(luma)] * 6]).black_s == pytest.approx(1.0)
    assert seen([grey(luma), grey(luma), grey(120)]).black is False


def test_a_logo_does_not_make_a_programme_of_black() -> None:
    picture = grey(16)
    picture.luma[4:9, 140:156] = 235
    assert seen([picture]).black is True


def test_a_dark_programme_is_not_black() -> None:
    picture = grey(20)
    picture.luma[30:50, 40:100] = 60
    assert seen([picture]).black is False


def test_a_still_is_still_and_noise_of_an_encoder_does_not_hide_it() -> None:
    still = made("mandelbrot=s=640x360:end_pts=1")[0]
    random = np.random.default_rng(3)
    noisy = [
        Planes(
            np.clip(still.luma + random.integers(-2, 3, still.luma.shape), 0, 255).astype(np.uint8),
            still.blue,
            still.red,
        )
        for _ in range(11)
    ]
    assert seen(noisy).frozen_s == pytest.approx(2.0)


@pytest.mark.parametrize("source", ["testsrc2=s=640x360:r=5", "testsrc=s=640x360:r=5", "mandelbrot=s=640x360:r=5"])
def test_a_picture_that_moves_is_not_still(source: str) -> None:
    assert seen(made(source, 8)).frozen_s <= 0.4


def test_a_face_that_speaks_in_a_still_room_moves() -> None:
    picture = made("mandelbrot=s=640x360:end_pts=1")[0]
    pictures = []
    for n in range(10):
        luma = picture.luma.copy()
        luma[50:56, 70:80] = 90 + 40 * (n % 2)  # 60 of 14,400 samples
        pictures.append(Planes(luma, picture.blue, picture.red))
    assert seen(pictures).frozen_s == 0.0


def test_a_move_too_slow_to_see_from_one_look_to_the_next_adds_up() -> None:
    pictures = [grey(100 + n) for n in range(20)]
    assert seen(pictures).frozen_s <= 0.6


BARS = ["smptebars", "smptehdbars", "pal75bars", "pal100bars"]


@pytest.mark.parametrize("matrix", ["bt601", "bt709"])
@pytest.mark.parametrize("source", BARS)
def test_every_kind_of_colour_bars_is_known(source: str, matrix: str) -> None:
    picture = made(f"{source}=s=640x360", then=f"scale=out_color_matrix={matrix},format=yuv444p")[0]
    assert are_bars(picture.luma, picture.blue, picture.red)
    assert seen([picture]).bars is True


@pytest.mark.parametrize("source", BARS)
def test_bars_that_were_encoded_are_bars(source: str) -> None:
    picture = made(f"{source}=s=640x360", then="gblur=sigma=1.5,noise=alls=6")[0]
    assert are_bars(picture.luma, picture.blue, picture.red)


@pytest.mark.parametrize(
    ("source", "then"),
    [
        ("testsrc2=s=640x360", ""),
        ("testsrc=s=640x360", ""),
        ("rgbtestsrc=s=640x360", ""),
        ("mandelbrot=s=640x360", ""),
        ("gradients=s=640x360:c0=white:c1=blue:x0=0:x1=639:y0=0:y1=0", ""),
        ("smptebars=s=640x360", "hflip"),
        ("smptebars=s=640x360", "transpose"),
        ("smptebars=s=640x360", "hue=s=0"),
        ("smptebars=s=640x360", "hue=h=60"),
        ("color=white:s=640x360", ""),
        ("color=blue:s=640x360", ""),
    ],
)
def test_what_is_no_bars_is_none(source: str, then: str) -> None:
    picture = made(source, then=then)[0]
    assert not are_bars(picture.luma, picture.blue, picture.red)


def test_a_picture_of_a_few_samples_is_judged_too() -> None:
    tiny = Planes(*(np.full((2, 3), 16, np.uint8) for _ in range(3)))
    assert seen([tiny, tiny]) == PictureReading(black=True, black_s=0.2, frozen_s=0.2, bars=False)
