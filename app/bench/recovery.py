"""``bench recovery``: ``kill -9`` of the engine to frames on air again, by the standby, against a cold start."""

from __future__ import annotations

import json
import os
import queue
import signal
import tempfile
import time
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

from app.bench.figures import Figure, Outcome, median, percentile
from app.model.errors import SplicedeckError
from app.model.events import ChannelStarted, Event
from app.remote.client import RemoteEngine
from app.remote.session import mark_ending, new_session, write_session
from app.remote.starting import claim, wait_for_engine
from app.remote.watchdog import YOUNG_S, Watchdog
from app.settings import show_from_toml

KILLS, COLD_KILLS = int(os.environ.get("SPLICEDECK_RECOVERY_KILLS", "20")), 5
P95_LIMIT_S = 2.0
READY_S, BACK_S = 60.0, 60.0
_POLL_S = 0.05
_SHOW = """
[show]
name = "Recovery"
timezone = "UTC"
[[origins]]
name = "folder"
url = {origin}
[[channels]]
name = "one"
sources = ["test:bars"]
frame_rate = "25"
[[channels.renditions]]
name = "360p"
size = "640x360"
bitrate = 700000
[[channels.renditions]]
name = "180p"
size = "320x180"
bitrate = 300000
[[channels.outputs]]
kind = "hls"
origins = ["folder"]
path = "one/"
segment = 2
"""


def run() -> Outcome:
    """Kill it again and again, each time with an engine standing by; then some times without one."""
    warm = _Kills(stands_by=True)
    warm.strike(KILLS)
    cold = _Kills(stands_by=False)
    cold.strike(COLD_KILLS)
    return Outcome(
        "recovery",
        f"a cold start of the engine after the same kill ({COLD_KILLS} times)",
        (
            Figure("kill -9 to frames, median", median(warm.off_air_s), "s"),
            Figure("kill -9 to frames, p95", percentile(warm.off_air_s, 0.95), "s", P95_LIMIT_S),
            Figure("kill -9 to frames, longest", max(warm.off_air_s), "s"),
            Figure("cold, median", median(cold.off_air_s), "s"),
            Figure("missing in the output, median", median(warm.missing_s), "s"),
            Figure("kills not recovered from", warm.lost + cold.lost, "", 0),
        ),
        (f"{KILLS} kills; the slate counts as frames; missing: with the segment that was open",),
    )


class _Kills:
    """One run of a small show and what its restarts took."""

    def __init__(self, *, stands_by: bool) -> None:
        self._stands_by = stands_by
        self._started: queue.SimpleQueue[ChannelStarted] = queue.SimpleQueue()
        self.off_air_s: list[float] = []
        self.missing_s: list[float] = []
        self.lost = 0

    def strike(self, times: int) -> None:
        """Kill the engine so often; the show is ended afterwards."""
        with ExitStack() as resources:
            folder = Path(resources.enter_context(tempfile.TemporaryDirectory()))
            text = _SHOW.format(origin=json.dumps((folder / "origin").as_uri() + "/"))
            session = new_session(show_from_toml(text, "show"), text, folder, database="")
            resources.callback(claim(folder).release)
            write_session(folder, session)
            watchdog = Watchdog(folder, stands_by=self._stands_by)
            watchdog.start()
            resources.callback(watchdog.stop)
            engine = resources.enter_context(closing(wait_for_engine(folder, session.run_id)))
            engine.subscribe(self._take)
            self._started.get(timeout=BACK_S)
            try:
                for _ in range(times):
                    self._kill(engine, watchdog)
            finally:
                mark_ending(folder, session.run_id)
                engine.stop()

    def _take(self, event: Event) -> None:
        if isinstance(event, ChannelStarted):
            self._started.put(event)

    def _kill(self, engine: RemoteEngine, watchdog: Watchdog) -> None:
        began_s = time.monotonic()
        while time.monotonic() - began_s < YOUNG_S + 1 or (self._stands_by and not watchdog.is_stood_by):
            if time.monotonic() - began_s > READY_S:
                raise SplicedeckError(f"no engine stands by after {READY_S:.0f} s: this machine is too busy to measure")
            time.sleep(_POLL_S)
        killed_at = datetime.now(UTC)
        os.kill(engine.snapshot().pid, signal.SIGKILL)
        try:
            back = self._started.get(timeout=BACK_S)
        except queue.Empty:
            self.lost += 1
            return
        self.off_air_s.append((back.first_frame_at - killed_at).total_seconds())
        if back.gap_ms is not None:
            self.missing_s.append(back.gap_ms / 1000)
