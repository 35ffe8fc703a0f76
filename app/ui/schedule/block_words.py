"""A block in words, for assistive technology and the tool tip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.model.schedule import AirMode
from app.ui import text
from app.ui.model_words import shown
from app.ui.schedule.block import WORDS, Block, length_text
from app.ui.schedule.moments import moment_of
from app.ui.words import _

if TYPE_CHECKING:
    from app.ui.schedule.view import TimelineView


def spoken(block: Block, canvas: TimelineView) -> str:
    """``6 Music, Chart break, planned, 20:41:00:00 to 20:43:00:00, 2:00, 4 ads``; then what is wrong or closed."""
    desk, schedule = canvas.desk, canvas.schedule
    rate = schedule.moments.rate(block.key[0])
    kind = block.kind_at(canvas.now_us)
    times = _("{begin} to {end}").format(
        begin=text.timecode(moment_of(block.start_us), desk.zone, rate),
        end=text.timecode(moment_of(block.end_us), desk.zone, rate),
    )
    parts = [desk.shown_name(block.key[0]), block.title or block.key[1], WORDS[kind], times]
    parts.append(length_text(block.end_us - block.start_us))
    if block.ads:
        parts.append(text.counted(len(block.ads), "{n} ad", "{n} ads"))
    if block.mode is not AirMode.AUTO:
        parts.append(shown(block.mode.value))
    if block.lamp is not None:
        parts.append(_("proof {value}").format(value=shown(block.lamp.value)))
    if block.airs_us is not None:
        parts.append(_("airs {timecode}").format(timecode=text.timecode(moment_of(block.airs_us), desk.zone, rate)))
    if block.overlap_us:
        parts.append(_("overlaps by {length_text}").format(length_text=length_text(block.overlap_us)))
    if block.booking is None:
        parts.append(_("the engine's own, not in the schedule"))
    elif schedule.locked(block.booking):
        parts.append(_("locked"))
    return ", ".join(parts)
