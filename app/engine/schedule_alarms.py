"""The alarms that the schedule raises of its channels: what is asked of a break, and booked breaks that do not air."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from app.model.status import MissedQuestion

LOST, ASK = "schedule.lost", "schedule.ask."  # keys; behind the second stands the break


class ScheduleAlarms:
    """``warn``: a channel's alarm under a key; text None clears it."""

    def __init__(self, warn: Callable[[str, str, str | None], None]) -> None:
        self._warn = warn
        self._asked: dict[str, set[str]] = {}
        self._lost: Counter[str] = Counter()  # booked breaks that did not air, since one did

    def ask(self, channel: str, questions: Iterable[MissedQuestion]) -> None:
        """These stand now, and no others."""
        asked = {one.id: one for one in questions}
        before = self._asked.get(channel, set())
        for break_id in before - asked.keys():
            self._warn(channel, ASK + break_id, None)
        for break_id in asked.keys() - before:
            name = asked[break_id].title or break_id
            question = f"break {name} missed its time: air it late, or leave it out?"
            self._warn(channel, ASK + break_id, question)
        self._asked[channel] = set(asked)

    def lost(self, channel: str, name: str, reason: str) -> None:
        """One alarm a channel, raised anew for each break, which stands until a booked break of it goes out."""
        self._lost[channel] += 1
        lost = self._lost[channel]
        many = f" ({lost} booked breaks by now)" if lost > 1 else ""
        self._warn(channel, LOST, None)
        self._warn(channel, LOST, f"{name}, booked, does not air: {reason}{many}")

    def aired(self, channel: str) -> None:
        """A booked break of it has gone out."""
        self._lost[channel] = 0
        self._warn(channel, LOST, None)
