"""What an import would do, or did, as rows that a person can judge. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.model.merging import Change, ChangeKind, Choice, Conflict, MergeResult, differing
from app.model.schedule import Booking
from app.ui import text
from app.ui.model_words import capitals
from app.ui.traffic import house_time
from app.ui.traffic.cell_edits import Ground, Key
from app.ui.traffic.columns import type_words
from app.ui.words import _

NONE = "–"


class DiffKind(StrEnum):
    """The word of a row; those to look at first come first."""

    CONFLICT = "CONFLICT"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"
    ADDED = "ADDED"


_KINDS = {
    ChangeKind.ADDED: DiffKind.ADDED,
    ChangeKind.CHANGED: DiffKind.CHANGED,
    ChangeKind.REMOVED: DiffKind.REMOVED,
}


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One break: as it is here (``mine``) and as the list has it. ``reason``: why a conflict is one."""

    kind: DiffKind
    channel: str
    break_id: str
    title: str
    mine: str
    theirs: str
    reason: str = ""
    locked: bool = False

    @property
    def key(self) -> Key:
        """What the break is known by."""
        return self.channel, self.break_id

    def spoken(self) -> str:
        """The whole row in one sentence."""
        why = f" ({self.reason})" if self.reason else ""
        return _("{kind}: {channel} {break_id} {title}{why}: here {mine}; the list {theirs}").format(
            kind=capitals(self.kind),
            channel=self.channel,
            break_id=self.break_id,
            title=self.title,
            why=why,
            mine=self.mine,
            theirs=self.theirs,
        )


def diff_rows(result: MergeResult, ground: Ground) -> list[DiffRow]:
    """Conflicts first, then what goes, changes and comes."""
    order = list(DiffKind)
    rows = [_of_conflict(one, ground) for one in result.conflicts]
    rows += [_of_change(one, ground) for one in result.changes]
    return sorted(rows, key=lambda row: order.index(row.kind))


def _of_conflict(one: Conflict, ground: Ground) -> DiffRow:
    named = one.mine or one.theirs
    mine, theirs = _both(one.mine, one.theirs, one.fields, ground)
    return DiffRow(
        DiffKind.CONFLICT,
        one.channel,
        one.break_id,
        named.plan.title if named is not None else "",
        mine if one.mine is not None else _("removed here"),
        theirs if one.theirs is not None else _("not in it any more"),
        one.reason,
        "locked" in one.reason or "twice" in one.reason,
    )


def _of_change(one: Change, ground: Ground) -> DiffRow:
    named = one.after or one.before
    plan = named.plan if named is not None else None
    fields = differing(one.before, one.after) if one.before is not None and one.after is not None else ()
    mine, theirs = _both(one.before, one.after, fields, ground)
    return DiffRow(
        _KINDS[one.kind],
        plan.channel if plan is not None else "",
        plan.id if plan is not None else "",
        plan.title if plan is not None else "",
        mine,
        theirs if one.after is not None else _("removed"),
    )


def _both(mine: Booking | None, theirs: Booking | None, fields: tuple[str, ...], ground: Ground) -> tuple[str, str]:
    """What differs, on either side; where one side has nothing, time and length of the other."""
    shown = fields if mine is not None and theirs is not None and fields else ("at", "duration")
    return tuple(NONE if one is None else _words(one, shown, ground) for one in (mine, theirs))  # type: ignore[return-value]  # a pair gives a pair


def _words(booking: Booking, fields: tuple[str, ...], ground: Ground) -> str:
    return ", ".join(filter(None, (_field(booking, name, ground) for name in fields))) or NONE


def _field(booking: Booking, name: str, ground: Ground) -> str:
    if name == "at":
        return at_words(booking, ground)
    return _FIELDS[name](booking) if name in _FIELDS else name.replace("_", " ")


def _length(booking: Booking) -> str:
    ads = len(booking.spots or booking.plan.ads)
    return house_time.length_shown(booking.plan.duration_s) + (
        _(" with {counted}").format(counted=text.counted(ads, "{n} ad", "{n} ads")) if ads else ""
    )


def _event(booking: Booking) -> str:
    event_id = booking.plan.splice_event_id
    return _("event by the channel") if event_id is None else _("event {event_id}").format(event_id=event_id)


def _upid(booking: Booking) -> str:
    upid = booking.plan.upid
    return _("no UPID") if upid is None else _("UPID {type}: {value}").format(type=upid.type, value=upid.value)


_FIELDS: dict[str, Callable[[Booking], str]] = {
    "duration": _length,
    "title": lambda booking: f"“{booking.plan.title}”",
    "splice_event_id": _event,
    "segmentation_type_id": lambda booking: type_words(booking.plan.segmentation_type_id) or _("type of the channel"),
    "upid": _upid,
    "auto_return": lambda booking: _("returns by itself") if booking.plan.auto_return else _("returns by hand"),
    "template": lambda booking: (
        _("template {template}").format(template=booking.plan.template) if booking.plan.template else _("no template")
    ),
}


def at_words(booking: Booking, ground: Ground) -> str:
    """Day and house time."""
    plan, rate = booking.plan, ground.rate(booking.plan.channel)
    day = house_time.day_of(plan.at, ground.zone, rate)
    dated = f"{day} " if day is not None and day != ground.today else ""
    return dated + house_time.shown(plan.at, ground.zone, rate)


def summary(result: MergeResult) -> str:
    """In one line: ``2 moved, 1 added, 0 removed. 1 conflict to fix before air``."""
    changed = [one for one in result.changes if one.kind is ChangeKind.CHANGED]
    moved = sum(one.before is not None and one.after is not None and _moved(one.before, one.after) for one in changed)
    others = result.changed - moved
    parts = [
        _("{moved} moved").format(moved=moved),
        *([_("{others} changed").format(others=others)] if others else []),
        _("{added} added").format(added=result.added),
    ]
    line = ", ".join([*parts, _("{removed} removed").format(removed=result.removed)]) + "."
    if result.conflicts:
        line += _(" {counted} to fix before air.").format(
            counted=text.counted(len(result.conflicts), "{n} conflict", "{n} conflicts")
        )
    return line


def _moved(before: Booking, after: Booking) -> bool:
    return "at" in differing(before, after)


def taken(choices: Mapping[Key, Choice], row: DiffRow) -> Choice | None:
    """Whose word counts in a row: of a conflict nobody's, until it is chosen; else the list's."""
    if row.locked:
        return Choice.MINE
    return choices.get(row.key, None if row.kind is DiffKind.CONFLICT else Choice.THEIRS)
