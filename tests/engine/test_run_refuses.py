"""What can't be run is said in one line, with exit status 2, before anything is on air."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.__main__ import main
from tests.engine.show_run import CHECKOUT, channel_toml, show_file, splicedeck


def show_with(folder: Path, old: str = "", new: str = "") -> Path:
    """The show, good but for one replacement."""
    show = show_file(folder, {"folder": (folder / "origin").as_uri() + "/"}, channel_toml("news-1"))
    text = show.read_text()
    assert old in text
    show.write_text(text.replace(old, new, 1) if old else text)
    return show


FAULTS = {
    "unknown key": ("frame_rate", "frame_rat", r"channels\[0\]\.frame_rat.*frame_rate"),
    "wrong type": ("bitrate = 250000", 'bitrate = "much"', r"channels\[0\]\.renditions\[0\]\.bitrate"),
    "missing origin": ('origins = ["folder"]', 'origins = ["cdn"]', r"origins.*cdn"),
    "duplicate name": ('name = "90p"', 'name = "180p"', r"renditions\[1\]\.name.*180p"),
    "impossible rate": ('frame_rate = "25"', 'frame_rate = "0"', r"frame_rate"),
    "no renditions": ("[[channels.renditions]]", "[[channels.nothing]]", r"channels\[0\]\.nothing"),
    "not TOML": ("[show]", "[show", r"line 1"),
    "odd size": ('size = "160x90"', 'size = "161x90"', r"renditions\[1\]\.size"),
}
LATER = {
    "a kind of source": ('["test:bars"]', '["srt://127.0.0.1:9000"]', r"sources.*SRT|srt"),
    "a source that nobody knows": ('["test:bars"]', '["gopher://x"]', r"sources.*gopher"),
    "a kind of output": ('kind = "hls"', 'kind = "dash"', r"outputs\[0\]\.kind.*dash"),
    "a container": ('kind = "hls"', 'kind = "hls"\ncontainer = "fmp4"', r"outputs\[0\]\.container.*fmp4"),
    "a codec in a container": (
        'preset = "ultrafast"',
        'preset = "ultrafast"\ncodec = "av1"',
        r"renditions\[0\]\.codec.*av1",
    ),
    "a kind of origin": ('url = "file:', 'url = "s3://bucket/live?file=', r"origins\[0\]\.url.*S3"),
}


@pytest.mark.parametrize("supervised", [False, True], ids=["in process", "supervised"])
@pytest.mark.parametrize(("old", "new", "says"), [*FAULTS.values(), *LATER.values()], ids=[*FAULTS, *LATER])
def test_a_faulty_show_is_one_line_and_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, says: str, supervised: bool
) -> None:
    show = show_with(tmp_path, old, new)
    data_dir = tmp_path / "run"
    how = ["--headless", *(["--supervised"] if supervised else [])]
    assert main(["run", str(show), *how, "--for", "1", "--data-dir", str(data_dir)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    (line,) = told.err.splitlines()
    assert line.startswith("splicedeck: ")
    assert str(show) in line
    assert re.search(says, line), line


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["run", "nowhere.toml", "--headless"], r"nowhere\.toml"),
        (["run", "SHOW", "--headless", "--breaks", "nowhere.csv"], r"nowhere\.csv"),
        (["run", "SHOW", "--headless", "--commands", "nowhere.jsonl"], r"nowhere\.jsonl"),
        (["run", "SHOW", "--headless", "--commands", "."], r"this is a folder"),
        (["run", "SHOW", "--headless", "--database", "oracle://x"], r"oracle"),
        (["run", "SHOW", "--headless", "--supervised", "--database", "oracle://x"], r"oracle"),
        (["run", "SHOW", "--headless", "--supervised", "--commands", "nowhere.jsonl"], r"nowhere\.jsonl"),
        (["import", "x.xml"], r"x\.xml: can't be read"),
    ],
)
def test_what_is_not_there_is_one_line_and_exit_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    show = show_with(tmp_path)
    more = ["--data-dir", str(tmp_path / "run"), "--for", "1"] if words[0] == "run" else []
    assert main([str(show) if word == "SHOW" else word for word in words] + more) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert re.search(says, line), line


def test_bad_words_on_the_command_line_are_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["run"], ["run", "x.toml", "--for", "-1"], ["dance"], ["verify"], ["verify", "x", "--expect", "-1"]):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert re.match(r"splicedeck: .*; see splicedeck[ a-z]* --help$", line), line


def test_a_data_folder_before_the_command_is_not_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--data-dir", str(tmp_path), "asrun"])
    assert ended.value.code == 2
    assert "write it behind: splicedeck COMMAND --data-dir DIR" in capsys.readouterr().err


def test_help_loads_neither_qt_nor_ffmpeg_nor_the_engine() -> None:
    program = (
        "import sys, contextlib, io\nfrom app.__main__ import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit): main(['run', '--help'])\n"
        "print([name for name in ('PySide6', 'av', 'sqlalchemy', 'pycurl', 'app.engine') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_whoever_reads_only_the_first_line_is_no_trouble() -> None:
    read, write = os.pipe()
    os.close(read)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    with os.fdopen(write) as nobody:
        told = subprocess.run(
            [sys.executable, "-m", "app", "--help"],
            cwd=CHECKOUT,
            env=environment,
            stdout=nobody,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (told.returncode, told.stderr) == (0, b"")


def test_a_folder_that_cannot_be_written_is_named_before_anything_airs(tmp_path: Path) -> None:
    (tmp_path / "origin").write_text("a file where a folder should be")
    show = show_with(tmp_path)
    told = splicedeck("run", show, "--headless", "--for", "1", "--data-dir", tmp_path / "run")
    assert told.returncode == 2
    (line,) = told.stderr.splitlines()
    assert str(tmp_path / "origin") in line
    assert "origins[0].url" in line


def test_verify_of_nothing_is_exit_2_and_of_no_splice_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(tmp_path / "nothing.m3u8")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "nothing.m3u8" in line
