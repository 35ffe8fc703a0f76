"""What the encoders and the program put into the packager's inbox, in the order it must be carried out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import av

type Packet = av.Packet[Any]


@dataclass(frozen=True, slots=True)
class VideoPacket:
    """One encoded picture of a rendition; pts and dts in ticks (time base 1/90000), not wrapped."""

    rendition: str
    packet: Packet


@dataclass(frozen=True, slots=True)
class AudioPacket:
    """One encoded audio frame, for every rendition; pts in ticks (time base 1/90000), not wrapped."""

    packet: Packet


class CueKind(StrEnum):
    """What a section says."""

    OUT = "out"
    IN = "in"
    CANCEL = "cancel"
    NULL = "null"
    RELAYED = "relayed"  # of the source, and neither end of a break


@dataclass(frozen=True, slots=True)
class SendSection:
    """Put a section into every rendition's TS now: at the end of what is written, not at the next picture.

    ``not_before_ticks``: hold it in each rendition until the picture with this PTS has been written there
    (an IN is never announced before its OUT has been spliced).
    ``accepted_at_s``: time.monotonic() of the command's acceptance, for the latency figure.
    """

    kind: CueKind
    section: bytes
    break_id: str = ""
    splice_event_id: int | None = None
    pts_ticks: int | None = None
    not_before_ticks: int | None = None
    accepted_at_s: float | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Boundary:
    """The picture at ``ticks`` is an IDR in all renditions. ``outputs``: indexes of the outputs that cut there."""

    ticks: int
    outputs: frozenset[int]


@dataclass(frozen=True, slots=True)
class MarkOut:
    """The break opens at ``ticks`` (always a boundary of every output). Comes before the pictures from there.

    ``section`` decides whether it is told as an ad break or as another signal (program, chapter …). A section of the
    source's own may announce no duration: None.
    """

    ticks: int
    break_id: str
    splice_event_id: int
    section: bytes
    planned_duration_ticks: int | None
    start_at: datetime


@dataclass(frozen=True, slots=True)
class MarkSignal:
    """A signal at ``ticks`` (always a boundary of every output) that neither opens nor closes anything.

    ``splice_event_id``: of its segmentation_descriptor, or 0.
    """

    ticks: int
    splice_event_id: int
    section: bytes
    start_at: datetime


@dataclass(frozen=True, slots=True)
class MarkExtend:
    """The open break's duration is now this one, for CONT tags from here on; ``section``: the OUT that says so."""

    splice_event_id: int
    duration_ticks: int | None
    section: bytes = b""


@dataclass(frozen=True, slots=True)
class MarkIn:
    """The break closes at ``ticks`` (always a boundary of every output). Comes before the pictures from there."""

    ticks: int
    splice_event_id: int
    section: bytes
    duration_ticks: int


@dataclass(frozen=True, slots=True)
class End:
    """Nothing follows: flush the last segment, write EXT-X-ENDLIST. ``ticks``: PTS just after the last picture.

    ``for_good`` False: another life goes on from here, so players must not leave.
    """

    ticks: int
    for_good: bool = True


type Mark = MarkOut | MarkSignal | MarkExtend | MarkIn
type PackagerItem = VideoPacket | AudioPacket | SendSection | Boundary | Mark | End
