"""A channel's ways out: an uploader for each origin it names, a push for each continuous TS output."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from app.delivery.origin import Credentials, OriginClient, open_origin, read_object
from app.delivery.push import Push, open_push
from app.delivery.spool import LIMIT_BYTES, Spool
from app.delivery.uploader import Uploader, finish_all
from app.engine.relay import KeepCall, Relay
from app.model.events import Event, SegmentDelivered, SegmentLost
from app.model.segment import Deletion, Delivery, MediaObject, OriginStatus
from app.model.show import Channel, HlsOutput, Origin, TsOutput
from app.security.secrets import origin_credentials

FINISH_S = 6.0  # for what is still on its way when a channel has ended
_LAST_S = 1.0  # for the disks, at the end


def open_named_origin(origin: Origin) -> OriginClient:
    """A client with the credentials that are kept for this origin, where there are any."""
    return open_origin(origin, _credentials(origin))


def read_named_object(origin: Origin, path: str) -> bytes | None:
    """An object as this origin has it; None where it has none or does not say so in a second or two."""
    return read_object(origin, path, _credentials(origin))


def _credentials(origin: Origin) -> Credentials | None:
    """A folder has none, and the first look into a keyring takes half a second."""
    return None if origin.url.lower().startswith("file:") else origin_credentials(origin.name)


@dataclass(frozen=True, slots=True)
class Aired:
    """What the recovered playlists of one HLS output hold.

    ``listed``: path and media sequence number of each segment in them, but for those that were never made;
    ``departed``: segments that left them and are still to be deleted. ``unsure``: they may list more, of which nothing
    may be deleted.
    """

    listed: Mapping[str, int] = field(default_factory=dict)
    departed: AbstractSet[str] = frozenset()
    unsure: bool = False


class ChannelOutputs:
    """Every origin is independent of the others; they live on while the channel is started again.

    ``keep``: the journal's; ``spool_folder``: the channel's own. None: nothing outlives this process.
    """

    def __init__(
        self,
        channel: Channel,
        origins: dict[str, Origin],
        *,
        publish: Callable[[Event], None],
        alarm: Callable[[str, str, str | None], None],
        keep: KeepCall | None = None,
        spool_folder: Path | None = None,
    ) -> None:
        self._channel, self._publish = channel, publish
        self._hls = {index: output for index, output in enumerate(channel.outputs) if isinstance(output, HlsOutput)}
        names = sorted({name for output in self._hls.values() for name in output.origins})
        self._spool = None if spool_folder is None else Spool(spool_folder, LIMIT_BYTES, alarm)
        self._owed: dict[str, set[str]] = {}  # path: origins that neither have it nor gave it up
        self._owed_lock = threading.Lock()
        self._uploaders = {
            name: Uploader(
                origins[name],
                partial(self._open, origins[name]),
                publish=self._told,
                alarm=alarm,
                channel=channel.name,
                spool=self._spool,
            )
            for name in names
        }
        self._relay = Relay(
            channel.name, hand_on=self._hand_on, lose=self._lose, alarm=alarm, spool=self._spool, keep=keep
        )
        self._pushes: dict[int, Push] = {
            index: open_push(output.url, alarm=alarm)
            for index, output in enumerate(channel.outputs)
            if isinstance(output, TsOutput)
        }
        self.push = {index: push.write for index, push in self._pushes.items()}
        self._resumed = False

    def _open(self, origin: Origin) -> OriginClient:
        """On the uploader's thread, before its first try."""
        client = open_named_origin(origin)
        for output in self._hls.values():
            client.tidy((output.path, *(f"{output.path}{each.name}/" for each in self._channel.renditions)))
        return client

    def resume(
        self,
        delivered: Mapping[str, AbstractSet[str]],
        lost: Mapping[str, AbstractSet[str]],
        aired: Mapping[int, Aired],
        left_over: Sequence[MediaObject] | None = None,
    ) -> None:
        """Before ``start``: go on from an earlier process of this channel.

        ``delivered`` and ``lost``: by origin, the paths that were told so, as far as ``aired`` (by output) lists them.
        A listed segment that an origin has is not sent again; one that it lacks is sent from the spool; one that is
        not there either is lost for that origin, and a gap, unless the origin says that it has it. An origin that
        ``delivered`` does not name is taken to have what is not in the spool.
        ``left_over``: what the spool held; None: it is read here.
        """
        self._resumed = True
        if left_over is None:
            left_over = self._spool.load() if self._spool is not None else []
        spooled = {segment.path: segment for segment in left_over}
        owed: dict[str, list[str]] = {path: [] for path in spooled}
        for index, output in self._hls.items():
            listed = aired.get(index, Aired()).listed
            for name in output.origins:
                lost_here = lost.get(name, frozenset())
                there = delivered.get(name, listed.keys() - spooled.keys())
                wanting = [path for path in listed if path not in there and path not in lost_here]
                missing = {path: listed[path] for path in wanting if path not in spooled}
                self._uploaders[name].resume(lost_here, missing)
                for path in set(wanting) - missing.keys():
                    owed[path].append(name)
        self._send_left_over(spooled, owed)
        self._delete_unlisted(spooled, aired)

    def _send_left_over(self, spooled: Mapping[str, MediaObject], owed: Mapping[str, list[str]]) -> None:
        """In the order in which they were closed."""
        for path, segment in spooled.items():
            with self._owed_lock:
                self._owed[path] = set(owed[path])
            for name in owed[path]:
                self._uploaders[name].submit(segment)
            if not owed[path]:
                self._settle(path, "")

    def _delete_unlisted(self, spooled: Mapping[str, MediaObject], aired: Mapping[int, Aired]) -> None:
        """A segment that no playlist came to list may lie at an origin already, and nobody would ever delete it."""
        known = {path for each in aired.values() for path in (*each.listed, *each.departed)}
        sure = [output for index, output in self._hls.items() if not aired.get(index, Aired()).unsure]
        for path in spooled.keys() - known:
            for output in sure:
                for name in output.origins if path.startswith(output.path) else ():
                    self._uploaders[name].submit(Deletion((path,)))

    def start(self) -> None:
        """Begin to deliver."""
        if not self._resumed:
            self.resume({}, {}, {})
        if self._spool is not None:
            self._spool.start()
        self._relay.start()
        for uploader in self._uploaders.values():
            uploader.start()

    def deliver(self, output: int, delivery: Delivery) -> None:
        """Hand one delivery to every origin of the output; never blocks."""
        self._relay.deliver(output, delivery)

    def finish(self, timeout_s: float) -> None:
        """Deliver what can still be delivered in this time, then end every thread; the spool is empty then."""
        self._relay.stop(_LAST_S)
        finish_all(self._uploaders.values(), timeout_s)
        self._end(timeout_s, empty=True)

    def leave(self, timeout_s: float) -> None:
        """End every thread for another process to go on: what is not delivered by then stays in the spool, untold."""
        self._relay.stop(_LAST_S)
        finish_all(self._uploaders.values(), timeout_s, leave=True)
        self._end(timeout_s, empty=False)

    def _end(self, timeout_s: float, *, empty: bool) -> None:
        if self._spool is not None:
            self._spool.stop(_LAST_S, empty=empty)
        for push in self._pushes.values():
            push.close(timeout_s)

    def status(self) -> dict[str, OriginStatus]:
        """By origin name."""
        return {name: uploader.status() for name, uploader in self._uploaders.items()}

    def _hand_on(self, output: int, delivery: Delivery) -> None:
        names = self._hls[output].origins
        if isinstance(delivery, MediaObject) and self._spool is not None:
            with self._owed_lock:
                self._owed[delivery.path] = set(names)
        for name in names:
            self._uploaders[name].submit(delivery)

    def _lose(self, output: int, segment: MediaObject) -> None:
        for name in self._hls[output].origins:
            self._uploaders[name].miss(segment.path, segment.sequence, "this machine is too busy to send it")

    def _told(self, event: Event) -> None:
        """On an uploader's thread: what ended for an origin need not be kept for it; the event goes out first."""
        self._publish(event)
        if isinstance(event, SegmentDelivered | SegmentLost):
            self._settle(event.path, event.origin)

    def _settle(self, path: str, origin: str) -> None:
        with self._owed_lock:
            owed = self._owed.get(path)
            if owed is not None:
                owed.discard(origin)
            settled = owed is not None and not owed
            if settled:
                del self._owed[path]
        if settled and self._spool is not None:
            self._spool.forget(path)
