"""A channel without program or threads of its own: real encoders, driven frame by frame into a real packager."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import PictureType

from app.model.events import CueSent, Event
from app.model.segment import Deletion, Delivery, Expired, Kept, MediaObject, Playlist
from app.model.show import Channel, HlsOutput, Rendition, TsOutput
from app.model.timebase import FrameRate, wrapped
from app.pipeline.anchor import FIRST_PTS, Anchor
from app.pipeline.encoders import AUDIO_FRAME_SAMPLES, MEDIA_TIME_BASE, SAMPLE_RATE_HZ, AudioEncoder, VideoEncoder
from app.pipeline.hls_keeping import Written
from app.pipeline.packager import Packager
from app.pipeline.packets import (
    AudioPacket,
    Boundary,
    CueKind,
    End,
    MarkIn,
    MarkOut,
    PackagerItem,
    SendSection,
    VideoPacket,
)
from app.scte35.messages import splice_cancel, splice_in, splice_out

STARTED_AT = datetime(2026, 11, 22, 20, 15, 32, 440_000, tzinfo=UTC)
RATE = FrameRate(25)
HIGH = Rendition("high", 320, 180, 400_000, preset="veryfast")  # with B-frames: PTS and DTS differ
LOW = Rendition("low", 160, 90, 150_000, preset="ultrafast")

HLS = HlsOutput(("primary",), "news-1/", Fraction(2), 20)
TS = TsOutput("file:///high.ts", "high")
GRID = [0, 50, 100, 113, 163, 188, 200, 218, 225, 250]  # of ``whole_show``
LAST_CUE = 0xFFFF_FFFF

type Script = dict[int, list[PackagerItem]]
type Cuts = dict[int, frozenset[int]]


class Rig:
    """``run`` feeds frames 0 to ``frames``; what came out is in the lists."""

    def __init__(
        self,
        outputs: Sequence[HlsOutput | TsOutput],
        *,
        rate: FrameRate = RATE,
        first_pts: int = FIRST_PTS,
        renditions: Sequence[Rendition] = (HIGH, LOW),
        heartbeat_s: float = 1.0,
        before: Written | None = None,
        started_at: datetime = STARTED_AT,
    ) -> None:
        self.channel = Channel("news-1", "Nächrichten 1", ("test:bars",), tuple(renditions), tuple(outputs))
        self.anchor = Anchor(rate, started_at, first_pts)
        self.deliveries: list[tuple[int, Delivery]] = []
        self.events: list[Event] = []
        self.faults: list[Exception] = []
        self.pushed: dict[int, list[bytes]] = {
            index: [] for index, output in enumerate(outputs) if isinstance(output, TsOutput)
        }
        self.encoded: dict[str, list[int]] = {rung.name: [] for rung in renditions}
        self.video = {rung.name: VideoEncoder(rung, rate, threads=1) for rung in renditions}
        self.audio = AudioEncoder(self.channel.audio)
        self.packager = Packager(
            self.channel,
            self.anchor,
            {name: encoder.stream for name, encoder in self.video.items()},
            self.audio.stream,
            deliver=lambda index, delivery: self.deliveries.append((index, delivery)),
            push={index: pieces.append for index, pieces in self.pushed.items()},
            publish=self.events.append,
            on_fault=self.faults.append,
            heartbeat_s=heartbeat_s,
            before=before or {},
        )
        self._samples = 0

    # ---- running

    def run(
        self, frames: int, idrs: Iterable[int], script: Script, *, end: bool = True, cuts: Cuts | None = None
    ) -> Rig:
        """Encode, package and, unless told otherwise, end. At ``idrs`` every output cuts; ``cuts`` tells them apart."""
        everyone = frozenset(range(len(self.channel.outputs)))
        boundaries = dict.fromkeys(idrs, everyone) | (cuts or {})
        self.packager.start()
        try:
            for frame in range(frames):
                for item in script.get(frame, []):
                    self.packager.put(item)
                if frame in boundaries:
                    self.packager.put(Boundary(self.anchor.pts(frame), boundaries[frame]))
                self.encode(frame, idr=frame in boundaries)
            self._finish(frames, script.get(frames, []), end=end)
        finally:
            self.packager.abandon()
            assert self.packager.join(10)
            self.close()
        return self

    def encode(self, frame: int, *, idr: bool) -> None:
        for name, encoder in self.video.items():
            rung = next(rung for rung in self.channel.renditions if rung.name == name)
            picture = moving_picture(rung.width, rung.height, frame)
            picture.pts, picture.time_base = self.anchor.pts(frame), MEDIA_TIME_BASE
            picture.pict_type = PictureType.I if idr else PictureType.NONE
            self._put_video(name, encoder.encode(picture))
        while self._samples < self.anchor.rate.samples(frame + 1, SAMPLE_RATE_HZ):
            sound = av.AudioFrame.from_ndarray(tone(self._samples), format="fltp", layout="stereo")
            sound.sample_rate, sound.pts = SAMPLE_RATE_HZ, self._samples
            self._samples += AUDIO_FRAME_SAMPLES
            for packet in self.audio.encode(sound, self.anchor.first_pts):
                self.packager.put(AudioPacket(packet))

    def _finish(self, frames: int, last: Sequence[PackagerItem], *, end: bool) -> None:
        for name, encoder in self.video.items():
            self._put_video(name, encoder.encode(None))
        for packet in self.audio.encode(None, self.anchor.first_pts):
            self.packager.put(AudioPacket(packet))
        for item in last:
            self.packager.put(item)
        if end:
            self.packager.put(End(self.anchor.pts(frames)))
            assert self.packager.join(20), "the packager does not end"
        else:
            self.drain()

    def drain(self) -> None:
        """Wait until everything that was put has been carried out: a cue that comes last has been sent."""
        self.packager.put(self.cancel(LAST_CUE))
        self.wait_for(lambda: any(cue.splice_event_id == LAST_CUE for cue in self.cues()))

    def wait_for(self, condition: Callable[[], bool], within_s: float = 10) -> None:
        deadline = time.monotonic() + within_s
        while not condition():
            assert not self.faults, self.faults
            assert time.monotonic() < deadline, "it does not come"
            self.packager.join(0.002)

    def _put_video(self, name: str, packets: Sequence[av.Packet[av.VideoStream]]) -> None:
        for packet in packets:
            assert packet.pts is not None
            self.encoded[name].append(packet.pts)
            self.packager.put(VideoPacket(name, packet))

    def close(self) -> None:
        for encoder in self.video.values():
            encoder.close()
        self.audio.close()

    # ---- items

    def out(self, event_id: int, frame: int, frames: int) -> SendSection:
        """The OUT section of a break at ``frame`` for ``frames``."""
        pts = self.anchor.pts(frame)
        duration = self.anchor.pts(frame + frames) - pts
        return SendSection(
            CueKind.OUT, splice_out(event_id, wrapped(pts), duration).encoded, f"b{event_id}", event_id, pts
        )

    def back(self, event_id: int, frame: int, out_frame: int) -> SendSection:
        """The IN section at ``frame`` of the break that opened at ``out_frame``."""
        pts = self.anchor.pts(frame)
        section = splice_in(event_id, wrapped(pts)).encoded
        return SendSection(CueKind.IN, section, f"b{event_id}", event_id, pts, self.anchor.pts(out_frame))

    def cancel(self, event_id: int) -> SendSection:
        return SendSection(CueKind.CANCEL, splice_cancel(event_id).encoded, f"b{event_id}", event_id)

    def mark_out(self, event_id: int, frame: int, frames: int) -> MarkOut:
        out = self.out(event_id, frame, frames)
        duration = self.anchor.pts(frame + frames) - self.anchor.pts(frame)
        return MarkOut(self.anchor.pts(frame), out.break_id, event_id, out.section, duration, self.anchor.at(frame))

    def mark_in(self, event_id: int, frame: int, out_frame: int) -> MarkIn:
        back = self.back(event_id, frame, out_frame)
        pts = self.anchor.pts(frame)
        return MarkIn(pts, event_id, back.section, pts - self.anchor.pts(out_frame))

    def whole_break(self, event_id: int, frame: int, frames: int, *, lead: int = 50) -> Script:
        """A break as the program gives it: announced, out, back announced, in."""
        back = frame + frames
        script: Script = {}
        merge(script, {max(0, frame - lead): [self.out(event_id, frame, frames)]})
        merge(script, {frame: [self.mark_out(event_id, frame, frames)]})
        merge(script, {max(frame + 1, back - lead): [self.back(event_id, back, frame)]})
        merge(script, {back: [self.mark_in(event_id, back, frame)]})
        return script

    # ---- what came out

    def media(self, output: int, rendition: str) -> list[MediaObject]:
        return [
            d for i, d in self.deliveries if i == output and isinstance(d, MediaObject) and d.rendition == rendition
        ]

    def stream(self, rendition: str, output: int = 0) -> bytes:
        return b"".join(one.body for one in self.media(output, rendition))

    def media_playlist(self, rendition: str = "high") -> str:
        """The newest text."""
        return self.playlists(0, f"news-1/{rendition}/index.m3u8")[-1].render(frozenset()).decode()

    def playlists(self, output: int, path: str) -> list[Playlist]:
        return [d for i, d in self.deliveries if i == output and isinstance(d, Playlist) and d.path == path]

    def paths(self, kind: type[Expired | Deletion], output: int = 0) -> list[str]:
        found: list[str] = []
        for index, delivery in self.deliveries:
            if index == output and isinstance(delivery, kind):
                found += delivery.paths
        return found

    def cues(self) -> list[CueSent]:
        return [event for event in self.events if isinstance(event, CueSent)]

    def write_to(self, folder: Path, *, output: int = 0, lost: frozenset[str] = frozenset()) -> None:
        """As an origin would have it in the end, but with nothing deleted."""
        for index, delivery in self.deliveries:
            if index != output or isinstance(delivery, Expired | Deletion | Kept):
                continue
            body = delivery.body if isinstance(delivery, MediaObject) else delivery.render(lost)
            target = folder / delivery.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(body)


def whole_show() -> Rig:
    """270 frames cut at GRID: 113 to 188 is a break, 200 to 218 and 218 to 225 are two that touch."""
    rig = Rig([HLS, TS])
    rig.run(270, GRID, show_breaks(rig))
    assert rig.faults == []
    return rig


def show_breaks(rig: Rig) -> Script:
    script = rig.whole_break(17, 113, 75)
    merge(script, rig.whole_break(18, 200, 18))
    return merge(script, rig.whole_break(19, 218, 7))


def merge(script: Script, more: Script) -> Script:
    """Add to a script, keeping the order: what closes a break comes before what opens the next."""
    for frame, items in more.items():
        script.setdefault(frame, []).extend(items)
        script[frame].sort(key=lambda item: isinstance(item, MarkOut))
    return script


def moving_picture(width: int, height: int, frame: int) -> av.VideoFrame:
    """A gradient that moves: something to predict, and no two frames alike."""
    across = (np.arange(width) + 3 * frame) % 256
    down = (np.arange(height)[:, None] * 2 + frame) % 256
    luma = ((across + down) // 2).astype(np.uint8)
    chroma = np.full((height // 2, width), 128, np.uint8)
    return av.VideoFrame.from_ndarray(np.vstack((luma, chroma.reshape(-1, width))), format="yuv420p")


def tone(first_sample: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    phase = 2 * np.pi * 1000 * (first_sample + np.arange(AUDIO_FRAME_SAMPLES)) / SAMPLE_RATE_HZ
    return np.tile((0.1 * np.sin(phase)).astype(np.float32), (2, 1))
