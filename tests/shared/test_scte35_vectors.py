"""Sections found in public: each valid one by its expected names, each invalid one refused."""

import json
from dataclasses import replace

import pytest

from app.model.errors import CueError
from app.scte35.codec import decode, encode, from_text
from app.scte35.explain import explained, summary
from app.scte35.payload import section_from_payload
from app.scte35.relaying import relayed
from app.scte35.report import decoded_json
from app.scte35.upid_text import upid_bytes
from app.scte35.upids import read_upid
from tests.shared.conftest import SHARED

VECTORS = [json.loads(line) for line in (SHARED / "vectors/scte35/vectors.jsonl").read_text().splitlines()]
INVALID = [json.loads(line) for line in (SHARED / "vectors/scte35/invalid_found.jsonl").read_text().splitlines()]
# Their reserved bits are not all 1, or splice_command_length is 0xFFF: we write both as the standard has them.
UPIDS_WITH_A_PROBLEM = {"v099"}  # ADI without a byte
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


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_a_relay_changes_the_adjustment_and_the_crc_alone(vector: dict[str, str]) -> None:
    original = bytes.fromhex(vector["hex"])
    section = decode(original)
    whole = original[: len(section.encoded)]
    moved = relayed(original, 90_000)
    assert decode(moved) == replace(section, pts_adjustment=(section.pts_adjustment + 90_000) % (1 << 33))
    assert (moved[:4], moved[9:-4]) == (whole[:4], whole[9:-4])
    assert relayed(moved, -90_000) == whole


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_a_valid_section_is_explained_and_goes_through_json(vector: dict[str, str]) -> None:
    section = decode(bytes.fromhex(vector["hex"]))
    assert all(line.isprintable() for line in (summary(section), *explained(section)))
    read = section_from_payload(json.dumps(vector["expected"]))
    assert read == replace(section, alignment_stuffing=b"")


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_its_upids_have_their_own_syntax(vector: dict[str, str]) -> None:
    for descriptor in decode(bytes.fromhex(vector["hex"])).segmentation_descriptors:
        read = read_upid(descriptor.upid_type, descriptor.upid)
        assert bool(read.problem) == (vector["id"] in UPIDS_WITH_A_PROBLEM), read
        if not read.problem and descriptor.upid_type in {4, 5, 6, 8, 10, 16}:
            assert upid_bytes(descriptor.upid_type, read.text) == descriptor.upid
