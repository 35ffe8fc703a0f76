"""What a drill found, for a person and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.bench.figures import median, percentile
from app.drill.drill import Struck
from app.drill.faults import FAULTS
from app.model.wire import Plain, utc_text


@dataclass(frozen=True, slots=True)
class DrillReport:
    """``results``: what came of each cycle's breaks, in words; ``faults``: what must not be: with none it is passed."""

    show: str
    seed: int
    began_at: datetime
    ended_at: datetime
    struck: tuple[Struck, ...]
    results: tuple[str, ...]
    splices: int
    places: int
    faults: tuple[str, ...]
    notes: tuple[str, ...]
    folder: str

    @property
    def passed(self) -> bool:
        """Whether nothing was lost."""
        return not self.faults

    @property
    def back_s(self) -> list[float]:
        """Seconds without frames of each fault that took the channel off air."""
        return [one.back_s for one in self.struck if one.back_s is not None]

    def to_plain(self) -> dict[str, Plain]:
        """For ``--json``."""
        cycles: list[Plain] = [
            {
                "number": one.cycle.number,
                "fault": one.cycle.fault,
                "moment": one.cycle.moment.value,
                "by_hand": one.cycle.by_hand,
                "struck_at": None if one.struck_at is None else utc_text(one.struck_at),
                "back_s": one.back_s,
                "breaks": dict(one.break_ids),
                "result": result,
            }
            for one, result in zip(self.struck, self.results, strict=True)
        ]
        return {
            "show": self.show,
            "seed": self.seed,
            "began_at": utc_text(self.began_at),
            "ended_at": utc_text(self.ended_at),
            "verdict": "pass" if self.passed else "fail",
            "splices": self.splices,
            "places": self.places,
            "back_on_air_s": {"median": median(self.back_s), "p95": percentile(self.back_s, 0.95)},
            "cycles": cycles,
            "faults": list(self.faults),
            "notes": list(self.notes),
            "folder": self.folder,
        }

    def text(self) -> str:
        """Markdown that reads well as it is."""
        minutes = (self.ended_at - self.began_at).total_seconds() / 60
        verdict = "PASSED: nothing was lost." if self.passed else f"FAILED: {len(self.faults)} things must not be."
        places = "1 place" if self.places == 1 else f"{self.places} places"
        lines = [
            f"# Fault drill: {self.show}",
            "",
            f"{utc_text(self.began_at)}, {minutes:.1f} minutes, seed {self.seed}.",
            "",
            f"**{verdict}**",
            f"{len(self.struck)} breaks, each struck by a fault; {self.splices} splices proved over {places}.",
        ]
        if self.back_s:
            lines.append(
                f"On air again after {median(self.back_s):.2f} s (median of {len(self.back_s)}), "
                f"p95 {percentile(self.back_s, 0.95):.2f} s, longest {max(self.back_s):.2f} s."
            )
        lines += [
            "",
            "| # | fault | when | break | back on air | what came of the break |",
            "|--:|---|---|---|--:|---|",
        ]
        lines += [_row(one, result) for one, result in zip(self.struck, self.results, strict=True)]
        lines += _listed("What must not be", self.faults) + _listed("Noted", self.notes)
        return "\n".join([*lines, "", f"Everything is in {self.folder}", ""])


def _row(one: Struck, result: str) -> str:
    back = "" if one.back_s is None else f"{one.back_s:.2f} s"
    kind = "by hand" if one.cycle.by_hand else "booked"
    cells = (one.cycle.number, FAULTS[one.cycle.fault].says, one.cycle.moment.value, kind, back, result)
    return f"| {' | '.join(map(str, cells))} |"


def _listed(title: str, texts: Sequence[str]) -> list[str]:
    return ["", f"## {title}", "", *(f"- {text}" for text in texts)] if texts else []
