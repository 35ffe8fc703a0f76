"""``splicedeck probe``: what is in an input, before it is put into a show."""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from app.model.errors import CueError, UsageError
from app.model.timebase import decimal_text
from app.model.wire import Plain
from app.scte35.codec import decode, to_base64
from app.scte35.explain import summary
from app.scte35.report import decoded_json

if TYPE_CHECKING:
    from app.pipeline.probe import ProbeReport, StreamReport
    from app.pipeline.probe_cues import CueStream, FoundSection

_EPILOG = """\
URL is a source as a show file names it: udp://host:port, udp://239.1.1.1:port?localaddr=192.0.2.7, file:///path.
A UDP port that a running channel reads can't be probed at the same time; a multicast group can.

exit status: 0 it was read; 1 nothing arrives; 2 no source, or not a media stream.

examples:
  splicedeck probe udp://127.0.0.1:5000 --for 30
  splicedeck probe file:///media/clip.mp4 --json
"""
_LONGEST_S = 86_400.0


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``probe`` to the command line."""
    parser = subparsers.add_parser(
        "probe",
        help="streams, rates and SCTE-35 found in an input",
        description="Read an input for a while; tell its streams, rates and the SCTE-35 sections that came by.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("url", metavar="URL", help="the input")
    parser.add_argument(
        "--for",
        dest="for_s",
        type=float,
        default=5.0,
        metavar="SECONDS",
        help="how long to read, of a file: how much (default: %(default)g)",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--picture", metavar="FILE", type=Path, help="write a picture of it there, as PNG")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when the input was read. UsageError: no source; SourceError: nothing arrives, or it is no media stream."""
    from app.pipeline.probe import probe

    if not 0 < args.for_s <= _LONGEST_S:
        raise UsageError("--for", f"{args.for_s:g} seconds can't be read", "more than 0, a day at most")
    report = probe(args.url, args.for_s)
    if args.picture is not None:
        _write_picture(args.url, args.picture)
    if args.json:
        print(json.dumps(_as_json(report)))
    else:
        print("\n".join(_lines(report)))
    return 0


def _write_picture(url: str, path: Path) -> None:
    from app.pipeline.source_picture import source_picture

    picture = source_picture(url)
    if picture is None:
        return
    try:
        path.write_bytes(picture)
    except OSError as error:
        raise UsageError(str(path), f"can't be written: {error.strerror}", "name a file that you may write") from error


def _as_json(report: ProbeReport) -> dict[str, Plain]:
    return {
        "url": report.url,
        "container": report.container,
        "read_s": round(report.read_s, 3),
        "bitrate_bps": report.bitrate_bps,
        "program_number": report.program_number,
        "pmt_pid": report.pmt_pid,
        "lost_packets": report.lost_packets,
        "streams": [dataclasses.asdict(stream) for stream in report.streams],
        "scte35": {
            "pids": [stream.pid for stream in report.streams if stream.media == "scte35"],
            "sections": report.section_count,
            "commands": dict(_commands(report)),
            "streams": [dataclasses.asdict(stream) for stream in report.cue_streams],
            "found": [_found_json(found) for found in report.sections],
        },
    }


def _found_json(found: FoundSection) -> dict[str, Plain]:
    return {
        "pid": found.pid,
        "pts": found.pts_ticks,
        "lead_ticks": found.lead_ticks,
        "base64": to_base64(found.section),
        "summary": "" if found.problem else summary(decode(found.section)),
        **_decoded(found),
    }


def _decoded(found: FoundSection) -> dict[str, Plain]:
    try:
        return decoded_json(decode(found.section))
    except CueError as error:
        return {"valid": False, "error": str(error), "offset": error.offset}


def _commands(report: ProbeReport) -> Counter[str]:
    return Counter(str(_decoded(found).get("command", "refused")) for found in report.sections)


def _lines(report: ProbeReport) -> list[str]:
    lost = "" if report.lost_packets is None else f", {report.lost_packets} packets lost"
    lines = [f"{report.url}: {report.container}, {report.read_s:.1f} s read, {_rate(report.bitrate_bps)}{lost}"]
    if report.program_number is not None:
        lines.append(f"program {report.program_number}, PMT on PID {report.pmt_pid}")
    lines += [f"  {stream.pid:>5}  {_stream_text(stream)}" for stream in report.streams]
    if not any(stream.media == "scte35" for stream in report.streams):
        return [*lines, "no SCTE-35"]
    counts = ", ".join(f"{count} {command}" for command, count in _commands(report).items())
    lines.append(f"SCTE-35 sections: {report.section_count}{f' ({counts})' if counts else ''}")
    for stream in report.cue_streams:
        lines.append(f"PID {stream.pid}: {_cue_stream_text(stream)}")
        lines += [f"  {_section_text(found)}" for found in report.sections if found.pid == stream.pid]
    return lines


def _cue_stream_text(stream: CueStream) -> str:
    counts = (
        (stream.refused, "not valid"),
        (stream.cut, "not whole"),
        (stream.lost_packets, "times packets lost"),
        (stream.unreadable_packets, "packets scrambled or damaged"),
        (stream.other_tables, "of other tables or no section"),
    )
    told = [f"{count} {what}" for count, what in counts if count]
    return ", ".join([f"{stream.sections} section{'' if stream.sections == 1 else 's'}", *told])


def _stream_text(stream: StreamReport) -> str:
    parts = [f"{stream.media:<8}", f"{stream.codec}{f' ({stream.profile})' if stream.profile else ''}"]
    if stream.width:
        parts.append(f"{stream.width}x{stream.height} {stream.pix_fmt or ''}".rstrip())
    if stream.frame_rate:
        parts.append(f"{stream.frame_rate} fps")
    if stream.sample_rate_hz:
        parts.append(f"{stream.sample_rate_hz} Hz {stream.layout}")
    if stream.language:
        parts.append(stream.language)
    if stream.bitrate_bps:
        parts.append(_rate(stream.bitrate_bps))
    return "  ".join(parts if stream.packets else [*parts, "nothing came"])


def _rate(bitrate_bps: int | None) -> str:
    if bitrate_bps is None:
        return "rate unknown"
    return f"{bitrate_bps / 1e6:.2f} Mbit/s" if bitrate_bps >= 1_000_000 else f"{bitrate_bps / 1e3:.0f} kbit/s"  # noqa: PLR2004 - a million


def _section_text(found: FoundSection) -> str:
    at = "before the clock" if found.pts_ticks is None else f"at {decimal_text(found.pts_ticks)} s"
    if found.problem:
        return f"{at}: refused: {found.problem}"
    told = f"{at}: {summary(decode(found.section))}"
    if found.lead_ticks is None:
        return told
    return f"{told}, {decimal_text(abs(found.lead_ticks))} s {'ahead' if found.lead_ticks >= 0 else 'late'}"
