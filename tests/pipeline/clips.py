"""Clips whose pictures say their own number and whose sound tells its own time, in files and as paced UDP."""

import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream

from app.model.timebase import FrameRate

BITS = 12
_BLACK, _WHITE = 32, 224
RAMP = 24_000  # samples after which the ramp begins again
SOUND_HZ = 48_000
_TS = {"mpegts_copyts": "1", "avoid_negative_ts": "disabled", "max_delay": "300000", "pes_payload_size": "0"}


def numbered(number: int, width: int, height: int, pix_fmt: str = "yuv420p") -> av.VideoFrame:
    """A picture with its number in twelve squares across its upper half; below them it moves."""
    frame = av.VideoFrame(width, height, "yuv420p")
    for plane, value in zip(frame.planes, (16, 128, 128), strict=True):
        np.frombuffer(plane, np.uint8)[:] = value
    luma = np.frombuffer(frame.planes[0], np.uint8).reshape(height, -1)
    for bit in range(BITS):
        left, right = (width * edge // BITS for edge in (bit, bit + 1))
        luma[: height // 2, left:right] = _WHITE if number >> bit & 1 else _BLACK
    luma[height // 2 :, : width * (number % 50) // 50] = 128
    return frame if pix_fmt == "yuv420p" else frame.reformat(format=pix_fmt)


def number_of(frame: av.VideoFrame) -> int:
    """The number in a picture of any size."""
    plane = frame.planes[0]
    luma = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: frame.height // 2, : frame.width]
    squares = [luma[:, frame.width * bit // BITS : frame.width * (bit + 1) // BITS] for bit in range(BITS)]
    return sum((float(np.median(square)) > 128) << bit for bit, square in enumerate(squares))


def ramp(first: int, count: int) -> np.ndarray:
    """Samples that count up, as s16: which one it is can be read from its value."""
    return ((np.arange(first, first + count) % RAMP) - RAMP // 2).astype(np.int16)


@dataclass(frozen=True)
class Clip:
    """What to write. ``sound``: pcm_s16le (the ramp), aac (a beep each second) or none; ``first_ticks``: first PTS.

    ``rich``: noise at a high rate, with the sound packed into large PES packets behind it.
    """

    frames: int = 50
    rate: FrameRate = field(default_factory=lambda: FrameRate(25))
    width: int = 192
    height: int = 108
    sound: str = "aac"
    sound_from: int = 0
    first_ticks: int = 90_000
    first_number: int = 0
    codec: str = "libx264"
    gop: int = 12
    picture: bool = True
    pix_fmt: str = "yuv420p"
    rich: bool = False


def write_clip(path: Path, clip: Clip) -> Path:
    """Encode it; the container follows the name, .ts with exactly the timestamps asked for."""
    is_ts = path.suffix == ".ts"
    base = clip.first_ticks if is_ts else 0
    options = _TS | ({"pes_payload_size": "2930"} if clip.rich else {}) if is_ts else {}
    with av.open(str(path), "w", format="mpegts" if is_ts else None, container_options=options) as out:
        video = _add_video(out, clip) if clip.picture else None
        audio = _add_audio(out, clip) if clip.sound != "none" else None
        for index in range(clip.frames):
            if video is not None:
                frame = numbered(clip.first_number + index, clip.width, clip.height, clip.pix_fmt)
                if clip.rich:
                    _add_noise(frame, index)
                frame.time_base = Fraction(1, 90_000)
                frame.pts = base + clip.rate.ticks(index)
                out.mux(video.encode(frame))
            first, end = (clip.rate.samples(at, SOUND_HZ) for at in (index, index + 1))
            if audio is not None and first >= clip.sound_from:
                out.mux(audio.encode(_sound(clip, first, end - first, base)))
        if video is not None:
            out.mux(video.encode(None))
        if audio is not None:
            out.mux(audio.encode(None))
    return path


def _add_noise(frame: av.VideoFrame, seed: int) -> None:
    luma = np.frombuffer(frame.planes[0], np.uint8).reshape(frame.height, -1)[frame.height // 2 :]
    luma[:] = np.random.default_rng(seed).integers(16, 235, luma.shape, np.uint8)


def _add_video(out: OutputContainer, clip: Clip) -> VideoStream:
    options = {"bf": "0", "sc_threshold": "0"}
    if clip.codec == "libx264":
        options |= {"preset": "ultrafast", "tune": "zerolatency"} | ({"qp": "1"} if clip.rich else {})
    stream = out.add_stream(clip.codec, clip.rate.fraction, options)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height, stream.pix_fmt = clip.width, clip.height, clip.pix_fmt
    stream.codec_context.gop_size = clip.gop
    stream.codec_context.time_base = Fraction(1, 90_000) if clip.codec == "libx264" else 1 / clip.rate.fraction
    return stream


def _add_audio(out: OutputContainer, clip: Clip) -> AudioStream:
    stream = out.add_stream(clip.sound, SOUND_HZ)
    assert isinstance(stream, AudioStream)
    stream.codec_context.layout = "stereo"
    return stream


def _sound(clip: Clip, first: int, count: int, base: int) -> av.AudioFrame:
    if clip.sound == "pcm_s16le":
        mono = ramp(first, count)
        block = av.AudioFrame.from_ndarray(np.repeat(mono, 2).reshape(1, -1), format="s16", layout="stereo")
    else:
        at = np.arange(first, first + count)
        mono_float = np.where(at % SOUND_HZ < SOUND_HZ // 10, 0.5, 0.05) * np.sin(2 * np.pi * 1000 / SOUND_HZ * at)
        block = av.AudioFrame.from_ndarray(
            np.tile(mono_float.astype(np.float32), (2, 1)), format="fltp", layout="stereo"
        )
    block.sample_rate = SOUND_HZ
    block.time_base = Fraction(1, SOUND_HZ)
    block.pts = first + base * SOUND_HZ // 90_000
    return block


def free_port() -> int:
    """A UDP port nobody has now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def pcr_of(packet: bytes) -> int | None:
    """PCR base of a packet, 90 kHz."""
    if packet[3] & 0x20 and packet[4] and packet[5] & 0x10:
        return int.from_bytes(packet[6:11]) >> 7
    return None


class Player:
    """Sends transport streams one after the other in a thread of its own, paced by their PCR.

    ``harm(packet)`` may change a packet or drop it (b""). ``late_s``: how late a packet went out at worst.
    """

    def __init__(
        self,
        paths: Iterable[Path],
        port: int,
        *,
        host: str = "127.0.0.1",
        harm: Callable[[bytes], bytes] | None = None,
        speed: float = 1.0,
    ) -> None:
        self._paths, self._to, self._harm, self._speed = list(paths), (host, port), harm, speed
        self._stop = threading.Event()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        if host.startswith("239."):
            self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        self._thread = threading.Thread(target=self._run, name="clip player")
        self.ended_s = self.late_s = 0.0
        self._thread.start()

    def _run(self) -> None:
        self._due_s = time.monotonic()
        for path in self._paths:
            self._send(path.read_bytes())
        self.ended_s = time.monotonic()

    def _send(self, stream: bytes) -> None:
        last: int | None = None
        batch: list[bytes] = []
        for at in range(0, len(stream), 188):
            packet = stream[at : at + 188]
            pcr = pcr_of(packet)
            if pcr is not None:
                if last is not None:
                    self._due_s += (pcr - last) % 2**33 / 90_000 / self._speed
                last = pcr
                self._flush(batch)
                if self._stop.wait(max(0.0, self._due_s - time.monotonic())):
                    return
                self.late_s = max(self.late_s, time.monotonic() - self._due_s)
            batch.append(self._harm(packet) if self._harm else packet)
            if len(batch) == 7:
                self._flush(batch)
        self._flush(batch)

    def _flush(self, batch: list[bytes]) -> None:
        if any(batch):
            self._socket.sendto(b"".join(batch), self._to)
        batch.clear()

    def stop(self) -> None:
        """Cut it off."""
        self._stop.set()
        self._thread.join(5)
        self._socket.close()
