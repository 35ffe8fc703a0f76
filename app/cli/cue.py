"""``splicedeck cue``: SCTE-35 sections read and made at the command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator

from app.cli.cue_kinds import KINDS, add_common, made
from app.model.cue import Section
from app.model.errors import CueError, UsageError
from app.model.wire import Plain
from app.scte35.codec import to_base64, to_hex
from app.scte35.explain import explained, summary
from app.scte35.findings import findings
from app.scte35.payload import payload_texts, section_from_payload
from app.scte35.report import decoded_json
from app.scte35.second_reading import unjudged
from app.scte35.xml import section_to_xml

_EXAMPLES = """examples:
  splicedeck cue decode /DAvAAAAAAAA///wBQb+dGKQoAAZAhdDVUVJSAAAjn+fCAgAAAAALKChijUCAKnMZ1g=
  splicedeck cue encode out --event-id 17 --pts 900000 --duration 30
  splicedeck cue encode start --event-id 17 --pts 900000 --duration 30 --type 0x34 --upid 9:SIGNAL:a1b2
"""
_LONGEST_LINE = 1 << 20


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
        description="Tell what each payload says: base64, hexadecimal with or without 0x, XML of SCTE 35, or JSON.",
        epilog="exit status: 0 every payload was decoded; 1 one was refused (the others are decoded all the same)",
    )
    reading.add_argument("payloads", metavar="PAYLOAD", nargs="+", help="a payload; - reads one a line from stdin")
    form = reading.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object a payload")
    form.add_argument("--xml", action="store_true", help="one line of XML (SCTE 35 2023) a payload")
    reading.set_defaults(run=run)
    making = actions.add_parser("encode", help="make one section", description="Make one section; prints its base64.")
    kinds = making.add_subparsers(dest="kind", metavar="KIND", required=True)
    for kind in KINDS:
        parser = kinds.add_parser(kind.name, help=kind.text, description=f"Make one section; {kind.text}.")
        for option in kind.options:
            option(parser)
        if kind.name not in {"json", "xml"}:
            add_common(parser)
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--hex", action="store_true", help="print hexadecimal instead of base64")
        form.add_argument("--xml", action="store_true", help="print XML (SCTE 35 2023)")
        form.add_argument("--json", action="store_true", help="print both, and what the section says, as JSON")
        parser.set_defaults(run=run, making=kind)


def run(args: argparse.Namespace) -> int:
    """The exit status: 0, or 1 when a payload was refused. UsageError for values that make no section."""
    return _decode(args) if args.cue_action == "decode" else _encode(args)


def _decode(args: argparse.Namespace) -> int:
    status, several = 0, len(args.payloads) > 1 or args.payloads == ["-"]
    for number, text in enumerate(_payloads(args.payloads), start=1):
        if several and not args.json and not args.xml:
            print(f"payload {number}")
        try:
            section = section_from_payload(text)
        except CueError as error:
            status = error.exit_status
            _print_refusal(error, number, args)
        else:
            _print_section(section, args)
    return status


def _payloads(arguments: list[str]) -> Iterator[str]:
    for argument in arguments:
        if argument == "-":
            lines = iter(lambda: sys.stdin.buffer.readline(_LONGEST_LINE), b"")
            yield from payload_texts(line.decode("utf-8", "replace") for line in lines)
        else:
            yield argument


def _print_refusal(error: CueError, number: int, args: argparse.Namespace) -> None:
    if args.json:
        print(json.dumps({"valid": False, "error": str(error), "offset": error.offset}), flush=True)
    elif args.xml:
        print(f"payload {number} refused: {error}", file=sys.stderr, flush=True)
    else:
        print(f"refused: {error}", flush=True)


def _print_section(section: Section, args: argparse.Namespace) -> None:
    noted = findings(section)
    if args.json:
        fields: dict[str, Plain] = {**decoded_json(section), "findings": [*noted]}
        print(json.dumps(fields), flush=True)
    elif args.xml:
        print(section_to_xml(section), flush=True)
    else:
        print("\n".join([summary(section), *explained(section), *noted, ""]), flush=True)


def _encode(args: argparse.Namespace) -> int:
    from app.scte35.second_reader import agree

    try:
        section = made(args.making, args)
    except CueError as error:
        raise UsageError(f"cue encode {args.kind}", str(error)) from error
    noted = findings(section)
    if reason := unjudged(section):
        noted = [*noted, f"note: {reason}"]
    else:
        agree(section.encoded)
    if args.json:
        text = {"base64": to_base64(section.encoded), "hex": to_hex(section.encoded)}
        print(json.dumps({**text, **decoded_json(section), "findings": noted}))
        return 0
    print(section_to_xml(section) if args.xml else to_hex(section.encoded) if args.hex else to_base64(section.encoded))
    for line in noted:
        print(line, file=sys.stderr)
    return 0
