"""Our XML held to the schema of SCTE 35 2023 by a validator that knows nothing of us."""

import json

import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings

from app.model.cue import Section
from app.scte35.codec import decode, encode
from app.scte35.xml import section_from_xml, section_to_xml
from tests.scte35.strategies import sections
from tests.shared.conftest import SHARED

VECTORS = [json.loads(line) for line in (SHARED / "vectors/scte35/vectors.jsonl").read_text().splitlines()]


@pytest.fixture(scope="session")
def schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(SHARED / "vectors/schemas/Comcast__scte35-go__docs_scte_35_20230713.xsd")


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_each_vector_is_valid_xml_and_back(vector: dict[str, str], schema: xmlschema.XMLSchema) -> None:
    section = decode(bytes.fromhex(vector["hex"]))
    text = section_to_xml(section)
    schema.validate(text)
    read = section_from_xml(text)
    assert (read.command, read.descriptors) == (section.command, section.descriptors)
    assert (read.pts_adjustment, read.tier, read.sap_type) == (section.pts_adjustment, section.tier, section.sap_type)


@given(section=sections)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_section_is_valid_xml(section: Section, schema: xmlschema.XMLSchema) -> None:
    schema.validate(section_to_xml(decode(encode(section))))
