"""The slate, and the text it is written with."""

from pathlib import Path

import av
import numpy as np
import pytest

from app.model.errors import UsageError
from app.pipeline.canvas import plane_of
from app.pipeline.lettering import draw, font
from app.pipeline.slate import slate_frame

FACE = "Inter-Bold"


@pytest.mark.parametrize("size", [(1920, 1080), (640, 360), (320, 240), (176, 144)])
def test_the_card_is_dark_with_the_title_in_its_middle(size: tuple[int, int]) -> None:
    frame = slate_frame("News 1", *size)
    assert (frame.width, frame.height, frame.format.name) == (*size, "yuv420p")
    luma = plane_of(frame, 0)[:, : size[0]]
    assert float(np.median(luma)) < 40
    rows, columns = np.nonzero(luma > 150)
    assert abs((columns.min() + columns.max()) / 2 - size[0] / 2) < size[0] * 0.05
    assert size[1] * 0.2 < rows.min() < rows.max() < size[1] * 0.8


def test_a_long_title_stays_inside() -> None:
    luma = plane_of(slate_frame("Ein sehr langer Sendername, der nicht aufhört " * 3, 640, 360), 0)[:, :640]
    assert luma[:, :20].max() == luma[:, -20:].max() == luma[0, 0]


def test_the_show_s_own_image_fills_the_frame_in_its_shape(tmp_path: Path) -> None:
    path = tmp_path / "slate.png"
    av.VideoFrame.from_ndarray(np.full((100, 100, 3), (255, 0, 0), np.uint8), format="rgb24").save(str(path))
    luma = plane_of(slate_frame("News 1", 320, 180, str(path)), 0)[:, :320]
    assert luma[90, 160] > 50
    assert luma[90, 60] == luma[90, 260] == 16  # a square image has bars at its sides


def test_an_image_that_can_t_be_read_is_named(tmp_path: Path) -> None:
    text = tmp_path / "slate.png"
    text.write_text("not a picture")
    for path, what in [(text, "can't be read as a picture"), (tmp_path / "none.png", "no such slate image")]:
        with pytest.raises(UsageError, match=what) as refused:
            slate_frame("News 1", 320, 180, str(path))
        assert refused.value.where == str(path)


def test_letters_are_where_they_belong() -> None:
    ink = draw("I", 100, font(FACE))
    rows, columns = np.nonzero(ink > 0.5)
    assert 68 <= rows.max() - rows.min() <= 77  # Inter's capitals are 0.727 em high
    assert 10 <= columns.max() - columns.min() <= 25
    assert ink.max() == 1.0
    hollow = draw("O", 100, font(FACE))
    middle = hollow[(rows.min() + rows.max()) // 2]
    assert middle[middle.size // 2] == 0.0


def test_accents_are_composed_and_unknown_signs_do_no_harm() -> None:
    plain, accented = draw("u", 80, font(FACE)), draw("ü", 80, font(FACE))
    assert plain.shape == accented.shape
    assert np.nonzero(accented.max(axis=1))[0].min() < np.nonzero(plain.max(axis=1))[0].min()
    assert draw("漢\U0001f4fa", 40, font(FACE)).shape[0] > 0
    assert draw("", 40, font(FACE)).shape[1] == 1
