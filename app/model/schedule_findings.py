"""What the linter has to say of a schedule, with what would mend it as values that a window can carry out."""

from __future__ import annotations

from dataclasses import dataclass

from app.model.lint import LintSeverity
from app.model.schedule import Booking


@dataclass(frozen=True, slots=True)
class Fix:
    """One way out. ``label`` is its button: "Move 5109 to 20:39:00:00". ``edits``: each before and after, None: gone."""

    label: str
    edits: tuple[tuple[Booking, Booking | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleFinding:
    """``keys``: the breaks concerned, by channel and id."""

    rule: str
    severity: LintSeverity
    clause: str = ""
    text: str
    keys: tuple[tuple[str, str], ...] = ()
    fixes: tuple[Fix, ...] = ()
