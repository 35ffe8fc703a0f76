"""Payloads of every form, and where one ends and the next begins."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.errors import CueError
from app.scte35 import messages
from app.scte35.codec import to_base64, to_hex
from app.scte35.payload import payload_texts, section_from_payload
from app.scte35.report import decoded_json
from app.scte35.xml import section_to_xml

OUT = messages.splice_out(17, 900_000, 2_700_000)
BASE64 = to_base64(OUT.encoded)
XML = section_to_xml(OUT)
PRETTY = '<?xml version="1.0"?>\n' + XML.replace("><", ">\n<") + "\n"
JSON = json.dumps(decoded_json(OUT))


@pytest.mark.parametrize(
    "text",
    [
        BASE64,
        to_hex(OUT.encoded),
        OUT.encoded.hex(),
        XML,
        PRETTY,
        f"\ufeff{XML}",
        JSON,
        json.dumps(decoded_json(OUT), indent=1),
    ],
)
def test_every_form_is_the_same_section(text: str) -> None:
    assert section_from_payload(text).encoded == OUT.encoded
    (one,) = payload_texts(f"{text}\n".splitlines(keepends=True))
    assert section_from_payload(one).encoded == OUT.encoded


def test_several_follow_each_other() -> None:
    text = f"{BASE64}\n\n{PRETTY}{XML}\n{json.dumps(decoded_json(OUT), indent=2)}\n  {JSON}\r\n{BASE64}"
    found = list(payload_texts(text.splitlines(keepends=True)))
    assert [section_from_payload(payload).encoded for payload in found] == [OUT.encoded] * 6


@pytest.mark.parametrize("broken", ["<junk", "<a>", "{junk", '{"command":', "<!DOCTYPE a [", "<a>\ud800", "<?xml"])
def test_what_never_ends_takes_no_other_with_it(broken: str) -> None:
    found = list(payload_texts(f"{broken}\n{BASE64}\n{XML}\n{BASE64}\n".splitlines(keepends=True)))
    assert found == [broken, BASE64, XML, BASE64]
    with pytest.raises(CueError):
        section_from_payload(found[0])


@pytest.mark.parametrize("line", ["{", " {", "<a>", "<a", "<?x", "<!--", '{"a"', '"', "<a><b/>"])
def test_a_flood_of_beginnings_is_passed_in_one_go(line: str) -> None:
    started_s = time.process_time()
    assert len(list(payload_texts(f"{line}\n" for _ in range(20_000)))) == 20_000
    assert time.process_time() - started_s < 20


@given(st.lists(st.text(max_size=12) | st.sampled_from([BASE64, XML, JSON, "<a>", "</a>", "{", "}"]), max_size=12))
def test_no_line_is_lost(lines: list[str]) -> None:
    found = "".join("".join(payload_texts(f"{line}\n" for line in lines)).split())
    assert found.replace("\ufeff", "") == "".join("".join(lines).split()).replace("\ufeff", "")


@given(st.text(max_size=60))
def test_any_text_is_a_section_or_a_cue_error(text: str) -> None:
    for attempt in (text, f"<{text}", f"{{{text}"):
        with pytest.raises(CueError):
            section_from_payload(attempt)
