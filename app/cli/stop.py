"""``splicedeck stop``: ends channels, or the whole engine, and waits until that is done."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.status import attached
from app.cli.undelivered import tell_undelivered
from app.cli.usage import default_data_dir_text, folder, named
from app.model.errors import SplicedeckError, UsageError
from app.model.states import ChannelState, Order

if TYPE_CHECKING:
    from app.model.status import EngineStatus
    from app.remote.client import RemoteEngine

END_S = 40.0  # a channel whose parts all hang is given up after 30 s
GONE_S = 10.0  # for its process, when it has let its lock go
_LOOK_S = 0.05
_ENDED = {ChannelState.OFF_AIR, ChannelState.FAILED}
_EPILOG = """\
Every end is a clean one: an open break is closed with its IN, what is left goes to the origins, EXT-X-ENDLIST is
written. The engine that has been stopped is not brought back. What did not reach an origin is told on stderr.

exit status: 0 it has ended; 1 no engine runs there, or something hung; 2 bad usage: no such channel.

examples:
  splicedeck stop news-1
  splicedeck stop
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The arguments of ``stop``."""
    parser = subparsers.add_parser(
        "stop",
        help="end channels, or the whole engine",
        description="Ends the named channels cleanly; without a name all of them and the engine itself.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("channels", metavar="CHANNEL", nargs="*", type=named, help="a channel's name")
    parser.add_argument(
        "--data-dir", metavar="DIR", type=folder, help=f"the engine's data folder (default: {default_data_dir_text()})"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """End what is named and wait; the exit status."""
    engine = attached(args.data_dir)
    try:
        return _stop_channels(engine, args.channels) if args.channels else _stop_engine(engine)
    finally:
        engine.close()


def _stop_engine(engine: RemoteEngine) -> int:
    pid = engine.snapshot().pid
    if engine.hello.run_id:
        from app.remote.session import mark_ending

        mark_ending(engine.data_dir, engine.hello.run_id)  # were it to die now, it would come back only to end
    if engine.stop():
        if not has_gone(engine.hello.pid, GONE_S):
            raise SplicedeckError(
                f"the engine (pid {pid}) has ended its show, and its process is still there: kill -KILL {pid} ends it"
            )
        print(f"the engine (pid {pid}) has ended", flush=True)
        tell_undelivered(engine.snapshot())
        return 0
    raise SplicedeckError(
        f"the engine (pid {pid}) did not end cleanly; its log says why, and kill -KILL {pid} ends what is left of it"
    )


def has_gone(pid: int, within_s: float) -> bool:
    """Wait until that process has ended; one that only its parent can bury has."""
    deadline = time.monotonic() + within_s
    while (there := _is_there(pid)) and time.monotonic() < deadline:
        time.sleep(_LOOK_S)
    return not there


def _is_there(pid: int) -> bool:
    if sys.platform == "win32":  # os.kill would end it; that it has let its lock go is all that is seen there
        return False
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0] not in {"Z", "X"}
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    except OSError:  # it ended between the two looks; or there is no /proc, as on macOS
        return sys.platform == "darwin"


def _stop_channels(engine: RemoteEngine, names: list[str]) -> int:
    known = [channel.name for channel in engine.snapshot().channels]
    for name in names:
        if name not in known:
            there = f"there are {', '.join(known)}" if known else "it has no show open"
            raise UsageError("splicedeck stop", f"no channel {name!r}", there)
    for name in dict.fromkeys(names):
        engine.stop_channel(name, by=who())
    deadline = time.monotonic() + END_S
    left = list(dict.fromkeys(names))
    while left and time.monotonic() < deadline:
        time.sleep(_LOOK_S)
        for name in [name for name in left if _has_ended(engine.snapshot(), name)]:
            left.remove(name)
            print(f"{name} has ended", flush=True)
    if left:
        raise SplicedeckError(f"did not end in {END_S:g} s: {', '.join(left)}; splicedeck status tells what they do")
    return 0


def _has_ended(status: EngineStatus, name: str) -> bool:
    mine = [channel for channel in status.channels if channel.name == name]
    return all(channel.order is Order.STOP and channel.state in _ENDED for channel in mine)


def who() -> str:
    """Who answers for it in the as-run."""
    try:
        return f"{getpass.getuser()} (shell)"
    except (OSError, KeyError):  # this user has no name here
        return "shell"
