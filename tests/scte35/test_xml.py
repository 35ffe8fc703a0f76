"""Sections as XML and back; what is no such XML is refused with its place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.cue import (
    AudioComponent,
    AudioDescriptor,
    DtmfDescriptor,
    EncryptedCommand,
    PrivateCommand,
    Section,
    SegmentationDescriptor,
    SpliceInsert,
    SpliceNull,
    SpliceSchedule,
    TimeSignal,
)
from app.model.errors import CueError
from app.scte35 import messages
from app.scte35.codec import decode, encode, to_base64
from app.scte35.crc import crc_bytes
from app.scte35.relaying import relayed
from app.scte35.upid_text import mid_bytes
from app.scte35.xml import section_from_xml, section_to_xml
from app.scte35.xml_nodes import NAMESPACE
from tests.scte35.strategies import sections, uint

OUT = messages.splice_out(17, 900_000, 2_700_000)


def _said(section: Section) -> Section:
    """What XML has a place for: in the clear, key and algorithm mean nothing, and stuffing is none of the message."""
    return replace(section, cw_index=0, encryption_algorithm=0, alignment_stuffing=b"")


def _insert(attributes: str, inside: str = "<Program/>") -> str:
    return (
        f'<SpliceInfoSection xmlns="{NAMESPACE}"><SpliceInsert {attributes}>{inside}</SpliceInsert></SpliceInfoSection>'
    )


def _upid(attributes: str, content: str) -> SegmentationDescriptor:
    upid = f"<SegmentationUpid {attributes}>{content}</SegmentationUpid>"
    return _segmentation(upid).segmentation_descriptors[0]


def _segmentation(inside: str) -> Section:
    return section_from_xml(
        f'<SpliceInfoSection xmlns="{NAMESPACE}"><TimeSignal><SpliceTime ptsTime="5"/></TimeSignal>'
        f'<SegmentationDescriptor segmentationEventId="1" segmentationTypeId="52">{inside}</SegmentationDescriptor>'
        "</SpliceInfoSection>"
    )


@given(sections)
@settings(max_examples=120)
def test_what_is_written_is_read(section: Section) -> None:
    text = section_to_xml(decode(encode(section)))
    assert "\n" not in text
    read = section_from_xml(text)
    assert _said(read) == _said(section)
    assert decode(read.encoded) == read
    assert section_to_xml(read) == text


@given(uint(8), st.binary(max_size=200))
def test_every_upid_is_read_as_it_was(upid_type: int, upid: bytes) -> None:
    section = Section(TimeSignal(1), (SegmentationDescriptor(1, upid_type=upid_type, upid=upid),))
    assert section_from_xml(section_to_xml(section)) == section


@pytest.mark.parametrize(
    "section",
    [
        Section(EncryptedCommand(b"12345678"), encryption_algorithm=1, cw_index=7),
        Section(SpliceInsert(1, components=())),
        Section(SpliceSchedule(()), (DtmfDescriptor(1, "ABCD"),)),
        Section(TimeSignal(1), (AudioDescriptor(()),)),
        Section(TimeSignal(1), (AudioDescriptor((AudioComponent(1, b"\0\1\2", 0, 0, full_srvc_audio=True),)),)),
        Section(TimeSignal(1), (SegmentationDescriptor(1, components=()),)),
    ],
)
def test_what_the_schema_has_no_place_for_goes_as_its_bytes(section: Section) -> None:
    if section.encrypted:
        body = bytearray(relayed(OUT.encoded, 5))
        body[4] |= 0x82
        section = decode(bytes(body[:-4]) + crc_bytes(bytes(body[:-4])))
    else:
        section = decode(encode(section))
    text = section_to_xml(section)
    assert text.startswith("<Binary ")
    assert section_from_xml(text) == section
    assert section_from_xml(text).encoded == section.encoded


def test_a_mid_is_its_upids() -> None:
    upid = mid_bytes([(9, b"SIGNAL:a1b2"), (8, bytes(8)), (0x0C, b"NBCU\0")])
    section = Section(TimeSignal(1), (SegmentationDescriptor(1, upid_type=0x0D, upid=upid),))
    text = section_to_xml(section)
    assert text.count("<SegmentationUpid ") == 3
    assert 'segmentationUpidFormat="text">SIGNAL:a1b2<' in text
    assert 'formatIdentifier="1312965461"' in text
    assert section_from_xml(text) == section


@pytest.mark.parametrize(
    ("attributes", "content", "upid_type", "upid"),
    [
        ('segmentationUpidType="8" segmentationUpidFormat="text"', "0x0A42235B81BC70FC", 8, "0a42235b81bc70fc"),
        ('segmentationUpidType="8" segmentationUpidFormat="text"', "748724618", 8, "000000002ca0a18a"),
        ('segmentationUpidType="8"', "000000002CA0A18A", 8, "000000002ca0a18a"),
        ('segmentationUpidType="9"', "5349474E414C", 9, b"SIGNAL".hex()),
        ('segmentationUpidType="9"', "SIGNAL:x", 9, b"SIGNAL:x".hex()),
        ('segmentationUpidType="2"', "ABCD1234", 2, b"ABCD1234".hex()),
        ('segmentationUpidType="9" segmentationUpidFormat="base-64"', "U0lHTkFM", 9, b"SIGNAL".hex()),
        (
            'segmentationUpidType="10" segmentationUpidFormat="text"',
            "10.5240/0E4F-892E-442F-6BD4-15B0-1",
            10,
            "14780e4f892e442f6bd415b0",
        ),
        (
            'segmentationUpidType="12" segmentationUpidFormat="text" formatIdentifier="1312965461"',
            "abc",
            12,
            b"NBCUabc".hex(),
        ),
        ('segmentationUpidType="200"', "zz", 200, b"zz".hex()),
        ('segmentationUpidType="9"', "", 9, ""),
    ],
)
def test_upids_as_others_write_them(attributes: str, content: str, upid_type: int, upid: str) -> None:
    read = _upid(attributes, content)
    assert (read.upid_type, read.upid.hex()) == (upid_type, upid)


def test_an_insert_as_others_write_it() -> None:
    text = (
        '\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<!-- a cue -->\n'
        '<scte35:Signal xmlns:scte35="http://www.scte.org/schemas/35/2016" xmlns:v="urn:v">\n'
        '<scte35:SpliceInfoSection protocolVersion="0" ptsAdjustment="0" preRollMilliSeconds="8000" v:a="b">'
        "<scte35:Ext><v:Deep><v:Er/></v:Deep></scte35:Ext>"
        '<scte35:SpliceInsert spliceEventId="17" outOfNetworkIndicator="1" spliceImmediateFlag="0" uniqueProgramId="0">'
        '<scte35:Program><scte35:SpliceTime ptsTime="900000"/></scte35:Program>'
        '<scte35:BreakDuration autoReturn="true" duration="2700000"/></scte35:SpliceInsert>'
        "</scte35:SpliceInfoSection></scte35:Signal>"
    )
    assert section_from_xml(text) == OUT
    assert section_from_xml(text).encoded == OUT.encoded
    immediate = section_from_xml(_insert('spliceEventId="17" outOfNetworkIndicator="false"'))
    assert immediate == messages.splice_in(17, None)
    cancel = section_from_xml(_insert('spliceEventId="17" spliceEventCancelIndicator="1" availNum="3"', ""))
    assert cancel == messages.splice_cancel(17)


def test_a_binary_is_its_bytes() -> None:
    payload = to_base64(OUT.encoded)
    text = f'<Binary xmlns="{NAMESPACE}" signalType="SpliceInfoSection">\n {payload[:20]}\n {payload[20:]}\n</Binary>'
    assert section_from_xml(text).encoded == OUT.encoded
    with pytest.raises(CueError, match="3 bytes after"):
        section_from_xml(f'<Binary xmlns="{NAMESPACE}">{to_base64(OUT.encoded + bytes(3))}</Binary>')


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not well-formed"),
        ("<a", "not well-formed"),
        ("<a>\ud800</a>", "half a character"),
        (f'<!DOCTYPE a [<!ENTITY a0 "ha">{BOMB}]><a>&a9;</a>', "document type"),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "document type"),
        ("<a>&b;</a>", "not well-formed"),
        ("<a>" * 100_000, "elements deep"),
        ("<a>" * 400_000, "characters"),
        ("<SpliceInfoSection/>", "namespace"),
        (f'<Splice xmlns="{NAMESPACE}"/>', "no SpliceInfoSection"),
        (f'<Signal xmlns="{NAMESPACE}"/>', "0 elements"),
        (f'<SpliceInfoSection xmlns="{NAMESPACE}"/>', "is missing"),
        (f'<SpliceInfoSection xmlns="{NAMESPACE}"><SpliceNull/><SpliceNull/></SpliceInfoSection>', "once too often"),
        (
            f'<SpliceInfoSection xmlns="{NAMESPACE}"><SpliceNull ptstime="5"/></SpliceInfoSection>',
            "SpliceNull/@ptstime",
        ),
        (f'<SpliceInfoSection xmlns="{NAMESPACE}"><SpliceNull/><Oops/></SpliceInfoSection>', "<Oops> does not belong"),
        (f'<SpliceInfoSection xmlns="{NAMESPACE}" tier="4096"><SpliceNull/></SpliceInfoSection>', "tier"),
        (f'<SpliceInfoSection xmlns="{NAMESPACE}" tier="0x1"><SpliceNull/></SpliceInfoSection>', "no whole number"),
        (
            f'<SpliceInfoSection xmlns="{NAMESPACE}" protocolVersion="1"><SpliceNull/></SpliceInfoSection>',
            "0 is defined",
        ),
        (f'<SpliceInfoSection xmlns="{NAMESPACE}"><EncryptedPacket/><SpliceNull/></SpliceInfoSection>', "encrypted"),
        (f'<SpliceInfoSection xmlns="{NAMESPACE}"><TimeSignal/></SpliceInfoSection>', "SpliceTime is missing"),
        (_insert('outOfNetworkIndicator="1"'), "@spliceEventId: is missing"),
        (_insert('spliceEventId="1"'), "@outOfNetworkIndicator: is missing"),
        (_insert('spliceEventId="1" outOfNetworkIndicator="yes"'), "neither true nor false"),
        (_insert('spliceEventId="1" outOfNetworkIndicator="1"', ""), "a Program or Components"),
        (_insert('spliceEventId="1" outOfNetworkIndicator="1" spliceImmediateFlag="0"'), "neither immediate"),
        (_insert('spliceEventId="99999999999" outOfNetworkIndicator="1"'), "is not in"),
    ],
)
def test_what_is_no_section_is_refused(text: str, why: str) -> None:
    with pytest.raises(CueError, match=why) as caught:
        section_from_xml(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("at", ["yesterday", "2026-11-22T10:00:00.5Z", "1970-01-01T00:00:00Z", "2999-01-01T00:00:00Z"])
def test_a_time_that_does_not_fit_is_refused(at: str) -> None:
    event = f'<Event spliceEventId="1" outOfNetworkIndicator="1"><Program utcSpliceTime="{at}"/></Event>'
    text = f'<SpliceInfoSection xmlns="{NAMESPACE}"><SpliceSchedule>{event}</SpliceSchedule></SpliceInfoSection>'
    with pytest.raises(CueError):
        section_from_xml(text)


@given(st.text(max_size=80))
def test_any_text_is_refused_by_a_cue_error(text: str) -> None:
    for attempt in (text, f'<Binary xmlns="{NAMESPACE}">{text}</Binary>'):
        with pytest.raises(CueError):
            section_from_xml(attempt)


@given(sections, st.data())
@settings(max_examples=100)
def test_a_damaged_document_is_a_section_or_a_cue_error(section: Section, data: st.DataObject) -> None:
    text = section_to_xml(decode(encode(section)))
    at = data.draw(st.integers(0, len(text)))
    damaged = text[:at] + data.draw(st.sampled_from(["", "<", "&", '"', "9", "\x00", "ä"])) + text[at + 1 :]
    try:
        read = section_from_xml(damaged)
    except CueError:
        return
    assert decode(read.encoded) == read


def test_the_longest_section_is_within_the_limit() -> None:
    longest = Section(PrivateCommand(b"LONG", bytes(4093 - 17 - 4)))
    assert section_from_xml(section_to_xml(longest)) == longest
    parts = mid_bytes([(9, b"x")] * 70)
    many = Section(SpliceNull(), (SegmentationDescriptor(1, upid_type=0x0D, upid=parts),) * 17)
    text = section_to_xml(many)
    assert section_from_xml(text) == many
    assert len(text) < 1 << 19
