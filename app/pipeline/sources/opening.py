"""Containers opened for reading, with FFmpeg's errors told in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from app.model.errors import SourceError
from app.pipeline.sources.not_media import NotMediaError
from app.pipeline.sources.udp import UdpInput

# Raw 33-bit timestamps: FFmpeg's own correction of the wrap jumps back 940 s after it.
_RAW_TIME = {"correct_ts_overflow": "0"}
_QUICK = {"probesize": "300000", "analyzeduration": "300000"}
_TS_BUFFER_BYTES = 65_536  # no datagram is larger


@contextmanager
def opened_file(url: str, path: Path) -> Iterator[InputContainer]:
    """A media file, closed at the end; NotMediaError when it can't be read as one."""
    try:
        container = av.open(path.as_posix(), "r", options=_RAW_TIME)
    except (av.FFmpegError, OSError) as error:
        raise NotMediaError(f"{url}: {_file_trouble(path, error)}") from error
    try:
        yield container
    except av.FFmpegError as error:
        raise SourceError(f"{url}: reading stopped: {error.strerror}") from error
    finally:
        container.close()


def _file_trouble(path: Path, error: Exception) -> str:
    if isinstance(error, FileNotFoundError) or not path.exists():
        return "there is no such file"
    if path.is_dir():
        return "it is a folder, not a file"
    if isinstance(error, PermissionError):
        return "it may not be read by this user"
    if isinstance(error, av.InvalidDataError | av.EOFError):
        return "it is not a media file that FFmpeg reads"
    return str(getattr(error, "strerror", None) or error)


@contextmanager
def opened_stream(url: str, stream: UdpInput) -> Iterator[InputContainer]:
    """The transport stream of a UDP input, closed at the end; SourceError when it can't be demuxed."""
    try:
        container = av.open(stream, "r", format="mpegts", buffer_size=_TS_BUFFER_BYTES, options=_RAW_TIME | _QUICK)
    except av.FFmpegError as error:
        raise stream.error or SourceError(f"{url}: the stream stopped while it was opened") from error
    try:
        yield container
    except av.FFmpegError as error:
        raise stream.error or SourceError(f"{url}: reading stopped: {error.strerror}") from error
    finally:
        container.close()


def best_streams(container: InputContainer) -> tuple[VideoStream | None, AudioStream | None]:
    """The first moving picture and the first sound; a cover image is no picture."""
    pictures = [
        stream
        for stream in container.streams.video
        if not stream.disposition & Disposition.attached_pic and stream.codec_context is not None
    ]
    return next(iter(pictures), None), next(iter(container.streams.audio), None)


def streams_of(
    container: InputContainer, video_pid: int | None, audio_pid: int | None
) -> tuple[VideoStream | None, AudioStream | None]:
    """The streams with these PIDs, where FFmpeg knows what they are."""
    video = next((stream for stream in container.streams.video if stream.id == video_pid), None)
    audio = next((stream for stream in container.streams.audio if stream.id == audio_pid), None)
    return video, audio
