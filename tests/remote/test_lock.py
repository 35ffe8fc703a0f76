"""One engine a data directory, whatever was left in it and whoever owns it."""

from __future__ import annotations

import errno
import json
import os
import stat
import tempfile
import threading
from pathlib import Path

import pytest

from app.model.errors import EnvironmentLackError, UsageError
from app.remote.address import Door, connect, sweep
from app.remote.connecting import engine_link
from app.remote.errors import EngineAbsentError, EngineRunningError, EngineUnreachableError
from app.remote.link import LinkLostError
from app.remote.lock import EngineLock, lock_is_held, read_engine_file, stale_engine
from app.remote.secret import make_secret, read_secret
from tests.remote.elsewhere import elsewhere
from tests.remote.standing import StandIn, housing

SOMEBODY = 12_345


def give_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it another user's; who is not root can't give a file away, and becomes another user instead."""
    if os.geteuid() == 0:
        os.chown(path, SOMEBODY, SOMEBODY)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: SOMEBODY)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def test_the_second_engine_is_told_who_the_first_is(tmp_path: Path) -> None:
    with housing(tmp_path, StandIn()):
        before = contents(tmp_path)
        with pytest.raises(EngineRunningError) as refused:
            EngineLock(tmp_path).acquire()
        assert contents(tmp_path) == before, "nothing is overwritten"
        said = read_engine_file(tmp_path)
        assert said is not None
        assert (refused.value.pid, refused.value.since, refused.value.show) == (os.getpid(), said.since, "Evening")
        assert refused.value.exit_status == 2
        told = str(refused.value)
        assert f"pid {os.getpid()}" in told
        assert "show 'Evening'" in told
        assert "splicedeck stop" in told
        assert "\n" not in told
    assert read_engine_file(tmp_path) is None


def test_an_engine_says_who_it_is_from_its_first_moment_on(tmp_path: Path) -> None:
    lock = EngineLock(tmp_path / "new" / "folder")
    lock.acquire()
    said = read_engine_file(tmp_path / "new" / "folder")
    assert said is not None
    assert (said.pid, said.address, said.show) == (os.getpid(), "", "")
    lock.acquire()
    lock.announce(show="Evening", run_id="r")
    again = read_engine_file(tmp_path / "new" / "folder")
    assert again is not None
    assert (again.show, again.run_id, again.since) == ("Evening", "r", said.since)
    lock.release()
    lock.release()
    assert not lock_is_held(tmp_path / "new" / "folder")


def test_a_killed_engine_leaves_a_lock_that_is_free(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with elsewhere("engine", tmp_path, 1) as engine:
        engine.says("ready")
        assert lock_is_held(tmp_path)
        engine.kill()
        assert (tmp_path / "engine.json").exists()
        assert read_engine_file(tmp_path) is None
        assert stale_engine(tmp_path) == f"its last engine, pid {engine.process.pid}, ended without a word"
        sockets = list((tmp_path / "link").iterdir())
        assert len(sockets) == 1
        with housing(tmp_path, StandIn()):
            assert [path for path in (tmp_path / "link").iterdir() if path in sockets] == [], "swept"
        assert f"the engine before, pid {engine.process.pid}, ended without a word" in caplog.text
    assert list((tmp_path / "link").iterdir()) == []


@pytest.mark.parametrize(
    "left",
    [b"", b"{", b"[1]", b'{"pid": "x"}', b"\xff\xfe", b"[" * 60_000, b'{"pid": 1, "version": "9"}'],
    ids=["empty", "cut", "list", "text", "bytes", "deep", "short"],
)
def test_whatever_was_left_as_engine_json_is_replaced(tmp_path: Path, left: bytes) -> None:
    (tmp_path / "engine.json").write_bytes(left)
    assert read_engine_file(tmp_path) is None
    assert stale_engine(tmp_path) == ""
    with housing(tmp_path, StandIn()):
        assert json.loads((tmp_path / "engine.json").read_text())["pid"] == os.getpid()


def test_a_full_disk_keeps_no_engine_from_coming_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> tuple[int, str]:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    lock = EngineLock(tmp_path)
    lock.acquire()
    lock.announce(address="somewhere", show="Evening")
    monkeypatch.setattr(tempfile, "mkstemp", full)
    lock.announce(show="Dusk")
    said = read_engine_file(tmp_path)
    assert said is not None
    assert (said.show, said.address) == ("Dusk", "somewhere")
    lock.release()
    with pytest.raises(EnvironmentLackError, match="No space left"):
        lock.acquire()
    lock.release()


@pytest.mark.parametrize("damage", [None, b"", b"garbage", b'{"pid": 1}'], ids=["deleted", "empty", "garbage", "short"])
def test_a_living_engine_restores_what_it_says(tmp_path: Path, damage: bytes | None) -> None:
    with housing(tmp_path, StandIn()):
        before = read_engine_file(tmp_path)
        (tmp_path / "engine.json").unlink()
        if damage is not None:
            (tmp_path / "engine.json").write_bytes(damage)
        with pytest.raises(EngineRunningError, match=f"pid {os.getpid()}"):
            EngineLock(tmp_path).acquire()
        assert read_engine_file(tmp_path) == before
        link, hello = engine_link(tmp_path)
        link.close()
        assert hello.pid == os.getpid()
    assert not (tmp_path / "engine.json").exists(), "nothing is restored behind its end"


def test_an_engine_that_does_not_say_how_to_reach_it_is_told_as_such(tmp_path: Path) -> None:
    lock = EngineLock(tmp_path)
    lock.acquire()
    (tmp_path / "engine.json").write_bytes(b"garbage")
    with pytest.raises(EngineUnreachableError, match=r"does not say how to reach it \(engine\.json .*kill -TERM"):
        engine_link(tmp_path)
    lock.restore()
    assert read_engine_file(tmp_path) == lock.said
    lock.release()
    with pytest.raises(EngineAbsentError):
        engine_link(tmp_path)


@pytest.mark.parametrize(
    ("left", "told"),
    [("ab" * 32, "is not the one that it knows"), ("short", "is damaged"), (None, "is missing")],
    ids=["another", "damaged", "missing"],
)
def test_a_secret_that_the_engine_does_not_know_is_told_with_what_to_do(
    tmp_path: Path, left: str | None, told: str
) -> None:
    with housing(tmp_path, StandIn()):
        (tmp_path / "engine.secret").unlink()
        if left is not None:
            (tmp_path / "engine.secret").write_text(left)
            (tmp_path / "engine.secret").chmod(0o600)
        with pytest.raises(EngineUnreachableError, match=rf"engine\.secret {told}; put .*kill -TERM {os.getpid()}:"):
            engine_link(tmp_path)


def test_a_newer_engine_may_say_more(tmp_path: Path) -> None:
    lock = EngineLock(tmp_path)
    lock.acquire()
    fields = json.loads((tmp_path / "engine.json").read_text())
    (tmp_path / "engine.json").write_text(json.dumps({**fields, "mood": "good"}))
    assert read_engine_file(tmp_path) is not None
    lock.release()


def test_looking_whether_the_lock_is_held_keeps_no_engine_out(tmp_path: Path) -> None:
    EngineLock(tmp_path).acquire()  # let go as it is forgotten
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            lock_is_held(tmp_path)

    lookers = [threading.Thread(target=look) for _ in range(3)]
    for looker in lookers:
        looker.start()
    try:
        for _ in range(50):
            lock = EngineLock(tmp_path)
            lock.acquire()
            lock.release()
    finally:
        over.set()
        for looker in lookers:
            looker.join()


def test_a_folder_that_is_none_or_takes_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentLackError, match="can't keep its lock there"):
        EngineLock(tmp_path / "file" / "below").acquire()


def test_another_users_data_directory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    give_away(tmp_path, monkeypatch)
    before = contents(tmp_path)
    with pytest.raises(UsageError, match=r"it belongs to user .*, and this runs as user .*--data-dir"):
        EngineLock(tmp_path).acquire()
    assert contents(tmp_path) == before


def test_a_secret_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_secret(tmp_path)
    give_away(tmp_path / "engine.secret", monkeypatch)
    with pytest.raises(UsageError, match=r"engine\.secret: it belongs to user "):
        make_secret(tmp_path)


def test_the_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    secret = make_secret(tmp_path)
    assert len(secret) == 64
    assert make_secret(tmp_path) == read_secret(tmp_path) == secret
    assert stat.S_IMODE((tmp_path / "engine.secret").stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666])
def test_a_secret_that_others_may_read_is_none_and_the_next_engine_has_another(tmp_path: Path, mode: int) -> None:
    path, before = tmp_path / "engine.secret", make_secret(tmp_path)
    path.chmod(mode)
    with pytest.raises(UsageError, match=rf"engine\.secret: others than its owner may use it \(mode {mode:04o}\)"):
        read_secret(tmp_path)
    assert make_secret(tmp_path) != before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_secret_that_is_a_link_is_none_and_what_it_leads_to_is_left_alone(tmp_path: Path) -> None:
    path, elsewhere, before = tmp_path / "engine.secret", tmp_path / "elsewhere", make_secret(tmp_path)
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    with pytest.raises(UsageError, match="it is a link to elsewhere"):
        read_secret(tmp_path)
    assert make_secret(tmp_path) != before
    assert not path.is_symlink()
    assert elsewhere.read_text() == before.decode()


@pytest.mark.parametrize("left", ["", "abc", "x" * 64])
def test_a_secret_that_was_cut_short_is_set_aside(tmp_path: Path, left: str) -> None:
    path = tmp_path / "engine.secret"
    path.write_text(left)
    path.chmod(0o600)
    assert len(make_secret(tmp_path)) == 64
    (aside,) = tmp_path.glob("engine.secret.*.damaged")
    assert aside.read_text() == left


def test_a_socket_lies_where_only_its_user_gets(tmp_path: Path) -> None:
    door = Door(tmp_path)
    path = Path(door.address)
    assert path.parent == tmp_path / "link"
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    door.close()
    assert not path.exists()
    with pytest.raises(LinkLostError, match="nobody listens"):
        connect(door.address)


def test_a_deep_data_directory_has_its_socket_in_a_short_place(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-folder-with-a-long-name"] * 8)
    with housing(deep, StandIn()):
        said = read_engine_file(deep)
        assert said is not None
        path = Path(said.address)
        assert len(said.address) < 108
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        connect(said.address).close()
    assert not path.parent.exists()


def test_what_a_killed_engine_left_in_a_short_place_is_swept(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-folder-with-a-long-name"] * 8)
    with elsewhere("engine", deep, 1) as engine:
        engine.says("ready")
        said = read_engine_file(deep)
        assert said is not None
        engine.kill()
    left = Path(said.address).parent
    assert left.exists()
    with housing(deep, StandIn()):
        assert not left.exists()


def test_sweeping_takes_nothing_that_no_engine_made(tmp_path: Path) -> None:
    mine = tmp_path / "link" / "kept.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    other = tmp_path / "splicedeck-other" / "file"
    other.parent.mkdir()
    other.write_text("mine too")
    sweep(tmp_path, str(other))
    assert mine.exists()
    assert other.exists()
