"""A watched folder: whole files, once each."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.model.inlets import LARGEST_BYTES, FolderInlet
from app.schedule.inlets.arrival import Arrival, Fate, Landed
from app.schedule.inlets.folder import MOST_FILES, STILL_S, FolderWatch
from app.schedule.inlets.memory import MOST_FILES as MOST_REMEMBERED
from app.schedule.inlets.memory import Memory


@dataclass
class Desk:
    folder: Path
    memory: Memory
    fate: Fate = Fate.IMPORTED
    now_s: float = 0.0
    came: list[tuple[str, bytes]] = field(default_factory=list)
    said: list[str | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.again()

    def again(self) -> None:
        """As after a restart."""
        inlet = FolderInlet(name="drop", path=str(self.folder))
        self.watch = FolderWatch(inlet, self.memory, self.take, self.said.append, threading.Event(), lambda: self.now_s)

    def take(self, arrival: Arrival) -> Landed:
        self.came.append((Path(arrival.file).name, arrival.content))
        return Landed(fate=self.fate)

    def look(self, after_s: float = STILL_S) -> list[str]:
        self.now_s += after_s
        before = len(self.came)
        self.watch.look()
        return [name for name, _ in self.came[before:]]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folder = tmp_path / "incoming"
    folder.mkdir()
    return Desk(folder, Memory(tmp_path / "inlets.json"))


def test_a_file_is_taken_once_it_stands_still(desk: Desk) -> None:
    file = desk.folder / "day.csv"
    file.write_bytes(b"at,dur")
    assert desk.look() == []
    with file.open("ab") as growing:
        growing.write(b"ation\n")
    assert desk.look() == []
    assert desk.look(STILL_S / 2) == []
    assert desk.look(STILL_S / 2) == ["day.csv"]
    assert desk.came == [("day.csv", b"at,duration\n")]
    assert desk.look() == []


def test_the_same_again_is_not_taken_and_what_has_changed_is(desk: Desk, tmp_path: Path) -> None:
    file = desk.folder / "day.csv"
    file.write_bytes(b"A")
    desk.look()
    assert desk.look() == ["day.csv"]
    os.utime(file, (1, 1))
    (desk.folder / "copy.csv").write_bytes(b"A")
    assert [desk.look(), desk.look(), desk.look()] == [[], [], []]
    desk.memory = Memory(tmp_path / "inlets.json")
    desk.again()
    assert [desk.look(), desk.look()] == [[], []]
    for content in (b"B", b"A"):  # back to what it was: that is news
        file.write_bytes(content)
        desk.look()
        assert desk.look() == ["day.csv"]


def test_what_a_program_is_still_at_is_no_list(desk: Desk, tmp_path: Path) -> None:
    for name in (".day.csv", "~day.csv", "day.csv.part", "day.csv.TMP", "day.csv~", "day.filepart"):
        (desk.folder / name).write_bytes(b"A")
    (desk.folder / "folder").mkdir()
    secret = tmp_path / "secret"
    secret.write_bytes(b"of this machine")
    (desk.folder / "link.csv").symlink_to(secret)
    os.mkfifo(desk.folder / "pipe")
    assert [desk.look(), desk.look()] == [[], []]
    (desk.folder / "day.csv.part").rename(desk.folder / "day.csv")
    assert [desk.look(), desk.look()] == [[], ["day.csv"]]


def test_what_has_to_wait_is_handed_in_again(desk: Desk) -> None:
    (desk.folder / "day.csv").write_bytes(b"A")
    desk.look()
    desk.fate = Fate.LATER
    assert [desk.look(), desk.look()] == [["day.csv"], ["day.csv"]]
    desk.fate = Fate.UNUSABLE
    assert [desk.look(), desk.look()] == [["day.csv"], []]


def test_the_older_list_comes_first(desk: Desk) -> None:
    for name, at in (("a.csv", 300), ("b.csv", 100), ("c.csv", 200)):
        (desk.folder / name).write_bytes(name.encode())
        os.utime(desk.folder / name, (at, at))
    desk.look()
    assert desk.look() == ["b.csv", "c.csv", "a.csv"]


def test_a_folder_that_goes_is_told_and_comes_back(desk: Desk) -> None:
    desk.folder.rmdir()
    desk.look()
    assert desk.said[-1] == f"{desk.folder} can't be read: No such file or directory"
    desk.folder.mkdir()
    desk.look()
    assert desk.said[-1] is None


def test_a_huge_file_costs_no_more_than_a_list_may_have(desk: Desk) -> None:
    with (desk.folder / "huge.csv").open("wb") as huge:
        huge.truncate(200_000_000)
    desk.look()
    desk.look()
    assert [len(content) for _, content in desk.came] == [LARGEST_BYTES + 1]


def test_a_folder_with_too_much_in_it_is_told(desk: Desk) -> None:
    for n in range(MOST_FILES + 1):
        (desk.folder / f"{n}.csv").touch()
    desk.look()
    assert f"holds {MOST_FILES + 1} files" in str(desk.said[-1])


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"drop": 3}', b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_memory_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "inlets.json"
    path.write_bytes(content)
    memory = Memory(path)
    assert not memory.had("drop", "day.csv", "A")
    memory.note("drop", "day.csv", "A")
    assert Memory(path).had("drop", "day.csv", "A")


def test_the_oldest_is_forgotten_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory(tmp_path / "inlets.json")
    monkeypatch.setattr(memory, "_write", lambda: None)
    for n in range(MOST_REMEMBERED + 1):
        memory.note("drop", f"{n}.csv", str(n))
    assert not memory.had("drop", "0.csv", "0")
    assert memory.had("drop", "1.csv", "1")


def test_a_disk_that_takes_nothing_is_no_trouble(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "gone" / "inlets.json")
    memory.note("drop", "day.csv", "A")
    assert memory.had("drop", "day.csv", "A")
