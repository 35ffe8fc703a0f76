"""Rules of the tags that carry a section in base64, and of EXT-X-ASSET: form, and what the section itself is worth."""

from __future__ import annotations

import re
from bisect import bisect, bisect_left
from collections.abc import Iterator
from dataclasses import replace

from app.lint.marks import ADOBE, CONT, DATERANGE, IN, OTHER, OUT, Carried, Mark
from app.lint.reading import Media, limited
from app.model.lint import LintFinding, LintSeverity, error, note, warning
from app.scte35.findings import section_findings
from app.scte35.signalling import SectionRole, section_role

_MARKERS = "HLS ad markers"
_SCTE = "SCTE 35 §12.2.3"
_ADOBE = "Adobe Primetime, EXT-X-CUE"
_AWS = "AWS MediaTailor, HLS ad markers"
_ADOBE_ATTRIBUTES = ("ID", "TYPE", "TIME", "DURATION", "CUE")
_ENCODED = re.compile(r"(?:[A-Za-z0-9._~!*'()+:/-]|%[0-9A-Fa-f]{2})*")

PAYLOAD = error("payload.section", _MARKERS)
SPELLING = warning("payload.base64", "RFC 4648 §4")
CANCEL = warning("payload.cancel", "SCTE 35 §9.4")
OATCLS_ALONE = warning("oatcls.alone", _MARKERS)
NO_CUE = error("scte35.no-cue", _SCTE)
ROLE = error("scte35.role", _SCTE)
NO_ROLE = note("scte35.no-role", _SCTE)
ADOBE_FORM = warning("adobe.attributes", _ADOBE)
ADOBE_MISSING = warning("adobe.missing", _ADOBE)
ASSET_ALONE = warning("asset.alone", _AWS)
ASSET_CODING = error("asset.encoding", _AWS)
ASSET_FORM = error("asset.form", _AWS)


def payload_findings(media: Media) -> Iterator[LintFinding]:
    """What the rules say of a playlist's payloads; EXT-X-DATERANGE's have rules of their own."""
    seen: set[bytes] = set()
    for mark in media.marks:
        where = media.at(mark.tag.line)
        for one in mark.carried:
            if mark.dialect != DATERANGE and one.problem:
                yield _of_problem(one, mark, where)
            if one.section is not None and one.encoded not in seen:
                seen.add(one.encoded)
                yield from _of_section(one, where)
        match mark.dialect:
            case "oatcls-scte35":
                if mark.kind != OTHER and not _beside(mark, media, OUT, IN):
                    what = "EXT-OATCLS-SCTE35 without an EXT-X-CUE-OUT or -IN behind it means nothing to its readers"
                    yield OATCLS_ALONE.found(what, where, "put it directly before them")
            case "scte35":
                yield from _of_scte35(mark, where)
            case "adobe":
                yield from _of_adobe(mark, where)
            case "asset":
                yield from _of_asset(mark, media, where)
    yield from _of_adobe_breaks(media)


def _of_problem(one: Carried, mark: Mark, where: str) -> LintFinding:
    name = f"{mark.tag.name}: {one.attribute}".removesuffix(": ")
    if one.section is not None:
        return SPELLING.found(f"{name}: {one.problem}", where)
    return PAYLOAD.found(f"{name}: {one.problem}", where)


def _of_section(one: Carried, where: str) -> Iterator[LintFinding]:
    """Errors and warnings about the section itself; notes would say the same of every break."""
    if one.section is None:
        return
    if section_role(one.section) is SectionRole.CANCEL:
        yield CANCEL.found("a cancelled splice has no tag", where, "leave the tag out, and the splice's own")
    for finding in section_findings(one.section):
        if finding.severity is not LintSeverity.NOTE:
            part = f", {finding.where}" if finding.where else ""
            yield replace(finding, where=f"{where}{part}")


def _beside(mark: Mark, media: Media, *kinds: str) -> bool:
    """Whether a cue tag stands before the same segment, behind this tag."""
    ours = media.cues_at.get(mark.segment, ())
    return any(cue.kind in kinds and cue.tag.line > mark.tag.line for cue in ours)


def _of_scte35(mark: Mark, where: str) -> Iterator[LintFinding]:
    if "CUE" not in mark.attributes:
        yield NO_CUE.found("EXT-X-SCTE35 without CUE", where, 'CUE="base64 of the section"')
        return
    told = {name for name in ("CUE-OUT", "CUE-IN") if name in mark.attributes}
    role = next((one.role for one in mark.carried), OTHER)
    roles = {each for one in mark.carried for each in one.roles}
    if not told and role:
        yield NO_ROLE.found("EXT-X-SCTE35 of a splice without CUE-OUT or CUE-IN", where, f"CUE-{role.upper()}=YES")
    said = OUT if mark.kind == CONT else mark.kind
    if told and role and said not in roles:
        yield ROLE.found(f"CUE-{said.upper()}, and the section in it is an {role.upper()}", where)


def _of_adobe(mark: Mark, where: str) -> Iterator[LintFinding]:
    missing = [name for name in _ADOBE_ATTRIBUTES if name not in mark.attributes]
    if missing:
        yield ADOBE_FORM.found(f"EXT-X-CUE without {', '.join(missing)}", where)
    if (kind := mark.text("TYPE")) not in {None, "scte35"}:
        yield ADOBE_FORM.found(f"EXT-X-CUE of TYPE {kind!r}", where, 'TYPE="scte35" has a section in CUE')


def _of_adobe_breaks(media: Media) -> Iterator[LintFinding]:
    """EXT-X-CUE stands on every segment of its break."""
    marks = media.of(ADOBE)
    marked = {mark.segment for mark in marks}
    closing = [mark.segment for mark in marks if mark.kind == IN]
    for out in (mark for mark in marks if mark.kind == OUT):
        after = bisect(closing, out.segment)
        end = closing[after] if after < len(closing) else out.segment
        if end == out.segment and out.declared_s is not None:
            end = bisect_left(media.starts_s, media.starts_s[out.segment] + out.declared_s)
        end = min(end, len(media.playlist.segments))
        bare = [
            ("a segment of the break without EXT-X-CUE", media.at(media.playlist.segments[index].line))
            for index in range(out.segment + 1, end)
            if index not in marked
        ]
        yield from limited(ADOBE_MISSING, bare)


def _of_asset(mark: Mark, media: Media, where: str) -> Iterator[LintFinding]:
    if not mark.attributes:
        yield ASSET_FORM.found(f"EXT-X-ASSET:{mark.tag.value[:40]} has no KEY=value", where, "CAID=0x…")
    for name, value in mark.attributes.items():
        if not _ENCODED.fullmatch(value.strip('"')):
            yield ASSET_CODING.found(f"{name} of EXT-X-ASSET is not URL-encoded", where, "write %20 for a blank")
    if not _beside(mark, media, OUT):
        yield ASSET_ALONE.found("EXT-X-ASSET without an EXT-X-CUE-OUT behind it: no break has these values", where)
