"""A tracker as the standard's sentences have it: one list, one tick after the other. For small times."""

from __future__ import annotations

from dataclasses import dataclass

FAR, WAIT, UNKNOWN = 40, 3, 20
# ends with: how deep; the splice_insert (None) is outside of everything
DEPTH = {None: 0, 0x11: 2, 0x23: 5, 0x35: 6, 0x31: 7}

type Told = tuple[str, int, int | None, int | None]  # kind, event id, ends with, at


@dataclass
class Row:
    number: int
    family: int | None
    out: int
    length: int | None
    auto: bool
    at_once: bool
    back: int | None = None
    state: str = "waits"  # waits, runs, over, cancelled

    def last_tick(self) -> int | None:
        if self.back is not None:
            return self.back
        if self.length is not None:
            return self.out + self.length + (0 if self.auto else WAIT)
        return self.out + UNKNOWN if DEPTH[self.family] in {0, 5, 6, 7} else None


class SlowTracker:
    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.now = 0

    def run_to(self, now: int) -> list[Told]:
        told: list[Told] = []
        while self.now < now:
            self.now += 1
            told += self.settle()
        return told

    def settle(self) -> list[Told]:
        """All that is due at this tick: the innermost end first, then starts, the outermost first."""
        told: list[Told] = []
        while ending := [row for row in self.rows if row.state == "runs" and (row.last_tick() or 10**9) <= self.now]:
            row = max(ending, key=lambda one: DEPTH[one.family])
            kind = "closed" if row.back is not None else "auto_returned" if row.auto else "missing_return"
            told += self.end(row, kind)
        while starting := [row for row in self.rows if row.state == "waits" and row.out <= self.now]:
            row = min(starting, key=lambda one: DEPTH[one.family])
            for other in [one for one in self.rows if one.state == "runs"]:
                same_event = (other.number, other.family) == (row.number, row.family)
                if same_event or (other.family == row.family == 0x31):
                    told += self.end(other, "closed")
            row.state = "runs"
            told.append(("opened", row.number, row.family, self.now))
        return told

    def end(self, row: Row, kind: str) -> list[Told]:
        row.state = "over"
        told: list[Told] = [(kind, row.number, row.family, self.now)]
        if row.family in {0x23, 0x35}:
            running = [one for one in self.rows if one.state == "runs"]
            if all(one.family != row.family for one in running):
                for other in running:
                    if other.state == "runs" and DEPTH[other.family] > DEPTH[row.family]:
                        told += self.end(other, "closed")
        return told

    def find(self, number: int, family: int | None, state: str) -> Row | None:
        return next((r for r in self.rows[::-1] if (r.number, r.family, r.state) == (number, family, state)), None)

    def last_over(self, number: int, family: int | None) -> Row | None:
        """The event of that id that was over last."""
        return self.find(number, family, "over")

    def hear_out(  # noqa: C901, PLR0911 - a sentence of the standard an if
        self, number: int, family: int | None, at: int | None, length: int | None, auto: bool
    ) -> str:
        waits, runs = self.find(number, family, "waits"), self.find(number, family, "runs")
        at_once = at is None
        if at_once:
            at = waits.out if waits and waits.at_once else runs.out if runs else self.now
        assert at is not None
        if waits:
            if at < self.now:
                return "late"
            before = (waits.out, waits.length, waits.auto, waits.back)
            waits.out, waits.length, waits.auto, waits.at_once = at, length, auto, at_once
            if waits.back is not None and waits.back <= at:
                waits.back = None
            return "repeated" if before == (at, length, auto, waits.back) else "updated"
        if runs and at == runs.out:
            if (length, auto) == (runs.length, runs.auto):
                return "repeated"
            if length is not None and at + length < self.now:
                return "late"
            runs.length, runs.auto = length, auto
            return "updated"
        if runs:
            ends = runs.back if runs.back is not None else runs.out + runs.length if runs.length is not None else None
            reused = family is None and at > runs.out and (ends is None or at >= ends)
            if not reused:
                return "contradicting"
        over = self.last_over(number, family)
        if not runs and over and over.out == at:
            return "repeated"
        if at < self.now:
            return "late"
        if at > self.now + FAR:
            return "ignored"
        self.rows.append(Row(number, family, at, length, auto, at_once))
        return "announced"

    def hear_in(self, number: int, family: int | None, at: int | None) -> str:  # noqa: PLR0911 - as above
        waits, runs = self.find(number, family, "waits"), self.find(number, family, "runs")
        said = self.now if at is None else at
        row = waits if waits and (runs is None or said > waits.out) else runs
        if row is None:
            return "repeated" if self.last_over(number, family) else "ignored"
        if row is runs and row.back is not None and (at is None or at == row.back):
            return "repeated"
        if said <= row.out:
            return "contradicting"
        known, row.back = row.back, max(said, self.now)
        if said < self.now:
            return "late"
        if known == said:
            return "repeated"
        if row.length is None or said == row.out + row.length:
            return "returning"
        return "early_return" if said < row.out + row.length else "updated"

    def hear_cancel(self, number: int, family: int | None) -> list[tuple[str, int, int | None]]:
        ours = [r for r in self.rows if r.number == number and (r.family is None) == (family is None)]
        waiting = [r for r in ours if r.state == "waits"]
        for row in waiting:
            row.state = "cancelled"
        if waiting:
            return [("cancelled", number, row.family) for row in waiting]
        running = [r for r in ours if r.state == "runs"]
        if running:
            return [("contradicting", number, row.family) for row in running]
        return [("repeated" if any(r.state == "over" for r in ours) else "ignored", number, family)]
