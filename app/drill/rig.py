"""A drill never touches what is on air: the show's ladder, on sources and origins of the drill's own."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from app.drill.children import Child
from app.model.show import Channel, HlsOutput, Rendition, Show
from app.model.timebase import decimal_text, ticks_of

FEED_RATE = "25"
FEED_SIZE = "640x360"  # the channel scales it; the feed's own encoder must not be what starves the machine
_KEPT_SEGMENTS = 2000  # nothing may leave the playlists: at the end everything is judged

type Toml = str | int | bool | Sequence[Toml] | Mapping[str, Toml]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an output of the drill can be read back, at one origin."""

    channel: str
    origin: str
    playlist: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Rig:
    """Everything in ``folder``. ``feeds`` by channel, ``origins`` by name."""

    folder: Path
    show_file: Path
    channels: tuple[str, ...]
    feeds: dict[str, Child]
    origins: dict[str, Child]
    places: tuple[Place, ...]

    @property
    def data_dir(self) -> Path:
        """Of the run under drill."""
        return self.folder / "deck"

    def start(self) -> None:
        """Feeds and origins, before the run."""
        for child in (*self.origins.values(), *self.feeds.values()):
            child.start()

    def end(self) -> None:
        """After the run."""
        for child in (*self.feeds.values(), *self.origins.values()):
            child.end()


def build_rig(show: Show, folder: Path) -> Rig:
    """Write the drill's show and make its children, none of them started yet."""
    channels = tuple(channel for channel in show.channels if any(isinstance(out, HlsOutput) for out in channel.outputs))
    used = sorted({name for channel in channels for out in _hls(channel) for name in out.origins})
    ports = dict(
        zip((*used, *(channel.name for channel in channels)), free_ports(len(used) + len(channels)), strict=True)
    )
    folder.mkdir(parents=True, exist_ok=True)
    origins, feeds, places = {}, {}, []
    for name in used:
        kept = folder / f"origin-{name}"
        kept.mkdir(exist_ok=True)
        origins[name] = Child(folder / f"origin-{name}.log", "app.drill.origin", kept, str(ports[name]))
    for channel in channels:
        feeds[channel.name] = _feed(channel, folder, ports[channel.name])
        for out in _hls(channel):
            places += [
                Place(
                    channel.name,
                    name,
                    f"http://127.0.0.1:{ports[name]}/{out.path}index.m3u8",
                    folder / f"origin-{name}" / out.path,
                )
                for name in out.origins
            ]
    show_file = folder / "drill.toml"
    show_file.write_text(_show_toml(show, channels, used, ports), "utf-8")
    return Rig(folder, show_file, tuple(channel.name for channel in channels), feeds, origins, tuple(places))


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody has now, for UDP and TCP."""
    taken: list[socket.socket] = []
    ports: list[int] = []
    while len(ports) < count:
        both = [socket.socket(socket.AF_INET, kind) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)]
        taken += both
        both[0].bind(("127.0.0.1", 0))
        port = both[0].getsockname()[1]
        try:
            both[1].bind(("127.0.0.1", port))
        except OSError:
            continue
        ports.append(port)
    for each in taken:
        each.close()
    return ports


def _hls(channel: Channel) -> list[HlsOutput]:
    return [out for out in channel.outputs if isinstance(out, HlsOutput)]


def _feed(channel: Channel, folder: Path, port: int) -> Child:
    """A test picture as a live transport stream: a small show of its own."""
    rendition: dict[str, Toml] = {"name": "feed", "size": FEED_SIZE, "bitrate": 1_000_000, "preset": "ultrafast"}
    rate = FEED_RATE if channel.frame_rate is None else str(channel.frame_rate)
    output: dict[str, Toml] = {"kind": "ts", "url": f"udp://127.0.0.1:{port}"}
    feed: dict[str, Toml] = {
        "name": "feed",
        "title": f"Feed of {channel.title}",
        "frame_rate": rate,
        "sources": ["test:bars"],
        "renditions": [rendition],
        "outputs": [output],
    }
    file = folder / f"feed-{channel.name}.toml"
    file.write_text(toml_of({"show": {"name": "Drill feed", "timezone": "UTC"}, "channels": [feed]}), "utf-8")
    data_dir = folder / f"feed-{channel.name}"
    return Child(folder / f"feed-{channel.name}.log", "app", "run", file, "--headless", "--data-dir", data_dir)


def _show_toml(show: Show, channels: Sequence[Channel], origins: Sequence[str], ports: Mapping[str, int]) -> str:
    return toml_of(
        {
            "show": {"name": f"{show.name} (drill)", "timezone": show.timezone},
            "origins": [{"name": name, "url": f"http://127.0.0.1:{ports[name]}/"} for name in origins],
            "channels": [_channel(channel, ports[channel.name]) for channel in channels],
        }
    )


def _channel(channel: Channel, port: int) -> dict[str, Toml]:
    rate = FEED_RATE if channel.frame_rate is None else str(channel.frame_rate)
    audio: dict[str, Toml] = {
        "codec": channel.audio.codec,
        "bitrate": channel.audio.bitrate_bps,
        "channels": channel.audio.channels,
    }
    return {
        "name": channel.name,
        "title": channel.title,
        "frame_rate": rate,
        "sources": [f"udp://127.0.0.1:{port}"],
        "pre_roll": _Number(decimal_text(ticks_of(channel.pre_roll_s))),
        "audio": audio,
        "renditions": [_rendition(each) for each in channel.renditions],
        "outputs": [_output(out) for out in _hls(channel)],
    }


def _rendition(rendition: Rendition) -> dict[str, Toml]:
    return {
        "name": rendition.name,
        "size": f"{rendition.width}x{rendition.height}",
        "bitrate": rendition.bitrate_bps,
        "codec": rendition.codec.value,
        "preset": rendition.preset,
    }


def _output(out: HlsOutput) -> dict[str, Toml]:
    return {
        "kind": "hls",
        "origins": list(out.origins),
        "path": out.path,
        "segment": _Number(decimal_text(ticks_of(out.segment_s))),
        "window": _KEPT_SEGMENTS,
        "dialects": list(out.dialects),
        "profile": out.profile,
        **{key: value for key, value in asdict(out.marking).items() if value},
    }


class _Number(str):
    """A number by its digits."""

    __slots__ = ()


def toml_of(top: Mapping[str, Toml]) -> str:
    """A TOML document of one line a top key; JSON's strings are TOML's basic strings."""
    return "".join(f"{key} = {_value(value)}\n" for key, value in top.items())


def _value(value: Toml) -> str:
    match value:
        case _Number():
            return str(value)
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case bool() | int():
            return json.dumps(value)
        case Mapping():
            return "{ " + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + " }"
        case _:
            return "[" + ", ".join(map(_value, value)) + "]"
