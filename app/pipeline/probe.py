"""What is in a source: streams, rates, and the SCTE-35 sections that come by."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
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
from app.pipeline.probe_cues import CuesFound, CueStream, FoundSection
from app.pipeline.sources.address import Bars, MediaFile, UdpAddress, parse_address
from app.pipeline.sources.opening import opened_file, opened_stream
from app.pipeline.sources.rate import settled_rate
from app.pipeline.sources.ts_file import TsFile
from app.pipeline.sources.ts_watch import TsWatch
from app.pipeline.sources.udp import UdpInput

ARRIVES_WITHIN_S = 5.0
_TIMES_MOST = 200  # enough to tell a rate
_SCTE_35 = "scte_35"


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
    cue_streams: list[CueStream] = field(default_factory=list)
    sections: list[FoundSection] = field(default_factory=list)
    section_count: int = 0


def probe(url: str, for_s: float) -> ProbeReport:
    """Read a source for so long. UsageError for a URL that is none; SourceError when nothing can be read from it."""
    address = parse_address(url)
    match address:
        case Bars():
            raise UsageError(url, "it is made in the channel itself, there is nothing to probe")
        case MediaFile(path=path):
            return _probe_file(url, path, for_s)
        case UdpAddress():
            return _probe_udp(url, address, for_s)


def _probe_file(url: str, path: Path, for_s: float) -> ProbeReport:
    cues = CuesFound()
    with opened_file(url, path) as container, ExitStack() as beside:
        probing = _Probing(url, container)
        if container.format.name != "mpegts":
            return probing.read(lambda media_s: media_s < for_s)
        ts = beside.enter_context(TsFile(url, path, TsWatch(cues=cues.watch)))
        report = probing.read(lambda media_s: media_s < for_s, ts.read_beyond)
        while probing.at_end and ts.read_step():
            pass
    _name_program(report, ts.watch, cues)
    report.lost_packets = ts.watch.lost
    return report


def _probe_udp(url: str, address: UdpAddress, for_s: float) -> ProbeReport:
    end_s = time.monotonic() + ARRIVES_WITHIN_S + for_s
    cues = CuesFound()
    with UdpInput(url, address, lambda: time.monotonic() < end_s, cues.watch) as stream:
        stream.wait_for_program(ARRIVES_WITHIN_S)
        began_s, before = time.monotonic(), stream.received_bytes
        end_s = began_s + for_s
        with opened_stream(url, stream) as container:
            report = _Probing(url, container).read(lambda _: True)
        report.read_s = time.monotonic() - began_s
        report.bitrate_bps = round((stream.received_bytes - before) * 8 / report.read_s)
        report.lost_packets = stream.watch.lost
        _name_program(report, stream.watch, cues)
        return report


def _name_program(report: ProbeReport, watch: TsWatch, cues: CuesFound) -> None:
    if watch.program is not None:
        report.program_number, report.pmt_pid = watch.program.program_number, watch.program.pmt_pid
    report.sections, report.section_count, report.cue_streams = cues.sections, cues.count, cues.streams()
    others = [stream for stream in report.streams if stream.pid not in {cue.pid for cue in report.cue_streams}]
    named = [StreamReport(cue.pid, "scte35", _SCTE_35, packets=cue.sections) for cue in report.cue_streams]
    report.streams = others + named


class _Probing:
    """Counts what one container gives."""

    def __init__(self, url: str, container: InputContainer) -> None:
        self.at_end = False
        self._container = container
        self._bytes: dict[int, int] = {}
        self._spans: dict[int, tuple[Fraction, Fraction]] = {}
        self._times: dict[int, list[Fraction]] = {}
        self.report = ProbeReport(url, container.format.name, streams=[_described(each) for each in container.streams])

    def read(self, go_on: Callable[[float], bool], passed: Callable[[int], None] = lambda _: None) -> ProbeReport:
        """Read until the end, or while it may go on, given the seconds of media so far.

        ``passed`` is told the byte at which each packet began.
        """
        self.at_end = True
        for packet in self._container.demux():
            if packet.size:
                self._count(packet)
                passed(packet.pos or 0)
                if not go_on(float(self._longest())):
                    self.at_end = False
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
            return
        base = packet.time_base
        if packet.dts is not None and base:
            at = packet.dts * Fraction(base.numerator, base.denominator)
            first, last = self._spans.get(index, (at, at))
            self._spans[index] = (min(first, at), max(last, at))
        times = self._times.setdefault(index, [])
        if packet.pts is not None and base and len(times) < _TIMES_MOST:
            times.append(packet.pts * Fraction(base.numerator, base.denominator))

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
