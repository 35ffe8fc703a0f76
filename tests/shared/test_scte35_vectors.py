"""Sections found in public: each valid one by its expected names, each invalid one refused."""

import json
from dataclasses import replace

import pytest

from app.model.cue import Section
from app.model.errors import CueError
from app.scte35.codec import decode, encode, from_text
from app.scte35.report import decoded_json
from tests.shared.conftest import SHARED

VECTORS = [json.loads(line) for line in (SHARED / "vectors/scte35/vectors.jsonl").read_text().splitlines()]
INVALID = [json.loads(line) for line in (SHARED / "vectors/scte35/invalid_found.jsonl").read_text().splitlines()]
# Their reserved bits are not all 1, or splice_command_length is 0xFFF: we write both as the standard has them.
NOT_CANONICAL = {"v011", "v032", "v055", "v057", "v060", "v061", "v096", "v224"}


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_a_valid_section_is_told_by_the_expected_names(vector: dict[str, object]) -> None:
    payload = from_text(str(vector["payload"]))
    assert payload == bytes.fromhex(str(vector["hex"]))
    assert decoded_json(decode(payload)) == vector["expected"]


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_a_valid_section_is_written_as_it_was(vector: dict[str, object]) -> None:
    section = decode(bytes.fromhex(str(vector["hex"])))
    assert (encode(section) == section.encoded) == (vector["id"] not in NOT_CANONICAL)
    assert decode(encode(section)) == section


@pytest.mark.parametrize("vector", INVALID, ids=[vector["id"] for vector in INVALID])
def test_an_invalid_section_is_refused_with_the_byte_and_the_field(vector: dict[str, object]) -> None:
    with pytest.raises(CueError) as caught:
        decode(from_text(str(vector["payload"])))
    assert caught.value.offset is not None
    assert caught.value.field


def test_a_restamped_relay_keeps_all_but_the_adjustment() -> None:
    for vector in VECTORS:
        section = decode(bytes.fromhex(vector["hex"]))
        relayed: Section = replace(section, pts_adjustment=(section.pts_adjustment + 90_000) % (1 << 33))
        read = decode(encode(relayed))
        assert replace(read, pts_adjustment=section.pts_adjustment) == section
