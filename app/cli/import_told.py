"""What ``import`` tells its user, as text or as JSON."""

from __future__ import annotations

import sys
from fractions import Fraction

from app.cli.import_store import Outcome
from app.model.merging import Conflict
from app.model.schedule import Booking, RefusedRow
from app.model.wire import Plain


def as_plain(outcome: Outcome, refused: list[RefusedRow], notes: list[str]) -> dict[str, Plain]:
    """What ``--json`` prints."""
    return {
        "added": outcome.added,
        "changed": outcome.changed,
        "unchanged": outcome.unchanged,
        "removed": outcome.removed,
        "conflicts": [conflict_plain(one) for one in outcome.conflicts],
        "imports": list(outcome.import_ids),
        "refused": [
            {"file": row.file, "where": row.where, "value": row.value, "reason": row.reason} for row in refused
        ],
        "notes": list(notes),
        "breaks": [_break(booking) for booking in outcome.bookings],
    }


def _break(booking: Booking) -> dict[str, Plain]:
    plan = booking.plan
    return {
        "id": plan.id,
        "channel": plan.channel,
        "at": None if plan.at is None else plan.at.text,
        "duration": _number(plan.duration_s),
        "title": plan.title,
        "ads": [
            {"id": spot.id, "title": spot.title, "duration": _number(spot.duration_s), "media": list(spot.media)}
            for spot in booking.spots
        ],
    }


def conflict_plain(one: Conflict) -> dict[str, Plain]:
    """One conflict of ``--json``."""
    return {
        "channel": one.channel,
        "id": one.break_id,
        "reason": one.reason,
        "fields": list(one.fields),
        "mine": None if one.mine is None else _break(one.mine),
        "theirs": None if one.theirs is None else _break(one.theirs),
    }


def conflict_text(one: Conflict) -> str:
    """One conflict in words."""
    return f"{one.channel} {one.break_id}: {one.reason}" + (f" ({', '.join(one.fields)})" if one.fields else "")


def _number(seconds: Fraction) -> int | float:
    return int(seconds) if seconds.denominator == 1 else float(seconds)


def print_outcome(outcome: Outcome, refused: list[RefusedRow], notes: list[str], *, dry_run: bool) -> None:
    """What was done on stdout; what a person should look at on stderr."""
    for line in [*notes, *(f"refused: {row}" + (f" ({row.value})" if row.value else "") for row in refused)]:
        print(one_line(line), file=sys.stderr)
    for one in outcome.conflicts:
        print(one_line(f"conflict: {conflict_text(one)}"), file=sys.stderr)
    if dry_run:
        for booking in outcome.bookings:
            plan = booking.plan
            at = "no time yet" if plan.at is None else plan.at.text
            ads = f", {len(booking.spots)} ads" if booking.spots else ""
            print(
                one_line(
                    f"{plan.channel or '-'}  {at}  {float(plan.duration_s):g} s  {plan.id}  {plan.title}{ads}".rstrip()
                )
            )
    counted = (f"{name} {getattr(outcome, name)}" for name in ("added", "changed", "unchanged", "removed"))
    print(", ".join((*counted, f"refused {len(refused)}")) + (" (dry run: nothing was stored)" if dry_run else ""))
    for import_id in outcome.import_ids:
        print(f"to take it back: splicedeck import --undo {import_id}")


def one_line(text: str) -> str:
    """A line for a terminal, whatever it quotes."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
