"""Whether an encoder works on this machine: proved by encoding with it, in a child process that may crash or hang.

A name in libav's list only says "compiled in"; drivers fail, freeze and crash at their first open.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from fractions import Fraction
from functools import cache
from typing import cast

import av
import numpy as np

from app.model.errors import EncoderError

TIMEOUT_S = 20.0
KNOWN = (
    "libx264",
    "libx265",
    "libsvtav1",
    "h264_nvenc",
    "hevc_nvenc",
    "av1_nvenc",
    "h264_qsv",
    "hevc_qsv",
    "h264_amf",
    "h264_v4l2m2m",
    "aac",
)
_one_at_a_time = threading.Lock()
_FRAMES, _WIDTH, _HEIGHT = 10, 320, 180


def trial(name: str) -> str:
    """Empty when ``name`` encoded a few frames here, else the reason in one line. Tried once; any thread."""
    with _one_at_a_time:  # channels that start together share one trial
        return _tried(name)


@cache
def _tried(name: str) -> str:
    try:
        child = subprocess.run(
            [sys.executable, "-P", "-m", "app.pipeline.trial", name],  # -P: not an "app" of the folder it runs in
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"hung for {TIMEOUT_S:.0f} s"
    if child.returncode == 0:
        return ""
    lines = child.stdout.strip().splitlines()
    return lines[-1] if lines else f"the process ended with status {child.returncode}"


def require(name: str) -> None:
    """EncoderError when the encoder does not work here."""
    reason = trial(name)
    if reason:
        raise EncoderError(f"encoder {name} does not work on this machine: {reason}")


def _encode_video(name: str) -> int:
    context = cast("av.VideoCodecContext", av.CodecContext.create(name, "w"))
    context.width, context.height, context.time_base = _WIDTH, _HEIGHT, Fraction(1, 25)
    context.pix_fmt = "nv12" if name.endswith(("_qsv", "_amf")) else "yuv420p"
    context.bit_rate = 500_000
    size = 0
    for number in range(_FRAMES):
        grey = np.full((_HEIGHT * 3 // 2, _WIDTH), 16 * number, np.uint8)
        frame = av.VideoFrame.from_ndarray(grey, format=context.pix_fmt)
        frame.pts = number
        size += sum(packet.size for packet in context.encode(frame))
    return size + sum(packet.size for packet in context.encode(None))


def _encode_audio(name: str) -> int:
    context = cast("av.AudioCodecContext", av.CodecContext.create(name, "w"))
    context.sample_rate, context.layout, context.format = 48_000, "stereo", "fltp"
    frame = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), format="fltp", layout="stereo")
    frame.sample_rate = 48_000
    return sum(packet.size for packet in [*context.encode(frame), *context.encode(None)])


def main(name: str) -> int:
    """The child: 0 when bytes came out."""
    try:
        size = _encode_audio(name) if name == "aac" else _encode_video(name)
    except (av.FFmpegError, ValueError) as error:
        return _told(f"it can't be opened here: {getattr(error, 'strerror', None) or error}")
    return 0 if size else _told("no bytes came out")


def _told(reason: str) -> int:
    """To the parent, which reads the last line."""
    sys.stdout.write(f"{reason}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
