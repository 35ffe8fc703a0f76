import subprocess
import sys
import threading
from dataclasses import replace

import pytest
import threefive
from hypothesis import given, settings

from app.model.cue import (
    AudioComponent,
    AudioDescriptor,
    AvailDescriptor,
    BandwidthReservation,
    DeliveryRestrictions,
    DtmfDescriptor,
    EncryptedCommand,
    OpaqueDescriptor,
    PrivateCommand,
    Section,
    SegmentationDescriptor,
    SpliceComponent,
    SpliceInsert,
    SpliceNull,
    SpliceSchedule,
    TimeDescriptor,
    TimeSignal,
)
from app.model.errors import CueError
from app.scte35 import messages, second_reader
from app.scte35.codec import decode, encode
from app.scte35.second_reading import unjudged
from app.scte35.upid_text import mid_bytes
from tests.scte35.strategies import sections


@given(sections)
@settings(max_examples=200)
def test_it_agrees_or_raises_a_cue_error_and_nothing_else(section: Section) -> None:
    try:
        second_reader.agree(encode(section))
    except CueError as error:
        assert "the second reader" in str(error)


def test_event_508_is_read_whole() -> None:
    section = messages.splice_out(0x000001FC, 0, 1)
    second_reader.agree(section.encoded)
    assert threefive.Cue(section.encoded).command.name == "Splice Null", "its own way in still cuts there"


def test_a_broken_section_is_refused() -> None:
    encoded = messages.splice_null().encoded
    for payload in (b"", encoded[:-1], encoded[:-1] + b"\0"):
        with pytest.raises(CueError):
            second_reader.agree(payload)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("pts_time", 900_001),
        ("pts_time", None),
        ("splice_event_id", 18),
        ("out_of_network_indicator", False),
        ("break_duration", 2_699_999),
        ("break_auto_return", 1),
        ("CRC_32", 0),
        ("command", "TimeSignal"),
    ],
)
def test_a_disagreement_names_the_field(monkeypatch: pytest.MonkeyPatch, name: str, wrong: object) -> None:
    section = messages.splice_out(17, 900_000, 2_700_000)
    honest = second_reader._second_reading
    monkeypatch.setattr(second_reader, "_second_reading", lambda encoded: honest(encoded) | {name: wrong})
    with pytest.raises(CueError) as caught:
        second_reader.agree(section.encoded)
    assert caught.value.field == name
    assert repr(wrong) in str(caught.value)


@pytest.mark.parametrize(
    "section",
    [
        Section(SpliceInsert(1, components=(SpliceComponent(1, 5),))),
        Section(SpliceSchedule(())),
        Section(TimeSignal(1), (SegmentationDescriptor(1, upid_type=0x0D, upid=b"\x99\x01x"),)),
        Section(TimeSignal(1), (SegmentationDescriptor(1, upid_type=0x09),)),
    ],
)
def test_what_it_can_not_read_is_not_agreed(section: Section) -> None:
    with pytest.raises(CueError, match="the second reader"):
        second_reader.agree(encode(section))


def _segment(upid_type: int, upid: bytes) -> Section:
    return Section(
        TimeSignal(1), (SegmentationDescriptor(1, segmentation_type_id=0x34, upid_type=upid_type, upid=upid),)
    )


@pytest.mark.parametrize(
    "section",
    [
        Section(BandwidthReservation()),
        Section(PrivateCommand(b"ABCD", b"\xff\0")),
        Section(SpliceNull(), (DtmfDescriptor(40, "12#"), AvailDescriptor(4), TimeDescriptor(4, 5, 6))),
        Section(TimeSignal(1), (AudioDescriptor((AudioComponent(1, b"eng", 1, 2, full_srvc_audio=True),)),)),
        Section(SpliceInsert(1, splice_time_ticks=4), (AvailDescriptor(7), SegmentationDescriptor(1, cancel=True))),
        Section(TimeSignal(1), (SegmentationDescriptor(1, delivery=DeliveryRestrictions(False, True, False, 2)),)),
        Section(
            TimeSignal(1),
            (SegmentationDescriptor(1, segmentation_type_id=0x34, sub_segment_num=0, sub_segments_expected=0),),
        ),
        _segment(0x0C, b'NBCU{"a":1}'),
        _segment(0x0B, bytes.fromhex("00f1efff68756d616e303132")),
        _segment(0x0D, mid_bytes([(0x10, bytes(range(16))), (0x0A, bytes(12)), (0x0C, b"NBCU")])),
        _segment(0x0D, mid_bytes([(0x0D, mid_bytes([(9, b"PO:x")])), (8, bytes(8))])),
        _segment(0x04, bytes(32)),
    ],
)
def test_it_reads_every_kind_that_it_knows(section: Section) -> None:
    encoded = encode(section)
    assert unjudged(decode(encoded)) == ""
    second_reader.agree(encoded)


def test_what_it_can_not_judge_is_known_beforehand() -> None:
    for section in (
        Section(SpliceSchedule(())),
        Section(SpliceInsert(1, components=(SpliceComponent(1, 5),))),
        Section(TimeSignal(1), (OpaqueDescriptor(0, b"ABCD", b"1"),)),
        Section(TimeSignal(1), (SegmentationDescriptor(1, components=()),)),
        Section(EncryptedCommand(b"1")),
        _segment(0x0D, mid_bytes([(0x0D, mid_bytes([(0x04, bytes(32))]))])),
        replace(messages.splice_null(), splice_command_length=0xFFF),
    ):
        assert "can't judge" in unjudged(section)


def test_it_says_nothing_on_any_stream() -> None:
    program = """
import os
os.environ["HTTP_USER_AGENT"] = "a browser"
from app.model.cue import *
from app.model.errors import CueError
from app.scte35.codec import decode, encode
from app.scte35.second_reading import unjudged
from app.scte35.upid_text import mid_bytes
from app.scte35.second_reader import agree
for section in (Section(SpliceInsert(1, components=(SpliceComponent(1, 5),))),
                Section(TimeSignal(1), (SegmentationDescriptor(1, upid_type=0x99, upid=b"x"),)),
                Section(TimeSignal(1), (OpaqueDescriptor(5, CUEI, bytes(9)),))):
    try:
        agree(encode(section))
    except CueError:
        pass
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout + done.stderr == ""


def test_threads_do_not_hear_each_others_complaints() -> None:
    good = messages.time_signal_out(1, 2, 3).encoded
    bad = encode(replace(messages.time_signal_out(1, 2, 3), descriptors=(SegmentationDescriptor(1, upid_type=0x09),)))
    verdicts: list[tuple[bytes, bool]] = []

    def judge(section: bytes) -> None:
        for _ in range(150):
            try:
                second_reader.agree(section)
            except CueError:
                verdicts.append((section, False))
            else:
                verdicts.append((section, True))

    threads = [threading.Thread(target=judge, args=(section,)) for section in (good, bad) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(verdicts) == 900
    assert all(agreed == (section == good) for section, agreed in verdicts)
