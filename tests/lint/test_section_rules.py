"""Each rule over one section or several: a section that breaks it, and one that doesn't."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.lint.nesting import sequence_findings
from app.lint.sections import lint_section, lint_section_texts, lint_section_xml
from app.model.cue import (
    CUEI,
    AvailDescriptor,
    BreakDuration,
    DeliveryRestrictions,
    EncryptedCommand,
    OpaqueDescriptor,
    PrivateCommand,
    ScheduledSplice,
    Section,
    SegmentedComponent,
    SpliceComponent,
    SpliceInsert,
    SpliceSchedule,
    TimeSignal,
)
from app.model.lint import LintSeverity
from app.scte35 import messages
from app.scte35.codec import decode
from app.scte35.findings import findings, section_findings
from app.scte35.xml import section_to_xml
from tests.lint.made import IN, NULL, OTHER_IN, OTHER_OUT, OUT, UPID, base64, made, rules, signal

INSERT = SpliceInsert(17, out_of_network_indicator=True, splice_time_ticks=9, break_duration=BreakDuration(True, 900))
_NO_WEB = DeliveryRestrictions(False, True, True, 3)
_BLACKOUT = DeliveryRestrictions(True, False, True, 3)
PLACEMENT = signal(0x34, segmentation_duration_ticks=900_000)
OPAQUE = OpaqueDescriptor(0xF0, CUEI, b"")
LONG = signal(0x34, upid=b"x" * 150, segmentation_duration_ticks=1)
COMPONENTS = (SpliceComponent(1, 9), SpliceComponent(2))


def insert(**changes: object) -> Section:
    return made(Section(replace(INSERT, **changes)))  # type: ignore[arg-type] # any of its fields


CASES: dict[str, tuple[Section, Section]] = {
    "section.trailing-bytes": (decode(OUT.encoded + b"\xff"), OUT),
    "section.encrypted": (Section(EncryptedCommand(b"?")), OUT),
    "section.command-length": (replace(OUT, splice_command_length=0xFFF), OUT),
    "section.sap-type": (made(replace(OUT, sap_type=0)), OUT),
    "section.tier-packets": (made(replace(LONG, tier=7)), made(replace(PLACEMENT, tier=7))),
    "section.packets": (LONG, PLACEMENT),
    "section.private-command": (made(Section(PrivateCommand(b"ABCD", b""))), NULL),
    "insert.immediate-out": (messages.splice_out(17, None, 900), messages.splice_in(17, None)),
    "insert.no-duration": (insert(break_duration=None), insert()),
    "insert.zero-duration": (insert(break_duration=BreakDuration(True, 0)), insert()),
    "insert.in-duration": (insert(out_of_network_indicator=False), IN),
    "insert.components": (insert(splice_time_ticks=None, components=COMPONENTS), OUT),
    "insert.no-components": (
        insert(splice_time_ticks=None, components=()),
        insert(splice_time_ticks=None, components=COMPONENTS),
    ),
    "insert.component-time": (
        insert(splice_time_ticks=None, components=COMPONENTS[::-1]),
        insert(splice_time_ticks=None, components=COMPONENTS),
    ),
    "insert.avail-num": (insert(avail_num=3, avails_expected=2), insert(avail_num=2, avails_expected=2)),
    "insert.avail-unused": (insert(avail_num=3), insert(avail_num=1, avails_expected=2)),
    "insert.compliance": (insert(event_id_compliance_flag=False), OUT),
    "schedule.empty": (
        made(Section(SpliceSchedule(()))),
        made(Section(SpliceSchedule((ScheduledSplice(17, utc_splice_time_s=1),)))),
    ),
    "signal.no-descriptor": (made(Section(TimeSignal(9))), PLACEMENT),
    "signal.no-segmentation": (made(Section(TimeSignal(9), (OPAQUE,))), PLACEMENT),
    "signal.no-time": (
        made(replace(PLACEMENT, command=TimeSignal())),
        made(replace(signal(0x35), command=TimeSignal())),
    ),
    "descriptor.avail-elsewhere": (
        made(Section(TimeSignal(9), (AvailDescriptor(1),))),
        made(Section(INSERT, (AvailDescriptor(1),))),
    ),
    "descriptor.segmentation-elsewhere": (
        made(Section(SpliceSchedule(()), PLACEMENT.descriptors)),
        made(Section(INSERT, PLACEMENT.descriptors)),
    ),
    "descriptor.reserved-tag": (
        made(Section(INSERT, (OpaqueDescriptor(0x42, CUEI, b""),))),
        made(Section(INSERT, (OPAQUE,))),
    ),
    "descriptor.private": (
        made(Section(INSERT, (OpaqueDescriptor(0, b"SAPS", b""),))),
        made(Section(INSERT, (OPAQUE,))),
    ),
    "segmentation.reserved-type": (signal(0x7F), signal(0x35)),
    "segmentation.deprecated-type": (signal(0x24), signal(0x22)),
    "segmentation.end-duration": (
        signal(0x35, segmentation_duration_ticks=9),
        signal(0x35, segmentation_duration_ticks=0),
    ),
    "segmentation.no-duration": (signal(0x34), signal(0x10)),
    "segmentation.no-upid": (signal(0x35, upid_type=0, upid=b""), signal(0x00, upid_type=0, upid=b"")),
    "segmentation.upid": (signal(0x35, upid_type=3), signal(0x35, upid_type=3, upid=b"ABCD0001000H")),
    "segmentation.upid-content": (
        signal(0x35, upid_type=15, upid=b"no uri"),
        signal(0x35, upid_type=15, upid=b"urn:uuid:1"),
    ),
    "segmentation.deprecated-upid": (signal(0x35, upid_type=1), signal(0x35)),
    "segmentation.components": (signal(0x35, components=(SegmentedComponent(1, 0),)), signal(0x35)),
    "segmentation.numbers": (signal(0x35, segment_num=3, segments_expected=2), signal(0x35)),
    "segmentation.type-numbers": (signal(0x10, segment_num=0, segments_expected=0), signal(0x10)),
    "segmentation.sub-segments": (
        signal(0x35, sub_segment_num=0, sub_segments_expected=0),
        signal(0x34, sub_segment_num=0, sub_segments_expected=0),
    ),
    "segmentation.sub-numbers": (
        signal(0x34, sub_segment_num=3, sub_segments_expected=2),
        signal(0x34, sub_segment_num=2, sub_segments_expected=2),
    ),
    "segmentation.web": (signal(0x34, delivery=_NO_WEB), signal(0x34, delivery=_BLACKOUT)),
    "segmentation.end-restrictions": (signal(0x35, delivery=_NO_WEB), signal(0x34, delivery=_NO_WEB)),
    "segmentation.compliance": (signal(0x35, event_id_compliance_indicator=False), signal(0x35)),
}

_ADS = [signal(0x30, 1), signal(0x31, 1), signal(0x30, 2), signal(0x31, 2)]
_PROGRAM = [signal(0x10, 1), signal(0x13, 2), signal(0x14, 2), signal(0x11, 1)]
_TWICE = messages.splice_out(17, 900_000 + 90_000, 90_000)
_REUSED = messages.splice_out(17, 900_000 + 90 * 90_000, 90_000)
_PO, _PO_END, _BREAK, _BREAK_END = signal(0x34, 1), signal(0x35, 1), signal(0x22, 2), signal(0x23, 2)
SEQUENCES: dict[str, tuple[list[Section], list[Section]]] = {
    "segments.wrong-end": ([signal(0x30), signal(0x35)], [signal(0x10), signal(0x12)]),
    "segments.end-without-start": ([signal(0x35)], [signal(0x34), signal(0x35)]),
    "segments.id-in-use": ([signal(0x34), signal(0x34, pts=9)], [signal(0x34), signal(0x35), signal(0x34, pts=9)]),
    "segments.overlap": ([signal(0x30, 1), signal(0x3C, 2)], _ADS),
    "segments.nesting": ([_BREAK, _PO, _BREAK_END], [_BREAK, _PO, _PO_END, _BREAK_END]),
    "segments.outside-program": ([signal(0x13, 2)], _PROGRAM),
    "segments.two-overlaps": ([signal(0x17, 1), signal(0x17, 2)], [signal(0x10, 1), signal(0x17, 2)]),
    "events.id-in-use": ([OUT, _TWICE], [OUT, _REUSED]),
    "events.in-without-out": ([OUT, OTHER_IN], [OUT, IN, OTHER_OUT, OTHER_IN]),
}
REFUSED = {"section.invalid", "section.xml"}


@pytest.mark.parametrize("rule", CASES)
def test_a_section_breaks_its_rule_and_another_keeps_it(rule: str) -> None:
    broken, kept = CASES[rule]
    assert rule in rules(section_findings(broken))
    assert rule not in rules(section_findings(kept))


@pytest.mark.parametrize("rule", SEQUENCES)
def test_sections_in_their_order_break_a_rule_and_others_keep_it(rule: str) -> None:
    broken, kept = ([(f"line {n}", each) for n, each in enumerate(sections, 1)] for sections in SEQUENCES[rule])
    assert rule in rules(list(sequence_findings(broken, whole=True)))
    assert rules(list(sequence_findings(kept, whole=True))) == set()


def test_what_a_repeat_says_and_what_left_before_is_no_fault() -> None:
    assert not list(sequence_findings([("1", OUT), ("2", OUT), ("3", IN)], whole=True))
    assert not list(sequence_findings([("1", IN), ("2", signal(0x35)), ("3", signal(0x14))], whole=False))


def test_a_cancel_frees_its_id() -> None:
    cancelled = [
        OUT,
        messages.splice_cancel(17),
        _TWICE,
        signal(0x34),
        messages.time_signal_cancel(17),
        signal(0x34, pts=9),
    ]
    assert not list(sequence_findings([("", each) for each in cancelled], whole=True))


def test_ours_are_clean() -> None:
    start = messages.time_signal_out(17, 9, 900, upid=UPID)
    for section in (OUT, IN, NULL, start, messages.time_signal_in(17, 9, upid=UPID), messages.splice_cancel(17)):
        assert lint_section(section) == []


def test_what_is_no_section_is_an_error_with_its_byte() -> None:
    broken = bytearray(OUT.encoded)
    broken[20] ^= 1
    (finding,) = lint_section(bytes(broken))
    assert (finding.rule, finding.severity, finding.where) == ("section.invalid", LintSeverity.ERROR, "byte 36")
    assert "CRC_32" in finding.text


def test_several_texts_are_told_by_their_lines_and_held_against_each_other() -> None:
    out, two = base64(signal(0x30, 1)), base64(signal(0x3C, 2))
    found = lint_section_texts([("line 1", out), ("line 2", out[:-4]), ("line 4", two)])
    assert [(one.rule, one.where) for one in found if one.severity is LintSeverity.ERROR] == [
        ("section.invalid", "line 2, byte 1")
    ]
    assert [one.where for one in found if one.rule == "segments.overlap"] == ["line 4"]
    assert all(one.where.startswith("line ") for one in found)


def test_xml_is_linted_as_its_section() -> None:
    assert rules(lint_section_xml(section_to_xml(signal(0x34)))) == {"segmentation.no-duration"}
    assert rules(lint_section_xml("<Signal/>")) == {"section.xml"}


def test_the_lines_of_cue_decode_name_severity_text_and_clause() -> None:
    line = "warning: an immediate OUT takes effect at no certain time (§9.9.2.1)"
    assert findings(messages.splice_out(17, None, 900)) == [line]


def test_a_cancelled_event_has_no_faults() -> None:
    assert section_findings(made(Section(replace(INSERT, cancel=True)))) == []
    assert section_findings(messages.time_signal_cancel(17)) == []
