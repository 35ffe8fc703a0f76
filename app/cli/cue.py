"""``splicedeck cue``: SCTE-35 sections read and made at the command line."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction

from app.model.cue import Section
from app.model.errors import CueError, UsageError
from app.model.timebase import ticks_of
from app.model.wire import Plain
from app.scte35 import messages
from app.scte35.codec import decode, from_text, to_base64, to_hex
from app.scte35.explain import explained, summary
from app.scte35.findings import findings
from app.scte35.report import decoded_json
from app.scte35.segmentation import upid_bytes

_EXAMPLES = """examples:
  splicedeck cue decode /DAvAAAAAAAA///wBQb+dGKQoAAZAhdDVUVJSAAAjn+fCAgAAAAALKChijUCAKnMZ1g=
  splicedeck cue encode out --event-id 17 --pts 900000 --duration 30
  splicedeck cue encode start --event-id 17 --pts 900000 --duration 30 --type 0x34 --upid 9:SIGNAL:a1b2
"""

type _Making = Callable[[argparse.Namespace], Section]
type _Option = Callable[[argparse.ArgumentParser], None]


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``cue`` with its two actions; ``run`` is set as the function of each."""
    cue = subparsers.add_parser(
        "cue",
        help="read or make SCTE-35 sections",
        description="Read SCTE-35 sections, or make one.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = cue.add_subparsers(dest="cue_action", metavar="ACTION", required=True)
    reading = actions.add_parser(
        "decode",
        help="tell what payloads say, or why they are refused",
        description="Tell what each payload says.",
        epilog="exit status: 0 every payload was decoded; 1 one was refused (the others are decoded all the same)",
    )
    reading.add_argument("payloads", metavar="PAYLOAD", nargs="+", help="base64 or hex; - reads one a line from stdin")
    reading.add_argument("--json", action="store_true", help="one JSON object a payload")
    reading.set_defaults(run=run)
    making = actions.add_parser("encode", help="make one section", description="Make one section; prints its base64.")
    kinds = making.add_subparsers(dest="kind", metavar="KIND", required=True)
    _add_kinds(kinds)


def _add_kinds(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    kind_table: tuple[tuple[str, str, _Making, tuple[_Option, ...]], ...] = (
        ("out", "splice_insert: leave the network", _out, (_event_id, _time, _duration, _auto_return, _avail)),
        ("in", "splice_insert: return to the network", _in, (_event_id, _time, _avail)),
        ("cancel", "splice_insert: the event will not be", _cancel, (_event_id,)),
        ("null", "splice_null: the heartbeat", _null, ()),
        ("start", "time_signal: a segment starts", _start, (_event_id, _time, _duration, _segment("0x34"))),
        ("end", "time_signal: a segment ends", _end, (_event_id, _time, _segment("0x35"))),
        ("cancel-segment", "time_signal: the segment will not be", _cancel_segment, (_event_id,)),
    )
    for name, text, making, options in kind_table:
        kind = kinds.add_parser(name, help=text, description=f"Make one section; {text}.")
        for option in options:
            option(kind)
        form = kind.add_mutually_exclusive_group()
        form.add_argument("--hex", action="store_true", help="print hexadecimal instead of base64")
        form.add_argument("--json", action="store_true", help="print both, and what the section says, as JSON")
        kind.set_defaults(run=run, making=making)


def _event_id(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--event-id", type=_integer, required=True, metavar="N", help="event id, 32 bits, 0x allowed")


def _time(parser: argparse.ArgumentParser) -> None:
    when = parser.add_mutually_exclusive_group(required=True)
    when.add_argument("--pts", type=_integer, metavar="TICKS", help="pts_time in 90 kHz ticks, 33 bits")
    when.add_argument("--immediate", action="store_true", help="no time: as soon as it arrives")


def _duration(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--duration", type=_seconds, metavar="SECONDS", help="such as 30 or 30.03, to the nearest tick")


def _auto_return(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--auto-return",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="whether receivers return by themselves when the duration is over",
    )


def _avail(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--unique-program-id", type=_integer, default=0, metavar="N", help="16 bits")
    parser.add_argument("--avail-num", type=_integer, default=0, metavar="N", help="8 bits, 0: not used")
    parser.add_argument("--avails-expected", type=_integer, default=0, metavar="N", help="8 bits, 0: not used")


def _segment(default_type: str) -> _Option:
    def add(parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--type",
            type=_integer,
            default=default_type,
            metavar="N",
            help="segmentation_type_id (default: %(default)s)",
        )
        parser.add_argument(
            "--upid",
            type=_upid,
            default=(0, b""),
            metavar="TYPE:VALUE",
            help="such as 9:SIGNAL:a1b2 or 8:000000002CA0A18A",
        )
        parser.add_argument(
            "--segment", type=_pair, default=(0, 0), metavar="N/M", help="segment_num/segments_expected"
        )

    return add


def _integer(text: str) -> int:
    return int(text, 0)


_integer.__name__ = "whole number"


def _seconds(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text):
        raise ValueError(text)
    return ticks_of(Fraction(text))


_seconds.__name__ = "number of seconds"


def _pair(text: str) -> tuple[int, int]:
    number, _, expected = text.partition("/")
    return int(number, 0), int(expected, 0)


_pair.__name__ = "pair N/M"


def _upid(text: str) -> tuple[int, bytes]:
    upid_type, _, value = text.partition(":")
    try:
        return int(upid_type, 0), upid_bytes(int(upid_type, 0), value)
    except CueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


_upid.__name__ = "UPID TYPE:VALUE"


def run(args: argparse.Namespace) -> int:
    """The exit status: 0, or 1 when a payload was refused. UsageError for values that make no section."""
    return _decode(args) if args.cue_action == "decode" else _encode(args)


def _decode(args: argparse.Namespace) -> int:
    status, several = 0, len(args.payloads) > 1 or args.payloads == ["-"]
    for number, text in enumerate(_payloads(args.payloads), start=1):
        if several and not args.json:
            print(f"payload {number}")
        try:
            section = decode(from_text(text))
        except CueError as error:
            status = error.exit_status
            _print_refusal(error, as_json=args.json)
        else:
            _print_section(section, as_json=args.json)
    return status


def _payloads(arguments: list[str]) -> Iterator[str]:
    for argument in arguments:
        if argument == "-":
            for line in sys.stdin.buffer:
                text = line.decode("utf-8", "replace").strip()
                if text:
                    yield text
        else:
            yield argument


def _print_refusal(error: CueError, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"valid": False, "error": str(error), "offset": error.offset}), flush=True)
    else:
        print(f"refused: {error}", flush=True)


def _print_section(section: Section, *, as_json: bool) -> None:
    noted = findings(section)
    if as_json:
        fields: dict[str, Plain] = {**decoded_json(section), "findings": [*noted]}
        print(json.dumps(fields), flush=True)
    else:
        print("\n".join([summary(section), *explained(section), *noted, ""]), flush=True)


def _encode(args: argparse.Namespace) -> int:
    from app.scte35.second_reader import agree

    try:
        section = args.making(args)
    except CueError as error:
        raise UsageError(f"cue encode {args.kind}", str(error)) from error
    agree(section.encoded)
    noted = findings(section)
    if args.json:
        text = {"base64": to_base64(section.encoded), "hex": to_hex(section.encoded)}
        print(json.dumps({**text, **decoded_json(section), "findings": noted}))
        return 0
    print(to_hex(section.encoded) if args.hex else to_base64(section.encoded))
    for line in noted:
        print(line, file=sys.stderr)
    return 0


def _out(args: argparse.Namespace) -> Section:
    return messages.splice_out(
        args.event_id, args.pts, args.duration, auto_return=args.auto_return, **_avail_values(args)
    )


def _in(args: argparse.Namespace) -> Section:
    return messages.splice_in(args.event_id, args.pts, **_avail_values(args))


def _cancel(args: argparse.Namespace) -> Section:
    return messages.splice_cancel(args.event_id)


def _null(_: argparse.Namespace) -> Section:
    return messages.splice_null()


def _start(args: argparse.Namespace) -> Section:
    return messages.time_signal_out(
        args.event_id, args.pts, args.duration, segmentation_type_id=args.type, upid=args.upid, segments=args.segment
    )


def _end(args: argparse.Namespace) -> Section:
    return messages.time_signal_in(
        args.event_id, args.pts, segmentation_type_id=args.type, upid=args.upid, segments=args.segment
    )


def _cancel_segment(args: argparse.Namespace) -> Section:
    return messages.time_signal_cancel(args.event_id)


def _avail_values(args: argparse.Namespace) -> dict[str, int]:
    return {name: getattr(args, name) for name in ("unique_program_id", "avail_num", "avails_expected")}
