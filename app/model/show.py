"""What a show file says, as frozen values: origins, channels, their sources, renditions and outputs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from app.model.timebase import FrameRate


class VideoCodec(StrEnum):
    """Codecs of a rendition."""

    H264 = "h264"
    H265 = "h265"
    AV1 = "av1"


class OutputKind(StrEnum):
    """Kinds of output the contract names."""

    HLS = "hls"
    DASH = "dash"
    TS = "ts"
    RTMP = "rtmp"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where finished objects go: ``http(s)://`` (PUT/DELETE) or ``file:///`` (a folder)."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Audio:
    """The channel's audio encoding, one for all renditions."""

    codec: str = "aac"
    bitrate_bps: int = 128_000
    channels: int = 2


@dataclass(frozen=True, slots=True)
class Rendition:
    """One rung of the ladder."""

    name: str
    width: int
    height: int
    bitrate_bps: int
    codec: VideoCodec = VideoCodec.H264
    preset: str = "veryfast"


@dataclass(frozen=True, slots=True)
class HlsOutput:
    """HLS pushed to every named origin; ``path`` ends with a slash and is relative to the origin's URL."""

    origins: tuple[str, ...]
    path: str
    segment_s: Fraction = Fraction(6)
    window: int = 10
    dialects: tuple[str, ...] = ("daterange", "cue-out-in", "oatcls-scte35", "scte35")


@dataclass(frozen=True, slots=True)
class TsOutput:
    """A continuous transport stream of one rendition to ``udp://host:port`` or ``file:///….ts`` (appended to)."""

    url: str
    rendition: str


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel. ``frame_rate`` None: the first source's. ``pre_roll_s``: announce lead of a break."""

    name: str
    title: str
    sources: tuple[str, ...]
    renditions: tuple[Rendition, ...]
    outputs: tuple[HlsOutput | TsOutput, ...]
    frame_rate: FrameRate | None = None
    pre_roll_s: Fraction = Fraction(6)
    slate: str | None = None
    audio: Audio = field(default_factory=Audio)


@dataclass(frozen=True, slots=True)
class Show:
    """A whole show; ``timezone`` is an IANA name (house time)."""

    name: str
    timezone: str
    origins: tuple[Origin, ...]
    channels: tuple[Channel, ...]
