"""What a show file says, as frozen values: origins, channels, their sources, renditions and outputs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from app.model.inlets import Inlet
from app.model.quality_limits import QualityLimits
from app.model.schedule_limits import ScheduleLimits
from app.model.signalling import FeedCues, Signalling, Template
from app.model.timebase import FrameRate
from app.model.triggers import Triggers


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


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkingOptions:
    """How the dialects of an output are spelled.

    ``cue_out``: duration (``DURATION=30.000``), seconds (``30.000``) or bare. ``cont``: elapsed
    (``ElapsedTime=6.000,Duration=30.000``), ratio (``6.000/30.000``) or elemental (elapsed, and SCTE35 with the
    section). ``daterange_class``: CLASS of a DATERANGE, ``{segmentation_type_id}`` put in, "" for none.
    ``end_on_next``: END-ON-NEXT=YES instead of an end of its own, on signals that are no ad break: SCTE35-IN of a
    break brings its end (RFC 8216 §4.3.2.7). ``asset_list``: URL of an interstitial's asset list, in which
    ``{break_id}``, ``{event_id}`` and ``{duration}`` are put in; "" for none. ``announce``: the DATERANGE of a break
    stands behind the last segment as soon as its OUT has been announced, not only before the splice's. ``unknown_s``:
    what CUE-OUT, -CONT and EXT-X-CUE tell of a break whose section tells no duration; None: nothing.
    """

    cue_out: str = "duration"
    cont: str = "elapsed"
    daterange_class: str = ""
    end_on_next: bool = False
    asset_list: str = ""
    announce: bool = False
    unknown_s: Fraction | None = None


@dataclass(frozen=True, slots=True)
class HlsOutput:
    """HLS pushed to every named origin; ``path`` ends with a slash and is relative to the origin's URL.

    ``profile``: who reads it. It chooses ``dialects`` and ``marking`` where the show file names none; its rules lint.
    """

    origins: tuple[str, ...]
    path: str
    segment_s: Fraction = Fraction(6)
    window: int = 10
    dialects: tuple[str, ...] = ("daterange", "cue-out-in", "oatcls-scte35", "scte35")
    profile: str = "plain"
    marking: MarkingOptions = field(default_factory=MarkingOptions)


@dataclass(frozen=True, slots=True)
class TsOutput:
    """A continuous transport stream of one rendition to ``udp://host:port`` or ``file:///….ts`` (appended to)."""

    url: str
    rendition: str


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel. ``frame_rate`` None: the first source's. ``pre_roll_s``: announce lead of a break.

    ``heartbeat_s``: between splice_nulls (SCTE 35 §6.3). Templates are named once a channel.
    """

    name: str
    title: str
    sources: tuple[str, ...]
    renditions: tuple[Rendition, ...]
    outputs: tuple[HlsOutput | TsOutput, ...]
    frame_rate: FrameRate | None = None
    pre_roll_s: Fraction = Fraction(6)
    slate: str | None = None
    audio: Audio = field(default_factory=Audio)
    signalling: Signalling = field(default_factory=Signalling)
    templates: tuple[Template, ...] = ()
    heartbeat_s: Fraction = Fraction(5)
    feed_cues: FeedCues = field(default_factory=FeedCues)
    schedule: ScheduleLimits = field(default_factory=ScheduleLimits)
    quality: QualityLimits = field(default_factory=QualityLimits)


@dataclass(frozen=True, slots=True)
class Automation:
    """Where playout automation may send SCTE 104 to: TCP, loopback unless the show says otherwise."""

    host: str = "127.0.0.1"
    port: int = 5167


@dataclass(frozen=True, slots=True)
class Show:
    """A whole show; ``timezone`` is an IANA name (house time). ``rehearsal``: nothing of it leaves this machine."""

    name: str
    timezone: str
    origins: tuple[Origin, ...]
    channels: tuple[Channel, ...]
    automation: Automation | None = None
    inlets: tuple[Inlet, ...] = ()
    triggers: Triggers | None = None
    rehearsal: bool = False
