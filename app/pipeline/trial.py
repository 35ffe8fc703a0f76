"""Whether an encoder works on this machine: proved by encoding with it, in a child process that may crash or hang.

A name in libav's list only says "compiled in"; drivers fail, freeze and crash at their first open.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import cast

import av
import numpy as np

from app.model.errors import EncoderError
from app.pipeline.trial_results import TrialResults

TIMEOUT_S = 20.0
KILL_S = 1.0  # for a child that hangs to go; one that is stuck inside a driver can't, and is left
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
_kept: list[TrialResults] = []
_FRAMES, _WIDTH, _HEIGHT = 10, 320, 180


def keep_results(path: Path) -> None:
    """What works is remembered in this file from now on: ``require`` then needs no child for it."""
    _kept[:] = [TrialResults(path)]


def trial(name: str) -> str:
    """Empty when ``name`` encoded a few frames here, else the reason in one line. Tried once; any thread."""
    with _one_at_a_time:  # channels that start together share one trial
        return _tried(name)


@cache
def _tried(name: str) -> str:
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "app.pipeline.trial", name],  # -P: not an "app" of the folder it runs in
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    try:
        said, _ = child.communicate(timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return f"hung for {TIMEOUT_S:.0f} s{_killed(child)}"
    if child.returncode == 0:
        return ""
    lines = said.strip().splitlines()
    return lines[-1] if lines else _how_it_ended(child.returncode)


def _killed(child: subprocess.Popen[str]) -> str:
    child.kill()
    try:
        child.communicate(timeout=KILL_S)
    except subprocess.TimeoutExpired:
        return f", and process {child.pid} can't be ended: it hangs in a driver"
    return ""


def _how_it_ended(status: int) -> str:
    if status >= 0:
        return f"the process ended with status {status}"
    try:
        return f"it crashed: {signal.Signals(-status).name}"
    except ValueError:
        return f"it crashed: signal {-status}"


def require(name: str) -> None:
    """EncoderError when the encoder does not work here. What has worked before is not tried again."""
    if any(kept.worked(name) for kept in _kept):
        return
    reason = trial(name)
    if reason:
        raise EncoderError(f"encoder {name} does not work on this machine: {reason}")
    for kept in _kept:
        kept.note(name)


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
