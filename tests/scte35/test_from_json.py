"""JSON in: what ``cue decode --json`` writes makes the same section again; anything else is refused with its path."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.cue import Section
from app.model.errors import CueError
from app.scte35 import messages
from app.scte35.codec import decode, encode
from app.scte35.from_json import section_from_json
from app.scte35.report import decoded_json
from tests.scte35.strategies import sections


@given(sections)
@settings(max_examples=120)
def test_what_is_told_makes_the_same_section(section: Section) -> None:
    read = section_from_json(json.dumps(decoded_json(decode(encode(section)))))
    assert read == replace(section, alignment_stuffing=b"", encryption_algorithm=0)
    assert decode(read.encoded) == read


def test_a_person_writes_little() -> None:
    out = '{"command": "splice_insert", "splice_event_id": 17, "out_of_network": true, "pts_time": 900000, '
    out += '"break_duration": {"auto_return": true, "duration": 2700000}}'
    assert section_from_json(out).encoded == messages.splice_out(17, 900_000, 2_700_000).encoded
    assert section_from_json('{"splice_command_type": 0}') == messages.splice_null()
    segment = '{"tag": 2, "segmentation_event_id": 5, "segmentation_type_id": 52, "upid_type": 9, "upid": "SIGNAL:x"}'
    read = section_from_json(f'{{"command": "time_signal", "pts_time": 0, "descriptors": [{segment}]}}')
    assert read == messages.time_signal_out(5, 0, None, upid=(9, b"SIGNAL:x"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("9" * 10_000, "not JSON"),
        (" " * (1 << 21), "characters"),
        ("[]", "no JSON object"),
        ("{}", "command: is missing"),
        ('{"command": "splice"}', "is none of"),
        ('{"command": "splice_null", "splice_command_type": 5}', "is none of"),
        ('{"command": "splice_null", "oops": 1}', "oops: is not known"),
        ('{"command": "splice_null", "tier": 4096}', "tier"),
        ('{"command": "splice_null", "tier": true}', "no whole number"),
        ('{"command": "splice_null", "tier": 1.5}', "no whole number"),
        ('{"command": "splice_null", "encrypted": true}', "encrypted"),
        ('{"command": "splice_insert"}', "splice_event_id: is missing"),
        ('{"command": "splice_insert", "splice_event_id": 1}', "out_of_network: is missing"),
        ('{"command": "splice_insert", "splice_event_id": 1, "out_of_network": 1}', "neither true nor false"),
        ('{"command": "private_command", "identifier": "x"}', "not four bytes"),
        ('{"command": "private_command", "identifier": "äĀbc"}', "no byte"),
        ('{"command": "private_command", "identifier": "abcd", "private_hex": "0"}', "private_hex: is not hexadecimal"),
        ('{"command": "splice_null", "descriptors": {}}', "descriptors: is no list"),
        ('{"command": "splice_null", "descriptors": [1]}', r"descriptors\[0\]: is no JSON object"),
        ('{"command": "splice_null", "descriptors": [{"tag": 0}]}', r"descriptors\[0\].provider_avail_id: is missing"),
    ],
)
def test_what_makes_no_section_is_refused(text: str, why: str) -> None:
    with pytest.raises(CueError, match=why) as caught:
        section_from_json(text)
    assert "\n" not in str(caught.value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["command", "descriptors", "tag", "events", "pts_time", "components"]), inner
            )
        ),
    )
)
@settings(max_examples=60)
def test_any_json_is_a_section_or_a_cue_error(value: object) -> None:
    for attempt in (
        value,
        {"command": "splice_insert", "splice_event_id": 1, "out_of_network": True, "components": value},
    ):
        try:
            read = section_from_json(json.dumps(attempt))
        except CueError:
            continue
        assert decode(read.encoded) == read
