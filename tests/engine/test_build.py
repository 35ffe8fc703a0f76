"""An engine built on a data directory: what it imports, what it waits for on the way back to air, what it says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from app.engine import build
from app.engine.build import JOURNAL, build_engine, recovered_from
from app.engine.engine import Engine
from app.engine.recovery import Left, Recovered, recover
from app.model import events
from app.model.commands import InsertBreak
from app.model.events import Event
from app.model.show import Show
from tests.engine.lives import CHECKOUT
from tests.engine.lone_engine import evening
from tests.engine.udp_feed import free_udp_port


class Heard:
    """Events of an engine, and waiting for them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.events: list[Event] = []
        self._news = threading.Condition()
        engine.subscribe(self._take)

    def _take(self, event: Event) -> None:
        with self._news:
            self.events.append(event)
            self._news.notify_all()

    def wait[E: Event](self, kind: type[E], within_s: float = 40, **fields: Any) -> E:
        found: list[E] = []

        def came() -> bool:
            found[:] = [
                one
                for one in self.events
                if isinstance(one, kind) and all(getattr(one, key) == value for key, value in fields.items())
            ]
            return bool(found)

        with self._news:
            assert self._news.wait_for(came, within_s), self.events[-9:]
        return found[0]


@contextmanager
def on_air(show: Show, folder: Path, run_id: str = "evening") -> Iterator[Heard]:
    with build_engine(show, folder, run_id=run_id) as engine:
        heard = Heard(engine)
        engine.start()
        yield heard


def test_the_way_back_to_air_loads_no_store_and_no_window() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import json, sys, app.engine.build; print(json.dumps(sorted(sys.modules)))"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert {"sqlalchemy", "PySide6"}.isdisjoint(json.loads(told.stdout))


def test_a_channel_that_goes_on_waits_for_no_source(tmp_path: Path) -> None:
    """Its rate is the one it had; it is on its slate until something opens."""
    show = evening(tmp_path)
    (channel,) = show.channels
    asks = replace(show, channels=(replace(channel, frame_rate=None),))
    with on_air(asks, tmp_path) as first:
        rate = first.wait(events.ChannelStarted).frame_rate
        first.wait(events.SegmentDelivered)
        assert first.engine.hand_over()
    nothing = f"udp://127.0.0.1:{free_udp_port()}"
    silent = replace(show, channels=(replace(channel, frame_rate=None, sources=(nothing,)),))
    with on_air(silent, tmp_path) as second:
        began = second.wait(events.EngineStarted)
        started = second.wait(events.ChannelStarted)
        assert started.frame_rate == rate
        assert (started.first_frame_at - began.at).total_seconds() < 3, "a probe alone would take five"
        assert second.wait(events.SourceChanged).source == "slate"
        assert (began.life, second.engine.snapshot().life) == (2, 2)


def test_a_slate_that_was_lost_keeps_nothing_off_the_air(tmp_path: Path) -> None:
    show = evening(tmp_path)
    (channel,) = show.channels
    lacks = replace(show, channels=(replace(channel, slate=str(tmp_path / "gone.png")),))
    with on_air(lacks, tmp_path) as heard:
        assert "gone.png" in heard.wait(events.AlarmRaised, key="slate").text
        heard.wait(events.ChannelStarted)


def test_a_journal_that_is_none_is_set_aside_and_the_playlists_go_on(tmp_path: Path) -> None:
    """A break that was open is read off the playlist too, and closed at its planned moment."""
    show = evening(tmp_path)
    with on_air(show, tmp_path) as first:
        first.wait(events.SegmentDelivered)
        first.engine.submit(InsertBreak(channel="one", by="ann", duration_s=Fraction(8), immediate=True))
        out = first.wait(events.BreakOut)
        assert first.engine.hand_over()
    playlist = tmp_path / "origin/one/180p/index.m3u8"
    before = playlist.read_text().count("#EXTINF")
    for side in ("-wal", "-shm"):
        (tmp_path / f"{JOURNAL}{side}").unlink(missing_ok=True)
    (tmp_path / JOURNAL).write_bytes(b"no journal at all" * 99)
    with on_air(show, tmp_path) as second:
        told = second.wait(events.AlarmRaised, key="recovery").text
        assert "set aside" in told
        assert "goes on from the playlists that its origin has" in told
        back = second.wait(events.BreakIn)
        assert back.splice_event_id == out.splice_event_id
        assert abs((back.in_at - out.out_at).total_seconds() - 8) < 0.05
        assert [alarm.key for alarm in second.engine.snapshot().alarms] == ["recovery"]
    text = playlist.read_text()
    assert text.count("#EXTINF") > before
    assert text.count("#EXT-X-DISCONTINUITY\n") == 1
    assert "#EXT-X-MEDIA-SEQUENCE:0\n" in text
    assert text.count("#EXT-X-CUE-OUT:") == text.count("#EXT-X-CUE-IN") == 1
    ranges = re.findall(r'#EXT-X-DATERANGE:(ID="[^"]+",START-DATE="[^"]+",PLANNED-DURATION=[\d.]+)', text)
    assert len(ranges) == 2
    assert len(set(ranges)) == 1, "closed with the same first attributes"
    (aside,) = tmp_path.glob(f"{JOURNAL}.set-aside-*")
    assert aside.read_bytes() == b"no journal at all" * 99


@pytest.mark.parametrize("cut", [37, None])
def test_without_a_journal_playlists_that_are_cut_off_lose_nothing_at_the_origin(
    tmp_path: Path, cut: int | None
) -> None:
    """As far as they are whole they are gone on with; where nothing is left of them, nothing is deleted either."""
    show = evening(tmp_path)
    with on_air(show, tmp_path) as first:
        first.wait(events.SegmentDelivered)
        first.engine.submit(InsertBreak(channel="one", by="ann", duration_s=Fraction(8), immediate=True))
        out = first.wait(events.BreakOut)
        assert first.engine.hand_over()
    for side in ("-wal", "-shm"):
        (tmp_path / f"{JOURNAL}{side}").unlink(missing_ok=True)
    (tmp_path / JOURNAL).write_bytes(b"no journal at all" * 99)
    playlists = [tmp_path / f"origin/one/{name}/index.m3u8" for name in ("180p", "90p")]
    for each in playlists:
        each.write_bytes(each.read_bytes()[:-cut] if cut else b"#EXT")
    segments = sorted(tmp_path.glob("origin/one/*/*.ts"))
    spooled = tmp_path / "spool/one/one/180p" / segments[0].name
    spooled.parent.mkdir(parents=True, exist_ok=True)
    spooled.write_bytes(segments[0].read_bytes())
    with on_air(show, tmp_path) as second:
        told = second.wait(events.AlarmRaised, key="recovery").text
        assert ("is cut off" if cut else "no origin has its playlists") in told
        if cut:
            assert second.wait(events.BreakIn).splice_event_id == out.splice_event_id
        second.wait(events.SegmentDelivered)
    assert [each for each in segments if not each.exists()] == []
    for text in (each.read_text() for each in playlists) if cut else ():
        assert "#EXT-X-MEDIA-SEQUENCE:0\n" in text
        assert text.count("#EXT-X-CUE-OUT:") == text.count("#EXT-X-CUE-IN") == 1


def test_another_run_on_the_same_outputs_closes_what_was_open(tmp_path: Path) -> None:
    show = evening(tmp_path)
    with on_air(show, tmp_path) as first:
        first.wait(events.SegmentDelivered)
        first.engine.submit(InsertBreak(channel="one", by="ann", duration_s=Fraction(60), immediate=True))
        out = first.wait(events.BreakOut)
        assert first.engine.hand_over()
    with on_air(show, tmp_path, "tomorrow") as second:
        assert second.wait(events.EngineStarted).life == 1
        assert second.wait(events.BreakResumed).break_id == out.break_id
        assert second.engine.stop(), "at once: the break is closed all the same"
        assert second.wait(events.BreakIn).how == "stop"
    text = (tmp_path / "origin/one/180p/index.m3u8").read_text()
    assert text.count("#EXT-X-CUE-OUT:") == text.count("#EXT-X-CUE-IN") == 1
    assert text.count("#EXT-X-DISCONTINUITY\n") == 1
    assert text.endswith("#EXT-X-ENDLIST\n")


def test_a_stop_before_it_is_back_closes_what_was_open(tmp_path: Path) -> None:
    show = evening(tmp_path)
    with on_air(show, tmp_path) as first:
        first.wait(events.SegmentDelivered)
        first.engine.submit(InsertBreak(channel="one", by="ann", duration_s=Fraction(60), immediate=True))
        first.wait(events.BreakOut)
        assert first.engine.hand_over()
    with on_air(show, tmp_path) as second:
        assert second.engine.stop()
        assert second.wait(events.BreakIn).how == "stop"
    text = (tmp_path / "origin/one/180p/index.m3u8").read_text()
    assert text.count("#EXT-X-CUE-OUT:") == text.count("#EXT-X-CUE-IN") == 1
    assert text.endswith("#EXT-X-ENDLIST\n")


def test_a_run_behind_another_that_is_killed_at_once_still_goes_on_behind_it(tmp_path: Path) -> None:
    show = evening(tmp_path)
    with on_air(show, tmp_path) as first:
        first.wait(events.SegmentDelivered)
        assert first.engine.hand_over()
    with build_engine(show, tmp_path, run_id="tomorrow"):
        pass
    written = recovered_from(tmp_path / JOURNAL, show, "tomorrow").channel("one").written[0]
    assert all(track.playlist.next_sequence > 0 for track in written.values())


def test_a_journal_that_recovery_fails_at_keeps_no_show_off_the_air(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(channels: Any, left: Left, *more: Any) -> Recovered:
        if left.kept:
            raise OverflowError("oops")
        return recover(channels, left, *more)

    show = evening(tmp_path)
    with on_air(show, tmp_path) as first:
        before = first.wait(events.SegmentWritten).sequence
        assert first.engine.hand_over()
    monkeypatch.setattr(build, "recover", fails)
    with on_air(show, tmp_path) as second:
        assert second.wait(events.SegmentWritten).sequence > before + 1000
        assert "can't be gone on with" in second.wait(events.AlarmRaised, key="recovery").text
