"""The window's side of the window benchmarks, in a process of its own. Run as a module.

``KIND DATA_DIR SETTLE_S FOR_S``. ``shared`` attaches to the engine there; ``blind`` does too, but its pictures stand;
``own`` has the same pictures posted in its own process, and its status stands.
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


class _OwnEngine:
    """Stands for an engine in this process: the status as it was once, the pictures as they come."""

    connected, ended, status_age_s, mismatch = True, False, 0.0, ""

    def __init__(self, status: EngineStatus, pictures: Pictures) -> None:
        self._status, self._pictures = status, pictures

    def submit(self, command: Command) -> None:
        """Nothing is carried out."""

    def follow(self, _callback: Callable[[Event], None]) -> Callable[[], None]:
        """Nothing happens."""
        return lambda: None

    def snapshot(self) -> EngineStatus:
        """As it was."""
        return self._status

    def preview(self, channel: str) -> Mailbox:
        """Of one of the sixteen."""
        return self._pictures.mailboxes[channel]


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
        standing = _OwnEngine(remote.snapshot(), Pictures())
        remote.close()  # of the link other figures tell
        cpu = (
            measured_charts(standing, "UTC", float(for_s)) if kind == "charts" else bare_charts(standing, float(for_s))
        )
        _say(f"{cpu:.6f}")
        return
    pictures = Pictures()
    engine: RemoteEngine | _Blind | _OwnEngine = remote
    if kind == "blind":
        engine = _Blind(remote)
    elif kind == "own":
        remote.close()
        engine = _OwnEngine(remote.snapshot(), pictures)
        pictures.start()
    cost = measured_window(engine, "UTC", settle_s=float(settle_s), for_s=float(for_s), on_full=lambda: _say("full"))
    pictures.stop()
    remote.close()
    _say(json.dumps(asdict(cost)))


if __name__ == "__main__":
    preflight()
    main(*sys.argv[1:])
