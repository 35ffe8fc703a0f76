"""Playlists that have to go forward: through the parser, a live target, the live proof."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.monitoring.fetch import Fetcher
from app.monitoring.playlist import MediaPlaylist, parse_playlist
from app.monitoring.proof import verify
from app.monitoring.sequences import Sequences
from tests.monitoring.outages import Outage, resumed_break


def media(
    sequence: int = 3, discontinuity: int = 1, first: int = 3, count: int = 4, *, broken_at: int = 5
) -> MediaPlaylist:
    lines = ["#EXTM3U", f"#EXT-X-MEDIA-SEQUENCE:{sequence}", f"#EXT-X-DISCONTINUITY-SEQUENCE:{discontinuity}"]
    for number in range(first, first + count):
        lines += ["#EXT-X-DISCONTINUITY"] * (number == broken_at)
        lines += [f"#EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:00:{number:02d}.000Z", "#EXTINF:1.000,", f"{number}.ts"]
    playlist = parse_playlist("\n".join(lines), "x")
    assert isinstance(playlist, MediaPlaylist)
    return playlist


def wrong(before: MediaPlaylist, after: MediaPlaylist) -> str:
    sequences = Sequences()
    assert sequences.note("720p", before) == []
    return "; ".join(sequences.note("720p", after))


@given(st.lists(st.integers(0, 3), max_size=10))
def test_a_window_that_slides_is_right(steps: list[int]) -> None:
    sequences, first = Sequences(), 3
    for step in steps:
        first += step
        assert sequences.note("x", media(first, 1 if first <= 5 else 2, first)) == []


@pytest.mark.parametrize(
    ("after", "text"),
    [
        (media(2, 1, 2), "EXT-X-MEDIA-SEQUENCE ran backwards, from 3 to 2"),
        (media(3, 0), "EXT-X-DISCONTINUITY-SEQUENCE ran backwards, from 1 to 0"),
        (media(count=3), "its last segment was 6 and is 5"),
        (media(sequence=4), "segment 4 was 4.ts, and is 3.ts"),
        (media(broken_at=6), "discontinuity sequence of segment 5 changed from 2 to 1"),
        (media(discontinuity=2), "discontinuity sequence of segment 3 changed from 1 to 2"),
    ],
)
def test_what_runs_backwards_is_told(after: MediaPlaylist, text: str) -> None:
    assert text in wrong(media(), after)


class Slipping(Fetcher):
    """A server whose playlists are another's, from the second look on."""

    def __init__(self, pattern: str, replacement: str) -> None:
        super().__init__()
        self._change = (pattern, replacement)
        self._looks: dict[str, int] = {}
        self._lock = threading.Lock()

    def text(self, url: str) -> str:
        with self._lock:
            self._looks[url] = self._looks.get(url, 0) + 1
        body = super().text(url)
        return re.sub(*self._change, body) if self._looks[url] > 1 else body


@pytest.mark.parametrize("ended", [False, True])
def test_a_live_target_is_looked_at_twice(tmp_path: Path, ended: bool) -> None:
    outage = Outage(first_segment=1)
    outage.after = replace(outage.after, ended=ended)
    resumed_break(outage)
    target = outage.write(tmp_path)
    report = verify(str(target), fetcher=Slipping("SEQUENCE:1", "SEQUENCE:0"))
    assert report.passed == ended, report.to_json()
    assert ("720p: EXT-X-MEDIA-SEQUENCE ran backwards" in str(report.to_json())) != ended


def test_a_live_target_that_goes_forward_passes(tmp_path: Path) -> None:
    outage = Outage()
    outage.after.ended = False
    resumed_break(outage)
    report = verify(str(outage.write(tmp_path)))
    assert report.passed, report.to_json()
