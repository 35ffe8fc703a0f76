import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import logs
from app.model.errors import EnvironmentLackError

logger = logging.getLogger("app.tests")


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    logs.close()


def test_warnings_go_to_stderr_and_all_to_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(tmp_path)
    logger.info("on air")
    logger.warning("origin %s is slow", "primary")
    stderr, written = capsys.readouterr().err, logs.log_file(tmp_path).read_text()
    assert "on air" not in stderr
    assert "WARNING MainThread app.tests: origin primary is slow" in stderr
    assert "on air" in written
    assert "primary is slow" in written
    assert written[10] == "T"
    assert written.split()[0].endswith("Z")


def test_verbose_says_everything(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(None, verbose=True)
    logger.debug("tick")
    assert "tick" in capsys.readouterr().err


def test_the_last_configuration_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = list(logging.getLogger().handlers)
    for _ in range(3):
        logs.configure(tmp_path)
    logger.warning("once")
    assert capsys.readouterr().err.count("once") == 1
    assert logs.log_file(tmp_path).read_text().count("once") == 1
    logs.close()
    assert logging.getLogger().handlers == before


def test_secrets_are_scrubbed_from_messages_and_tracebacks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(tmp_path)
    try:
        raise ValueError("srt://host:1?passphrase=hush&mode=caller")
    except ValueError:
        logger.exception("can't reach %s", "https://user:hush@host/live/")
    for text in (capsys.readouterr().err, logs.log_file(tmp_path).read_text()):
        assert "hush" not in text
        assert "https://***@host/live/" in text
        assert "passphrase=***&mode=caller" in text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("http://host/a@b", "http://host/a@b"),
        ("rtmp://a:p@ss@host/x", "rtmp://***@host/x"),
        ("token=abc, next", "token=***, next"),
        ("Password: abc", "Password: ***"),
        ("secret set origin:primary", "secret set origin:primary"),
    ],
)
def test_what_is_a_secret(text: str, left: str) -> None:
    assert logs.scrubbed(text) == left


@given(st.text(st.characters(exclude_characters="/@", exclude_categories=["Z", "C"]), min_size=1))
def test_no_userinfo_is_left(userinfo: str) -> None:
    assert logs.scrubbed(f"udp://{userinfo}@host:1") == "udp://***@host:1"


@given(st.text(max_size=200))
def test_scrubbing_twice_changes_nothing_more(text: str) -> None:
    assert logs.scrubbed(logs.scrubbed(text)) == logs.scrubbed(text)


def test_the_file_rotates(tmp_path: Path) -> None:
    logs.configure(tmp_path)
    for _ in range(60):
        logger.info("x" * 100_000)
    assert (tmp_path / "logs" / "splicedeck.log.1").exists()


def test_a_folder_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(EnvironmentLackError, match="--data-dir") as caught:
        logs.configure(tmp_path / "file")
    assert str(tmp_path / "file") in str(caught.value)


def test_a_full_disk_is_said_once_and_costs_no_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.log_file(tmp_path).parent.mkdir()
    logs.log_file(tmp_path).symlink_to("/dev/full")
    logs.configure(tmp_path)
    for number in range(3):
        logging.getLogger("app.there").info("lost %d", number)
    told = capsys.readouterr().err
    assert told == f"{logs.log_file(tmp_path)}: the log can't be written (No space left on device)\n"
    logs.close()
