"""Pictures from one process to another: whole or not at all, whoever is killed and whatever lies in the file."""

from __future__ import annotations

import errno
import os
import random
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from math import inf
from pathlib import Path

import pytest

from app.engine import Mailbox
from app.remote import preview_file
from app.remote.preview_file import PreviewFile, PreviewMap
from app.remote.previews import MOST, PreviewShelf, SharedMailbox, preview_folders
from tests.remote.preview_writer import CHANNEL, a_picture

ROOT = Path(__file__).resolve().parents[2]

NONE: dict[str, Mailbox] = {}
type Starts = Callable[[float], subprocess.Popen[str]]


class Rig:
    """An engine's side and one window's, in this process, without the link between them."""

    def __init__(self, data_dir: Path) -> None:
        self.mailbox = Mailbox()
        self.data_dir = data_dir
        self.shelf = PreviewShelf(data_dir, {CHANNEL: self.mailbox}.__getitem__)
        self.window = self.another("window")

    def another(self, name: str) -> SharedMailbox:
        return SharedMailbox(self.data_dir, CHANNEL, lambda channel, size: self.shelf.want(name, channel, size))

    def file(self) -> Path:
        (found,) = (path for folder in preview_folders(self.data_dir) for path in folder.glob("*.preview"))
        return found


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path)
    yield made
    made.shelf.close()
    assert not [folder for folder in preview_folders(tmp_path) if folder.exists()]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Starts]:
    """Starts writing processes."""
    started: list[subprocess.Popen[str]] = []

    def start(fps: float) -> subprocess.Popen[str]:
        command = [sys.executable, "-P", "-m", "tests.remote.preview_writer", str(tmp_path), str(fps)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True))
        out = started[-1].stdout
        assert out is not None
        assert out.readline() == "writing\n"
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()
    PreviewShelf(tmp_path, NONE.__getitem__).close()


def wait_for(condition: Callable[[], object], within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def has_picture(window: SharedMailbox) -> bool:
    return window.frame is not None


def window_of(data_dir: Path) -> SharedMailbox:
    made = SharedMailbox(data_dir, CHANNEL, lambda _channel, _size: None)
    made.size = (320, 180)
    return made


def test_a_picture_comes_over_as_it_was_posted(rig: Rig) -> None:
    rig.window.size = (320, 180)
    assert rig.mailbox.size == (320, 180)
    before = rig.window.seq
    rig.mailbox.post(a_picture(7))
    wait_for(lambda: rig.window.seq != before)
    frame = rig.window.frame
    assert frame is not None
    assert (frame.width, frame.height, frame.stride, frame.frame) == (320, 180, 1280, 7)
    assert frame.peaks_dbfs == (-20.0, -inf)
    assert frame.pixels == a_picture(7).pixels
    assert frame.intact()


def test_the_file_is_for_this_user_alone(rig: Rig) -> None:
    rig.window.size = (320, 180)
    rig.mailbox.post(a_picture(1))
    file = rig.file()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_picture_that_was_overwritten_says_so(rig: Rig) -> None:
    rig.window.size = (320, 180)
    rig.mailbox.post(a_picture(1))
    wait_for(lambda: rig.window.seq)
    frame = rig.window.frame
    assert frame is not None
    for number in range(2, 2 + preview_file.SLOTS - 1):
        rig.mailbox.post(a_picture(number))
        assert frame.intact()
    rig.mailbox.post(a_picture(9))
    assert not frame.intact()


def test_two_readers_in_one_process_are_served_with_one_picture(tmp_path: Path) -> None:
    asked: list[tuple[int, int] | None] = []
    box = SharedMailbox(tmp_path, CHANNEL, lambda _channel, size: asked.append(size))
    box.want("room", (320, 180))
    box.want("wall", (1280, 720))
    box.want("room", (160, 90))
    box.want("room", None)
    box.want("room", (320, 180))
    assert box.size == (1280, 720)
    box.want("wall", None)
    box.want("nobody", None)
    box.want("room", None)
    assert asked == [(320, 180), (1280, 720), (320, 180), None]


def test_the_largest_wish_wins_and_goes_with_its_window(rig: Rig) -> None:
    rig.window.size = (320, 180)
    other = rig.another("other")
    other.size = (640, 360)
    assert rig.mailbox.size == (640, 360)
    rig.mailbox.size = (160, 90)  # the window of the engine's own process
    rig.shelf.gone("other")
    assert rig.mailbox.size == (320, 180)
    rig.window.size = None
    assert rig.mailbox.size == (160, 90)
    rig.mailbox.size = None
    assert rig.mailbox.size is None


@pytest.mark.parametrize("size", [(100_000, 100_000), (-5, 0), (1, 1), (3840, 2160)])
def test_a_wish_beyond_reason_is_bounded(rig: Rig, size: tuple[int, int]) -> None:
    rig.window.size = size
    assert rig.mailbox.size is not None
    width, height = rig.mailbox.size
    assert 0 < width <= MOST[0]
    assert 0 < height <= MOST[1]


def test_a_channel_that_there_is_not_is_let_pass(rig: Rig) -> None:
    rig.shelf.want("window", "../../etc", (320, 180))
    rig.shelf.gone("window")


def test_other_sizes_go_on_in_another_file(rig: Rig) -> None:
    rig.window.size = (320, 180)

    def another(before: int) -> bool:
        return rig.window.seq != before

    sizes = [(320, 180), (330, 186), (1280, 720), (160, 90)]
    for number, (width, height) in enumerate(sizes, 1):
        before = rig.window.seq
        rig.mailbox.post(a_picture(number, width, height))
        wait_for(partial(another, before))
        frame = rig.window.frame
        assert frame is not None
        assert (frame.width, frame.height, frame.pixels[0]) == (width, height, number)
        rig.file()


def test_a_hidden_window_looks_at_nothing(rig: Rig) -> None:
    rig.window.size = (320, 180)
    rig.mailbox.post(a_picture(1))
    wait_for(lambda: rig.window.seq)
    seq = rig.window.seq
    rig.window.size = None
    rig.mailbox.post(a_picture(2))
    assert rig.window.seq == seq


def test_no_picture_is_ever_torn_however_fast_they_come(writer: Starts, tmp_path: Path) -> None:
    writer(0)
    window, whole, torn = window_of(tmp_path), 0, 0
    deadline = time.monotonic() + 20
    while whole < 300 and time.monotonic() < deadline:
        _ = window.seq
        frame = window.frame
        if frame is None:
            continue
        seen = bytes(frame.pixels)
        if frame.intact():
            assert len(set(seen)) == 1
            whole += 1
        else:
            torn += 1
    assert whole == 300, f"{torn} were overwritten"


def test_pictures_go_on_after_the_engine_was_killed(writer: Starts, tmp_path: Path) -> None:
    window, first = window_of(tmp_path), writer(200)
    wait_for(lambda: window.frame if window.seq else None)
    first.kill()
    first.wait()
    kept = window.frame
    assert kept is not None
    assert len(set(kept.pixels)) == 1
    seq = window.seq
    second = writer(200)
    wait_for(lambda: window.seq > seq)
    wait_for(lambda: window.frame)
    assert len(set(kept.pixels)) == 1  # the memory of the first is still there to be drawn
    second.kill()
    second.wait()
    (folder,) = (folder for folder in preview_folders(tmp_path) if folder.exists())
    PreviewShelf(tmp_path, NONE.__getitem__)
    assert not folder.exists()


def test_a_killed_window_leaves_the_writer_as_it_was(writer: Starts, tmp_path: Path) -> None:
    process = writer(200)
    look = (
        "import sys, time; from pathlib import Path\n"
        "from app.remote.previews import SharedMailbox\n"
        "box = SharedMailbox(Path(sys.argv[1]), 'one', lambda *_: None); box.size = (320, 180)\n"
        "while box.seq == 0 or box.frame is None: time.sleep(0.01)\n"
        "frame = box.frame\nprint('looking', flush=True)\ntime.sleep(60)\n"
    )
    command = [sys.executable, "-P", "-c", look, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as window:
        assert window.stdout is not None
        assert window.stdout.readline() == "looking\n"
        window.kill()
    another = window_of(tmp_path)
    wait_for(lambda: another.frame if another.seq else None)
    assert process.poll() is None


def test_garbage_in_the_file_is_no_picture(rig: Rig) -> None:
    rig.window.size = (320, 180)
    rig.mailbox.post(a_picture(1))
    wait_for(lambda: rig.window.seq)
    chance = random.Random(7)
    size = rig.file().stat().st_size
    for _ in range(200):
        with rig.file().open("r+b") as file:
            file.seek(chance.choice((0, 24, 256, 512)))
            file.write(chance.randbytes(chance.choice((8, 64, 1024, 4096 - 512))))
        _ = rig.window.seq
        frame = rig.window.frame
        if frame is not None:
            assert len(frame.pixels) == frame.stride * frame.height
            assert len(frame.pixels) <= size
            assert all(peak <= 24 for peak in frame.peaks_dbfs)
            assert frame.pixels[-1] is not None
        again = SharedMailbox(rig.data_dir, CHANNEL, lambda _channel, _size: None)
        again.size = (320, 180)
        _ = again.seq, again.frame


@pytest.mark.parametrize("left", [0, 100, 4096, 9000])
def test_a_file_that_is_cut_short_is_let_go(rig: Rig, left: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview_file, "WHOLE_FOR_S", 0.0)  # of the next looks, each asks the file
    rig.window.size = (320, 180)
    rig.mailbox.post(a_picture(1))
    wait_for(lambda: rig.window.seq)
    frame = rig.window.frame
    assert frame is not None
    os.truncate(rig.file(), left)
    assert not frame.intact()
    seq = rig.window.seq
    assert not has_picture(rig.window)
    rig.mailbox.post(a_picture(2))
    wait_for(lambda: rig.window.seq > seq)
    frame = rig.window.frame
    assert frame is not None
    assert frame.pixels[0] == 2


def test_a_file_is_asked_for_its_length_with_each_look_and_by_a_picture_that_waited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = PreviewFile(tmp_path / "one.1.preview", 320 * 180 * 4)
    file.write(a_picture(1))
    reader, now_s = PreviewMap(file.path), [100.0]
    monkeypatch.setattr(preview_file, "monotonic", lambda: now_s[0])
    assert reader.look() == (1, False)
    frame = reader.picture(1)
    assert frame is not None
    os.truncate(file.path, 0)
    assert reader.look() == (0, True), "at the very moment of the look before"
    now_s[0] += preview_file.WHOLE_FOR_S
    assert not frame.intact()


def test_a_link_or_a_folder_in_its_place_is_no_preview_file(rig: Rig, tmp_path: Path) -> None:
    rig.window.size = (320, 180)
    rig.mailbox.post(a_picture(1))
    other = tmp_path / "one.1.preview"
    other.symlink_to(rig.file())
    with pytest.raises(OSError, match=r"one\.1\.preview"):
        PreviewMap(other)
    other.unlink()
    other.mkdir()
    with pytest.raises((OSError, ValueError)):
        PreviewMap(other)


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    first, *others = preview_folders(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious.1.preview").write_bytes(b"mine")
    first.symlink_to(elsewhere)
    try:
        rig = Rig(tmp_path)
        rig.window.size = (320, 180)
        rig.mailbox.post(a_picture(3))
        (file,) = (path for folder in others for path in folder.glob("*.preview"))
        assert file.parent == others[0]
        wait_for(lambda: rig.window.seq)
        frame = rig.window.frame
        assert frame is not None
        assert frame.pixels[0] == 3
        rig.shelf.close()
        assert (elsewhere / "precious.1.preview").read_bytes() == b"mine"
    finally:
        first.unlink()


def test_no_room_for_pictures_is_said_and_stops_nothing(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_handle: int, _length: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(preview_file, "_fill", full)
    rig.window.size = (320, 180)
    for number in range(3):
        rig.mailbox.post(a_picture(number))
    assert rig.mailbox.seq == 3
    assert [record.getMessage() for record in caplog.records] == [
        "one: no previews for windows: [Errno 28] No space left on device"
    ]


def test_an_engine_that_ends_leaves_the_next_ones_files(rig: Rig) -> None:
    rig.window.size = (320, 180)
    rig.mailbox.post(a_picture(1))
    next_one = PreviewFile(rig.file().parent / f"{CHANNEL}.9999999999999.preview", 320 * 180 * 4)
    rig.shelf.close()
    assert rig.file() == next_one.path
    next_one.leave()


def test_files_of_data_directories_that_are_gone_are_cleared(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    rig = Rig(gone)
    rig.window.size = (320, 180)
    rig.mailbox.post(a_picture(1))
    folder = rig.file().parent
    gone.rmdir()
    (tmp_path / "here").mkdir()
    PreviewShelf(tmp_path / "here", NONE.__getitem__)
    assert not folder.exists()


def test_a_picture_costs_one_copy(tmp_path: Path) -> None:
    """Pixels are handed on as a view of the shared memory, and not as bytes of their own."""
    file = PreviewFile(tmp_path / "one.1.preview", 320 * 180 * 4)
    file.write(a_picture(1))
    reader = PreviewMap(file.path)
    frame = reader.picture(1)
    assert frame is not None
    file.write(a_picture(2))
    for number in range(3, 3 + preview_file.SLOTS):
        file.write(a_picture(number))
    assert frame.pixels[0] != 1
