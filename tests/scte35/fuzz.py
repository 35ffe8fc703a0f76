"""Fuzzing: sections of every kind, damaged in every way. ``python -m tests.scte35.fuzz SECONDS`` runs for so long.

What may come out of any bytes or text is a section or a CueError; a section then survives every form it can be given.
Hypothesis draws and shrinks; each of its examples is tried in many damaged forms, and those are what is counted.
"""

from __future__ import annotations

import contextlib
import faulthandler
import io
import json
import sys
import time
from collections import Counter
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.model.cue import Section
from app.model.errors import CueError
from app.scte35.codec import decode, encode, to_base64, to_hex
from app.scte35.crc import crc_bytes
from app.scte35.explain import explained, summary
from app.scte35.findings import findings
from app.scte35.payload import payload_texts, section_from_payload
from app.scte35.relaying import relayed
from app.scte35.report import decoded_json
from app.scte35.second_reader import agree
from app.scte35.second_reading import unjudged
from app.scte35.xml import section_to_xml
from tests.scte35.strategies import sections

HANG_S = 60  # of one example with all its forms
BATCH = 100
JUNK = "<>&\"'{}[]:, =/+-\x00\n\u00e4\ud800\U0001f600"

counts: Counter[str] = Counter()


class Silent(io.StringIO):
    """No reading of anything prints."""

    def write(self, text: str, /) -> int:
        raise AssertionError(f"something was printed: {text!r}")


def closed(body: bytes) -> bytes:
    """A body with the section_length and CRC_32 that fit it, whatever it holds."""
    length = min(len(body) + 1, 0xFFF)
    framed = body[:1] + bytes((body[1] & 0xF0 | length >> 8, length & 0xFF)) + body[3:]
    return framed + crc_bytes(framed)


def read(payload: bytes) -> Section | None:
    """A section or a CueError that says where; nothing else. A section then goes through every form."""
    counts["payloads"] += 1
    try:
        section = decode(payload)
    except CueError as error:
        assert error.field
        assert error.offset is not None
        assert 0 <= error.offset <= len(payload)
        counts["refused"] += 1
        return None
    counts["read"] += 1
    survives(section)
    return section


def survives(section: Section) -> None:
    """Explained, linted, relayed, and through XML and JSON the same again."""
    assert all(line.isprintable() for line in (summary(section), *explained(section)))
    findings(section)
    there = relayed(section.encoded, 12_345)
    assert relayed(there, -12_345) == section.encoded
    assert section_from_payload(section_to_xml(section)) == _in_xml(section)
    if section.encrypted:
        return
    assert decode(encode(section)) == section
    said = json.dumps(decoded_json(section))
    assert section_from_payload(said) == replace(section, alignment_stuffing=b"", encryption_algorithm=0)
    if not unjudged(section):
        with contextlib.suppress(CueError):
            agree(section.encoded)


def _in_xml(section: Section) -> Section:
    """Without what XML has no place for; a Binary has all."""
    if section_to_xml(section).startswith("<Binary"):
        return section
    return replace(section, cw_index=0, encryption_algorithm=0, alignment_stuffing=b"")


def read_text(text: str) -> None:
    """A section or a CueError."""
    counts["texts"] += 1
    for payload in payload_texts(text.splitlines(keepends=True)):
        with contextlib.suppress(CueError):
            section_from_payload(payload)


def try_everything(section: Section, data: st.DataObject) -> None:
    """One drawn section, whole and damaged."""
    encoded = encode(section)
    assert read(encoded) == section
    for length in range(0, len(encoded), max(1, len(encoded) // 24)):
        assert read(encoded[:length]) is None
    for bit in data.draw(st.lists(st.integers(0, 8 * len(encoded) - 1), min_size=4, max_size=16)):
        flipped = bytearray(encoded)
        flipped[bit // 8] ^= 0x80 >> bit % 8
        assert read(bytes(flipped)) is None, "a single bit made another cue"
        if bit // 8 < len(encoded) - 4:
            read(closed(bytes(flipped[:-4])))
    body = bytearray(encoded[:-4])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(3, len(body) - 1))
        kind = data.draw(st.sampled_from(["set", "cut", "put", "twice"]))
        if kind == "set":
            body[at] = data.draw(st.sampled_from([0, 1, 0x7F, 0x80, 0xFE, 0xFF]) | st.integers(0, 255))
        elif kind == "cut" and len(body) > 12:
            del body[at]
        elif kind == "put":
            body.insert(at, data.draw(st.integers(0, 255)))
        else:
            body[at:at] = body[at : at + 40]
        read(closed(bytes(body[:4092])))
    read(data.draw(st.binary(max_size=60)))
    read(closed(b"\xfc\x30\x00" + data.draw(st.binary(max_size=60))))
    for text in (
        to_base64(encoded),
        to_hex(encoded),
        section_to_xml(decode(encoded)),
        json.dumps(decoded_json(decode(encoded))),
    ):
        read_text(text)
        at = data.draw(st.integers(0, len(text)))
        size = data.draw(st.integers(0, 3))
        read_text(text[:at] + data.draw(st.text(JUNK, max_size=3)) + text[at + size :])
        read_text(text[:at])


def main(seconds: float) -> int:
    """Batches of fresh examples until the time is over; the counts at the end, and once in ten minutes."""
    ends_s, told_s = time.monotonic() + seconds, time.monotonic()
    started_s = told_s

    @settings(max_examples=BATCH, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(sections, st.data())
    def example(section: Section, data: st.DataObject) -> None:
        faulthandler.dump_traceback_later(HANG_S, exit=True)
        counts["examples"] += 1
        with contextlib.redirect_stdout(Silent()):
            try_everything(section, data)

    while time.monotonic() < ends_s:
        example()
        if time.monotonic() - told_s > 600:
            told_s = time.monotonic()
            print(f"{told_s - started_s:.0f} s: {dict(counts)}", flush=True)
    faulthandler.cancel_dump_traceback_later()
    print(f"ended well after {time.monotonic() - started_s:.0f} s: {dict(counts)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
