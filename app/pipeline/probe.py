"""What is in a source: streams, rates, and the SCTE-35 sections that come by."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Stream
from av.video.stream import VideoStream

from app.model.errors import UsageError
from app.model.timebase import PTS_WRAP
from app.pipeline.sources.address import Bars, MediaFile, UdpAddress, parse_address
from app.pipeline.sources.opening import opened_file, opened_stream
from app.pipeline.sources.rate import settled_rate
from app.pipeline.sources.ts_watch import PACKET_BYTES, TsWatch
from app.pipeline.sources.udp import UdpInput

ARRIVES_WITHIN_S = 5.0
_TIMES_MOST = 200  # enough to tell a rate
_SECTIONS_MOST = 1000  # kept; more are counted
_SCTE_35 = "scte_35"
_CHUNK_BYTES, _TABLES_WITHIN_BYTES = 7 * PACKET_BYTES, 4 << 20


@dataclass(slots=True)
class StreamReport:
    """One elementary stream. ``pid``: in a transport stream, else its number; what does not apply is None."""

    pid: int
    media: str
    codec: str
    profile: str | None = None
    language: str | None = None
    width: int | None = None
    height: int | None = None
    pix_fmt: str | None = None
    frame_rate: str | None = None
    sample_rate_hz: int | None = None
    layout: str | None = None
    bitrate_bps: int | None = None
    packets: int = 0


@dataclass(frozen=True, slots=True)
class FoundSection:
    """A section as it came; ``pts_ticks``: where in the stream, 33 bits, None before the first clock reference."""

    pid: int
    pts_ticks: int | None
    section: bytes


@dataclass(slots=True)
class ProbeReport:
    """``read_s``: seconds of media of a file, of wall time of a live source. ``lost_packets`` by their counters."""

    url: str
    container: str
    read_s: float = 0.0
    bitrate_bps: int | None = None
    program_number: int | None = None
    pmt_pid: int | None = None
    lost_packets: int | None = None
    streams: list[StreamReport] = field(default_factory=list)
    sections: list[FoundSection] = field(default_factory=list)
    section_count: int = 0


def probe(url: str, for_s: float) -> ProbeReport:
    """Read a source for so long. UsageError for a URL that is none; SourceError when nothing can be read from it."""
    address = parse_address(url)
    match address:
        case Bars():
            raise UsageError(url, "it is made in the channel itself, there is nothing to probe")
        case MediaFile(path=path):
            with opened_file(url, path) as container:
                report = _Probing(url, container).read(lambda media_s: media_s < for_s)
            if report.container == "mpegts":
                _name_program(report, _watched(path))
            return report
        case UdpAddress():
            return _probe_udp(url, address, for_s)


def _probe_udp(url: str, address: UdpAddress, for_s: float) -> ProbeReport:
    end_s = time.monotonic() + ARRIVES_WITHIN_S + for_s
    with UdpInput(url, address, lambda: time.monotonic() < end_s) as stream:
        stream.wait_for_program(ARRIVES_WITHIN_S)
        began_s, before = time.monotonic(), stream.received_bytes
        end_s = began_s + for_s
        with opened_stream(url, stream) as container:
            report = _Probing(url, container).read(lambda _: True)
        report.read_s = time.monotonic() - began_s
        report.bitrate_bps = round((stream.received_bytes - before) * 8 / report.read_s)
        report.lost_packets = stream.watch.lost
        _name_program(report, stream.watch)
        return report


def _watched(path: Path) -> TsWatch:
    watch = TsWatch()
    with path.open("rb") as file:
        while watch.program is None and file.tell() < _TABLES_WITHIN_BYTES and (chunk := file.read(_CHUNK_BYTES)):
            watch.read(chunk)
    return watch


def _name_program(report: ProbeReport, watch: TsWatch) -> None:
    if watch.program is not None:
        report.program_number, report.pmt_pid = watch.program.program_number, watch.program.pmt_pid


class _Probing:
    """Counts what one container gives."""

    def __init__(self, url: str, container: InputContainer) -> None:
        self._container = container
        self._bytes: dict[int, int] = {}
        self._spans: dict[int, tuple[Fraction, Fraction]] = {}
        self._times: dict[int, list[Fraction]] = {}
        self.report = ProbeReport(url, container.format.name, streams=[_described(each) for each in container.streams])

    def read(self, go_on: Callable[[float], bool]) -> ProbeReport:
        """Read until the end, or while it may go on, given the seconds of media so far."""
        for packet in self._container.demux():
            if packet.size:
                self._count(packet)
                if not go_on(float(self._longest())):
                    break
        self._sum_up()
        return self.report

    def _longest(self) -> Fraction:
        return max((last - first for first, last in self._spans.values()), default=Fraction(0))

    def _count(self, packet: av.Packet[Any]) -> None:
        index = packet.stream_index
        report = self.report.streams[index]
        report.packets += 1
        self._bytes[index] = self._bytes.get(index, 0) + packet.size
        if packet.stream.type == "data":
            self._keep_section(packet, report)
            return
        base = packet.time_base
        if packet.dts is not None and base:
            at = packet.dts * Fraction(base.numerator, base.denominator)
            first, last = self._spans.get(index, (at, at))
            self._spans[index] = (min(first, at), max(last, at))
        times = self._times.setdefault(index, [])
        if packet.pts is not None and base and len(times) < _TIMES_MOST:
            times.append(packet.pts * Fraction(base.numerator, base.denominator))

    def _keep_section(self, packet: av.Packet[Any], report: StreamReport) -> None:
        if report.codec != _SCTE_35:
            return
        self.report.section_count += 1
        if len(self.report.sections) < _SECTIONS_MOST:
            pts = None if packet.pts is None else packet.pts % PTS_WRAP
            self.report.sections.append(FoundSection(report.pid, pts, bytes(packet)))

    def _sum_up(self) -> None:
        self.report.read_s = float(self._longest())
        for stream, report in zip(self._container.streams, self.report.streams, strict=False):
            first, last = self._spans.get(stream.index, (Fraction(0), Fraction(0)))
            if last > first:
                report.bitrate_bps = round(self._bytes[stream.index] * 8 / (last - first))
            if isinstance(stream, VideoStream):
                claim = stream.guessed_rate or stream.average_rate
                claimed = Fraction(claim.numerator, claim.denominator) if claim else None
                rate = settled_rate(sorted(self._times.get(stream.index, [])), claimed)
                report.frame_rate = str(rate) if rate else None
        if self.report.read_s:
            self.report.bitrate_bps = round(sum(self._bytes.values()) * 8 / self.report.read_s)


def _described(stream: Stream) -> StreamReport:
    coded = stream.type in {"video", "audio", "subtitle"}  # others have no codec context
    codec = stream.codec_context.name if coded else stream.name
    language = stream.metadata.get("language")
    report = StreamReport(
        stream.id or stream.index,
        "scte35" if codec == _SCTE_35 else stream.type,
        codec or "unknown",
        profile=stream.profile,
        language=None if language == "und" else language,
    )
    if isinstance(stream, VideoStream):
        picture = stream.codec_context
        report.width, report.height, report.pix_fmt = picture.width, picture.height, picture.pix_fmt
    elif isinstance(stream, AudioStream):
        report.sample_rate_hz, report.layout = stream.codec_context.sample_rate, stream.codec_context.layout.name
    return report
