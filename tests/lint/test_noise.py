"""Whatever a target holds, the linter ends with findings or one line of refusal."""

from __future__ import annotations

import json
import time
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.lint.playlists import lint_playlist_text
from app.lint.sections import lint_section, lint_section_texts
from app.lint.target import Asked, lint
from app.model.errors import ProofError, UsageError
from app.model.profiles import PROFILES
from tests.lint.made import OUT, base64
from tests.lint.test_playlist_rules import ADOBE, CASES, EVERYTHING, LOW
from tests.lint.test_target import JSON_LIST, LIST, SHOW
from tests.scte35.strategies import sections

LINES = sorted({line for broken, kept in CASES.values() for line in (broken + kept).split("\n")})
WORDS = st.sampled_from(
    ["", '"', ",", "=", "-1", "1e9", "9" * 30, "0x", "inf", "NaN", "\x00", "\U0001f4fa", "9999-12-31T23:59:59Z"]
)
GROUNDS = [EVERYTHING, LOW, ADOBE, SHOW, LIST, JSON_LIST, base64(OUT)]


@st.composite
def damaged(draw: st.DrawFn, text: str) -> str:
    """A text with some of it cut, doubled or replaced."""
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(text)))
        until = draw(st.integers(at, min(len(text), at + 30)))
        text = text[:at] + draw(WORDS | st.just(text[at:until] * 2)) + text[until:]
    return text


@settings(max_examples=150)
@given(st.lists(st.sampled_from(LINES), max_size=40), st.sampled_from(sorted(PROFILES)))
def test_any_order_of_lines_is_linted(lines: list[str], profile: str) -> None:
    findings = lint_playlist_text("\n".join(["#EXTM3U", *lines]), "index.m3u8", profile)
    json.dumps([finding.to_plain() for finding in findings])


@settings(max_examples=150)
@given(st.data())
def test_any_damage_to_a_playlist_is_linted(data: st.DataObject) -> None:
    text = data.draw(damaged(data.draw(st.sampled_from([EVERYTHING, LOW, ADOBE]))))
    try:
        lint_playlist_text(text, "index.m3u8", data.draw(st.sampled_from(sorted(PROFILES))))
    except ProofError as problem:
        assert "EXTM3U" in str(problem)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_file_is_linted_or_refused_in_one_line(data: st.DataObject, tmp_path: Path) -> None:
    text = data.draw(damaged(data.draw(st.sampled_from(GROUNDS))))
    path = tmp_path / "target"
    path.write_bytes(
        text.encode("utf-8", "replace") if data.draw(st.booleans()) else data.draw(st.binary(max_size=200))
    )
    try:
        lint(str(path), Asked())
    except UsageError as refusal:
        assert "\n" not in str(refusal)


@given(st.text(max_size=60))
def test_any_text_is_a_target_or_none(text: str) -> None:
    try:
        lint(f"{text}?", Asked())
    except UsageError as refusal:
        assert refusal.exit_status == 2


@settings(max_examples=40)
@given(st.lists(sections, max_size=6))
def test_any_sections_are_linted(made: list[object]) -> None:
    from app.model.cue import Section
    from app.scte35.codec import decode, encode

    texts = []
    for number, section in enumerate(made):
        assert isinstance(section, Section)
        encoded = encode(section)
        lint_section(decode(encoded))
        texts.append((f"line {number}", encoded.hex()))
    lint_section_texts(texts)


def test_a_day_of_breaks_in_every_dialect_takes_seconds() -> None:
    body = EVERYTHING.split("#EXT-X-TARGETDURATION:6\n")[1].replace("#EXT-X-ENDLIST\n", "")
    adobe = ADOBE.split("#EXT-X-TARGETDURATION:6\n")[1].replace("#EXT-X-ENDLIST\n", "")
    text = f"#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:6\n{(body + adobe) * 500}"
    started_s = time.process_time()
    assert lint_playlist_text(text, "index.m3u8")
    assert time.process_time() - started_s < 10
