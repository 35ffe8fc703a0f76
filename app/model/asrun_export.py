"""The as-run as a window hands it out: a protocol beside the schedule's."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol, runtime_checkable

from app.model.outcome_figures import Figures


class AsRunForm(StrEnum):
    """What is written; the words of the save dialog."""

    CSV = "As-run, table (*.csv)"
    JSON = "As-run, JSON (*.json)"
    PDF = "As-run, sheet (*.pdf)"
    RECONCILED_CSV = "Reconciliation, table (*.csv)"
    RECONCILED_PDF = "Reconciliation, sheet (*.pdf)"

    @property
    def suffix(self) -> str:
        """Of its file."""
        return self.value.rpartition("*")[2].rstrip(")")


@runtime_checkable
class AsRunExport(Protocol):
    """What a schedule's face may do besides."""

    def export_asrun(self, path: Path, form: AsRunForm) -> None:
        """Write what went to air into a file. May block. SplicedeckError: it is not written, and why."""
        ...

    def figures(self, since: datetime, until: datetime) -> Figures:
        """What was booked against what aired in a time, in figures. May block. SplicedeckError: it can't be read."""
        ...
