"""A rendition's encoder thread: an encoder that takes pictures and gives nothing for them has failed."""

from __future__ import annotations

import threading
from fractions import Fraction

import av
import numpy as np
import pytest

from app.model.errors import EncoderError
from app.model.show import Rendition
from app.model.timebase import FrameRate
from app.pipeline import rung
from app.pipeline.encoders import VideoEncoder
from app.pipeline.packets import Packet
from app.pipeline.rung import Rung

SMALL = Rendition("90p", 160, 90, 150_000, preset="ultrafast")


class Faults:
    def __init__(self) -> None:
        self.first: Exception | None = None
        self.came = threading.Event()

    def note(self, _thread: str, error: Exception) -> None:
        self.first = error
        self.came.set()


def pictures(number: int) -> list[av.VideoFrame]:
    made = []
    for at in range(number):
        frame = av.VideoFrame.from_ndarray(np.full((135, 160), 40 + at % 100, np.uint8), format="yuv420p")
        frame.pts, frame.time_base = at * 3600, Fraction(1, 90_000)
        made.append(frame)
    return made


def run(monkeypatch: pytest.MonkeyPatch, gives: int, first: int) -> Faults:
    """An encoder that gives ``gives`` packets and then none, though pictures go in."""
    faults, given = Faults(), [0]
    real = VideoEncoder.encode

    def encode(encoder: VideoEncoder, frame: av.VideoFrame | None) -> list[Packet]:
        packets = real(encoder, frame)
        given[0] += len(packets)
        return packets if given[0] <= gives else []

    monkeypatch.setattr(VideoEncoder, "encode", encode)
    monkeypatch.setattr(rung, "SWALLOWED_FIRST", first)
    encoder = VideoEncoder(SMALL, FrameRate(25), threads=1)
    one = Rung(SMALL, encoder, lambda _packet: None, faults.note, "test 90p")
    one.start()
    for picture in pictures(150):
        one.put(picture)
    one.put(None)
    assert one.join(20)
    encoder.close()
    return faults


@pytest.mark.parametrize(("gives", "first"), [(0, 20), (30, 300)], ids=["from the first one", "later"])
def test_an_encoder_that_swallows_pictures_is_told(monkeypatch: pytest.MonkeyPatch, gives: int, first: int) -> None:
    faults = run(monkeypatch, gives, first)
    assert isinstance(faults.first, EncoderError)
    assert "pictures went in and none came out" in str(faults.first)


def test_an_encoder_that_looks_ahead_is_none_of_those(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, gives=1000, first=60).first is None


def test_its_pulse_counts_what_it_has_encoded() -> None:
    encoder = VideoEncoder(SMALL, FrameRate(25), threads=1)
    one = Rung(SMALL, encoder, lambda _packet: None, lambda _name, _error: None, "test 90p")
    before = one.pulse()
    one.put(pictures(1)[0])
    assert one.pulse().owes, "it waits to be encoded"
    one.start()
    one.put(None)
    assert one.join(20)
    encoder.close()
    after = one.pulse()
    assert (before.thread, before.moves, before.owes) == ("test 90p", 0, False)
    assert after.moves == 1
