"""A show run once in which every signalling mode goes on air: one second each, each break touching the next."""

from __future__ import annotations

import json
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.model.signalling import SignalMode
from tests.engine.show_run import ShowRun, running, show_file, splicedeck
from tests.pipeline.ts_walk import walk

FIRST_S, LASTS_S, HEARTBEAT_S, RUN_S = 7, 1, 2, 20
TIER = 5
MODES = tuple(SignalMode)
_KEPT = ExitStack()  # until the process ends: whoever asks for the run again gets the same one


def template_toml(mode: SignalMode) -> str:
    """A template named like its mode, with a UPID, a tier and, for placement opportunities, a restriction."""
    more = "web_delivery_allowed = false\n" if "placement" in mode else ""
    upid = '{ type = 9, value = "SIGNAL:{uuid}" }'
    head = f'[[channels.templates]]\nname = "{mode.value}"\nmode = "{mode.value}"\nduration = {LASTS_S}\n'
    return f"{head}tier = {TIER}\nupid = {upid}\n{more}"


CHANNEL = f"""
[[channels]]
name = "one"
sources = ["test:bars"]
frame_rate = "25"
heartbeat = {HEARTBEAT_S}
[[channels.renditions]]
name = "90p"
size = "160x90"
bitrate = 100000
preset = "ultrafast"
{"".join(template_toml(mode) for mode in MODES)}
[[channels.outputs]]
kind = "hls"
origins = ["folder"]
path = "one/"
segment = 2
window = 60
dialects = ["daterange", "cue-out-in", "oatcls-scte35", "scte35"]
"""


@dataclass(frozen=True)
class Aired:
    """What a run left behind."""

    folder: Path
    run: ShowRun

    @property
    def stream(self) -> Path:
        """Its continuous transport stream."""
        return self.folder / "all.ts"

    @property
    def index(self) -> Path:
        """Its multivariant playlist."""
        return self.folder / "origin/one/index.m3u8"

    def sections(self) -> list[bytes]:
        """Those of the stream, in order, repeats and all."""
        return [section for _, section in walk(self.stream.read_bytes()).sections[0x1F0]]

    def decoded(self) -> list[dict[str, Any]]:
        """The same, as ``cue decode`` tells them."""
        lines = "".join(f"{section.hex()}\n" for section in self.sections())
        told = splicedeck("cue", "decode", "--json", "-", stdin=lines)
        assert told.returncode == 0, told.stdout[-2000:] + told.stderr
        return [json.loads(line) for line in told.stdout.splitlines()]


@cache
def aired() -> Aired:
    """Run it, or give what it left when it ran."""
    folder = Path(_KEPT.enter_context(tempfile.TemporaryDirectory(prefix="modes-", ignore_cleanup_errors=True)))
    rows = "".join(f"{mode},+{FIRST_S + n * LASTS_S},{mode}\n" for n, mode in enumerate(MODES))
    (folder / "breaks.csv").write_text(f"id,at,template\n{rows}")
    stream = f'[[channels.outputs]]\nkind = "ts"\nurl = "{(folder / "all.ts").as_uri()}"\n'
    show = show_file(folder, {"folder": (folder / "origin").as_uri() + "/"}, CHANNEL + stream)
    words: list[str | Path] = ["--breaks", folder / "breaks.csv", "--for", str(RUN_S)]
    with running(show, *words, data_dir=folder / "run") as run:
        assert run.end(90) == 0, run.told()
    return Aired(folder, run)
