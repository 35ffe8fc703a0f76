"""A channel's parts put together for its supervisor, with what an earlier process left of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from app.engine.alarms import Alarms
from app.engine.event_ids import EventIds
from app.engine.gate import AT_ONCE_S, ahead_s, lawful_wait_s
from app.engine.outputs import ChannelOutputs
from app.engine.quality import ChannelQuality
from app.engine.recovery import RecoveredChannel
from app.engine.relay import KeepCall
from app.engine.supervisor import Supervisor
from app.model import commands
from app.model.events import Event
from app.model.show import Channel, Show
from app.pipeline.live_channel import encoder_threads


@dataclass(frozen=True, slots=True)
class Wiring:
    """What all channels of an engine share. ``keep`` and ``spool_folder`` None: nothing outlives this process."""

    show: Show
    event_ids: EventIds
    publish: Callable[[Event], None]
    keep: KeepCall | None = None
    spool_folder: Path | None = None

    def supervisor(self, channel: Channel, before: RecoveredChannel) -> Supervisor:
        """Of one channel, not started."""
        alarms = Alarms(channel.name, self.publish)
        outputs = ChannelOutputs(
            channel,
            {origin.name: origin for origin in self.show.origins},
            publish=self.publish,
            alarm=alarms.set,
            keep=self.keep,
            spool_folder=None if self.spool_folder is None else self.spool_folder / channel.name,
        )
        return Supervisor(
            channel,
            self.show.timezone,
            threads=encoder_threads(sum(len(one.renditions) for one in self.show.channels)),
            outputs=outputs,
            alarms=alarms,
            quality=ChannelQuality(channel, alarms),
            event_ids=self.event_ids,
            publish=self.publish,
            standing=before.standing,
            written=before.written,
            prepare=partial(_resume, outputs, before),
        )


def _resume(outputs: ChannelOutputs, before: RecoveredChannel) -> None:
    """On the supervisor's thread: it reads what is left in the spool."""
    if before.written:
        outputs.resume(before.delivered, before.lost, before.aired)


def wait_for_disk_s(supervisors: Mapping[str, Supervisor], timezone: str, command: commands.Command) -> float:
    """How long a command may wait for the disk without anything on air being late."""
    supervisor = supervisors.get(command.channel)
    clock = None if supervisor is None else supervisor.clock()
    if supervisor is None or clock is None:
        return AT_ONCE_S
    rate, first_frame_at = clock
    lies_s = ahead_s(command, now=datetime.now(UTC), first_frame_at=first_frame_at, rate=rate, timezone=timezone)
    return lawful_wait_s(command, float(rate.seconds(1)), float(supervisor.channel.pre_roll_s), ahead_s=lies_s)
