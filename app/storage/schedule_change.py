"""A change of the schedule that is being made, and the number it gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, text

from app.storage.schedule_rows import starts_at
from app.storage.tables import counters

REVISION = "schedule"  # among the counters


@dataclass(frozen=True, slots=True)
class Change:
    """A change that is being made: its transaction, its revision, by whom."""

    connection: Connection
    revision: int
    by: str
    timezone: str
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def stamped(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """A row's values with what every change of it writes; ``plan`` becomes the moment it starts at."""
        written = dict(values)
        plan = written.pop("plan")
        return written | self.signed() | {"touched": self.revision, "starts_at": starts_at(plan, self.timezone)}

    def signed(self) -> dict[str, Any]:
        """What every change writes: its version, by whom, when."""
        return {"version": self.revision, "changed_by": self.by, "changed_at": self.at}


def next_revision(connection: Connection) -> int:
    """Counted up; every other writer waits from here to the end of the transaction."""
    made = text("INSERT INTO counters (name, value) VALUES (:name, 0) ON CONFLICT DO NOTHING")
    connection.execute(made, {"name": REVISION})
    counted = counters.update().where(counters.c.name == REVISION).values(value=counters.c.value + 1)
    return int(connection.execute(counted.returning(counters.c.value)).scalar_one())
