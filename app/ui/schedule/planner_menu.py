"""What the planner takes from traffic: shift the rest, set the show clock, air a missed break or leave it out."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from app.model.commands import AnswerMissed, Command, SetShowClock, ShiftSchedule
from app.model.status import ScheduleStatus
from app.ui.words import _

if TYPE_CHECKING:
    from app.ui.schedule.view import TimelineView

STEPS_S = {_("-1 min"): -60, "-10 s": -10, "+10 s": 10, "+30 s": 30, _("+1 min"): 60, _("+5 min"): 300}


def add_planner(menu: QMenu, view: TimelineView, channel: str) -> None:
    """Entries for a channel that has a planner; nothing for one that has none."""
    status = next((one for one in view.desk.status.channels if one.name == channel), None)
    if status is None or status.schedule is None:
        return
    by, schedule = view.desk.operator, status.schedule
    menu.addSeparator()
    for question in schedule.questions:
        called = question.title or question.id
        for words, air in (
            (_("Air {called} now, late").format(called=called), True),
            (_("Leave {called} out").format(called=called), False),
        ):
            _entry(menu, view, words, AnswerMissed(channel=channel, by=by, break_id=question.id, air=air))
    block = view.block(view.focused)
    if block is not None and block.key[0] == channel and block.booking is not None:
        shift = menu.addMenu(_("Shift this and the rest of the day"))
        for words, by_s in STEPS_S.items():
            command = ShiftSchedule(channel=channel, by=by, from_break_id=block.key[1], by_s=Fraction(by_s))
            _entry(shift, view, words, command)
    clock = menu.addMenu(
        _("Show clock of {title}: {late_words}").format(title=status.title or channel, late_words=late_words(schedule))
    )
    _entry(clock, view, _("on time"), SetShowClock(channel=channel, by=by, late_s=Fraction(0)))
    for words, by_s in STEPS_S.items():
        _entry(clock, view, words, SetShowClock(channel=channel, by=by, late_s=schedule.late_s + by_s))


def late_words(schedule: ScheduleStatus) -> str:
    """``on time``, ``30 s late``, ``10 s early``."""
    if not schedule.late_s:
        return _("on time")
    return f"{float(abs(schedule.late_s)):g} s {_('late') if schedule.late_s > 0 else _('early')}"


def _entry(menu: QMenu, view: TimelineView, words: str, command: Command) -> None:
    action = menu.addAction(words)
    action.triggered.connect(_submits(view, words, command))


def _submits(view: TimelineView, words: str, command: Command) -> Callable[[], None]:
    def submit() -> None:
        why = view.desk.order(command, lambda why: view.say(_("refused: {words}: {why}").format(words=words, why=why)))
        view.say(
            _("not sent: {words}: {why}").format(words=words, why=why)
            if why
            else _("sent: {words}").format(words=words)
        )

    return submit
