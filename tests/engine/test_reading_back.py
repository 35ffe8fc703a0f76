"""Playlists read back from the origins: beside one another, and no longer waited for than the air can."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from app.engine import reading_back
from app.engine.reading_back import ReadingBack
from app.model.show import HlsOutput, Origin, Show
from tests.engine.lone_engine import evening

PATH = "one/180p/index.m3u8"


def show_of(folder: Path, *origins: str) -> tuple[Show, HlsOutput]:
    show = evening(folder)
    (channel,) = show.channels
    (output,) = channel.outputs
    assert isinstance(output, HlsOutput)
    there = replace(output, origins=origins)
    named = tuple(Origin(name, f"http://{name}.invalid/") for name in origins)
    return replace(show, origins=named, channels=(replace(channel, outputs=(there,)),)), there


def test_each_origin_tells_what_it_has(tmp_path: Path) -> None:
    show, output = show_of(tmp_path, "a", "b")
    asked: list[tuple[str, str]] = []

    def read(origin: Origin, path: str) -> bytes | None:
        asked.append((origin.name, path))
        return None if origin.name == "a" else path.encode()

    reading = ReadingBack(show, read)
    assert reading(output, PATH, patient=True) == [PATH.encode()]
    assert reading(output, "one/elsewhere", patient=True) == []
    assert sorted(asked) == [(name, f"one/{rung}/index.m3u8") for name in "ab" for rung in ("180p", "90p")]


def test_an_origin_that_hangs_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_back, "PATIENT_S", 1.0)
    show, output = show_of(tmp_path, "hangs", "answers")
    go_on = threading.Event()

    def read(origin: Origin, path: str) -> bytes | None:
        if origin.name == "hangs":
            go_on.wait(30)
        return path.encode()

    started_s = time.monotonic()
    reading = ReadingBack(show, read)
    assert reading(output, PATH, patient=False) == [PATH.encode()]
    assert reading(output, "one/90p/index.m3u8", patient=False) == [b"one/90p/index.m3u8"]
    assert time.monotonic() - started_s < 0.9, "for both together"
    assert reading(output, PATH, patient=True) == [PATH.encode()]
    go_on.set()


def test_a_slow_origin_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_back, "DEAD_S", 0.0)
    show, output = show_of(tmp_path, "slow")
    asked: list[str] = []

    def read(_origin: Origin, path: str) -> bytes | None:
        asked.append(path)
        return None

    reading = ReadingBack(show, read)
    assert reading(output, "one/90p/index.m3u8", patient=True) == []
    assert asked == [PATH]
