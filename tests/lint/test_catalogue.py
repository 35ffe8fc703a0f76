"""Every rule of the linter has a name of its own, and tests that break it and keep it."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import app.lint
from app.model.lint import LintFinding, LintSeverity, Rule, error
from app.scte35 import findings, segment_findings
from tests.lint import test_playlist_rules, test_schedule_rules, test_section_rules, test_settings_rules

ROOMS = [importlib.import_module(f"app.lint.{each.name}") for each in pkgutil.iter_modules(app.lint.__path__)]
RULES: dict[str, Rule] = {
    value.name: value
    for room in [*ROOMS, findings, segment_findings]
    for value in vars(room).values()
    if isinstance(value, Rule)
}
TESTED = {
    *test_section_rules.CASES,
    *test_section_rules.SEQUENCES,
    *test_section_rules.REFUSED,
    *test_playlist_rules.CASES,
    *test_playlist_rules.PROFILES,
    *test_playlist_rules.OVER_FILES,
    *test_schedule_rules.CASES,
    *test_settings_rules.CASES,
    "schedule.no-break-to-reader",  # test_schedule_rules, by profile
    "schedule.refused-row",  # test_target
    "schedule.unread",  # test_target
    "settings.refused",  # test_target
    "profile.mode-is-no-break",  # below
    "profile.no-delivery-restrictions",  # below
}


def test_every_rule_is_broken_and_kept_by_a_test() -> None:
    assert set(RULES) == TESTED


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_named_by_subject_and_fault(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+\.[a-z0-9]+(-[a-z0-9]+)*", name)


def test_a_finding_is_one_line() -> None:
    found = error("cue.in-without-out", "a clause").found("what", "line 3", "do this")
    assert str(found) == "error: line 3: what (a clause); do this"
    assert str(LintFinding(severity=LintSeverity.NOTE, rule="a.b", text="what")) == "note: what"


def test_a_reader_takes_some_sections_for_no_break() -> None:
    from app.lint.sections import lint_section
    from tests.lint.made import IN, OUT, rules, signal

    chapter, placement = signal(0x20), signal(0x34, segmentation_duration_ticks=9)
    assert "profile.mode-is-no-break" in rules(lint_section(chapter, "mediapackage"))
    assert "profile.mode-is-no-break" not in rules(lint_section(placement, "mediapackage"))
    assert "profile.no-delivery-restrictions" in rules(lint_section(placement, "mediapackage"))
    for section in (OUT, IN):
        assert not {"profile.no-delivery-restrictions", "profile.mode-is-no-break"} & rules(
            lint_section(section, "mediapackage")
        )
    assert "profile.cue-out-without-duration" in rules(lint_section(signal(0x34), "google-dai"))
