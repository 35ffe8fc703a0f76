import argparse
import io
import json
import sys
from dataclasses import replace

import pytest

from app.cli import cue
from app.model.cue import (
    AvailDescriptor,
    BandwidthReservation,
    BreakDuration,
    DeliveryRestrictions,
    DtmfDescriptor,
    PrivateCommand,
    ScheduledSplice,
    Section,
    SegmentationDescriptor,
    SpliceSchedule,
    TimeSignal,
)
from app.model.errors import UsageError
from app.scte35 import messages
from app.scte35.codec import decode, encode, from_text, to_base64, to_hex
from app.scte35.report import decoded_json
from app.scte35.xml import section_from_xml, section_to_xml

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
        (
            "start --event-id 17 --pts 5 --type 0x10",
            messages.time_signal_out(17, 5, None, segmentation_type_id=0x10, segments=(1, 1)),
        ),
        (
            "signal --event-id 17 --pts 5 --type 0x20",
            messages.time_signal_out(17, 5, None, segmentation_type_id=0x20, segments=(1, 1)),
        ),
        ("cancel-segment --event-id 17", messages.time_signal_cancel(17)),
        (
            "signal --event-id 9 --pts 7 --type 0x15 --segment 1/1 --upid 9:PO:x --upid 8:0x000000002CA0A18A",
            Section(
                TimeSignal(7),
                (
                    SegmentationDescriptor(
                        9,
                        upid_type=0x0D,
                        upid=bytes.fromhex("0904504f3a780808000000002ca0a18a"),
                        segmentation_type_id=0x15,
                        segment_num=1,
                        segments_expected=1,
                    ),
                ),
            ),
        ),
        (
            "start --event-id 9 --pts 7 --web-delivery-allowed no --device-restrictions 1 --sub-segment 1/2 --tier 5",
            Section(
                TimeSignal(7),
                (
                    SegmentationDescriptor(
                        9,
                        delivery=DeliveryRestrictions(False, True, True, 1),
                        segmentation_type_id=0x34,
                        sub_segment_num=1,
                        sub_segments_expected=2,
                    ),
                ),
                tier=5,
            ),
        ),
        (
            "out --event-id 1 --pts 5 --avail-id 0x135 --dtmf 50:12*# --sap-type 0 --pts-adjustment 90",
            replace(
                messages.splice_out(1, 5, None),
                descriptors=(AvailDescriptor(0x135), DtmfDescriptor(50, "12*#")),
                sap_type=0,
                pts_adjustment=90,
            ),
        ),
        (
            "schedule --event-id 3 --out-at 1980-01-06T01:00:00+01:00 --duration 30 --no-auto-return --avail-num 1",
            Section(
                SpliceSchedule(
                    (
                        ScheduledSplice(
                            3,
                            out_of_network_indicator=True,
                            utc_splice_time_s=0,
                            break_duration=BreakDuration(False, 2_700_000),
                            avail_num=1,
                        ),
                    )
                )
            ),
        ),
        (
            "schedule --event-id 3 --in-at 1980-01-07T00:00:00Z",
            Section(SpliceSchedule((ScheduledSplice(3, utc_splice_time_s=86_400),))),
        ),
        ("schedule --event-id 3 --cancel", Section(SpliceSchedule((ScheduledSplice(3, cancel=True),)))),
        ("reservation", Section(BandwidthReservation())),
        ("private --identifier ABCD --bytes 0xff00", Section(PrivateCommand(b"ABCD", b"\xff\0"))),
        ("private --identifier 0x00000001", Section(PrivateCommand(b"\0\0\0\1", b""))),
    ],
)
def test_each_kind_of_section_is_made(words: str, section: Section, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("encode", *words.split()) == 0
    assert decode(from_text(capsys.readouterr().out)) == section
    assert _run("encode", *words.split(), "--hex") == 0
    assert capsys.readouterr().out.strip() == to_hex(encode(section))
    assert _run("encode", *words.split(), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["base64"], told["valid"]) == (to_base64(encode(section)), True)
    assert _run("encode", *words.split(), "--xml") == 0
    assert section_from_xml(capsys.readouterr().out) == section


def test_a_document_makes_its_section(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for kind, text in (("xml", section_to_xml(OUT)), ("json", json.dumps(decoded_json(OUT)))):
        assert _run("encode", kind, text) == 0
        assert capsys.readouterr().out.strip() == to_base64(OUT.encoded)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        assert _run("encode", kind, "-", "--hex") == 0
        assert capsys.readouterr().out.strip() == to_hex(OUT.encoded)


def test_what_the_second_reader_can_not_judge_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("encode", "schedule", "--event-id", "3", "--cancel") == 0
    assert "can't judge SpliceSchedule" in capsys.readouterr().err


def test_payloads_of_every_form_and_xml_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    xml = section_to_xml(OUT)
    lines = f"{xml.replace('><', '>' + chr(10) + '<')}\n{json.dumps(decoded_json(OUT))}\noops\n{xml}\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    assert _run("decode", "-", "--xml") == 1
    told = capsys.readouterr()
    assert told.out == f"{xml}\n" * 3
    assert told.err.startswith("payload 3 refused: ")


@pytest.mark.parametrize(
    "words",
    [
        "out --event-id 5000000000 --pts 0",
        "out --event-id 1 --pts 8589934592",
        "out --event-id 1 --pts 0 --duration 0",
        "start --event-id 1 --pts 0 --type 0x35",
        "end --event-id 1 --pts 0 --segment 3/2",
        "null --tier 4096",
        "private --identifier CUEI --bytes 00",
        "private --identifier 0x43554549",
        "null --pts-adjustment 8589934592",
        "schedule --event-id 1 --in-at 2026-11-22T10:00:00Z --duration 5",
        "schedule --event-id 1 --in-at 1970-01-01T00:00:00Z",
        "json {}",
        "xml <a/>",
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
        "encode signal --event-id 1 --pts 0",
        "encode schedule --event-id 1",
        "encode schedule --event-id 1 --out-at 2026-11-22T10:00:00",
        "encode private --identifier ABC",
        "encode private --identifier ABCD --bytes 0",
        "encode null --dtmf 50:ABC",
        "decode --json --xml x",
    ],
)
def test_bad_usage_ends_with_2(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        _run(*words.split())
    assert caught.value.code == 2
    assert "error: " in capsys.readouterr().err
