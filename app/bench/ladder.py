"""``bench ladder``: 1080p30 into four rungs and AAC, against ffmpeg's command line doing the same cascade."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from app.bench.figures import Figure, Outcome, median
from app.model.errors import EnvironmentLackError, SplicedeckError
from app.model.show import Rendition
from app.model.timebase import FrameRate

RATE, GOP_FRAMES, FRAMES, ROUNDS = FrameRate(30), 60, 600, 3
RUNGS = (
    Rendition("1080p", 1920, 1080, 5_000_000),
    Rendition("720p", 1280, 720, 3_000_000),
    Rendition("480p", 854, 480, 1_200_000),
    Rendition("360p", 640, 360, 700_000),
)
CPU_LIMIT, WALL_LIMIT = 1.0, 1.05


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run of one child process."""

    cpu_s: float
    wall_s: float


def ffmpeg() -> str:
    """The reference: a current ffmpeg, from the imageio-ffmpeg package, else the one on PATH."""
    try:
        import imageio_ffmpeg  # noqa: PLC0415 - only the benchmark wants it
    except ImportError:
        found = shutil.which("ffmpeg")
        if found is None:
            raise EnvironmentLackError("no ffmpeg to compare with", "pip install imageio-ffmpeg") from None
        return found
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def run() -> Outcome:
    """Alternate the two, so that a noisy machine hits both."""
    program = ffmpeg()
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mp4"
        _cost(_clip_command(program, clip))
        ours, theirs = [], []
        for _ in range(ROUNDS):
            theirs.append(_cost(_reference_command(program, clip)))
            ours.append(_cost([sys.executable, "-P", "-m", "app.bench.ladder", str(clip)]))
    cpu = median([mine.cpu_s / other.cpu_s for mine, other in zip(ours, theirs, strict=True)])
    wall = median([mine.wall_s / other.wall_s for mine, other in zip(ours, theirs, strict=True)])
    return Outcome(
        "ladder",
        f"{Path(program).name}: the same clip, cascade, presets and bit rates, one thread an encoder",
        (
            Figure("cpu ratio", cpu, "x", CPU_LIMIT),
            Figure("wall ratio", wall, "x", WALL_LIMIT),
            Figure("cpu", median([cost.cpu_s for cost in ours]), "s"),
            Figure("reference cpu", median([cost.cpu_s for cost in theirs]), "s"),
            Figure("wall", median([cost.wall_s for cost in ours]), "s"),
            Figure("reference wall", median([cost.wall_s for cost in theirs]), "s"),
        ),
        (f"{FRAMES} frames 1080p30, {ROUNDS} alternating rounds, medians; ours includes starting Python",),
    )


def _cost(command: list[str]) -> Cost:
    started_s = time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SplicedeckError(f"{Path(command[0]).name} ended with status {child.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - started_s)


def _clip_command(program: str, clip: Path) -> list[str]:
    picture = f"testsrc2=size=1920x1080:rate={RATE},noise=alls=12:allf=t"
    seconds = str(FRAMES / RATE.numerator)
    sound = "sine=frequency=1000:sample_rate=48000"
    inputs = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-t", seconds]
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-b:v", "12M", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    return [program, "-v", "error", "-y", *inputs, *codecs, "-ac", "2", str(clip)]


def _reference_command(program: str, clip: Path) -> list[str]:
    """The cascade as one filter graph; every encoder writes to nowhere."""
    chain, tap = "", "0:v"
    for number, rung in enumerate(RUNGS):
        scale = "null" if number == 0 else f"scale={rung.width}:{rung.height}:flags=bicubic"
        last = number == len(RUNGS) - 1
        chain += f"[{tap}]{scale}" + (f"[o{number}]" if last else f",split[o{number}][n{number}];")
        tap = f"n{number}"
    command = [program, "-v", "error", "-y", "-threads", "1", "-i", str(clip), "-filter_complex_threads", "1"]
    command += ["-filter_complex", chain]
    for number, rung in enumerate(RUNGS):
        rate = str(rung.bitrate_bps)
        command += ["-map", f"[o{number}]", "-c:v", "libx264", "-preset", rung.preset, "-threads", "1"]
        command += ["-b:v", rate, "-maxrate", rate, "-bufsize", rate, "-g", str(GOP_FRAMES), "-profile:v", "high"]
        command += ["-x264-params", "scenecut=0:open-gop=0", "-f", "null", "-"]
    return [*command, "-map", "0:a", "-c:a", "aac", "-b:a", "128k", "-ac", "2", "-f", "null", "-"]


def main(clip: str) -> int:
    """The child whose cost is measured."""
    from app.pipeline.transcode import transcode  # noqa: PLC0415 - the parent needs no FFmpeg

    return 0 if transcode(Path(clip), RUNGS, RATE, gop_frames=GOP_FRAMES).pictures == FRAMES else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
