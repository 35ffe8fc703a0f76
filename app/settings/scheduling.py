"""``[channels.schedule]``: what the house allows of a channel's schedule, for the linter and the planners of a day."""

from __future__ import annotations

from fractions import Fraction

from app.model.schedule_limits import Blackout, ScheduleLimits
from app.settings.table import Table, shown

_AD_LOAD = (Fraction(1), Fraction(3600))
_SPACING = (Fraction(0), Fraction(86_400))
_RIGHT = 'right are house times: "20:00-20:15", "23:30-00:30", "2026-12-24 18:00-20:00"'


def limits_of_channel(channel: Table) -> ScheduleLimits:
    """``schedule`` of a channel; without it there are no limits."""
    table = channel.table("schedule")
    if table is None:
        return ScheduleLimits()
    table.only("ad_load", "spacing", "blackouts")
    return ScheduleLimits(
        ad_load_s=table.seconds("ad_load", *_AD_LOAD, _AD_LOAD[1]) if "ad_load" in table.values else None,
        spacing_s=table.seconds("spacing", *_SPACING, Fraction(0)),
        blackouts=_blackouts(table),
    )


def _blackouts(table: Table) -> tuple[Blackout, ...]:
    found = []
    for number, text in enumerate(table.texts("blackouts", (), form='["20:00-20:15"]')):
        try:
            found.append(Blackout.parse(text))
        except ValueError as error:
            raise table.fault(f"blackouts[{number}]", f"{shown(text)} is no blackout", _RIGHT) from error
    return tuple(found)
