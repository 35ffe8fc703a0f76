"""Evidence of each splice beside its verdict: what is kept, where, how much of it, and what it never holds up."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from app.model.errors import ProofError
from app.model.events import EvidenceKept, SpliceProved
from app.monitoring.evidence import EvidenceRoom
from app.monitoring.prover import Prover
from app.monitoring.shelf import Shelf, folder_name
from tests.monitoring.airing import ANCHOR, Airing, add_break
from tests.monitoring.proving import WAIT_S, Told, in_event, out_event
from tests.monitoring.serving import served


@dataclass(frozen=True)
class AStill:
    jpeg: bytes
    pts: int
    offset_frames: int


def two_stills(parts: Sequence[bytes], pts: int) -> list[AStill]:
    return [AStill(b"before", pts - 3600, -1), AStill(f"{len(parts)} parts".encode(), pts, 0)]


@dataclass
class Keeping:
    prover: Prover
    room: EvidenceRoom
    told: Told
    alarms: list[tuple[str, str, str | None]]

    def kept(self, count: int) -> list[EvidenceKept]:
        self.told.wait(lambda: len(self.told.of(EvidenceKept)) == count)
        return self.told.of(EvidenceKept)


@contextmanager
def keeping(
    folder: Path, origins: dict[str, str], outputs: tuple[str, ...] = ("news/",), strip: Any = two_stills, **about: Any
) -> Iterator[Keeping]:
    told, alarms = Told(), list[tuple[str, str, str | None]]()
    room = EvidenceRoom(folder, strip, told, lambda *alarm: alarms.append(alarm), **about)
    now = ANCHOR + timedelta(seconds=12)
    prover = Prover(told, poll_s=0.05, grace_s=0.5, utc_now=lambda: now, evidence=room)
    for output in outputs:
        prover.add_output("news", output, origins, segment_s=Fraction(1, 10), window=2)
    room.start()
    prover.start()
    try:
        yield Keeping(prover, room, told, alarms)
    finally:
        assert prover.stop(5.0)
        assert room.stop(5.0)


@pytest.fixture
def aired(tmp_path: Path) -> tuple[Airing, Path]:
    airing = Airing()
    add_break(airing)
    (tmp_path / "origin").mkdir()
    airing.write(tmp_path / "origin")
    return airing, tmp_path / "origin"


def verdict(kept: EvidenceKept) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((Path(kept.folder) / "verdict.json").read_text())
    return read


def test_pictures_sections_and_manifest_lines_lie_beside_the_verdict(
    aired: tuple[Airing, Path], tmp_path: Path
) -> None:
    airing, origin = aired
    with served(origin) as server, keeping(tmp_path / "evidence" / "run-1", {"web": server.url}) as at_work:
        at_work.prover.splice_out(out_event(airing))
        at_work.prover.splice_in(in_event(airing))
        kept = at_work.kept(2)
        assert at_work.room.drain(WAIT_S)
    names = [event.name for event in at_work.told.events if isinstance(event, SpliceProved | EvidenceKept)]
    assert names[0] == "splice.proved"
    opening, closing = sorted(kept, key=lambda event: event.direction, reverse=True)
    assert Path(opening.folder) == tmp_path / "evidence" / "run-1" / "news" / "b17" / "out-web"
    assert Path(closing.folder).name == "in-web"
    assert opening.pictures == ("still-00.jpg", "still-01.jpg")
    assert (Path(opening.folder) / "still-01.jpg").read_bytes() == b"2 parts"
    said = verdict(opening)
    assert (said["verdict"], said["break_id"], said["origin"], said["output"]) == ("landed", "b17", "web", "news/")
    assert said["pictures"][1] == {"file": "still-01.jpg", "offset_frames": 0, "pts": airing.pts(300)}
    assert said["problems"] == []
    assert sorted(path.name for path in Path(opening.folder).iterdir()) == [
        "manifest.txt", "sections.txt", "still-00.jpg", "still-01.jpg", "verdict.json",
    ]  # fmt: skip


def test_the_sections_are_there_as_bytes_and_in_words(aired: tuple[Airing, Path], tmp_path: Path) -> None:
    airing, origin = aired
    opening = next(section for frame, section in airing.sections["720p"] if frame == 150)
    with keeping(tmp_path / "e" / "run", {"disk": origin.as_uri()}) as at_work:
        at_work.prover.splice_out(out_event(airing))
        (kept,) = at_work.kept(1)
    said = (Path(kept.folder) / "sections.txt").read_text()
    assert opening.hex().upper() in said
    assert "splice_insert OUT 17, 10.000 s" in said
    assert "break_duration" in said
    assert "s before the splice; in 720p 4 times, 360p 4 times" in said


def test_the_manifest_lines_are_those_around_the_splice(aired: tuple[Airing, Path], tmp_path: Path) -> None:
    airing, origin = aired
    with keeping(tmp_path / "e" / "run", {"disk": origin.as_uri()}) as at_work:
        at_work.prover.splice_out(out_event(airing))
        (kept,) = at_work.kept(1)
    said = (Path(kept.folder) / "manifest.txt").read_text()
    assert said.count("#EXT-X-CUE-OUT:DURATION=10.000") == 2
    for line in ("seg_00002.ts", "seg_00003.ts", "#EXT-OATCLS-SCTE35:", "720p/index.m3u8, lines"):
        assert line in said
    assert "seg_00001.ts" not in said.split("seg_00002.ts")[1]
    assert "#EXT-X-CUE-IN" not in said


def test_a_splice_that_is_missing_has_its_verdict_kept_and_says_what_is_not_there(tmp_path: Path) -> None:
    airing = Airing()
    (tmp_path / "origin").mkdir()
    airing.write(tmp_path / "origin")
    with keeping(tmp_path / "e" / "run", {"disk": (tmp_path / "origin").as_uri()}) as at_work:
        at_work.prover.splice_out(out_event(airing))
        (kept,) = at_work.kept(1)
    assert verdict(kept)["verdict"] == "missing"
    assert (Path(kept.folder) / "sections.txt").read_text() == "no section of this splice was found\n"
    assert kept.pictures  # where it should have been


def test_an_origin_that_is_down_leaves_a_verdict_and_the_reason(tmp_path: Path) -> None:
    with keeping(tmp_path / "e" / "run", {"gone": (tmp_path / "nothing").as_uri()}) as at_work:
        at_work.prover.splice_out(out_event(Airing()))
        (kept,) = at_work.kept(1)
    assert kept.pictures == ()
    said = verdict(kept)
    assert said["verdict"] == "missing"
    assert "could not be read again" in said["problems"][0]
    assert at_work.alarms[-1][2] is None


def test_pictures_that_can_t_be_decoded_cost_nothing_else(aired: tuple[Airing, Path], tmp_path: Path) -> None:
    def broken(_parts: Sequence[bytes], _pts: int) -> list[AStill]:
        raise ProofError("the segments around the splice can't be decoded: bad")

    airing, origin = aired
    with keeping(tmp_path / "e" / "run", {"disk": origin.as_uri()}, strip=broken) as at_work:
        at_work.prover.splice_out(out_event(airing))
        (kept,) = at_work.kept(1)
    assert verdict(kept)["problems"] == ["the segments around the splice can't be decoded: bad"]
    assert (Path(kept.folder) / "manifest.txt").stat().st_size > 500


def test_two_outputs_at_one_origin_lie_in_folders_of_their_own(aired: tuple[Airing, Path], tmp_path: Path) -> None:
    airing, origin = aired
    with keeping(tmp_path / "e" / "run", {"disk": origin.as_uri()}, ("news/", "more/news/")) as at_work:
        at_work.prover.splice_out(out_event(airing))
        kept = at_work.kept(2)
    assert {Path(event.folder).name for event in kept} == {"out-disk-news", "out-disk-more%2Fnews"}


def test_keeping_never_delays_a_verdict(aired: tuple[Airing, Path], tmp_path: Path) -> None:
    held = threading.Event()

    def hanging(_parts: Sequence[bytes], _pts: int) -> list[AStill]:
        assert held.wait(WAIT_S)
        return []

    airing, origin = aired
    with keeping(tmp_path / "e" / "run", {"disk": origin.as_uri()}, strip=hanging) as at_work:
        for event_id in range(17, 117):
            at_work.prover.splice_out(out_event(airing, event_id=event_id))
        at_work.told.wait(lambda: len(at_work.told.of(SpliceProved)) == 100)
        assert not at_work.told.of(EvidenceKept)
        assert at_work.room.left_out >= 100 - 66
        assert "more splices than there is time for" in str(at_work.alarms[-1][2])
        held.set()


def test_a_full_disk_is_told_and_harms_nothing(aired: tuple[Airing, Path], tmp_path: Path) -> None:
    airing, origin = aired
    with keeping(tmp_path / "e" / "run", {"disk": origin.as_uri()}, reserve_bytes=1 << 60) as at_work:
        at_work.prover.splice_out(out_event(airing))
        at_work.told.wait(lambda: len(at_work.told.of(SpliceProved)) == 1)
        assert at_work.room.drain(WAIT_S)
        at_work.prover.splice_in(in_event(airing))
        at_work.told.wait(lambda: len(at_work.told.of(SpliceProved)) == 2)
        assert at_work.room.drain(WAIT_S)
        assert not at_work.told.of(EvidenceKept)
    keys = {(key, severity) for key, severity, _ in at_work.alarms}
    assert keys == {("evidence", "note")}
    assert "2 splices so far: No space left on device" in str(at_work.alarms[-1][2])
    assert not list((tmp_path / "e").rglob("*.json"))


def test_a_stop_in_the_middle_leaves_no_half_folder(aired: tuple[Airing, Path], tmp_path: Path) -> None:
    begun, held = threading.Event(), threading.Event()

    def slow(parts: Sequence[bytes], pts: int) -> list[AStill]:
        begun.set()
        assert held.wait(WAIT_S)
        return two_stills(parts, pts)

    airing, origin = aired
    with keeping(tmp_path / "e" / "run", {"disk": origin.as_uri()}, strip=slow) as at_work:
        at_work.prover.splice_out(out_event(airing))
        assert begun.wait(WAIT_S)
        began_s = time.monotonic()
        assert not at_work.room.stop(0.1)
        assert time.monotonic() - began_s < 1
        held.set()
    assert not list((tmp_path / "e").rglob("*"))


# ---- the shelf


def files(text: str = "x") -> dict[str, bytes]:
    return {"verdict.json": text.encode()}


def test_the_newest_stay_over_all_runs(tmp_path: Path) -> None:
    before = Shelf(tmp_path, 3)
    for number in range(3):
        before.put(tmp_path / "run-1" / "news" / f"b{number}" / "out-a", files())
        os.utime(tmp_path / "run-1" / "news" / f"b{number}" / "out-a", (number, number))
    (tmp_path / "run-1" / "news" / "b9" / "out-a%new").mkdir(parents=True)
    after = Shelf(tmp_path, 3)
    after.put(tmp_path / "run-2" / "news" / "b0" / "out-a", files())
    after.put(tmp_path / "run-2" / "news" / "b0" / "out-a", files("again"))
    found = sorted(str(path.parent.relative_to(tmp_path)) for path in tmp_path.rglob("verdict.json"))
    assert found == ["run-1/news/b1/out-a", "run-1/news/b2/out-a", "run-2/news/b0/out-a"]
    assert not (tmp_path / "run-1" / "news" / "b0").exists()
    assert not list(tmp_path.rglob("*%new"))
    assert (tmp_path / "run-2" / "news" / "b0" / "out-a" / "verdict.json").read_text() == "again"


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("news-1", "news-1"),
        ("Nächste 7.30", "Nächste 7.30"),
        ("../../etc", "%2E.%2F..%2Fetc"),
        ("..", "%2E%2E"),
        (".", "%2E"),
        ("a/b", "a%2Fb"),
        ("a%2Fb", "a%252Fb"),
        ("", "%"),
        ("C:\\x", "C%3A%5Cx"),
        ("line\nbreak\0", "line%0Abreak%00"),
    ],
)
def test_any_name_is_made_a_folder_s(name: str, folder: str) -> None:
    assert folder_name(name) == folder


def test_long_names_are_cut_and_told_apart() -> None:
    one, other = folder_name("x" * 300 + "1"), folder_name("x" * 300 + "2")
    assert len(one) < 80
    assert one != other
