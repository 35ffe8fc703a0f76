"""What the next life of a planner needs before the store answers: the next bookings, and what it was told by hand."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from fractions import Fraction

from app.model.errors import StorageError
from app.model.merging import Stored
from app.model.wire import Plain, from_plain
from app.schedule.planner import Line
from app.schedule.planner_values import Shift
from app.storage.booking_text import booking_from, booking_text

_ANSWERS = 1000  # the newest


def kept_of(line: Line, upcoming: Iterable[str]) -> Plain:
    """As JSON values. ``upcoming``: ids of the breaks that come next."""
    shifts: list[Plain] = [[one.from_us, one.until_us, str(one.by_s)] for one in line.shifts]
    answers: dict[str, Plain] = dict(list(line.answers.items())[-_ANSWERS:])
    marks: dict[str, Plain] = dict(list(line.follows.marks.items())[-_ANSWERS:])
    items = (line.items[key] for key in upcoming if key in line.items)
    coming: list[Plain] = [[booking_text(item.booking), item.version] for item in items]
    return {"late": str(line.late_s), "shifts": shifts, "answers": answers, "marks": marks, "next": coming}


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


def upcoming_of(kept: Plain) -> list[Stored]:
    """The bookings that came next, as the store had them then."""
    coming = kept.get("next") if isinstance(kept, dict) else None
    found: list[Stored] = []
    for one in coming if isinstance(coming, list) else []:
        match one:
            case [str(text), int(version)]:
                with suppress(StorageError):
                    stored = Stored(booking=booking_from(text), version=version, changed_at=datetime.now(UTC))
                    found.append(stored)
    return found


def _fraction(text: Plain) -> Fraction:
    try:
        found: Fraction = from_plain(Fraction, text)
    except ValueError:
        return Fraction(0)
    return found
