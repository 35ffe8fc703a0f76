"""A channel's ways out: an uploader for each origin it names, a push for each continuous TS output."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.delivery.origin import OriginClient, open_origin
from app.delivery.push import Push, open_push
from app.delivery.uploader import Uploader, finish_all
from app.model.events import Event
from app.model.segment import Delivery, OriginStatus
from app.model.show import Channel, HlsOutput, Origin, TsOutput
from app.security.secrets import origin_credentials

FINISH_S = 6.0  # for what is still on its way when a channel has ended


def open_named_origin(origin: Origin) -> OriginClient:
    """A client with the credentials that are kept for this origin, where there are any."""
    return open_origin(origin, origin_credentials(origin.name))


class ChannelOutputs:
    """Every origin is independent of the others; they live on while the channel is started again."""

    def __init__(
        self,
        channel: Channel,
        origins: dict[str, Origin],
        *,
        publish: Callable[[Event], None],
        alarm: Callable[[str, str, str | None], None],
    ) -> None:
        self._channel = channel
        hls = {index: output for index, output in enumerate(channel.outputs) if isinstance(output, HlsOutput)}
        names = sorted({name for output in hls.values() for name in output.origins})
        self._uploaders = {
            name: Uploader(
                origins[name],
                partial(open_named_origin, origins[name]),
                publish=publish,
                alarm=alarm,
                channel=channel.name,
            )
            for name in names
        }
        self._routes = {index: [self._uploaders[name] for name in output.origins] for index, output in hls.items()}
        self._pushes: dict[int, Push] = {
            index: open_push(output.url, alarm=alarm)
            for index, output in enumerate(channel.outputs)
            if isinstance(output, TsOutput)
        }
        self.push = {index: push.write for index, push in self._pushes.items()}

    def start(self) -> None:
        """Begin to deliver."""
        for uploader in self._uploaders.values():
            uploader.start()

    def deliver(self, output: int, delivery: Delivery) -> None:
        """Hand one delivery to every origin of the output; never blocks."""
        for uploader in self._routes[output]:
            uploader.submit(delivery)

    def finish(self, timeout_s: float) -> None:
        """Deliver what can still be delivered in this time, then end every thread."""
        finish_all(self._uploaders.values(), timeout_s)
        for push in self._pushes.values():
            push.close(timeout_s)

    def status(self) -> dict[str, OriginStatus]:
        """By origin name."""
        return {name: uploader.status() for name, uploader in self._uploaders.items()}
