"""The trial of a ladder: real encoders in a process of their own."""

from __future__ import annotations

import pytest

from app.model.errors import SplicedeckError
from app.model.show import Rendition
from app.model.timebase import FrameRate
from app.pipeline.ladder_cost import ladder_cost
from app.pipeline.source_picture import source_picture

SMALL, LARGE = Rendition("small", 160, 90, 100_000), Rendition("large", 640, 360, 700_000)


def test_each_rendition_has_its_share_and_a_larger_one_a_larger() -> None:
    shares, decoding = ladder_cost("test:bars", (LARGE, SMALL), FrameRate(25))
    assert set(shares) == {"large", "small"}
    assert 0 < shares["small"] < shares["large"]
    assert not decoding


def test_twice_the_frame_rate_costs_more() -> None:
    slow, _ = ladder_cost("test:bars", (LARGE,), FrameRate(10))
    quick, _ = ladder_cost("test:bars", (LARGE,), FrameRate(50))
    assert quick["large"] > 1.5 * slow["large"]


def test_an_encoder_that_refuses_is_told_in_words() -> None:
    with pytest.raises(SplicedeckError, match="no-such"):
        ladder_cost("test:bars", (Rendition("x", 160, 90, 100_000, preset="no-such"),), FrameRate(25))


def test_a_source_that_is_gone_is_told_in_words() -> None:
    with pytest.raises(SplicedeckError, match="there is no such file"):
        ladder_cost("file:///no/such/clip.ts", (SMALL,), FrameRate(25))


def test_the_test_picture_has_a_picture() -> None:
    assert (source_picture("test:bars") or b"").startswith(b"\x89PNG")
