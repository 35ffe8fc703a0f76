"""What a ladder costs on this machine: a second or two of it encoded in a process of its own, one rung after another.

The child prints one JSON object. Seconds of processor time are measured, so other work on the machine changes the
figure little.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from fractions import Fraction
from itertools import cycle
from pathlib import Path
from typing import Any

import av
import numpy as np

from app.model.errors import EncoderError, SplicedeckError
from app.model.show import Rendition, VideoCodec
from app.model.timebase import FrameRate
from app.pipeline.encoders import MEDIA_TIME_BASE, VideoEncoder
from app.pipeline.filters import Cascade
from app.pipeline.sources.address import MediaFile, parse_address
from app.pipeline.sources.bars import BarsPicture
from app.pipeline.sources.opening import best_streams, opened_file

_MEDIA_S, _WALL_S = Fraction(2), 6.0  # tried, and given for it: a ladder that is far too large is known sooner
_LEAST_PICTURES = 10
_TIMEOUT_S = 60.0
_GRAIN = 12  # of a made picture: a clean one would cost less than any camera's


def ladder_cost(source: str, rungs: tuple[Rendition, ...], rate: FrameRate) -> tuple[dict[str, float], float]:
    """Processors that each rung needs, and the decoding. EncoderError: one refuses its settings, or it hangs."""
    asked = json.dumps({"source": source, "rate": str(rate), "rungs": [asdict(rung) for rung in rungs]})
    command = [sys.executable, "-P", "-m", "app.pipeline.ladder_cost"]  # -P: not an "app" of the folder it runs in
    try:
        child = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise EncoderError(f"the trial hung for {_TIMEOUT_S:.0f} s") from error
    lines = child.stdout.strip().splitlines()
    if child.returncode or not lines:
        raise EncoderError(lines[-1] if lines else f"the trial ended with status {child.returncode}")
    answer: dict[str, Any] = json.loads(lines[-1])
    return {str(name): float(share) for name, share in answer["rungs"].items()}, float(answer["source"])


def _measured(source: str, rungs: tuple[Rendition, ...], rate: FrameRate) -> dict[str, Any]:
    width, height = max(rung.width for rung in rungs), max(rung.height for rung in rungs)
    pictures = _pictures(source, rate, width, height)
    cascade = Cascade(width, height, rungs)
    encoders = [VideoEncoder(rung, rate, threads=1) for rung in rungs]
    spent = [0.0] * len(rungs)
    decoding = scaling = 0.0
    began_s, number = time.monotonic(), 0
    wanted = rate.frames_covering(_MEDIA_S)
    while number < wanted and (number < _LEAST_PICTURES or time.monotonic() - began_s < _WALL_S):
        at = time.process_time()
        picture = next(pictures)
        decoding, at = decoding + time.process_time() - at, time.process_time()
        picture.pts, picture.time_base = rate.ticks(number), MEDIA_TIME_BASE
        scaled = cascade.scaled(picture)
        scaling, at = scaling + time.process_time() - at, time.process_time()
        for index, (encoder, frame) in enumerate(zip(encoders, scaled, strict=True)):
            encoder.encode(frame)
            spent[index], at = spent[index] + time.process_time() - at, time.process_time()
        number += 1
    for index, encoder in enumerate(encoders):
        at = time.process_time()
        encoder.encode(None)
        spent[index] += time.process_time() - at
        encoder.close()
    media_s = float(rate.seconds(number))
    pixels = [rung.width * rung.height for rung in rungs]
    shares = [(own + scaling * size / sum(pixels)) / media_s for own, size in zip(spent, pixels, strict=True)]
    from_file = isinstance(parse_address(source), MediaFile)
    return {
        "rungs": {rung.name: share for rung, share in zip(rungs, shares, strict=True)},
        "source": decoding / media_s if from_file else 0.0,
    }


def _pictures(source: str, rate: FrameRate, width: int, height: int) -> Iterator[av.VideoFrame]:
    address = parse_address(source)
    return (
        _decoded(source, address.path, width, height) if isinstance(address, MediaFile) else _made(rate, width, height)
    )


def _decoded(url: str, path: Path, width: int, height: int) -> Iterator[av.VideoFrame]:
    """A file's pictures in the ladder's size, from its start again where it is over."""
    while True:
        count = 0
        with opened_file(url, path) as container:
            video, _ = best_streams(container)
            if video is None:
                raise EncoderError(f"{url}: there is no video to encode")
            video.codec_context.thread_count = 1
            for frame in container.decode(video):
                count += 1
                yield frame.reformat(width, height, "yuv420p")
        if not count:
            raise EncoderError(f"{url}: no picture of it can be decoded")


def _made(rate: FrameRate, width: int, height: int) -> Iterator[av.VideoFrame]:
    """The moving test picture with grain; a few are made beforehand, as making them is not what is measured."""
    bars, noise = BarsPicture(rate, "Trial", width, height), np.random.default_rng(35)
    kept = []
    for number in range(8):
        planes = bars.frame(number).reformat(width, height, "yuv420p").to_ndarray()
        grain = noise.integers(-_GRAIN, _GRAIN + 1, (height, width), dtype=np.int16)
        planes[:height] = np.clip(planes[:height].astype(np.int16) + grain, 16, 235).astype(np.uint8)
        kept.append(planes)
    for planes in cycle(kept):
        yield av.VideoFrame.from_ndarray(planes, format="yuv420p")


def main() -> int:
    """The child: what is asked comes as JSON on standard input."""
    asked = json.load(sys.stdin)
    rungs = tuple(Rendition(**{**each, "codec": VideoCodec(each["codec"])}) for each in asked["rungs"])
    try:
        answer = json.dumps(_measured(asked["source"], rungs, FrameRate.parse(asked["rate"])))
    except SplicedeckError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{answer}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
