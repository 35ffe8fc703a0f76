"""From packets to the playout: decode, place in source time, normalise. The same for every kind of source."""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.sidedata.sidedata import Type as SideDataType
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from app.model.timebase import PTS_WRAP, TICKS_PER_SECOND, difference, round_half_up
from app.pipeline.cadence import Cadence
from app.pipeline.normalise import PictureNormaliser, Sound, SoundNormaliser
from app.pipeline.playout import Playout
from app.pipeline.timeline import Timeline

_LARGE_PIXELS = 1920 * 1088  # above it one thread may not keep up
_EARLY_BLOCKS_MOST = 500  # of sound before the first picture of a file
_CAPTIONS = SideDataType.A53_CC  # ATSC A/53 part 4, CEA-608 and 708
_KNOWN_MOST = 2000  # packets that a rewind may bring again


@dataclass(slots=True)
class Tally:
    """What a reader has met, counted up on its thread and read on others."""

    packets: int = 0
    pictures: int = 0
    captioned: int = 0
    corrupt_frames: int = 0
    decode_errors: int = 0
    jumps: int = 0
    kind_changes: int = 0
    kind: str = ""
    rate_changes: int = 0
    per_second: str = ""


@dataclass(slots=True)
class _Replay:
    """What has been decoded of a stream: after a rewind it comes again. ``known``: DTS and size of each, the latest."""

    dts: int | None = None
    skipping: bool = False
    known: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=_KNOWN_MOST))


type Media = av.Packet[Any]
type _Decoder = VideoCodecContext | AudioCodecContext


class Reader:
    """Feeds one playout from the packets of successive containers. One thread only.

    Decoders outlive a container: a source that is opened again goes on with them, and packets that were decoded before
    are passed over (``rewound``). For a file each pass begins at ``begin_pass`` and continues the last one's time.
    ``placed`` is told the PTS (33 bits) and the source time of each picture; where there is none, of the sound.
    """

    def __init__(self, playout: Playout, *, width: int, height: int, channels: int, sample_rate_hz: int) -> None:
        self.tally = Tally()
        self.placed: Callable[[int, int], None] = lambda _pts, _ticks: None
        self._playout, self._sample_rate_hz = playout, sample_rate_hz
        self._pictures = PictureNormaliser(width, height)
        self._sounds = SoundNormaliser(channels, sample_rate_hz)
        self._timeline = Timeline()
        self._decoders: dict[tuple[int, str], _Decoder] = {}
        self._replays: dict[int, _Replay] = {}
        self._again_bytes = 0
        self._video: VideoStream | None = None
        self._audio: AudioStream | None = None
        self._base: int | None = None  # source time where this pass begins; None: timestamps count as they are
        self._origin: int | None = None  # timeline time of the pass's first picture
        self._early: list[tuple[int, av.AudioFrame]] = []
        self._cadence = Cadence()
        self._codec = ""
        self._sound_end = 0
        self._past_jumps = 0

    # streams

    def attach(self, video: VideoStream | None, audio: AudioStream | None) -> None:
        """Read these streams from now on."""
        self._video, self._audio = video, audio
        self._playout.picture_expected, self._playout.sound_expected = video is not None, audio is not None

    def begin_pass(self, base: int) -> None:
        """The next pictures are a file's from its beginning: its first one is at ``base`` in source time."""
        self._base, self._origin = base, None
        self._past_jumps = self.tally.jumps
        self._timeline = Timeline(read_ahead=True)

    @property
    def holds_sound(self) -> bool:
        """Whether sound of this pass waits for the pass's first picture, which places it."""
        return bool(self._early)

    def rewound(self, again_bytes: int) -> None:
        """The packets of so many bytes come next, and some have been decoded already."""
        self._again_bytes = again_bytes
        for replay in self._replays.values():
            replay.skipping = True

    def is_video(self, packet: Media) -> bool:
        """Whether a packet is the video's."""
        return self._video is not None and packet.stream_index == self._video.index

    def packet(self, packet: Media) -> None:
        """Decode one; an empty one only ends its stream and is passed over."""
        if not packet.size or self._decoded_before(packet):
            return
        self.tally.packets += 1
        stream: VideoStream | AudioStream | None = self._video if self.is_video(packet) else self._audio
        if stream is not None and packet.stream_index == stream.index:
            self._decode(stream, packet)

    def flush(self) -> int:
        """Decode what the decoders still hold and drop them; returns the ticks where this pass ends.

        The picture filter goes on into the next pass: what it holds comes out with the next picture.
        """
        for decoder in self._decoders.values():
            try:
                for frame in decoder.decode(None):
                    self._take_in(frame, decoder)
            except av.FFmpegError:
                self.tally.decode_errors += 1
        for first, block in self._sounds.flush():
            self._put_sound(first, block)
        self._decoders.clear()
        return self._end_of_pass()

    def close(self) -> None:
        """Free decoders and filters."""
        self._decoders.clear()
        self._early.clear()
        self._pictures.close()
        self._sounds.close()

    # packets to frames

    def _decoded_before(self, packet: Media) -> bool:
        replay = self._replays.setdefault(packet.stream.id, _Replay())
        if packet.dts is None:
            return replay.skipping
        if replay.skipping and self._is_known(packet, packet.dts, replay):
            return True
        replay.skipping, replay.dts = False, packet.dts
        replay.known.append((packet.dts, packet.size))
        return False

    def _is_known(self, packet: Media, dts: int, replay: _Replay) -> bool:
        """Another stream may begin in these bytes, at any time: only its pictures can be told from ours."""
        if packet.pos is not None and packet.pos >= self._again_bytes:
            return False
        if self.is_video(packet):
            return (dts, packet.size) in replay.known
        return replay.dts is not None and difference(dts, replay.dts) <= 0

    def _decode(self, stream: VideoStream | AudioStream, packet: Media) -> None:
        decoder = self._decoder(stream)
        try:
            frames = decoder.decode(packet)
        except av.FFmpegError:
            self.tally.decode_errors += 1
            return
        for frame in frames:
            self._take_in(frame, decoder)

    def _decoder(self, stream: VideoStream | AudioStream) -> _Decoder:
        context = stream.codec_context
        key = (stream.id, context.name)
        if key not in self._decoders:
            context.thread_count = 1
            if isinstance(context, VideoCodecContext) and context.width * context.height > _LARGE_PIXELS:
                context.thread_type, context.thread_count = "FRAME", 0
            self._decoders[key] = context
        return self._decoders[key]

    # frames to source time

    def _take_in(self, frame: av.VideoFrame | av.AudioFrame, decoder: _Decoder) -> None:
        if isinstance(frame, av.VideoFrame):
            self._codec = decoder.name
            shape = decoder.sample_aspect_ratio if isinstance(decoder, VideoCodecContext) else None
            self._take_picture(frame, Fraction(shape.numerator, shape.denominator) if shape else Fraction(1))
        else:
            self._take_sound(frame)

    def _take_picture(self, frame: av.VideoFrame, shape: Fraction) -> None:
        self.tally.pictures += 1
        self.tally.corrupt_frames += frame.is_corrupt
        self.tally.captioned += _CAPTIONS in frame.side_data
        ticks = self._placed("video", frame, self._cadence.step_ticks)
        if ticks is None:
            return
        self._cadence.note(ticks)
        if self._origin is None:
            self._origin = ticks if self._base is not None else 0
            self._take_early_sound()
        self._tell_placed(frame, ticks)
        for at, picture in self._pictures.fitted(frame, self._shifted(ticks), shape):
            self._put_picture(at, picture)
        self._note_kind()

    def _note_kind(self) -> None:
        kind = f"{self._codec} {self._pictures.kind}"
        self.tally.kind_changes += bool(self.tally.kind) and kind != self.tally.kind
        self.tally.kind = kind
        self.tally.rate_changes = self._cadence.changes
        self.tally.per_second = self._cadence.per_second

    def _take_sound(self, frame: av.AudioFrame) -> None:
        if not frame.sample_rate or not frame.samples:
            return
        step = frame.samples * TICKS_PER_SECOND // frame.sample_rate
        ticks = self._placed("audio", frame, step)
        if ticks is None:
            return
        if self._origin is None:
            if self._base is None or self._video is None:
                self._origin = 0 if self._base is None else ticks
            else:
                self._early.append((ticks, frame))
                del self._early[:-_EARLY_BLOCKS_MOST]
                return
        if self._video is None:
            self._tell_placed(frame, ticks)
        self._put_frame(frame, ticks)

    def _take_early_sound(self) -> None:
        early, self._early = self._early, []
        for ticks, frame in early:
            self._put_frame(frame, ticks)

    def _placed(self, stream: str, frame: av.VideoFrame | av.AudioFrame, step: int) -> int | None:
        if frame.pts is None or not frame.time_base:
            return self._timeline.follow(stream, step)
        raw = _ticks(frame.pts, frame.time_base.numerator, frame.time_base.denominator)
        ticks = self._timeline.place(stream, raw, step)
        self.tally.jumps = self._past_jumps + self._timeline.jumps
        return ticks

    def _tell_placed(self, frame: av.VideoFrame | av.AudioFrame, ticks: int) -> None:
        if frame.pts is not None and frame.time_base:
            pts = _ticks(frame.pts, frame.time_base.numerator, frame.time_base.denominator)
            self.placed(pts % PTS_WRAP, self._shifted(ticks))

    def _shifted(self, ticks: int) -> int:
        return ticks - (self._origin or 0) + (self._base or 0)

    # source time to the playout

    def _put_picture(self, ticks: int, picture: av.VideoFrame) -> None:
        self._playout.put_picture(ticks, picture)

    def _put_frame(self, frame: av.AudioFrame, ticks: int) -> None:
        for first, block in self._sounds.resampled(frame, self._shifted(ticks)):
            self._put_sound(first, block)

    def _put_sound(self, first: int, block: Sound) -> None:
        if self._base is not None:
            missing = self._base * self._sample_rate_hz // TICKS_PER_SECOND - first
            if missing > 0:  # sound from before the first picture would overlap the pass before
                first, block = first + missing, block[:, missing:]
        if block.shape[1]:
            self._sound_end = first + block.shape[1]
            self._playout.put_sound(first, block)

    def _end_of_pass(self) -> int:
        last_ticks = self._cadence.last_ticks
        if self._video is None or last_ticks is None:
            return self._sound_end * TICKS_PER_SECOND // self._sample_rate_hz
        end = self._shifted(last_ticks) + self._cadence.step_ticks
        self._cadence.restart()
        self._playout.cut_sound(end * self._sample_rate_hz // TICKS_PER_SECOND)
        return end


@functools.lru_cache(maxsize=64)
def _scale(numerator: int, denominator: int) -> Fraction:
    return Fraction(numerator * TICKS_PER_SECOND, denominator)


def _ticks(pts: int, numerator: int, denominator: int) -> int:
    return round_half_up(pts * _scale(numerator, denominator))
