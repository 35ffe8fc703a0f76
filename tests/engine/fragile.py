"""Encoders that die when a test says so."""

from __future__ import annotations

import av
import pytest

from app.pipeline.encoders import VideoEncoder
from app.pipeline.packets import Packet


class Fragile:
    """The next ``times`` calls of any encoder's ``encode`` fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times = 0
        real = VideoEncoder.encode

        def encode(encoder: VideoEncoder, frame: av.VideoFrame | None) -> list[Packet]:
            if self.times:
                self.times -= 1
                raise OSError("the encoder died")
            return real(encoder, frame)

        monkeypatch.setattr(VideoEncoder, "encode", encode)
