"""A channel as it stands, for whoever looks: what its supervisor, its life on air and its outputs know."""

from __future__ import annotations

from app.model.segment import OriginStatus
from app.model.show import Channel
from app.model.states import ChannelState, Order
from app.model.status import Alarm, ChannelStatus, TemplateStatus
from app.model.timebase import ticks_of
from app.pipeline.live_channel import LiveChannel


def status_of(
    channel: Channel,
    order: Order,
    state: ChannelState,
    live: LiveChannel | None,
    *,
    waiting: int,
    origins: dict[str, OriginStatus],
    alarms: tuple[Alarm, ...],
    restarts: int,
) -> ChannelStatus:
    """Any thread. ``live``: its newest life, if it had one; ``waiting``: plans kept until it is on air."""
    reading = live.reading if live is not None else None
    anchor = live.anchor if live is not None else None
    pre_roll_frames = live.rate.frames_covering(channel.pre_roll_s) if live is not None else 0
    return ChannelStatus(
        name=channel.name,
        title=channel.title,
        order=order,
        state=state,
        source=reading.source if reading else "",
        slate_by_hand=bool(reading and reading.slate_by_hand),
        frame_rate=str(live.rate) if live else "",
        frame=reading.frame if reading else 0,
        first_pts=anchor.first_pts if anchor else 0,
        first_frame_at=anchor.first_frame_at if anchor else None,
        pre_roll_ticks=ticks_of(channel.pre_roll_s),
        current=reading.current if reading else None,
        on_air=reading.on_air if reading else None,
        next=reading.next if reading else None,
        planned=reading.planned if reading else waiting,
        origins=origins,
        alarms=alarms,
        repeated_frames=reading.repeated_frames if reading else 0,
        dropped_frames=reading.dropped_frames if reading else 0,
        late_frames=reading.late_frames if reading else 0,
        take_lands_frame=reading.frame + 1 + pre_roll_frames if reading else None,
        restarts=restarts,
        readings=live.readings if live else None,
        preview_rate=live.preview_rate if live else 0.0,
        templates=tuple(TemplateStatus(template.name, template.duration_s) for template in channel.templates),
    )
