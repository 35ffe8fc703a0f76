"""The kinds of section that ``cue encode`` makes, each with its options."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.cli import cue_values as values
from app.model.cue import (
    CUEI,
    AvailDescriptor,
    BandwidthReservation,
    BreakDuration,
    DeliveryRestrictions,
    Descriptor,
    DtmfDescriptor,
    PrivateCommand,
    ScheduledSplice,
    Section,
    SegmentationDescriptor,
    SpliceSchedule,
    TimeSignal,
)
from app.model.errors import CueError
from app.scte35 import messages
from app.scte35.codec import decode, encode
from app.scte35.from_json import section_from_json
from app.scte35.signalling import usual_segments
from app.scte35.upid_text import one_upid
from app.scte35.xml import section_from_xml

type Option = Callable[[argparse.ArgumentParser], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """``make`` may raise CueError, and leaves bytes, tier and further descriptors to ``made``."""

    name: str
    text: str
    make: Callable[[argparse.Namespace], Section]
    options: tuple[Option, ...] = ()


def made(kind: Kind, args: argparse.Namespace) -> Section:
    """The section whole; CueError for values that make none."""
    section = kind.make(args)
    if kind.name in {"json", "xml"}:
        return section
    further: list[Descriptor] = [AvailDescriptor(number) for number in args.avail_id]
    further += [DtmfDescriptor(tenths, characters) for tenths, characters in args.dtmf]
    changed = replace(
        section,
        descriptors=(*section.descriptors, *further),
        tier=args.tier,
        pts_adjustment=args.pts_adjustment,
        sap_type=args.sap_type,
    )
    return decode(encode(changed))


def add_common(parser: argparse.ArgumentParser) -> None:
    """The options of every kind but json and xml."""
    parser.add_argument("--tier", type=values.integer, default=0xFFF, metavar="N", help="12 bits, 0xFFF: for everybody")
    parser.add_argument("--pts-adjustment", type=values.integer, default=0, metavar="TICKS", help="33 bits")
    parser.add_argument("--sap-type", type=values.integer, default=3, metavar="N", help="0 to 3, 3: not specified")
    parser.add_argument(
        "--avail-id", type=values.integer, action="append", default=[], metavar="N", help="an avail_descriptor"
    )
    parser.add_argument(
        "--dtmf", type=values.dtmf, action="append", default=[], metavar="TENTHS:CHARS", help="a DTMF_descriptor"
    )


def _event_id(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--event-id", type=values.integer, required=True, metavar="N", help="32 bits, 0x allowed")


def _time(parser: argparse.ArgumentParser) -> None:
    when = parser.add_mutually_exclusive_group(required=True)
    when.add_argument("--pts", type=values.integer, metavar="TICKS", help="pts_time in 90 kHz ticks, 33 bits")
    when.add_argument("--immediate", action="store_true", help="no time: as soon as it arrives")


def _duration(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--duration", type=values.seconds, metavar="SECONDS", help="such as 30 or 30.03, to the nearest tick"
    )


def _auto_return(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--auto-return",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="whether receivers return by themselves when the duration is over",
    )


def _avail(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--unique-program-id", type=values.integer, default=0, metavar="N", help="16 bits")
    parser.add_argument("--avail-num", type=values.integer, default=0, metavar="N", help="8 bits, 0: not used")
    parser.add_argument("--avails-expected", type=values.integer, default=0, metavar="N", help="8 bits, 0: not used")


def _segment(default_type: str | None) -> Option:
    def add(parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--type",
            type=values.integer,
            default=default_type,
            required=default_type is None,
            metavar="N",
            help="segmentation_type_id" + (" (default: %(default)s)" if default_type else ""),
        )
        parser.add_argument(
            "--upid",
            type=values.upid,
            action="append",
            default=[],
            metavar="TYPE:VALUE",
            help="such as 9:SIGNAL:a1b2 or 8:000000002CA0A18A; several make a MID",
        )
        parser.add_argument(
            "--segment",
            type=values.pair,
            metavar="N/M",
            help="segment_num/segments_expected (default: 1/1 for programs and chapters, else 0/0)",
        )
        parser.add_argument("--sub-segment", type=values.pair, metavar="N/M", help="sub_segment_num/_segments_expected")
        for name in ("web-delivery-allowed", "no-regional-blackout", "archive-allowed"):
            parser.add_argument(
                f"--{name}", choices=("yes", "no"), help="any of these four makes the delivery restricted"
            )
        parser.add_argument("--device-restrictions", type=values.integer, metavar="N", help="0 to 3, 3: none")

    return add


def _schedule_options(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--out-at", type=values.utc, metavar="TIME", help="leave the network at this time (RFC 3339)")
    what.add_argument("--in-at", type=values.utc, metavar="TIME", help="return to the network at this time")
    what.add_argument("--cancel", action="store_true", help="the event will not be")


def _private_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--identifier", type=values.identifier, required=True, metavar="ABCD", help="four characters, or 0x and digits"
    )
    parser.add_argument("--bytes", type=values.hexadecimal, default=b"", metavar="HEX", help="what follows it")


def _text(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("document", metavar="TEXT", help="the document itself; - reads it from stdin")


def _out(args: argparse.Namespace) -> Section:
    return messages.splice_out(
        args.event_id, args.pts, args.duration, auto_return=args.auto_return, **_avail_values(args)
    )


def _in(args: argparse.Namespace) -> Section:
    return messages.splice_in(args.event_id, args.pts, **_avail_values(args))


def _avail_values(args: argparse.Namespace) -> dict[str, int]:
    return {name: getattr(args, name) for name in ("unique_program_id", "avail_num", "avails_expected")}


def _start(args: argparse.Namespace) -> Section:
    section = messages.time_signal_out(
        args.event_id,
        args.pts,
        args.duration,
        segmentation_type_id=args.type,
        upid=one_upid(args.upid),
        segments=_segments(args),
        delivery=_delivery(args),
    )
    return _with_sub_segment(section, args)


def _end(args: argparse.Namespace) -> Section:
    section = messages.time_signal_in(
        args.event_id, args.pts, segmentation_type_id=args.type, upid=one_upid(args.upid), segments=_segments(args)
    )
    return _with_sub_segment(section, args)


def _segments(args: argparse.Namespace) -> tuple[int, int]:
    written: tuple[int, int] | None = args.segment
    return usual_segments(args.type) if written is None else written


def _with_sub_segment(section: Section, args: argparse.Namespace) -> Section:
    if args.sub_segment is None:
        return section
    number, expected = args.sub_segment
    (descriptor,) = section.segmentation_descriptors
    return replace(section, descriptors=(replace(descriptor, sub_segment_num=number, sub_segments_expected=expected),))


def _signal(args: argparse.Namespace) -> Section:
    upid_type, upid = one_upid(args.upid)
    number, expected = _segments(args)
    descriptor = SegmentationDescriptor(
        args.event_id,
        delivery=_delivery(args),
        segmentation_duration_ticks=args.duration,
        upid_type=upid_type,
        upid=upid,
        segmentation_type_id=args.type,
        segment_num=number,
        segments_expected=expected,
    )
    return _with_sub_segment(Section(TimeSignal(args.pts), (descriptor,)), args)


def _delivery(args: argparse.Namespace) -> DeliveryRestrictions | None:
    flags = [args.web_delivery_allowed, args.no_regional_blackout, args.archive_allowed]
    if not any(flags) and args.device_restrictions is None:
        return None
    web, blackout, archive = (flag != "no" for flag in flags)
    groups = 3 if args.device_restrictions is None else args.device_restrictions
    return DeliveryRestrictions(web, blackout, archive, groups)


def _schedule(args: argparse.Namespace) -> Section:
    if args.cancel:
        return Section(SpliceSchedule((ScheduledSplice(args.event_id, cancel=True),)))
    out = args.out_at is not None
    if args.duration is not None and not out:
        raise CueError("belongs to an OUT", field="break_duration")
    event = ScheduledSplice(
        args.event_id,
        out_of_network_indicator=out,
        utc_splice_time_s=args.out_at if out else args.in_at,
        break_duration=None if args.duration is None else BreakDuration(args.auto_return, args.duration),
        unique_program_id=args.unique_program_id,
        avail_num=args.avail_num,
        avails_expected=args.avails_expected,
    )
    return Section(SpliceSchedule((event,)))


def _private(args: argparse.Namespace) -> Section:
    if args.identifier == CUEI:
        raise CueError(
            "CUEI is SCTE 35's own: what is private has an identifier of its own (§10.2)", field="identifier"
        )
    return Section(PrivateCommand(args.identifier, args.bytes))


def _document(args: argparse.Namespace) -> str:
    return sys.stdin.buffer.read().decode("utf-8", "replace") if args.document == "-" else str(args.document)


KINDS = (
    Kind("out", "splice_insert: leave the network", _out, (_event_id, _time, _duration, _auto_return, _avail)),
    Kind("in", "splice_insert: return to the network", _in, (_event_id, _time, _avail)),
    Kind("cancel", "splice_insert: the event won't be", lambda a: messages.splice_cancel(a.event_id), (_event_id,)),
    Kind("null", "splice_null: the heartbeat", lambda _: messages.splice_null()),
    Kind("start", "time_signal: a segment starts", _start, (_event_id, _time, _duration, _segment("0x34"))),
    Kind("end", "time_signal: a segment ends", _end, (_event_id, _time, _segment("0x35"))),
    Kind("signal", "time_signal: a segment of any type", _signal, (_event_id, _time, _duration, _segment(None))),
    Kind(
        "cancel-segment",
        "time_signal: the segment won't be",
        lambda a: messages.time_signal_cancel(a.event_id),
        (_event_id,),
    ),
    Kind(
        "schedule",
        "splice_schedule: one event by the clock",
        _schedule,
        (_event_id, _schedule_options, _duration, _auto_return, _avail),
    ),
    Kind("reservation", "bandwidth_reservation", lambda _: Section(BandwidthReservation())),
    Kind(
        "private",
        "private_command",
        _private,
        (_private_options,),
    ),
    Kind("json", "any section, by the names of decode --json", lambda a: section_from_json(_document(a)), (_text,)),
    Kind("xml", "any section, from XML of SCTE 35", lambda a: section_from_xml(_document(a)), (_text,)),
)
