"""hls.js in a real browser plays a channel through a break while it is on air, and on to its end."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.engine.show_run import ShowRun, channel_toml, running, show_file
from tests.player.browser import playing

pytestmark = pytest.mark.slow

FRAME_S = 1 / 25
BREAK_AT_S, BREAK_S = 7, 3
ENOUGH_AHEAD = (
    3  # segments at the origin before the player begins: it plays from the first, so it stays that far behind
)
START_S = (
    0.5  # hls.js skips to the first picture of any stream with B-frames (ffmpeg's own too), with a note and a wait
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("player")


@pytest.fixture(scope="module")
def aired(folder: Path) -> Iterator[ShowRun]:
    """A channel on air, for 13 s, with one break."""
    breaks = folder / "breaks.csv"
    breaks.write_text(f"at,duration\n+{BREAK_AT_S},{BREAK_S}\n")
    show = show_file(folder, {"folder": (folder / "origin").as_uri() + "/"}, channel_toml("news-1", preset="veryfast"))
    with running(show, "--breaks", breaks, "--for", "13", data_dir=folder / "run") as run:
        yield run


@pytest.fixture(scope="module")
def met(folder: Path, aired: ShowRun) -> dict[str, Any]:
    """What the player met, from the first segment to the end."""
    aired.wait_for(lambda: len(aired.named("segment.delivered")) >= 2 * ENOUGH_AHEAD)
    with playing(folder / "origin", "news-1/index.m3u8") as player:
        met = player.result(60)
    assert aired.end() == 0, aired.told()
    return met


@pytest.fixture(scope="module")
def switched(folder: Path, met: dict[str, Any]) -> dict[str, Any]:
    """What the player met on the finished output every other segment from another rendition, at speed."""
    with playing(folder / "origin", "news-1/index.m3u8", "switching=1&rate=4") as player:
        return player.result(60)


@pytest.fixture(scope="module")
def playlist(folder: Path, met: dict[str, Any]) -> str:
    return (folder / "origin/news-1/180p/index.m3u8").read_text()


def test_it_plays_from_the_first_segment_to_the_end_of_a_live_channel(met: dict[str, Any], aired: ShowRun) -> None:
    assert met["fatal"] is None
    assert met["error"] is None
    assert met["ended"]
    assert met["live"], "it was on air when the player began"
    last = max(event["pts"] + event["duration_ticks"] for event in aired.named("segment.written"))
    first = aired.wait_event("channel.on_air")["first_pts"]
    assert met["position"] == pytest.approx((last - first) / 90_000, abs=0.3)


def test_it_never_stalls_and_its_buffer_has_no_hole(met: dict[str, Any], playlist: str) -> None:
    assert [wait for wait in met["waits"] if START_S < wait < met["position"] - START_S] == []
    assert [error for error in met["errors"] if error["position"] > START_S] == []
    assert met["holes"] == []
    assert met["invalid"] is None
    assert _complaints(met) == []
    assert [segment["uri"] for segment in met["segments"]] == _listed(playlist)


def test_every_other_segment_from_another_rendition_is_as_good(switched: dict[str, Any], playlist: str) -> None:
    assert switched["fatal"] is None
    assert switched["ended"]
    assert switched["holes"] == []
    assert _complaints(switched) == []
    # ffmpeg's own HLS makes hls.js take some segments from both renditions too: one time more in a row is no matter
    assert [uri for uri, _ in groupby(segment["uri"] for segment in switched["segments"])] == _listed(playlist)
    taken = {(segment["uri"], level) for segment, level in zip(switched["segments"], switched["levels"], strict=True)}
    assert {(uri, number % 2) for number, uri in enumerate(_listed(playlist))} <= taken


def test_the_pictures_go_on_through_out_and_in(met: dict[str, Any]) -> None:
    out, back = _splices(met)
    shown = [time for time in met["pictures"] if out - 1 < time < back + 1]
    assert min(shown) < out < back < max(shown)
    assert max(b - a for a, b in pairwise(shown)) < 0.5, "a browser may skip pictures, not stop"
    assert met["frames"] >= (back + 1) / FRAME_S * 0.95


def test_the_cues_of_out_and_in_come_with_their_sections_at_the_splice(met: dict[str, Any], aired: ShowRun) -> None:
    out, back = _splices(met)
    assert back - out == pytest.approx(BREAK_S, abs=FRAME_S)
    sent = {event["kind"]: event["section"] for event in aired.named("cue.sent")}
    assert {cue["key"]: cue["value"] for cue in met["cues"] if cue["key"].startswith("SCTE35")} == {
        "SCTE35-OUT": _hex(sent["out"]),
        "SCTE35-IN": _hex(sent["in"]),
    }
    entered = next(cue for cue in met["entered"] if cue["key"] == "SCTE35-OUT")
    assert entered["position"] == pytest.approx(out, abs=0.3), "while it played"


def test_the_cues_name_the_time_of_the_splice(met: dict[str, Any], aired: ShowRun, playlist: str) -> None:
    started_at = datetime.fromisoformat(aired.wait_event("channel.on_air")["first_frame_at"])
    start = re.search(r'START-DATE="([^"]+)"[^\n]*SCTE35-OUT=0x', playlist)
    assert start is not None
    off = datetime.fromisoformat(start[1]) - started_at - timedelta(seconds=BREAK_AT_S)
    assert abs(off) < timedelta(milliseconds=1.5)


def _splices(met: dict[str, Any]) -> tuple[float, float]:
    """Where the player shows OUT and IN, on its own time line."""
    cue = next(cue for cue in met["cues"] if cue["key"] == "SCTE35-OUT")
    return cue["start"], cue["end"]


def _listed(playlist: str) -> list[str]:
    return re.findall(r"^([^#\s]+\.ts)$", playlist, flags=re.MULTILINE)


def _complaints(met: dict[str, Any]) -> list[str]:
    """What hls.js had to mend in sound or picture, but for the start and for want of a processor."""
    mended = [warning for warning in met["warnings"] if re.search(r"Injecting|overlaps|hole|gap", warning)]
    return [warning for warning in mended if not re.search(r"@ 0\.0|from 0 to 0\.|stalling .* low buffer", warning)]


def _hex(section: str) -> str:
    return base64.b64decode(section).hex()
