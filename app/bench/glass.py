"""The window's side of the window benchmarks, in a process of its own. Run as a module.

``KIND DATA_DIR SETTLE_S FOR_S``. ``shared`` attaches to the engine there; ``blind`` does too, but its pictures stand;
``plain:WIDTHxHEIGHT`` is the plainest program that paints the same pictures: one widget, posted in its own process.
``presses`` presses a button of the attached window, FOR_S times; ``bare-presses`` the one of a plain window.
``charts`` draws a day of six charts, ``bare-charts`` bare plots of it; they say the share of a core alone.
It says ``full`` once everything is on the glass, then its figures as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from app.bench.pictures import Pictures, a_picture
from app.engine import Mailbox
from app.model.commands import Command
from app.model.events import Event
from app.model.status import EngineStatus
from app.remote.client import WINDOW_EVENTS, RemoteEngine
from app.ui.application import preflight
from app.ui.window_cost import WindowCost


class _OwnEngine:
    """Stands for an engine in this process: the status as it was once, and no pictures."""

    connected, ended, status_age_s, mismatch = True, False, 0.0, ""

    def __init__(self, status: EngineStatus) -> None:
        self._status = status

    def submit(self, command: Command) -> None:
        """Nothing is carried out."""

    def follow(self, _callback: Callable[[Event], None]) -> Callable[[], None]:
        """Nothing happens."""
        return lambda: None

    def snapshot(self) -> EngineStatus:
        """As it was."""
        return self._status

    def preview(self, _channel: str) -> Mailbox:
        """Empty."""
        return Mailbox()


class _Blind:
    """The engine as it is, but for its pictures."""

    def __init__(self, engine: RemoteEngine) -> None:
        self._engine, self.submit, self.follow, self.snapshot = engine, engine.submit, engine.follow, engine.snapshot
        self.ended, self.mismatch = False, ""

    @property
    def connected(self) -> bool:
        """As it is."""
        return self._engine.connected

    @property
    def status_age_s(self) -> float:
        """As it is."""
        return self._engine.status_age_s

    def preview(self, _channel: str) -> Mailbox:
        """One picture, and never another."""
        mailbox = Mailbox()
        mailbox.post(a_picture(320, 180, 0))
        return mailbox


def _say(word: str) -> None:
    print(word, flush=True)  # noqa: T201 - it is how its parent hears of it


def _plain(tiles: int, kind: str, settle_s: float, for_s: float) -> WindowCost:
    from app.ui.measured_plain import measured_plain  # noqa: PLC0415 - Qt may be missing until preflight

    pictures = Pictures(tiles)
    width, _, height = kind.partition(":")[2].partition("x")
    size, mailboxes = (int(width), int(height)), tuple(pictures.mailboxes.values())
    pictures.start()
    cost = measured_plain(
        mailboxes, size, lambda: pictures.cpu_s, settle_s=settle_s, for_s=for_s, on_full=lambda: _say("full")
    )
    pictures.stop()
    return cost


def main(kind: str, data_dir: str, settle_s: str, for_s: str) -> None:
    """Open the window, say when it is full, measure, say what was measured."""
    from app.ui.charts.measured import bare_charts, measured_charts  # noqa: PLC0415 - Qt may be missing until preflight
    from app.ui.measured import measured_window  # noqa: PLC0415 - Qt may be missing until preflight
    from app.ui.measured_presses import bare_presses, measured_presses  # noqa: PLC0415 - as above

    if kind == "bare-presses":
        _say("full")
        _say(json.dumps(asdict(bare_presses(int(for_s)))))
        return
    remote = RemoteEngine.attach(Path(data_dir), wait_s=5, newest=WINDOW_EVENTS)
    if kind == "presses":
        _say("full")
        _say(json.dumps(asdict(measured_presses(remote, "UTC", int(for_s)))))
        remote.close()
        return
    if kind in {"charts", "bare-charts"}:
        _say("full")
        standing = _OwnEngine(remote.snapshot())
        remote.close()  # of the link other figures tell
        cpu = (
            measured_charts(standing, "UTC", float(for_s)) if kind == "charts" else bare_charts(standing, float(for_s))
        )
        _say(f"{cpu:.6f}")
        return
    if kind.startswith("plain:"):
        tiles = len(remote.snapshot().channels)
        remote.close()
        _say(json.dumps(asdict(_plain(tiles, kind, float(settle_s), float(for_s)))))
        return
    engine: RemoteEngine | _Blind = _Blind(remote) if kind == "blind" else remote
    cost = measured_window(engine, "UTC", settle_s=float(settle_s), for_s=float(for_s), on_full=lambda: _say("full"))
    remote.close()
    _say(json.dumps(asdict(cost)))


if __name__ == "__main__":
    preflight()
    main(*sys.argv[1:])
