"""What a proof says: a row a splice, findings, and the verdict on the whole (design contract, ``verify --json``)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.model.states import ProofState
from app.model.wire import Plain, utc_text

_MOST_FINDINGS = 200


class Severity(StrEnum):
    """``fault`` fails the proof; ``warning`` is wrong but harms no splice; ``note`` says what was not judged."""

    FAULT = "fault"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the output that is no splice's verdict."""

    severity: Severity
    text: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.text}"


@dataclass(frozen=True, slots=True)
class Row:
    """The verdict on one splice; ticks are 33 bits. ``pts`` and ``splice_event_id`` None: nothing says them.

    ``segments``: URI of the splice's segment by rendition; ``dialects``: "ok" or what is wrong, by dialect.
    ``discontinuity_sequence``: the timeline that ``pts`` counts in; None where nothing tells it. ``signal``: what is
    told there, in the standard's words. ``at``: its program date. ``skew_ms``: how far renditions and dialects put it
    from there; ``audio_ms``: by rendition from the splice to where the sound before it ends and that behind it begins.
    """

    splice_event_id: int | None
    direction: str
    pts: int | None
    idr_pts: int | None
    error_ticks: int | None
    segments: dict[str, str]
    dialects: dict[str, str]
    verdict: ProofState
    reason: str = ""
    discontinuity_sequence: int | None = None
    signal: str = ""
    at: datetime | None = None
    skew_ms: dict[str, dict[str, float]] = field(default_factory=dict)
    audio_ms: dict[str, list[float | None]] = field(default_factory=dict)

    def to_plain(self) -> dict[str, Plain]:
        """The row of ``verify --json``."""
        return {
            "splice_event_id": self.splice_event_id,
            "direction": self.direction,
            "pts": self.pts,
            "idr_pts": self.idr_pts,
            "error_ticks": self.error_ticks,
            "segments": dict(self.segments),
            "dialects": dict(self.dialects),
            "verdict": self.verdict.value,
            "reason": self.reason,
            "signal": self.signal,
            "at": None if self.at is None else utc_text(self.at),
            "skew_ms": {among: dict(apart) for among, apart in self.skew_ms.items()},
            "audio_ms": {name: list(points) for name, points in self.audio_ms.items()},
        }


@dataclass(frozen=True, slots=True)
class Report:
    """A whole proof."""

    target: str
    splices: tuple[Row, ...]
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Every splice landed and nothing is at fault."""
        landed = all(row.verdict is ProofState.LANDED for row in self.splices)
        return landed and not any(finding.severity is Severity.FAULT for finding in self.findings)

    def to_json(self) -> dict[str, Plain]:
        """The object of ``verify --json``."""
        told = [str(finding) for finding in self.findings[:_MOST_FINDINGS]]
        if len(self.findings) > _MOST_FINDINGS:
            told.append(f"note: {len(self.findings) - _MOST_FINDINGS} more findings")
        return {
            "target": self.target,
            "verdict": "pass" if self.passed else "fail",
            "splices": [row.to_plain() for row in self.splices],
            "findings": list(told),
        }
