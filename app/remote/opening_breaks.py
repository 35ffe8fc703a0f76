"""The breaks that a session starts with: handed in before the first frame, in each life until the journal has them."""

from __future__ import annotations

import threading
from pathlib import Path

from app.engine.engine import Engine
from app.model.commands import PlanBreak
from app.model.errors import StorageError
from app.model.events import BreakEvent, CommandRefused, Event
from app.remote.session import Session
from app.storage.journal import read_entries

JOURNAL = "journal.sqlite3"


class OpeningBreaks:
    """Hands them in. ``taken``: each has been answered, so a later life finds it in the journal."""

    def __init__(self, session: Session, data_dir: Path, engine: Engine) -> None:
        self.taken = threading.Event()
        if not session.plans:
            return
        known = _known(data_dir / JOURNAL, engine.life)
        self._unanswered = {(plan.channel, plan.plan.id): plan.id for plan in session.plans if plan.id not in known}
        self._unsubscribe = engine.subscribe(self._happened)
        for plan in session.plans:
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


def _known(journal: Path, life: int) -> set[str]:
    """Ids of the commands that lives before this one wrote down."""
    if life == 1:
        return set()
    try:
        commands = (entry.command for entry in read_entries(journal, names=(PlanBreak.name,)))
        return {command.id for command in commands if command is not None}
    except StorageError:
        return set()
