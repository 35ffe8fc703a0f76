"""``splicedeck change``: a show that is on air takes on what it can of a file, also over a kill of its engine."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.engine.show_run import channel_toml, running, show_file, splicedeck

TEMPLATE = '\n[[channels.templates]]\nname = "short"\nduration = 3\nmode = "provider_ad"\n'
QUALITY = "\n[channels.quality]\nloudness = { target = -16, tolerance = 3 }\n"


def edited(show: Path, name: str, more: str, **of_channel: Any) -> Path:
    """The show as another file beside it."""
    path = show.with_name(name)
    text = show.read_text().replace("\n[[channels.renditions]]", f"{more}\n[[channels.renditions]]", 1)
    for old, new in of_channel.items():
        text = text.replace(old, new)
    path.write_text(text)
    return path


def changed(path: Path, data_dir: Path, *words: str, status: int = 0) -> dict[str, Any]:
    """The JSON of the command."""
    told = splicedeck("change", path, "--data-dir", data_dir, "--json", *words)
    assert (told.returncode, told.stderr) == (status, "")
    found: dict[str, Any] = json.loads(told.stdout)
    return found


@pytest.mark.slow
def test_a_running_show_takes_on_what_it_can_and_a_killed_engine_comes_back_with_it(tmp_path: Path) -> None:
    data_dir = tmp_path / "run"
    show = show_file(tmp_path, {"folder": (tmp_path / "origin").as_uri() + "/"}, channel_toml("news-1", segment_s=1))
    wanted = edited(show, "wanted.toml", QUALITY + TEMPLATE, **{"bitrate = 250000": "bitrate = 260000"})
    with running(show, "--supervised", data_dir=data_dir) as run:
        run.wait_event("segment.delivered")
        tried = changed(wanted, data_dir, "--dry-run")
        takes = {(each["where"][-1], each["takes"]) for each in tried["changes"]}
        assert takes == {("template short", "now"), ("quality", "now"), ("rendition 180p", "needs a restart")}
        assert tried["channels"] == []
        done = changed(wanted, data_dir)
        assert done["channels"] == [{"channel": "news-1", "taken_on": True, "reason": ""}]
        assert run.wait_event("channel.changed")["by"].endswith("(shell)")
        os.kill(run.engine_pid(), signal.SIGKILL)
        run.wait_for(lambda: len(run.named("channel.on_air")) == 2)
        left = changed(wanted, data_dir, "--dry-run")
        assert [each["where"][-1] for each in left["changes"]] == ["rendition 180p"]
        text = splicedeck("change", wanted, "--data-dir", data_dir)
        assert text.returncode == 0
        assert text.stdout.splitlines() == [
            "needs a restart: channel news-1, rendition 180p: bitrate 250000 → 260000",
            "nothing of it can be taken on without a restart",
        ]
        back = changed(show, data_dir)
        assert {each["takes"] for each in back["changes"]} == {"now"}
        assert splicedeck("change", show, "--data-dir", data_dir).stdout == "nothing differs from what is on air\n"
        run.terminate()


def test_a_file_that_is_no_show_and_a_template_that_nothing_can_say_are_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "show.toml"
    broken.write_text("[show\n")
    told = splicedeck("change", broken, "--data-dir", tmp_path)
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (2, "", 1)
    none = splicedeck("change", show_file(tmp_path, {"a": "file:///tmp/a/"}, channel_toml("one", origins=("a",))))
    assert none.returncode in {1, 2}
    assert none.stderr.count("\n") == 1
