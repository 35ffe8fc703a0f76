"""The breaks that a session starts with: handed in before the first frame, in each life until the journal has them."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from app.engine.engine import Engine
from app.model.commands import PlanBreak
from app.model.errors import StorageError
from app.model.events import BreakEvent, CommandRefused, Event
from app.model.rundown import BreakPlan
from app.model.timebase import FrameRate, round_half_up
from app.model.when import When
from app.model.wire import to_plain
from app.remote.session import Session
from app.storage.journal import read_entries

JOURNAL = "journal.sqlite3"
_ANY_RATE = FrameRate(30_000, 1001)  # to a frame: its labels may drop
_NAMED = 3  # of those whose time has passed, in an alarm
_SAME_S = 0.1  # two frames of a slow channel and more: a break airs on the frame nearest to its time
_LOST = (
    "the journal of this run is lost: bookings made since it started are gone: read their break lists in again;"
    " the breaks that the run started with are booked again as far as they are to come"
)


class OpeningBreaks:
    """Hands them in. ``taken``: each has been answered, so a later life finds it in the journal.

    A life that finds no journal though the run is not new hands them in again, and says what is lost.
    """

    def __init__(self, session: Session, data_dir: Path, engine: Engine) -> None:
        self.taken = threading.Event()
        lost = bool(session.first_frames) and engine.life == 1
        plans = _still_to_come(session, datetime.now(UTC)) if lost else () if session.plans_taken else session.plans
        if lost:
            engine.alarm("bookings", "warning", _what_is_lost(session, plans))
        known = _known(data_dir / JOURNAL, engine.life) if plans else set()
        self._unanswered = {(plan.channel, plan.plan.id): plan.id for plan in plans if plan.id not in known}
        if not plans:
            return
        self._unsubscribe = engine.subscribe(self._happened)
        for plan in plans:
            if plan.id not in known:
                engine.submit(plan)

    def _happened(self, event: Event) -> None:
        match event:
            case BreakEvent():
                self._unanswered.pop((event.channel, event.break_id), None)
            case CommandRefused():
                self._unanswered = {place: one for place, one in self._unanswered.items() if one != event.id}
        if not self._unanswered:
            self.taken.set()
            self._unsubscribe()


def booked_at(session: Session, channel: str, out_at: datetime) -> BreakPlan | None:
    """The break that the session has for that moment, of those with a date or seconds since the first frame."""
    for plan in session.plans if session.first_frames else ():
        at = _dated(plan, session.first_frames.get(channel)).plan.at
        if plan.channel == channel and at is not None and "T" in at.text:
            with suppress(ValueError):
                if abs(at.seconds(first_frame_at=out_at, rate=_ANY_RATE, timezone="UTC")) < _SAME_S:
                    return plan.plan
    return None


def _what_is_lost(session: Session, plans: tuple[PlanBreak, ...]) -> str:
    ids = {(plan.channel, plan.plan.id) for plan in plans}
    passed = [plan.plan.id for plan in session.plans if (plan.channel, plan.plan.id) not in ids]
    more = f" and {len(passed) - _NAMED} more" if len(passed) > _NAMED else ""
    return f"{_LOST}; the time of {', '.join(passed[-_NAMED:])}{more} has passed" if passed else _LOST


def _still_to_come(session: Session, now: datetime) -> tuple[PlanBreak, ...]:
    """The session's breaks at the moments that they mean since the first frame ever; not those that had their time."""
    plans = (_dated(plan, session.first_frames.get(plan.channel)) for plan in session.plans)
    timezone = session.show().timezone
    return tuple(plan for plan in plans if plan.plan.at is None or _is_to_come(plan.plan.at, now, timezone))


def _is_to_come(at: When, now: datetime, timezone: str) -> bool:
    try:
        return at.seconds(first_frame_at=now, rate=_ANY_RATE, timezone=timezone) > 0
    except ValueError:
        return True  # the channel says what is wrong with it


def _dated(plan: PlanBreak, first_frame_at: datetime | None) -> PlanBreak:
    at = plan.plan.at
    if at is None or first_frame_at is None or not at.text.startswith("+"):
        return plan
    moment = first_frame_at + timedelta(microseconds=round_half_up(Fraction(at.text[1:]) * 1_000_000))
    return replace(plan, plan=replace(plan.plan, at=When.parse(str(to_plain(moment)))))


def _known(journal: Path, life: int) -> set[str]:
    """Ids of the commands that lives before this one wrote down."""
    if life == 1:
        return set()
    try:
        commands = (entry.command for entry in read_entries(journal, names=(PlanBreak.name,)))
        return {command.id for command in commands if command is not None}
    except StorageError:
        return set()
