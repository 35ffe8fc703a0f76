"""One run of four channels with everything that may happen to them in half a minute, each on its own channel.

``feed``: UDP in, break lists, two origins and a continuous stream. ``loss``: its sender is killed in a break and comes
back in the next. ``desk``: operator's commands. ``flaky``: one of its two origins goes down for a while.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.engine.show_run import ShowRun, channel_toml, running, show_file
from tests.engine.udp_feed import UdpFeed, free_udp_port
from tests.nginx_origin import NginxOrigin, start_nginx

LASTS_S = 30
KILLED_S, BACK_S = 10.5, 14.4  # after ``loss`` went on air
DOWN_S, UP_S = 6.0, 13.5  # after ``flaky`` went on air

CSV = """\
id;channel;at;duration;title
start;feed;+0;2;Opener
touch-1;feed;+9;3;First
touch-2;feed;+12;2;Second
short;feed;+18;1;Short
overlap;feed;+10.5;1;Between
past;feed;2020-01-01T20:00:00Z;30;Yesterday
bad;feed;+20;half a minute;Nonsense
"""
JSON = {
    "breaks": [
        {"id": "json", "channel": "feed", "at": "+23", "duration": "PT2S", "upid": {"type": 15, "value": "a:b"}},
        {"id": "before", "channel": "loss", "at": "+9", "duration": 3},
        {"id": "within", "channel": "loss", "at": "+13", "duration": 3.04},
        {"id": "down", "channel": "flaky", "at": "+8", "duration": 2, "segmentation_type_id": 52},
        {"id": "nowhere", "channel": "elsewhere", "at": "+8", "duration": 2},
    ]
}
COMMANDS: list[dict[str, Any] | str] = [
    {"command": "insert_break", "channel": "desk", "duration": 4, "after": 2, "by": "ann", "title": "One"},
    {"command": "insert_break", "channel": "desk", "duration": 4, "after": 3.5, "by": "ann", "title": "Too soon"},
    {"command": "extend", "channel": "desk", "duration": 8, "after": 9.5, "by": "bob"},
    {"command": "return", "channel": "desk", "after": 13.5, "by": "cid"},
    {"command": "insert_break", "channel": "desk", "duration": 3, "after": 15, "by": "ann", "title": "Two"},
    {"command": "withdraw", "channel": "desk", "after": 17, "by": "dot"},
    {"command": "withdraw", "channel": "desk", "after": 17.5, "by": "dot"},
    {"command": "return", "channel": "desk", "after": 17.6},
    {"command": "cue_next", "channel": "desk", "duration": 2, "after": 18, "title": "Three"},
    {"command": "hold", "channel": "desk", "after": 18.2},
    {"command": "hold", "channel": "desk", "after": 18.4},
    {"command": "take", "channel": "desk", "after": 18.6, "by": "eve"},
    "no JSON",
    {"command": "dance", "channel": "desk"},
    {"command": "take", "channel": "elsewhere"},
    {"command": "slate", "channel": "desk", "on": True, "after": 25},
    {"command": "slate", "channel": "desk", "on": False, "after": 26},
    {"command": "stop", "channel": "desk", "after": 27.8},
]


@dataclass(slots=True)
class Evening:
    """The run when it is over. Times are wall-clock, as a bystander's watch showed them."""

    folder: Path
    run: ShowRun
    primary: NginxOrigin
    flaky: NginxOrigin
    status: int = -1
    killed_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    back_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    down_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    up_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def stream(self, channel: str) -> Path:
        """The continuous output of a channel."""
        return self.folder / f"{channel}.ts"

    def origin(self, channel: str) -> Path:
        """The channel's folder at the folder origin."""
        return self.folder / "folder" / channel


@contextmanager
def evening(folder: Path, *how: str) -> Iterator[Evening]:
    """Have it happen, then give it; the origins still answer. ``how``: more words for ``run``."""
    with ExitStack() as undo:
        primary, flaky = start_nginx(folder / "primary"), start_nginx(folder / "flaky")
        undo.callback(primary.stop)
        undo.callback(flaky.stop)
        feeds = [UdpFeed(free_udp_port()), UdpFeed(free_udp_port())]
        for feed in feeds:
            undo.callback(feed.kill)
            feed.start()
        show, words = _files(folder, {"primary": primary.url, "flaky": flaky.url}, feeds)
        run = undo.enter_context(running(show, *words, *how, "--for", str(LASTS_S), data_dir=folder / "run"))
        told = Evening(folder, run, primary, flaky)
        _happen(told, feeds[1])
        told.status = run.end(90)
        yield told


def _files(folder: Path, origins: dict[str, str], feeds: list[UdpFeed]) -> tuple[Path, list[str | Path]]:
    streams = {
        name: f'[[channels.outputs]]\nkind = "ts"\nurl = "{(folder / name).as_uri()}.ts"\n' for name in ("feed", "loss")
    }
    show = show_file(
        folder,
        {**origins, "folder": (folder / "folder").as_uri() + "/"},
        channel_toml("feed", sources=[feeds[0].url], origins=["primary", "folder"], outputs=streams["feed"]),
        channel_toml("loss", sources=[feeds[1].url], outputs=streams["loss"]),
        channel_toml("desk"),
        channel_toml("flaky", origins=["flaky", "folder"]),
    )
    lists = folder / "breaks.csv", folder / "breaks.json"
    lists[0].write_text(CSV, encoding="utf-8-sig")
    lists[1].write_text(json.dumps(JSON))
    commands = folder / "commands.jsonl"
    commands.write_text("".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in COMMANDS))
    return show, ["--breaks", lists[0], "--breaks", lists[1], "--commands", commands]


def _happen(told: Evening, sender: UdpFeed) -> None:
    """Pull the plugs and put them back."""
    started = {}
    for channel in ("loss", "flaky"):
        started[channel] = datetime.fromisoformat(
            told.run.wait_event("channel.on_air", channel=channel)["first_frame_at"]
        )
    _wait_until(started["flaky"], DOWN_S)
    told.flaky.stop()
    told.down_at = datetime.now(UTC)
    _wait_until(started["loss"], KILLED_S)
    sender.kill()
    told.killed_at = datetime.now(UTC)
    _wait_until(started["flaky"], UP_S)
    told.flaky.start()
    told.up_at = datetime.now(UTC)
    _wait_until(started["loss"], BACK_S)
    sender.start()
    told.back_at = datetime.now(UTC)


def _wait_until(started_at: datetime, after_s: float) -> None:
    """The show's own time is what is waited for, so this sleeps."""
    time.sleep(max(0.0, after_s - (datetime.now(UTC) - started_at).total_seconds()))
