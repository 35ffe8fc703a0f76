"""Sections as text, bytes or XML: whether they are sections at all, and what the rules say of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.lint.nesting import sequence_findings
from app.lint.readers import section_profile_findings
from app.model.cue import Section
from app.model.errors import CueError
from app.model.lint import LintFinding, error
from app.scte35.codec import decode, from_text
from app.scte35.findings import section_findings
from app.scte35.xml import section_from_xml

_TABLE_ID = 0xFC

INVALID = error("section.invalid", "SCTE 35 §9.6.1")
XML = error("section.xml", "SCTE 35 2023, XML schema")


def lint_section(payload: bytes | Section, profile: str | None = None) -> list[LintFinding]:
    """What the rules say of one section; that it is none is an error, ``where`` its byte."""
    try:
        section = payload if isinstance(payload, Section) else decode(payload)
    except CueError as problem:
        return [_refusal(problem)]
    return [*section_findings(section), *section_profile_findings(section, profile or "plain")]


def lint_section_xml(text: str, profile: str | None = None) -> list[LintFinding]:
    """As ``lint_section``, of a SpliceInfoSection, Binary or Signal."""
    try:
        section = section_from_xml(text)
    except CueError as problem:
        return [XML.found(str(problem))]
    return lint_section(section, profile)


def lint_section_texts(texts: Sequence[tuple[str, str]], profile: str | None = None) -> list[LintFinding]:
    """What the rules say of payloads in base64 or hexadecimal, each with its place, one by one and in their order."""
    return list(_of_texts(texts, profile))


def is_payload(text: str) -> bool:
    """Whether it is a section's text, sound or not: base64 or hexadecimal that begins with table_id."""
    try:
        return from_text(text)[:1] == bytes((_TABLE_ID,)) or text.strip()[:2] in {"0x", "0X"}
    except CueError:
        return False


def _of_texts(texts: Sequence[tuple[str, str]], profile: str | None) -> Iterator[LintFinding]:
    read: list[tuple[str, Section]] = []
    for where, text in texts:
        try:
            section = decode(from_text(text))
        except CueError as problem:
            yield _placed(_refusal(problem), where)
            continue
        read.append((where, section))
        yield from (_placed(finding, where) for finding in lint_section(section, profile))
    if len(read) > 1:
        yield from sequence_findings(read, whole=False)


def _refusal(problem: CueError) -> LintFinding:
    where = "" if problem.offset is None else f"byte {problem.offset}"
    return INVALID.found(f"{problem.field}: {problem.what}" if problem.field else problem.what, where)


def _placed(finding: LintFinding, where: str) -> LintFinding:
    return replace(finding, where=", ".join(part for part in (where, finding.where) if part))
