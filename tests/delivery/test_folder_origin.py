"""A folder as an origin: whole objects only, whoever reads and whatever the disk says."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.delivery.folder_origin import FolderOrigin, folder_of
from app.model.errors import DeliveryError, UsageError

FILLING = """
import resource, sys
from pathlib import Path
from app.delivery.folder_origin import FolderOrigin
from app.model.errors import DeliveryError
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
origin = FolderOrigin(Path(sys.argv[1]))
origin.put("a/1.ts", bytes(90_000), "video/mp2t")
try:
    origin.put("a/1.ts", bytes(200_000), "video/mp2t")
except DeliveryError as error:
    print(error)
origin.put("a/2.ts", bytes(90_000), "video/mp2t")
"""


def test_objects_are_whole_and_readable_by_all(tmp_path: Path) -> None:
    origin = FolderOrigin(tmp_path / "not/there/yet")
    before = os.umask(0o077)
    try:
        origin.put("news/720p/1.ts", b"first", "video/mp2t")
        origin.put("news/720p/1.ts", b"second", "video/mp2t")
    finally:
        os.umask(before)
    made = tmp_path / "not/there/yet/news/720p/1.ts"
    assert made.read_bytes() == b"second"
    assert stat.S_IMODE(made.stat().st_mode) == 0o644
    assert [path.name for path in made.parent.iterdir()] == ["1.ts"]


def test_a_reader_never_sees_half_an_object(tmp_path: Path) -> None:
    origin = FolderOrigin(tmp_path)
    bodies = [bytes([n]) * (200_000 + n) for n in range(40)]
    seen: list[bytes] = []
    ended = threading.Event()
    origin.put("1.ts", bodies[0], "video/mp2t")

    def read() -> None:
        while not ended.is_set():
            seen.append((tmp_path / "1.ts").read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for body in bodies:
        origin.put("1.ts", body, "video/mp2t")
    ended.set()
    reader.join()
    assert seen
    assert set(seen) <= set(bodies)


def test_a_deletion_takes_one_object_and_an_absent_one_is_fine(tmp_path: Path) -> None:
    origin = FolderOrigin(tmp_path)
    origin.put("a/1.ts", b"x", "video/mp2t")
    origin.put("a/2.ts", b"x", "video/mp2t")
    for path in ("a/1.ts", "a/1.ts", "nowhere/1.ts", "a/2.ts/3.ts"):
        origin.delete(path)
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["2.ts"]
    with pytest.raises(DeliveryError, match="delete in"):
        origin.delete("a")


@pytest.mark.parametrize("path", ["../1.ts", "a/../../1.ts", "/1.ts", "a//1.ts", "", "a/"])
def test_a_path_never_leaves_the_folder(tmp_path: Path, path: str) -> None:
    with pytest.raises(DeliveryError, match="no path of an object"):
        FolderOrigin(tmp_path / "in").put(path, b"x", "video/mp2t")
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_the_old_object_and_nothing_half_written(tmp_path: Path) -> None:
    origin = FolderOrigin(tmp_path)
    origin.put("1.ts", b"old", "video/mp2t")
    (tmp_path / ".1.ts.part").symlink_to("/dev/full")  # the kernel's own full disk, where the new file is written
    with pytest.raises(DeliveryError, match="disk full"):
        origin.put("1.ts", bytes(100_000), "video/mp2t")
    assert (tmp_path / "1.ts").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["1.ts"]


def test_a_limit_met_halfway_leaves_nothing_half_written(tmp_path: Path) -> None:
    """In a process of its own, whose files may not grow over 100 kB: the write stops in the middle."""
    ended = subprocess.run(
        [sys.executable, "-c", FILLING, tmp_path],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert ended.stdout.strip() == f"write to {tmp_path}: larger than files may be here"
    assert {path.name: path.stat().st_size for path in (tmp_path / "a").iterdir()} == {"1.ts": 90_000, "2.ts": 90_000}


def test_a_file_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a file")
    with pytest.raises(DeliveryError, match=f"write to {tmp_path}: "):
        FolderOrigin(tmp_path).put("a/1.ts", b"x", "video/mp2t")


def test_a_folders_url() -> None:
    assert folder_of("file:///srv/my%20show/") == Path("/srv/my show")
    assert folder_of("file://localhost/srv/") == Path("/srv")


@pytest.mark.parametrize("url", ["file://host/srv/", "file:srv", "file:///srv?x", "file:///srv#x"])
def test_a_folders_url_that_is_none(url: str) -> None:
    with pytest.raises(UsageError, match="write file:///path"):
        folder_of(url)
