"""What a drag is held against: edges of the breaks in sight, the programme's marks, round times."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from app.model.timebase import FrameRate
from app.ui.schedule.gestures import Ground
from app.ui.schedule.moments import moment_of
from app.ui.schedule.pending import Key
from app.ui.schedule.ruler import house_offset_us, step_us
from app.ui.schedule.snapping import Target, Targets
from app.ui.text import timecode
from app.ui.words import _

if TYPE_CHECKING:
    from app.ui.schedule.canvas import TimelineCanvas

_REACH_PX, _GRID_PX = 9, 36


def ground_for(canvas: TimelineCanvas, held: Collection[Key]) -> Ground:
    """For a drag that begins now; what is ``held`` attracts nothing."""
    desk, schedule = canvas.desk, canvas.schedule
    zone = desk.zone
    since, until = canvas.scale.us_at(0), canvas.scale.us_at(canvas.places.time_width)
    titles = {channel.name: channel.title or channel.name for channel in desk.status.channels}
    found: list[Target] = []
    for name in canvas.names:
        title = titles.get(name, name)
        begins, ends = _("start of {title}").format(title=title), _("end of {title}").format(title=title)
        for block in schedule.blocks.lanes.lane(name).over(since, until):
            if block.key not in held:
                found += (Target(block.start_us, begins), Target(block.end_us, ends))
        found += schedule.blocks.book.marks(name)

    def said(us: int, channel: str) -> str:
        return timecode(moment_of(us), zone, schedule.moments.rate(channel))

    return Ground(
        lanes=schedule.blocks.lanes,
        taken=schedule.rows.keys(),
        channels=canvas.rows,
        targets=Targets(found),
        reach_us=_REACH_PX * canvas.scale.us_per_px,
        rate=schedule.moments.rate,
        refusal=schedule.refusal_of,
        timecode=said,
        name_of=lambda name: titles.get(name, name),
        hour_limit_us=schedule.blocks.hour_limit_us,
        grid_us=step_us(canvas.scale.us_per_px, _GRID_PX, FrameRate(25)),
        offset_us=house_offset_us(zone, since),
    )
