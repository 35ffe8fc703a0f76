"""``bench scte35``: sections decoded and encoded beside threefive, and what relaying a thousand a second costs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from app.bench.figures import Figure, Outcome
from app.model.cue import AvailDescriptor, DeliveryRestrictions, DtmfDescriptor, Section, SegmentationDescriptor
from app.pipeline.sources.sections import SectionReader
from app.pipeline.ts import SectionPid
from app.scte35 import messages
from app.scte35.codec import decode, encode
from app.scte35.relaying import relayed
from app.scte35.second_reader import compared
from app.scte35.upid_text import mid_bytes, upid_bytes

REPEATS = 15  # of which the fastest counts: what a busy machine takes away is nobody's speed
LOOPS = 20
PIDS, RELAYED_A_SECOND, RELAYED = 200, 1000, 10_000
SHARE_LIMIT, CORE_LIMIT_PERCENT = 1.0, 5.0
_PACKET_BYTES = 188


def run() -> Outcome:
    """Decode, encode, relay."""
    sections = _sections()
    read, write = compared()
    encoded = [section.encoded for section in sections]
    theirs = [read(each) for each in encoded]
    decoding = _us(lambda: [decode(each) for each in encoded], len(sections))
    their_decoding = _us(lambda: [read(each) for each in encoded], len(sections))
    encoding = _us(lambda: [encode(each) for each in sections], len(sections))
    their_encoding = _us(lambda: [write(each) for each in theirs], len(sections))
    relaying_us = _relaying_us(encoded)
    return Outcome(
        "scte35",
        "threefive on the same sections in the same run",
        (
            Figure("decode", decoding, "us"),
            Figure("decode, threefive", their_decoding, "us"),
            Figure("decode against threefive", decoding / their_decoding, "x", SHARE_LIMIT),
            Figure("encode", encoding, "us"),
            Figure("encode, threefive", their_encoding, "us"),
            Figure("encode against threefive", encoding / their_encoding, "x", SHARE_LIMIT),
            Figure("relaying 1,000 a second", relaying_us * RELAYED_A_SECOND / 1e4, "% core", CORE_LIMIT_PERCENT),
            Figure("relaying, a section", relaying_us, "us"),
        ),
        (
            f"{len(sections)} sections of every kind that both read",
            f"relaying: {RELAYED} sections on {PIDS} PIDs, packets in and out, CRC checked, decoded, re-timed",
        ),
    )


def _sections() -> list[Section]:
    upids = (
        (0x09, b"SIGNAL:a1b2c3d4e5f6"),
        (0x08, upid_bytes(0x08, "0x000000002CA0A18A")),
        (0x0A, upid_bytes(0x0A, "10.5240/0E4F-892E-442F-6BD4-15B0-1")),
        (0x0C, b'NBCU{"cueData":{"key":"pb","value":"standard"}}'),
        (0x0D, mid_bytes([(0x09, b"PO:a1b2"), (0x0E, b"type=LA&dur=60000")])),
        (0x0F, b"urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
    )
    delivery = DeliveryRestrictions(
        web_delivery_allowed=False, no_regional_blackout=True, archive_allowed=True, device_restrictions=3
    )
    inserts = [
        messages.splice_out(508, 8_589_000_000, 2_702_700, avail_num=1, avails_expected=2),
        messages.splice_out(17, None, 2_700_000, auto_return=False),
        messages.splice_in(17, 900_000),
        messages.splice_cancel(17),
        messages.splice_null(),
    ]
    starts = [messages.time_signal_out(9, 900_000, 5_400_000, upid=upid, delivery=delivery) for upid in upids]
    ends = [messages.time_signal_in(9, 6_300_000, upid=upid, segments=(1, 2)) for upid in upids]
    several = replace(
        messages.time_signal_out(9, 900_000, 5_400_000, upid=upids[0]),
        descriptors=(
            SegmentationDescriptor(1, upid_type=9, upid=b"PO:x", segmentation_type_id=0x35),
            SegmentationDescriptor(2, upid_type=9, upid=b"PO:y", segmentation_type_id=0x34),
        ),
    )
    avail = replace(inserts[0], descriptors=(AvailDescriptor(0x135), DtmfDescriptor(50, "12*#")))
    return [decode(encode(section)) for section in (*inserts, *starts, *ends, several, avail)]


def _us(work: Callable[[], object], sections: int) -> float:
    """Microseconds of processor a section, at the best of the repeats."""
    best = float("inf")
    for _ in range(REPEATS):
        started = time.thread_time()
        for _ in range(LOOPS):
            work()
        best = min(best, time.thread_time() - started)
    return best / LOOPS / sections * 1e6


def _relaying_us(encoded: list[bytes]) -> float:
    """Of one section on its way: out of packets, checked and read, re-timed, into packets."""
    senders = [SectionPid(0x100 + number) for number in range(PIDS)]
    sent = [
        (number % PIDS, senders[number % PIDS].packets(encoded[number % len(encoded)])) for number in range(RELAYED)
    ]
    readers, writers = [SectionReader() for _ in range(PIDS)], [SectionPid(0x100 + number) for number in range(PIDS)]
    passed = 0
    started = time.thread_time()
    for pid, packets in sent:
        for at in range(0, len(packets), _PACKET_BYTES):
            for section in readers[pid].packet(packets[at : at + _PACKET_BYTES]):
                decode(section)
                writers[pid].packets(relayed(section, 126_000))
                passed += 1
    return (time.thread_time() - started) / passed * 1e6
