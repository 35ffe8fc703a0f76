"""How many pictures a second a source has: measured, and set right by what its container claims."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable
from fractions import Fraction

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from app.model.errors import SourceError
from app.model.timebase import FrameRate
from app.pipeline.sources.address import Bars, MediaFile, UdpAddress, parse_address
from app.pipeline.sources.bars import DEFAULT_RATE
from app.pipeline.sources.opening import best_streams, opened_file, opened_stream, streams_of
from app.pipeline.sources.udp import UdpInput

_PICTURES = 30
_FEWEST = 3
_CLAIM_WITHIN = Fraction(1, 100)
_STANDARD_WITHIN = Fraction(1, 200)
_STANDARD = (
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
)


def probe_rate(url: str, timeout_s: float, stopping: Callable[[], bool] = lambda: False) -> FrameRate:
    """The rate of a source, opened for the purpose; SourceError when it can't be told in this time.

    ``stopping``: nobody wants to know any more; asked all the time.
    """
    end_s = time.monotonic() + timeout_s

    def in_time() -> bool:
        return time.monotonic() < end_s and not stopping()

    match parse_address(url):
        case Bars():
            return DEFAULT_RATE
        case MediaFile(path=path):
            with opened_file(url, path) as container:
                return _told(url, container, best_streams(container)[0], in_time)
        case UdpAddress() as address:
            with UdpInput(url, address, in_time) as stream:
                if not stream.wait_for_program(timeout_s) or stream.watch.program is None:
                    raise stream.error or SourceError(f"{url}: nothing has arrived for {timeout_s:g} s")
                pid = stream.watch.program.first("video")
                with opened_stream(url, stream) as container:
                    video, _ = streams_of(container, pid, None)
                    return _told(url, container, video, in_time)


def _told(url: str, container: InputContainer, video: VideoStream | None, in_time: Callable[[], bool]) -> FrameRate:
    if video is None:
        raise SourceError(f"{url}: there is no picture in it, so it has no frame rate")
    claim = video.guessed_rate or video.average_rate
    claimed = Fraction(claim.numerator, claim.denominator) if claim else None
    rate = settled_rate(_picture_times(container, video, in_time), claimed)
    if rate is None:
        raise SourceError(f"{url}: its frame rate could not be told in time")
    try:
        return FrameRate.of(rate)
    except ValueError as error:
        raise SourceError(f"{url}: {float(rate):.3f} pictures a second are not from 1 to 120") from error


def _picture_times(container: InputContainer, video: VideoStream, in_time: Callable[[], bool]) -> list[Fraction]:
    base = Fraction(video.time_base.numerator, video.time_base.denominator)
    times: list[Fraction] = []
    for packet in container.demux(video):
        try:
            times += [frame.pts * base for frame in packet.decode() if frame.pts is not None]
        except av.FFmpegError:
            continue  # a damaged picture tells nothing; the next will
        if len(times) >= _PICTURES or not in_time():
            break
    return times


def settled_rate(times: list[Fraction], claimed: Fraction | None) -> Fraction | None:
    """From the times of successive pictures, some perhaps missing: the claim if it agrees, else a standard rate."""
    steps = [later - earlier for earlier, later in itertools.pairwise(times) if later > earlier]
    if len(steps) < _FEWEST - 1:
        return claimed
    usual = statistics.median(steps)
    near = [step for step in steps if step < 10 * usual]
    measured = sum(round(step / usual) for step in near) / sum(near, Fraction(0))
    if claimed and abs(claimed / measured - 1) <= _CLAIM_WITHIN:
        return _nearest_standard(claimed) or claimed
    return _nearest_standard(measured) or measured.limit_denominator(1001)


def _nearest_standard(rate: Fraction) -> Fraction | None:
    nearest = min(_STANDARD, key=lambda standard: abs(standard - rate))
    return nearest if abs(nearest / rate - 1) <= _STANDARD_WITHIN else None
