"""Sections in words: the line that names one, and a meaning for each field."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from app.model.cue import (
    AudioComponent,
    AudioDescriptor,
    BandwidthReservation,
    BreakDuration,
    DtmfDescriptor,
    EncryptedCommand,
    OpaqueDescriptor,
    PrivateCommand,
    ScheduledComponent,
    ScheduledSplice,
    Section,
    SegmentationDescriptor,
    SpliceComponent,
    SpliceInsert,
    SpliceNull,
    SpliceSchedule,
    TimeDescriptor,
    TimeSignal,
)
from app.scte35 import messages
from app.scte35.codec import decode, encode
from app.scte35.explain import explained, summary
from app.scte35.meanings import clock_text
from tests.scte35.strategies import sections

_CHAPTER = SegmentationDescriptor(9, segmentation_type_id=0x20, segmentation_duration_ticks=90_000, upid_type=8)


@pytest.mark.parametrize(
    ("section", "line"),
    [
        (messages.splice_out(17, 754 * 90_000 + 51_030, 2_700_000), "OUT 17, 30.000 s, auto-return, at 12:34.567"),
        (messages.splice_out(17, None, 90, auto_return=False), "OUT 17, 0.001 s, immediately"),
        (messages.splice_out(17, 0, None), "OUT 17, at 00:00.000"),
        (messages.splice_in(17, 3600 * 90_000), "IN 17, at 1:00:00.000"),
        (messages.splice_cancel(17), "CANCEL 17"),
        (
            Section(SpliceInsert(17, components=(SpliceComponent(1, 90), SpliceComponent(2)))),
            "IN 17 of 2 components, at",
        ),
        (Section(SpliceInsert(17, components=())), "IN 17 of 0 components, without a time"),
        (Section(SpliceNull()), "splice_null"),
        (Section(BandwidthReservation()), "bandwidth_reservation"),
        (Section(TimeSignal()), "time_signal without a time"),
        (Section(TimeSignal(90_000), (_CHAPTER,)), "time_signal at 00:01.000: Chapter Start 9, 1.000 s"),
        (messages.time_signal_cancel(5), "time_signal without a time: CANCEL segment 5"),
        (Section(PrivateCommand(b"ABCD", b"12")), "private_command of 'ABCD', 2 bytes"),
        (Section(EncryptedCommand(b"1234"), encryption_algorithm=1), "encrypted, 4 bytes"),
        (
            Section(SpliceSchedule((ScheduledSplice(1, utc_splice_time_s=0), ScheduledSplice(2, cancel=True)))),
            "splice_schedule, 2 events; IN 1, at 1980-01-06T00:00:00Z; CANCEL 2",
        ),
        (
            Section(SpliceSchedule((ScheduledSplice(1, components=(ScheduledComponent(1, 86_400),)),))),
            "IN 1 of 1 components, at 1980-01-07T00:00:00Z",
        ),
    ],
)
def test_a_section_in_a_line(section: Section, line: str) -> None:
    assert line in summary(section)


def test_times_have_the_adjustment_in_them() -> None:
    moved = replace(messages.splice_in(17, (1 << 33) - 90_000), pts_adjustment=180_000)
    assert summary(moved) == "splice_insert IN 17, at 00:01.000"


def test_a_clock_rounds_and_carries() -> None:
    assert clock_text(60 * 90_000 - 1) == "01:00.000"
    assert clock_text((1 << 33) - 1) == "26:30:43.718"


@given(sections)
def test_every_section_has_one_line_and_every_line_is_one(section: Section) -> None:
    read = decode(encode(section))
    for line in (summary(read), *explained(read)):
        assert line
        assert line.isprintable()


def test_fields_have_their_meanings() -> None:
    out = replace(messages.splice_out(17, 900_000, 2_700_000, avail_num=1, avails_expected=2), tier=5, sap_type=0)
    text = "\n".join(explained(decode(encode(out))))
    for words in (
        "tier                      5 (0x005)",
        "sap_type                  0 (closed GOP without leading pictures)",
        "out_of_network            yes (leave the network)",
        "auto_return  yes (receivers return when the duration is over)",
        "avail_num                 1 (of 2)",
        "splice_command_type       5 (0x05, splice_insert)",
    ):
        assert words in text
    numbered = SegmentationDescriptor(1, segment_num=2, sub_segment_num=1, sub_segments_expected=3)
    private = (OpaqueDescriptor(9, b"ABCD", b"text"), OpaqueDescriptor(0xF0, b"CUEI", b"\xff"), numbered)
    text = "\n".join(explained(replace(out, command=PrivateCommand(b"ABCD", b"x=1"), descriptors=private)))
    for words in ("783d31 ('x=1')", "a private descriptor", "not known to this", "of a number not told", "1 (of 3)"):
        assert words in text
    descriptors = (
        TimeDescriptor(1_700_000_037, 5, 37),
        TimeDescriptor((1 << 48) - 1, 0, 0),
        DtmfDescriptor(45, "12#"),
        AudioDescriptor((AudioComponent(255, b"eng", 2, 15, full_srvc_audio=False),)),
    )
    text = "\n".join(explained(Section(TimeSignal(1), descriptors)))
    for words in (
        "2023-11-14T22:13:20Z",
        "past the year 9999",
        "4.5 s before",
        "visually impaired",
        "order of the PMT",
    ):
        assert words in text
    scheduled = ScheduledSplice(1, utc_splice_time_s=0, break_duration=BreakDuration(False, 9))
    assert any("1980-01-06T00:00:00Z" in line for line in explained(Section(SpliceSchedule((scheduled,)))))


def test_a_mid_is_opened_up() -> None:
    upid = bytes((9, 4)) + b"PO:x" + bytes((0x0E, 7)) + b"type=LA" + bytes((0x77, 1)) + b"?"
    descriptor = SegmentationDescriptor(1, segmentation_type_id=0x34, upid_type=0x0D, upid=upid)
    lines = [line.strip() for line in explained(Section(TimeSignal(1), (descriptor,)))]
    for words in ("ADI: PO:x", "ADS Information: type=LA", "type  LA", "reserved: ? (0x77 is reserved)"):
        assert words in lines
