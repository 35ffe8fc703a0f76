"""Events with two ends as a tracker knows them, and what can change of them: plain values. All times in ticks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from app.model.timebase import TICKS_PER_SECOND
from app.scte35.spoken import EventKey, Says

type Plain = dict[str, int | bool | None]


class ChangeKind(StrEnum):
    """What a section, or the time that has passed, means."""

    ANNOUNCED = "announced"
    REPEATED = "repeated"
    UPDATED = "updated"
    OPENED = "opened"
    RETURNING = "returning"
    EARLY_RETURN = "early_return"
    CLOSED = "closed"
    AUTO_RETURNED = "auto_returned"
    MISSING_RETURN = "missing_return"
    CANCELLED = "cancelled"
    LATE = "late"
    CONTRADICTING = "contradicting"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Limits:
    """``far``: further ahead than this nothing is believed; ``return_wait``: after a planned end without a return.

    ``unknown``: the longest splice whose end nobody said; ``near``: closer to its planned end a return is not early;
    ``most``: events that may wait for their start, and that may be open.
    """

    far_ticks: int = 3600 * TICKS_PER_SECOND
    return_wait_ticks: int = 2 * TICKS_PER_SECOND
    unknown_ticks: int = 600 * TICKS_PER_SECOND
    near_ticks: int = TICKS_PER_SECOND // 10
    most: int = 256


@dataclass(frozen=True, slots=True)
class Tracked:
    """One event. ``immediate``: its OUT had no time; ``in_ticks``: where it returns, once a section has said so."""

    key: EventKey
    out_ticks: int
    duration_ticks: int | None = None
    auto_return: bool = False
    immediate: bool = False
    in_ticks: int | None = None

    @property
    def planned_end_ticks(self) -> int | None:
        """Where its OUT says that it ends; None: it does not say."""
        return None if self.duration_ticks is None else self.out_ticks + self.duration_ticks


@dataclass(frozen=True, slots=True)
class Change:
    """``event``: as it stands after the change; None where the section is about none that is known.

    ``at_ticks``: when it takes effect, or took; None where no time is meant.
    ``says``: the word that changed it; None: time has passed.
    """

    kind: ChangeKind
    key: EventKey | None = None
    event: Tracked | None = None
    at_ticks: int | None = None
    reason: str = ""
    says: Says | None = None


def shifted(event: Tracked, ticks: int) -> Tracked:
    """On a line that has moved by so much."""
    back = None if event.in_ticks is None else event.in_ticks + ticks
    return replace(event, out_ticks=event.out_ticks + ticks, in_ticks=back)


def to_plain(event: Tracked) -> Plain:
    """As plain values."""
    values = asdict(event)
    key: EventKey = values.pop("key")
    return {"event_id": key[0], "ends_with": key[1], **values}


def from_plain(plain: Mapping[str, int | bool | None]) -> Tracked:
    """The inverse; ValueError for what is no event."""
    names = {"event_id", "ends_with", "out_ticks", "duration_ticks", "auto_return", "immediate", "in_ticks"}
    event_id, out_ticks = plain.get("event_id"), plain.get("out_ticks")
    if set(plain) != names or not isinstance(event_id, int) or not isinstance(out_ticks, int):
        raise ValueError(f"{dict(plain)} is no event")
    ends_with = plain["ends_with"]
    return Tracked(
        EventKey(event_id, ends_with),
        out_ticks,
        plain["duration_ticks"],
        bool(plain["auto_return"]),
        bool(plain["immediate"]),
        plain["in_ticks"],
    )
