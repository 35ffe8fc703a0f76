"""Show files, slates and folders as they lie on a disk."""

import os
import stat
from pathlib import Path

import pytest

from app.model.errors import ShowFileError
from app.pipeline.slate import check_slate
from app.settings import (
    load_show,
)
from tests.settings.evening import SHOW, edited, read, write


@pytest.mark.parametrize("form", ["{}", "\ufeff{}"])
def test_a_file_is_read(tmp_path: Path, form: str) -> None:
    assert load_show(write(tmp_path, form.format(SHOW))) == read()
    assert load_show(write(tmp_path, SHOW.replace("\n", "\r\n"))) == read()


@pytest.mark.parametrize("name", ["none.toml", "", "a\0b", "x" * 5000])
def test_a_file_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(ShowFileError, match="can't be read"):
        load_show(tmp_path / name)


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path)
    with path.open("ab") as file:
        file.truncate(5_000_000)
    with pytest.raises(ShowFileError, match="larger than"):
        load_show(path)


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    with pytest.raises(ShowFileError, match="line 3 is not UTF-8"):
        load_show(write(tmp_path, b'[show]\nname = "x"\n# \xe4\n'))


def test_a_slate_is_found_beside_the_show(tmp_path: Path) -> None:
    (tmp_path / "slate.png").write_bytes(b"")
    show = load_show(write(tmp_path, edited("pre_roll = 4.5", 'slate = "slate.png"')))
    assert show.channels[0].slate == str(tmp_path / "slate.png")


def test_a_slate_that_is_no_picture_is_refused_by_its_place(tmp_path: Path) -> None:
    (tmp_path / "slate.png").write_bytes(b"no picture")
    path = write(tmp_path, edited("pre_roll = 4.5", 'slate = "slate.png"'))
    with pytest.raises(
        ShowFileError, match=r"channels\[0\]\.slate \(line \d+\): it can't be read as a picture; give a PNG"
    ):
        load_show(path, check_slate=check_slate)


def test_folders_are_made_when_asked_for(tmp_path: Path) -> None:
    origin, stream = tmp_path / "a b" / "origin", tmp_path / "out" / "news.ts"
    text = edited("http://127.0.0.1:8080/live/", origin.as_uri()).replace("udp://239.1.1.1:5000", stream.as_uri())
    load_show(write(tmp_path, text))
    assert not origin.exists()
    load_show(write(tmp_path, text), create_folders=True)
    assert origin.is_dir()
    assert stream.parent.is_dir()
    assert not list(origin.iterdir())


@pytest.mark.parametrize("create", [False, True])
def test_a_folder_below_a_file_is_refused(tmp_path: Path, create: bool) -> None:
    (tmp_path / "file").write_bytes(b"")
    text = edited("http://127.0.0.1:8080/live/", (tmp_path / "file" / "origin").as_uri())
    with pytest.raises(ShowFileError, match=r"origins\[0\]\.url \(line 7\): can't be written"):
        load_show(write(tmp_path, text), create_folders=create)


def test_a_folder_that_may_not_be_made_is_refused(tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir()
    shut.chmod(stat.S_IRUSR | stat.S_IXUSR)
    folder = Path("/proc/self/origin") if os.access(shut, os.W_OK) else shut / "origin"  # root may write anywhere else
    text = edited("http://127.0.0.1:8080/live/", folder.as_uri())
    with pytest.raises(ShowFileError, match="name a folder that this user may write"):
        load_show(write(tmp_path, text), create_folders=True)


def test_a_stream_can_not_be_a_folder(tmp_path: Path) -> None:
    (tmp_path / "news.ts").mkdir()
    text = edited("udp://239.1.1.1:5000", (tmp_path / "news.ts").as_uri())
    with pytest.raises(ShowFileError, match=r"outputs\[1\]\.url .* is a folder"):
        load_show(write(tmp_path, text))
