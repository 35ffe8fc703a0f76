"""What the planner of a channel was told by hand or by its source, kept in the journal for the next life."""

from __future__ import annotations

from fractions import Fraction

from app.model.wire import Plain, from_plain
from app.schedule.planner import Line
from app.schedule.planner_values import Shift

_ANSWERS = 1000  # the newest


def kept_of(line: Line) -> Plain:
    """As JSON values."""
    shifts: list[Plain] = [[one.from_us, one.until_us, str(one.by_s)] for one in line.shifts]
    answers: dict[str, Plain] = dict(list(line.answers.items())[-_ANSWERS:])
    marks: dict[str, Plain] = dict(list(line.follows.marks.items())[-_ANSWERS:])
    return {"late": str(line.late_s), "shifts": shifts, "answers": answers, "marks": marks}


def restore(line: Line, kept: Plain) -> None:
    """Into a planner that has no bookings yet; what is damaged is left out."""
    if not isinstance(kept, dict):
        return
    line.late_s = _fraction(kept.get("late"))
    shifts, answers, marks = kept.get("shifts"), kept.get("answers"), kept.get("marks")
    for one in shifts if isinstance(shifts, list) else []:
        match one:
            case [int(from_us), int(until_us), str(by_s)]:
                line.shifts.append(Shift(from_us, until_us, _fraction(by_s)))
    if isinstance(answers, dict):
        line.answers |= {key: value for key, value in answers.items() if isinstance(value, bool)}
    if isinstance(marks, dict):
        line.follows.marks |= {key: value for key, value in marks.items() if isinstance(value, int)}


def _fraction(text: Plain) -> Fraction:
    try:
        found: Fraction = from_plain(Fraction, text)
    except ValueError:
        return Fraction(0)
    return found
