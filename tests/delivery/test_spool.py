"""Closed segments on disk: what is left over is whole, what is foreign stays, and a full disk stops nobody."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.delivery.spool import Spool, clear_other_spools
from app.model.segment import MediaObject
from tests.delivery.deliveries import Told, segment

ROOM = 1 << 30


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool" / "news"


@pytest.fixture
def spool(folder: Path, told: Told) -> Iterator[Spool]:
    made = opened(folder, told)
    yield made
    made.stop(5, empty=False)


def opened(folder: Path, told: Told, limit_bytes: int = ROOM, grace_s: float = 0.0, retry_s: float = 0.05) -> Spool:
    made = Spool(folder, limit_bytes, told.alarm, reserve_bytes=0, grace_s=grace_s, retry_s=retry_s)
    made.start()
    return made


def kept(spool: Spool, *segments: MediaObject) -> None:
    """Have them kept, one after the other."""
    for each in segments:
        done = threading.Event()
        spool.keep(each, done.set)
        assert done.wait(10)


def files(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


def test_what_was_kept_is_left_over_for_the_next_process(spool: Spool, folder: Path, told: Told) -> None:
    made = [segment("a", n, 5000, time.monotonic() - 100 + n) for n in (2, 0, 1)]
    kept(spool, *made)
    assert files(folder) == ["a/00000.ts", "a/00001.ts", "a/00002.ts"]
    left_over = Spool(folder, ROOM, told.alarm).load()
    assert [each.path for each in left_over] == ["a/00000.ts", "a/00001.ts", "a/00002.ts"]
    for before, after in zip(sorted(made, key=lambda each: each.sequence), left_over, strict=True):
        assert abs(after.closed_at_s - before.closed_at_s) < 1
        assert replace(after, closed_at_s=before.closed_at_s) == before
    assert not told.texts


def test_what_is_forgotten_goes_after_a_while(folder: Path, told: Told) -> None:
    spool = opened(folder, told, grace_s=0.2)
    kept(spool, segment("a", 0), segment("a", 1))
    began_s = time.monotonic()
    spool.forget("a/00000.ts")
    told.wait(lambda: files(folder) == ["a/00001.ts"])
    assert time.monotonic() - began_s > 0.19
    assert not spool.holds("a/00000.ts")
    assert spool.read("a/00000.ts") is None
    assert spool.read("a/00001.ts") == segment("a", 1).body
    assert spool.stop(5, empty=True)
    assert not folder.exists()


def test_the_oldest_goes_where_the_bound_is_reached(folder: Path, told: Told) -> None:
    spool = opened(folder, told, limit_bytes=35_000)
    kept(spool, *(segment("a", n, 10_000) for n in range(5)))
    assert files(folder) == ["a/00002.ts", "a/00003.ts", "a/00004.ts"]
    assert "little room, 2 segments dropped so far" in told.standing["spool"]
    assert not spool.is_off
    for n in (2, 3, 4):
        spool.forget(f"a/{n:05}.ts")
    kept(spool, segment("a", 5, 10_000))
    assert not told.standing
    kept(spool, segment("a", 6, 40_000))
    assert "disk full" in told.standing["spool"]  # more than the bound: everything before it went in vain
    spool.stop(5, empty=False)
    assert not told.standing


def test_what_is_no_whole_segment_is_skipped_and_left_alone(
    spool: Spool, folder: Path, told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    kept(spool, *(segment("a", n) for n in range(5)))
    cut, changed, moved = (folder / f"a/0000{n}.ts" for n in (1, 2, 3))
    cut.write_bytes(cut.read_bytes()[:-1])
    changed.write_bytes(changed.read_bytes()[:-1] + b"?")
    moved.rename(folder / "a/00009.ts")
    (folder / "a/notes.txt").write_text("not ours")
    (folder / "a/empty.ts").touch()
    (folder / "a/deep.ts").write_text("[" * 10_000)
    (folder / "a/.00007.ts.part").write_text("half-writ")
    before = files(folder)
    left_over = Spool(folder, ROOM, told.alarm).load()
    assert [each.path for each in left_over] == ["a/00000.ts", "a/00004.ts"]
    assert len(caplog.messages) == 6
    assert f"{cut} is skipped: it is not " in caplog.text
    assert files(folder) == [name for name in before if name != "a/.00007.ts.part"]


def test_a_disk_that_hangs_holds_nobody_up(folder: Path, told: Told) -> None:
    """A pipe without a reader stands where the segment is first written: opening it waits, as a dead disk does."""
    spool = opened(folder, told)
    kept(spool, segment("a", 0))
    hangs = folder / "a/.00001.ts.part"
    os.mkfifo(hangs)
    done = threading.Event()
    spool.keep(segment("a", 1), done.set)
    assert not done.wait(0.1)
    spool.late()
    assert spool.is_off
    assert "does not answer in time" in told.standing["spool"]
    big = segment("a", 2, 40 << 20)
    began_s = time.monotonic()
    for _ in range(4):
        spool.keep(big, lambda: None)  # two wait, and then no more
    assert not spool.holds("a/00001.ts")
    assert time.monotonic() - began_s < 1
    with hangs.open("rb") as reader:  # the disk is back
        assert reader.read().endswith(segment("a", 1).body)
        assert done.wait(10)
    kept(spool, segment("a", 3))
    told.wait(lambda: not spool.is_off)
    assert not told.standing
    assert spool.read("a/00003.ts") == segment("a", 3).body
    spool.stop(5, empty=False)


def test_spools_of_other_channels_are_emptied(spool: Spool, folder: Path, told: Told) -> None:
    other, third = folder.parent / "sport", folder.parent / "music"
    for each in (other, third):
        left = opened(each, told)
        kept(left, segment("a", 0))
        left.stop(5, empty=False)
    (third / "notes.txt").write_text("not ours")
    kept(spool, segment("a", 1))
    clear_other_spools(folder.parent, {"news"})
    assert files(folder.parent) == ["music/notes.txt", "news/a/00001.ts"]
    assert not other.exists()
    clear_other_spools(folder / "nowhere", ())


FULL_DISK = """
import ctypes, errno, os, sys, threading
from pathlib import Path
from app.delivery import spool as module
from tests.delivery.deliveries import Told, segment
from tests.delivery.test_spool import files, kept, opened

folder, told = Path(sys.argv[1]), Told()
folder.mkdir(parents=True)

def mount():
    uid, gid = os.getuid(), os.getgid()
    os.unshare(os.CLONE_NEWNS | (os.CLONE_NEWUSER if uid else 0))
    if uid:
        Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mount(b"none", b"/", None, 1 << 18 | 1 << 14, None)  # private: the mount is gone with this process
    if libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, b"size=1m"):
        raise OSError(ctypes.get_errno(), "mount")

def imitate():
    write, held = module.write_spooled, lambda: sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    def full(target, segment):
        if held() + len(segment.body) > 1 << 20:
            raise OSError(errno.ENOSPC, "no space")
        write(target, segment)
    module.write_spooled = full

if sys.argv[2] == "real":
    try:
        mount()
    except OSError as error:
        print("no mount:", error)
        imitate()
else:
    imitate()
spool = opened(folder, told)
kept(spool, *(segment("a", n, 200_000) for n in range(4)))
assert not told.texts, told.texts
kept(spool, *(segment("a", n, 200_000) for n in range(4, 9)))  # there is room for five
assert files(folder) == [f"a/{n:05}.ts" for n in range(4, 9)]
assert "little room, 4 segments dropped" in told.standing["spool"]
foreign = folder / "foreign"
for n in range(4, 9):
    spool.forget(f"a/{n:05}.ts")
kept(spool, segment("a", 9, 1000))
told.wait(lambda: files(folder) == ["a/00009.ts"])
foreign.write_bytes(bytes(950_000))  # somebody else fills the disk
kept(spool, segment("a", 10, 500_000))
assert spool.is_off and "disk full" in told.standing["spool"]
assert files(folder) == ["foreign"], files(folder)
foreign.unlink()
told.wait(lambda: not spool.is_off)
kept(spool, segment("a", 11, 500_000))
assert not told.standing
assert files(folder) == ["a/00011.ts"]
assert spool.stop(5, empty=False)
print("survived")
"""

NO_LARGE_FILES = """
import resource, sys
from pathlib import Path
from tests.delivery.deliveries import Told, segment
from tests.delivery.test_spool import files, kept, opened

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
folder, told = Path(sys.argv[1]), Told()
spool = opened(folder, told)
kept(spool, segment("a", 0, 90_000), segment("a", 1, 200_000))
print(told.standing["spool"])
told.wait(lambda: not spool.is_off)
kept(spool, segment("a", 2, 90_000))
assert not told.standing
assert files(folder) == ["a/00000.ts", "a/00002.ts"]
spool.stop(5, empty=False)
"""


def run(script: str, *arguments: str) -> str:
    """In a process of its own, which may be given limits and mounts."""
    ended = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.parametrize("disk", ["real", "imitated"])
def test_a_full_disk_costs_the_oldest_and_then_the_spool(folder: Path, disk: str) -> None:
    """A real disk of 1 MB, where one may be mounted here; an imitation where not, and in any case once."""
    assert run(FULL_DISK, str(folder), disk).endswith("survived\n")


def test_a_limit_on_files_is_said_and_survived(folder: Path) -> None:
    assert "larger than files may be here; the air goes on" in run(NO_LARGE_FILES, str(folder))


def test_a_part_of_the_disk_is_left_to_others(folder: Path, told: Told) -> None:
    spool = Spool(folder, ROOM, told.alarm, reserve_bytes=1 << 62)
    spool.start()
    kept(spool, segment("a", 0))
    assert "disk full" in told.standing["spool"]
    assert not files(folder)
    spool.stop(5, empty=True)
