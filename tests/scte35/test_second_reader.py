import subprocess
import sys
import threading
from dataclasses import replace

import pytest
import threefive
from hypothesis import given, settings

from app.model.cue import Section, SegmentationDescriptor, SpliceComponent, SpliceInsert, SpliceSchedule, TimeSignal
from app.model.errors import CueError
from app.scte35 import messages, second_reader
from app.scte35.codec import encode
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


def test_it_says_nothing_on_any_stream() -> None:
    program = """
import os
os.environ["HTTP_USER_AGENT"] = "a browser"
from app.model.cue import *
from app.model.errors import CueError
from app.scte35.codec import encode
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
