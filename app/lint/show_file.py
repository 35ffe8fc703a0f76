"""A show file for the linter: what is refused about markers is a finding, and the rest is judged without it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from app.lint.settings import PRE_ROLL, SIGNALLING, lint_show
from app.model.errors import ShowFileError, UnsupportedError
from app.model.lint import LintFinding, Rule, error
from app.settings.lines import line_of, lines_of_keys
from app.settings.show import show_from_toml

REFUSED = error("settings.refused")
_HLS = replace(REFUSED, clause="RFC 8216 §4.3.2.7")
_MARKERS: dict[str, Rule] = {
    "pre_roll": PRE_ROLL,
    "heartbeat": replace(REFUSED, clause="SCTE 35 §6.3"),
    **dict.fromkeys(("dialects", "cue_out", "cont", "daterange_class", "end_on_next", "asset_list", "announce"), _HLS),
    **dict.fromkeys(("lead", "pids", "silent_after", "return_wait", "policy", "cover"), REFUSED),
    **dict.fromkeys(
        ("mode", "tier", "unique_program_id", "avail", "upid", "type", "value", "device_restrictions"), SIGNALLING
    ),
    **dict.fromkeys(("web_delivery_allowed", "no_regional_blackout", "archive_allowed"), SIGNALLING),
    **dict.fromkeys(("repeats", "in_leads"), replace(REFUSED, clause="SCTE 35 §9.1")),
    **dict.fromkeys(("template", "templates", "duration", "profile", "signalling", "segment", "window"), REFUSED),
}
_PLACE = re.compile(r"(?P<path>[^ ]+)(?: \(line (?P<line>\d+)\))?")
_KEY_LINE = re.compile(r"\s*[\w.-]+\s*=")
_INDEX = re.compile(r"\[\d+\]")
_MOST_REFUSALS = 50


def lint_show_text(text: str, name: str, folder: Path, profile: str | None = None) -> list[LintFinding]:
    """What the rules say of a show file. ShowFileError, UnsupportedError: it can't be used, for other reasons."""
    findings: list[LintFinding] = []
    remaining = text
    for _ in range(_MOST_REFUSALS):
        try:
            show = show_from_toml(remaining, name, folder=folder, check_folders=False)
        except UnsupportedError:
            raise
        except ShowFileError as refusal:
            found, line = _finding(refusal, name)
            if found is None and not findings:
                raise
            if found is not None:
                findings.append(found)
            without = _without(remaining, line)
            if found is None or without is None:
                return findings
            remaining = without
        else:
            lines = lines_of_keys(text)
            return [*findings, *(_lined(finding, lines) for finding in lint_show(show, profile))]
    return findings


def _finding(refusal: ShowFileError, name: str) -> tuple[LintFinding | None, int | None]:
    """A refusal about markers with its line; None: it is about something else."""
    place = _PLACE.fullmatch(refusal.where.removeprefix(f"{name}: "))
    if place is None:
        return None, None
    keys = _INDEX.sub("", place["path"]).split(".")
    rule = _MARKERS.get(keys[-1])
    if rule is None or refusal.what == "unknown key":
        return None, None
    return rule.found(refusal.what, place[0], refusal.remedy), int(place["line"]) if place["line"] else None


def _without(text: str, line: int | None) -> str | None:
    """The text without the line that was refused; None where that is no key of its own."""
    lines = text.split("\n")
    if line is None or not _KEY_LINE.match(lines[line - 1]):
        return None
    lines[line - 1] = ""
    return "\n".join(lines)


def _lined(finding: LintFinding, lines: dict[str, int]) -> LintFinding:
    line = line_of(finding.where, lines)
    return replace(finding, where=f"{finding.where} (line {line})") if line else finding
