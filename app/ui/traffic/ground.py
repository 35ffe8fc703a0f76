"""What typed edits stand on: the house's zone and day, the channels, the ids that are taken."""

from __future__ import annotations

from datetime import date

from app.ui.desk import Desk
from app.ui.schedule.schedule_desk import ScheduleDesk
from app.ui.traffic.cell_edits import Ground


def house_day(desk: Desk) -> date:
    """The house's day now."""
    return desk.now.astimezone(desk.zone).date()


def ground_of(schedule: ScheduleDesk) -> Ground:
    """As they are now."""
    desk = schedule.desk
    names: dict[str, str] = {}
    for number, channel in enumerate(desk.status.channels, 1):
        for called in (channel.title, str(number), f"{number} {channel.title or channel.name}"):
            names.setdefault(called.lower(), channel.name)
    return Ground(
        zone=desk.zone,
        rates={channel.name: schedule.moments.rate(channel.name) for channel in desk.status.channels},
        taken=schedule.rows.keys(),
        today=house_day(desk),
        names=names,
    )
