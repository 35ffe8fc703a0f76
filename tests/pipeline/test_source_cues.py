"""Markers of real sources: files and streams over loopback, drained as the program does it, beside what is shown."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import Any

import pytest

from app.model.feed_cue import FeedCue
from app.model.timebase import PTS_WRAP, wrapped
from app.pipeline.feed_status import FeedStatus
from app.scte35 import messages
from app.scte35.codec import decode, encode
from tests.engine.udp_feed import CuedUdpFeed
from tests.pipeline.clips import Clip, Player, free_port, number_of, write_clip
from tests.pipeline.cued_ts import CUE_PID, Cue, cued
from tests.pipeline.feed_rig import Rig, feeding

FIRST = 90_000
NEAR = Fraction(1, 100)  # of a frame: a sample and a tick


NULL = messages.splice_null().encoded
LONG = encode(replace(messages.splice_null(), alignment_stuffing=b"\0" * 300))  # of two packets


def at(number: int, first_ticks: int = FIRST) -> int:
    """PTS of a picture of 25 a second."""
    return wrapped(first_ticks + number * 3600)


def out(number: int, event_id: int = 1, first_ticks: int = FIRST) -> bytes:
    return messages.splice_out(event_id, at(number, first_ticks), 2_700_000).encoded


@dataclass
class Seen:
    """What came of one feed. ``shown``: by a cue's place in ``cues``, the picture on air at the frame told for it."""

    rig: Rig
    cues: list[FeedCue] = field(default_factory=list)
    told: list[list[Fraction]] = field(default_factory=list)
    shown: dict[int, int | None] = field(default_factory=dict)

    def take(self) -> None:
        """One frame, as the program does it: how far each marker is, is asked again before each."""
        self.cues += self.rig.feed.cues()
        due = []
        for index, cue in enumerate(self.cues):
            if cue.source_ticks is None or index in self.shown:
                continue
            frames = self.rig.feed.frames_until(cue.source_ticks, cue.session)
            if frames is not None:
                self.told += [[]] * (index + 1 - len(self.told))
                self.told[index] = [*self.told[index], frames]
                if ceil(frames - Fraction(1, 4)) <= 0:
                    due.append(index)
        taken = self.rig.take()
        for index in due:
            self.shown[index] = None if taken.video is None else number_of(taken.video)

    def run(self, seconds: float) -> None:
        """Take frames on time for so long."""
        self.run_until(lambda: False, seconds)

    def run_until(self, over: Callable[[], bool], seconds: float = 10.0) -> None:
        """Take frames on time until it is so, at most so long."""
        start_s, count = time.monotonic(), 0
        while time.monotonic() - start_s < seconds and not over():
            self.take()
            count += 1
            time.sleep(max(0.0, start_s + count / 25 - time.monotonic()))


def from_file(path: Path, frames: int) -> Seen:
    with feeding(path.as_uri()) as rig:
        assert rig.feed.wait_for_picture(5)
        seen = Seen(rig)
        deadline_s = time.monotonic() + 20
        while len(rig.ticks) < frames:
            assert time.monotonic() < deadline_s
            if rig.feed.status().buffer_ms >= 120 or not rig.ticks:
                seen.take()
            else:
                time.sleep(0.001)
        return seen


def test_markers_of_a_file_are_placed_as_its_pictures(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "cued.ts", Clip(frames=75))
    cued(path, Cue(0, out(40, 1)), Cue(10, out(60, 2)), Cue(10, messages.splice_null().encoded))
    seen = from_file(path, 200)  # the file comes round: its markers come again
    assert [cue.problem for cue in seen.cues] == [""] * len(seen.cues)
    first_pass = seen.cues[:3]
    assert [cue.pid for cue in first_pass] == [CUE_PID] * 3
    assert [cue.section for cue in first_pass] == [out(40, 1), out(60, 2), messages.splice_null().encoded]
    assert first_pass[2].source_ticks is None
    assert first_pass[2].lead_ticks is None
    assert len({cue.session for cue in seen.cues}) == 1
    assert [cue.repeats for cue in seen.cues[:6]] == [0, 0, 0, 1, 1, 1]
    timed = [cue for cue in seen.cues if cue.source_ticks is not None]
    assert list(seen.shown.values())[:4] == [40, 60, 40, 60]
    for told in filter(None, seen.told):
        assert all(abs(frames - round(frames)) < NEAR for frames in told)
        assert all(before - after == 1 for before, after in pairwise(told))
    late = timed[1]
    assert late.lead_ticks is not None
    assert late.source_ticks is not None
    assert late.arrival_ticks == late.source_ticks - late.lead_ticks
    assert 50 * 3600 <= late.lead_ticks <= 51 * 3600 + 90_000  # before picture 10; the clock runs ahead of it


def test_other_files_bring_none(tmp_path: Path) -> None:
    seen = from_file(write_clip(tmp_path / "clip.mkv", Clip(frames=50)), 60)
    assert seen.cues == []
    assert seen.rig.feed.status().cues.pids == ()


# ---- live


LAB_S = 7.0
SECOND = 75  # the first picture of the second clip


def wait_until_taken(port: int) -> None:
    """Until somebody listens: what is sent before that is nobody's."""
    deadline_s = time.monotonic() + 5
    while time.monotonic() < deadline_s:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as another:
            try:
                another.bind(("127.0.0.1", port))
            except OSError:
                return
        time.sleep(0.01)
    raise TimeoutError(f"nobody listens on {port}")


@dataclass
class Case:
    """Clips sent one after the other, and what came of them."""

    clips: list[Path]
    pids: tuple[int, ...] = ()
    lost: frozenset[int] = frozenset()  # which packets of the markers are dropped on the way
    seen: Seen | None = None
    status: FeedStatus | None = None

    def play(self) -> None:
        port = free_port()
        passed = 0

        def harm(packet: bytes) -> bytes:
            nonlocal passed
            if (packet[1] & 0x1F) << 8 | packet[2] != CUE_PID:
                return packet
            passed += 1
            return b"" if passed - 1 in self.lost else packet

        with feeding(f"udp://127.0.0.1:{port}", cue_pids=self.pids) as rig:
            self.seen = Seen(rig)
            wait_until_taken(port)
            player = Player(self.clips, port, harm=harm)
            try:
                self.seen.run(LAB_S)
                self.status = rig.feed.status()
            finally:
                player.stop()

    @property
    def cues(self) -> list[FeedCue]:
        assert self.seen is not None
        return self.seen.cues

    @property
    def shown(self) -> list[int | None]:
        assert self.seen is not None
        return [self.seen.shown[index] for index in sorted(self.seen.shown)]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    folder = tmp_path_factory.mktemp("cues")
    other = CUE_PID + 1

    def clip(name: str, *cues: Cue, pids: tuple[int, ...] = (CUE_PID,), **values: Any) -> Path:
        path = write_clip(folder / f"{name}.ts", Clip(**({"frames": 150} | values)))
        return cued(path, *cues, pids=pids)

    def second(name: str, first_ticks: int, *cues: Cue) -> Path:
        return clip(name, *cues, frames=90, first_number=SECOND, first_ticks=first_ticks)

    def first(name: str, *cues: Cue) -> Path:
        return clip(name, *cues, frames=SECOND)

    wrap, far = PTS_WRAP - 70 * 3600, 90_000 * 5000
    cases = {
        "plain": Case([clip("plain", Cue(0, out(100)), Cue(50, out(110, 2)), Cue(50, NULL))]),
        "wrap": Case([clip("wrap", Cue(20, out(110, 1, wrap)), Cue(100, out(120, 2, wrap)), first_ticks=wrap)]),
        "ahead": Case([first("a", Cue(40, out(70))), second("b", far, Cue(10, out(50, 2, far)))]),
        "back": Case([first("c", Cue(40, out(70))), second("d", FIRST, Cue(10, out(50, 2)))]),
        "late": Case([first("e", Cue(40, out(95))), second("f", far, Cue(10, out(100, 2)))]),
        "early": Case([first("g", Cue(60, out(30, 1, far))), second("h", far)]),
        "pids": Case(
            [clip("pids", Cue(20, out(110)), Cue(20, out(110, 2), other), pids=(CUE_PID, other, 600))], (other, 700)
        ),
        "lost": Case([clip("lost", *(Cue(20, LONG), Cue(40, LONG), Cue(60, out(120))))], lost=frozenset({1})),
    }
    threads = [threading.Thread(target=case.play) for case in cases.values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return cases


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("plain", [100, 110]),
        ("wrap", [110, 120]),
        ("ahead", [70, SECOND + 50]),
        ("back", [70, SECOND + 50]),
        ("early", [SECOND + 30]),
        ("pids", [110]),
    ],
)
def test_the_picture_of_a_marker_is_on_air_at_the_frame_that_was_told(
    lab: dict[str, Case], name: str, shown: list[int]
) -> None:
    assert lab[name].shown == shown
    assert all(cue.problem == "" for cue in lab[name].cues)


def test_the_old_clock_counts_on_over_a_jump(lab: dict[str, Case]) -> None:
    """To a picture: the first picture behind a jump may follow the sound that came before it."""
    assert all(
        shown is not None and abs(shown - wanted) <= 1
        for shown, wanted in zip(lab["late"].shown, [95, 100], strict=True)
    )


def test_the_lead_is_by_the_source_s_clock(lab: dict[str, Case]) -> None:
    leads = [cue.lead_ticks for cue in lab["plain"].cues]
    assert leads[2] is None
    assert leads[1] is not None
    assert 60 * 3600 <= leads[1] <= 61 * 3600 + 90_000


def test_only_the_pids_that_were_chosen_are_heard(lab: dict[str, Case]) -> None:
    assert {cue.pid for cue in lab["pids"].cues} == {CUE_PID + 1}
    status = lab["pids"].status
    assert status is not None
    assert status.cues.pids == (CUE_PID + 1,)
    assert status.cues.unknown_pids == (700,)
    seen = lab["pids"].seen
    assert seen is not None
    assert any(
        str(text).endswith(f"has no SCTE-35 on PID 700: it is on {CUE_PID + 1}")
        for text in seen.rig.said("source.cue_pids")
    )


def test_a_packet_that_is_lost_costs_its_own_section(lab: dict[str, Case]) -> None:
    assert [cue.section for cue in lab["lost"].cues] == [LONG, out(120)]
    status = lab["lost"].status
    assert status is not None
    assert (status.cues.sections, status.cues.cut, status.cues.lost) == (2, 1, 1)
    seen = lab["lost"].seen
    assert seen is not None
    assert "in part" in str(seen.rig.said("source.cues")[0])
    assert lab["plain"].seen is not None
    assert lab["plain"].seen.rig.said("source.cue") == []


def test_a_source_that_begins_anew_has_a_session_of_its_own(tmp_path: Path) -> None:
    """What the first sender brought is not handed out any more, and its times mean nothing on the new time line."""
    port = free_port()
    path = write_clip(tmp_path / "once.ts", Clip(frames=60))
    cued(path, Cue(30, out(200)))
    with feeding(f"udp://127.0.0.1:{port}", "test:bars") as rig:
        seen = Seen(rig)
        player = Player([path], port)
        try:
            assert rig.run_until(lambda: rig.source.startswith("udp"), 5)
            assert rig.run_until(lambda: rig.source == "test:bars", 10)
        finally:
            player.stop()
        assert rig.feed.cues() == []
        rig.run(0.2)
        assert rig.feed.frames_until(FIRST + 200 * 3600, 0) is None
        before = rig.feed.session
        seen.take()
        assert seen.cues == []
        assert rig.feed.session == before
        assert rig.feed.frames_until(FIRST) is not None


@pytest.fixture
def sender() -> Iterator[CuedUdpFeed]:
    sender = CuedUdpFeed(free_port(), pids=(CUE_PID, CUE_PID + 1), first_pts=PTS_WRAP - 90_000 * 4)
    sender.start()
    yield sender
    sender.kill()


def test_its_restart_begins_another_session_or_stretch(sender: CuedUdpFeed) -> None:
    """The sender's clock begins again; what was announced before falls where the old clock would have been."""
    with feeding(sender.url, size=(320, 180)) as rig:
        seen = Seen(rig)
        sender.send(messages.splice_null().encoded)
        assert rig.run_until(lambda: rig.source == sender.url, 8)
        seen.run(0.1)
        count = len(seen.cues)
        sender.send(messages.splice_out(1, sender.ahead(100), 900_000).encoded)
        seen.run_until(lambda: len(seen.cues) > count)
        assert [cue.section for cue in seen.cues][-1:] == [messages.splice_out(1, _pts(seen.cues[-1]), 900_000).encoded]
        until = rig.feed.frames_until(seen.cues[-1].source_ticks or 0, seen.cues[-1].session)
        assert until is not None
        assert 10 < until < 130
        sender.kill()
        sender.start()
        seen.run(3.0)
        count = len(seen.cues)
        sender.send(messages.splice_out(2, sender.ahead(100), 900_000).encoded, CUE_PID + 1)
        seen.run_until(lambda: len(seen.cues) > count)
        again = seen.cues[count:]
        assert [(cue.pid, cue.problem) for cue in again] == [(CUE_PID + 1, "")]
        until = rig.feed.frames_until(again[0].source_ticks or 0, again[0].session)
        assert until is not None
        assert 10 < until < 130


def _pts(cue: FeedCue) -> int:
    pts = decode(cue.section).effective_pts
    assert pts is not None
    return pts
