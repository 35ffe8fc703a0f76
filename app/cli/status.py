"""``splicedeck status``: what is on air, from the engine that holds the data folder."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.usage import default_data_dir_text, folder
from app.model.wire import Plain, to_plain, utc_text
from app.settings import default_data_dir

if TYPE_CHECKING:
    from app.model.segment import OriginStatus
    from app.model.status import Alarm, BreakStatus, ChannelStatus, EngineStatus
    from app.remote.client import RemoteEngine

COMING_BACK_S = 5.0
_EPILOG = """\
--json: {"engine": {"pid", "version", "since", …}, "channels": [{"name", "order", "state", "source", "break", "origins":
{name: {"backlog", "last_delivered_at", …}}, …}]}. state is on_air when frames are going out, the slate's included;
break is the open one, else the one in its pre-roll, cued or held, else null; times are UTC, ticks 90 kHz. "not watched
over" ("watched_over" false): were the engine to die, nobody would bring it back; the same run command, or a control
room, watches over it again.

exit status: 0 an engine runs, whatever its channels do; 1 none runs there, or it does not answer; 2 bad usage, or the
folder is another user's.
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The arguments of ``status``."""
    parser = subparsers.add_parser(
        "status",
        help="what is on air",
        description="Tells what the engine of a data folder has on air: channels, breaks, origins and alarms.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data-dir", metavar="DIR", type=folder, help=f"the engine's data folder (default: {default_data_dir_text()})"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.set_defaults(run=run)


def attached(data_dir: Path | None) -> RemoteEngine:
    """The engine of the data folder that was named; where a run was cut off, it is waited for: it is coming back."""
    from app.remote.client import RemoteEngine
    from app.remote.lock import check_data_dir
    from app.remote.session import unfinished

    data_dir = data_dir or default_data_dir()
    check_data_dir(data_dir)
    return RemoteEngine.attach(data_dir, wait_s=COMING_BACK_S if unfinished(data_dir) else 0.0)


def run(args: argparse.Namespace) -> int:
    """Print it; 0. SplicedeckError: one line for the user."""
    from app.remote.watched import is_watched

    engine = attached(args.data_dir)
    try:
        status = engine.snapshot()
        watched_over = is_watched(engine.data_dir)
        if args.json:
            print(json.dumps(exported(engine, status, watched_over=watched_over), ensure_ascii=False))
        else:
            print(as_text(status, watched_over=watched_over))
    finally:
        engine.close()
    return 0


def exported(engine: RemoteEngine, status: EngineStatus, *, watched_over: bool) -> dict[str, Plain]:
    """By the names of the contract, and what else there is to know."""
    fields = to_plain(status)
    about = {name: value for name, value in fields.items() if name != "channels"} if isinstance(fields, dict) else {}
    return {
        "engine": {**about, "run_id": engine.hello.run_id, "watched_over": watched_over},
        "channels": [_channel(channel) for channel in status.channels],
    }


def _channel(channel: ChannelStatus) -> Plain:
    fields = to_plain(channel)
    if not isinstance(fields, dict):
        return fields
    fields["break"] = to_plain(channel.on_air or channel.current)
    return fields


def as_text(status: EngineStatus, now: datetime | None = None, *, watched_over: bool = True) -> str:
    """As a person reads it: the engine, then a line a channel, then what is wrong."""
    now = now or datetime.now(UTC)
    show = f"show {status.show!r}" if status.show else "no show"
    # An engine that took over is a start as well as one that was brought back: neither word would be right for both.
    life = f", start {status.life} of this run" if status.life > 1 else ""
    if status.show and not watched_over:
        life += ", not watched over"
    about = f"engine {status.version}, pid {status.pid}, since {utc_text(status.since)}{life}: {show}"
    rows = [("channel", "state", "source", "break", "origins"), *(_row(channel, now) for channel in status.channels)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    table = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows] if status.channels else []
    return "\n".join([about, *table, *_alarms(status)])


def _row(channel: ChannelStatus, now: datetime) -> tuple[str, ...]:
    source = f"{channel.source} (by hand)" if channel.slate_by_hand else channel.source
    origins = ", ".join(f"{name} {_origin(one)}" for name, one in channel.origins.items())
    return channel.name, channel.state.value.replace("_", " "), source or "-", _breaks(channel, now), origins or "-"


def _breaks(channel: ChannelStatus, now: datetime) -> str:
    """The open one, what is armed, cued or held beside it, else what comes next."""
    told = [channel.on_air] if channel.on_air is not None else []
    if channel.current is not None and (channel.on_air is None or channel.current.id != channel.on_air.id):
        told.append(channel.current)
    if not told and channel.next is not None:
        told.append(channel.next)
    return "; ".join(_break(one, now) for one in told) or "-"


def _break(one: BreakStatus, now: datetime) -> str:
    name = one.title or one.id
    if one.state.value == "on_air" and one.in_at is not None:
        return f"{name}: back in {_span(one.in_at - now)}"
    if one.out_at is not None and one.state.value in {"armed", "planned"}:
        return f"{name}: {one.state.value}, out in {_span(one.out_at - now)}"
    return f"{name}: {one.state.value.replace('_', ' ')}"


def _span(left: timedelta) -> str:
    """``0:25`` or ``1:02:03``; never less than none."""
    seconds = max(0, -(-left // timedelta(seconds=1)))
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def _origin(origin: OriginStatus) -> str:
    waiting = f"{origin.backlog} waiting" if origin.backlog else "up to date"
    return f"{waiting}, {origin.lost} lost" if origin.lost else waiting


def _alarms(status: EngineStatus) -> Iterator[str]:
    for where, alarms in (("engine", status.alarms), *((one.name, one.alarms) for one in status.channels)):
        yield from (_alarm(where, alarm) for alarm in alarms)


def _alarm(where: str, alarm: Alarm) -> str:
    return f"{alarm.severity}: {where}: {alarm.text} (since {utc_text(alarm.raised_at)})"
