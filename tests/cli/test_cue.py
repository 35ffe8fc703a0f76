import argparse
import io
import json
import sys

import pytest

from app.cli import cue
from app.model.cue import Section
from app.model.errors import UsageError
from app.scte35 import messages
from app.scte35.codec import decode, from_text, to_base64, to_hex

OUT = messages.splice_out(17, 900_000, 2_700_000)


def _run(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="splicedeck")
    cue.add_parser(parser.add_subparsers(required=True))
    args = parser.parse_args(["cue", *words])
    status: int = args.run(args)
    return status


def test_each_payload_is_an_object_and_a_refused_one_does_not_stop_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    reserved = "/DARAAAAAAAAAP/wAAAAAHpPv/4="
    assert _run("decode", "--json", to_base64(OUT.encoded), reserved, "junk!", to_hex(OUT.encoded)) == 1
    first, second, third, fourth = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == fourth
    assert first["valid"] is True
    assert first["findings"] == []
    assert first["splice_event_id"] == 17
    assert second["valid"] is False
    assert second["offset"] == 16
    assert "CRC_32" in second["error"]
    assert third["offset"] is None


def test_payloads_come_a_line_each(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lines = f"{to_base64(OUT.encoded)}\n\n{to_hex(OUT.encoded)}FFFF\r\n\xff\xfe\n".encode("latin-1")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
    assert _run("decode", "-", "--json") == 1
    first, second, third = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["valid"] is second["valid"] is True
    assert second["trailing_bytes"] == 2
    assert "2 bytes after" in second["findings"][0]
    assert third["valid"] is False


def test_people_get_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("decode", to_base64(OUT.encoded)) == 0
    told = capsys.readouterr().out
    assert told.startswith("splice_insert OUT 17, 30.000 s, auto-return, at 00:10.000\n")
    assert "pts_time                  900000 (10.000000 s, 00:10.000)" in told
    assert _run("decode", "0xFC") == 1
    assert capsys.readouterr().out.startswith("refused: byte 1: section_length: ")


@pytest.mark.parametrize(
    ("words", "section"),
    [
        ("out --event-id 17 --pts 900000 --duration 30", OUT),
        (
            "out --event-id 0x1FC --immediate --duration 30.03 --no-auto-return --avail-num 1 --avails-expected 2",
            messages.splice_out(508, None, 2_702_700, auto_return=False, avail_num=1, avails_expected=2),
        ),
        (
            "in --event-id 17 --pts 40 --unique-program-id 9",
            messages.splice_in(17, 40, unique_program_id=9),
        ),
        ("cancel --event-id 17", messages.splice_cancel(17)),
        ("null", messages.splice_null()),
        (
            "start --event-id 17 --pts 0 --duration 30 --type 0x30 --upid 9:SIGNAL:a1b2 --segment 1/2",
            messages.time_signal_out(
                17, 0, 2_700_000, segmentation_type_id=0x30, upid=(9, b"SIGNAL:a1b2"), segments=(1, 2)
            ),
        ),
        ("start --event-id 17 --immediate", messages.time_signal_out(17, None, None)),
        (
            "end --event-id 17 --pts 5 --upid 8:0000000000000001",
            messages.time_signal_in(17, 5, upid=(8, bytes(7) + b"\1")),
        ),
        ("cancel-segment --event-id 17", messages.time_signal_cancel(17)),
    ],
)
def test_each_kind_of_section_is_made(words: str, section: Section, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("encode", *words.split()) == 0
    assert decode(from_text(capsys.readouterr().out)) == section
    assert _run("encode", *words.split(), "--hex") == 0
    assert capsys.readouterr().out.strip() == to_hex(section.encoded)
    assert _run("encode", *words.split(), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["base64"], told["valid"]) == (to_base64(section.encoded), True)


@pytest.mark.parametrize(
    "words",
    [
        "out --event-id 5000000000 --pts 0",
        "out --event-id 1 --pts 8589934592",
        "out --event-id 1 --pts 0 --duration 0",
        "start --event-id 1 --pts 0 --type 0x35",
        "end --event-id 1 --pts 0 --segment 3/2",
    ],
)
def test_values_that_make_no_section_are_bad_usage(words: str) -> None:
    with pytest.raises(UsageError) as caught:
        _run("encode", *words.split())
    assert caught.value.exit_status == 2
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "words",
    [
        "decode",
        "encode",
        "encode out --event-id 1",
        "encode out --event-id x --pts 0",
        "encode out --event-id 1 --pts 0 --immediate",
        "encode out --event-id 1 --pts 0 --duration 1/0",
        "encode out --event-id 1 --pts 0 --duration 1e999999999",
        "encode start --event-id 1 --pts 0 --upid 3:SHORT",
        "encode start --event-id 1 --pts 0 --upid SIGNAL",
        "encode start --event-id 1 --pts 0 --segment 1",
    ],
)
def test_bad_usage_ends_with_2(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        _run(*words.split())
    assert caught.value.code == 2
    assert "error: " in capsys.readouterr().err
