"""What a rule found: the one form of every linter's finding."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.model.wire import Plain


class LintSeverity(StrEnum):
    """An error breaks somebody downstream, a warning may, a note is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class LintFinding:
    """``rule``: its short name; ``clause``: of the standard or a vendor's page; ``where``: line, key path, byte, row.

    ``fix``: what would be right, where one thing would; "" elsewhere.
    """

    severity: LintSeverity
    rule: str
    text: str
    clause: str = ""
    where: str = ""
    fix: str = ""

    def __str__(self) -> str:
        """One line for people."""
        place = f"{self.where}: " if self.where else ""
        clause = f" ({self.clause})" if self.clause else ""
        fix = f"; {self.fix}" if self.fix else ""
        return f"{self.severity.value}: {place}{self.text}{clause}{fix}"

    def to_plain(self) -> dict[str, Plain]:
        """As JSON values."""
        return {
            "severity": self.severity.value,
            "rule": self.rule,
            "clause": self.clause,
            "where": self.where,
            "text": self.text,
            "fix": self.fix,
        }


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the linter, named once. ``name``: its subject, a point, what is wrong: ``cue.in-without-out``."""

    name: str
    severity: LintSeverity
    clause: str = ""

    def found(self, text: str, where: str = "", fix: str = "") -> LintFinding:
        """The finding that this rule makes."""
        return LintFinding(severity=self.severity, rule=self.name, text=text, clause=self.clause, where=where, fix=fix)


def error(name: str, clause: str = "") -> Rule:
    """A rule whose breach breaks somebody downstream."""
    return Rule(name, LintSeverity.ERROR, clause)


def warning(name: str, clause: str = "") -> Rule:
    """A rule whose breach may break somebody downstream."""
    return Rule(name, LintSeverity.WARNING, clause)


def note(name: str, clause: str = "") -> Rule:
    """A rule about what is worth knowing."""
    return Rule(name, LintSeverity.NOTE, clause)
