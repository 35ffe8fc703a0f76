"""Two copies of one output held against each other: the same splices, at the same moments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from app.model.states import ProofState
from app.monitoring.report import Finding, Report, Row, Severity

_SAME_DATE = timedelta(milliseconds=10)


def skew_findings(first: Report, other: Report, *, ended: bool) -> list[Finding]:
    """What the other copy has otherwise. ``ended``: nothing will be added to it, so what is not there is missing."""
    left = list(other.splices)
    findings: list[Finding] = []
    for row in first.splices:
        twin = next((one for one in left if _same(row, one)), None)
        if twin is None:
            severity = Severity.FAULT if ended else Severity.NOTE
            findings.append(Finding(severity, f"{other.target}: {_name(row)} of {first.target} is not there"))
            continue
        left.remove(twin)
        findings += [Finding(Severity.FAULT, f"{other.target}: {text}") for text in _apart(row, twin)]
    severity = Severity.FAULT if ended else Severity.NOTE
    findings += [Finding(severity, f"{first.target}: {_name(row)} of {other.target} is not there") for row in left]
    findings += [
        Finding(one.severity, f"{other.target}: {one.text}") for one in other.findings if one.severity is Severity.FAULT
    ]
    return findings


def _same(row: Row, other: Row) -> bool:
    """Whether two rows are about one splice; where nothing numbers it, about one that is near."""
    if (row.splice_event_id, row.direction, row.signal) != (other.splice_event_id, other.direction, other.signal):
        return False
    if row.at is not None and other.at is not None:
        return abs(row.at - other.at) < timedelta(seconds=10)
    return row.pts == other.pts or row.splice_event_id is not None


def _apart(row: Row, other: Row) -> Iterator[str]:
    if other.verdict is not ProofState.LANDED:
        yield f"{_name(other)} is {other.verdict}: {other.reason}"
    if row.pts != other.pts:
        yield f"{_name(row)} has PTS {other.pts}, not {row.pts}"
    if row.at is not None and other.at is not None and abs(row.at - other.at) > _SAME_DATE:
        yield f"{_name(row)} is {(other.at - row.at) / timedelta(milliseconds=1):+.0f} ms off"


def _name(row: Row) -> str:
    return f"{row.direction.upper()} {'-' if row.splice_event_id is None else row.splice_event_id}"


def joined(first: Report, others: Sequence[tuple[Report, bool]]) -> Report:
    """The report on one copy, with what the others have otherwise."""
    findings = [finding for other, ended in others for finding in skew_findings(first, other, ended=ended)]
    return Report(first.target, first.splices, (*first.findings, *findings))
