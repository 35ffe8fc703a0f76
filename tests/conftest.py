"""What every test has: no screen needed, and nothing left running behind it."""

import importlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.postgres_server import PostgresServer, postgres_server

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # a test under Xvfb starts the program with its own choice
os.environ["SPLICEDECK_LANGUAGE"] = "en"  # texts are compared as they are written; tests of others choose their own
with pytest.MonkeyPatch.context() as nobody:  # nor does the language count that a user of this machine has chosen
    nobody.setenv("SPLICEDECK_CONFIG_DIR", os.devnull)
    importlib.import_module("app.ui.words")
settings.register_profile("explore", deadline=None)  # a loaded machine is no fault of what is tested
settings.register_profile("steady", deadline=None, derandomize=True)  # a suite turns red by a change, not by chance
settings.load_profile("steady")

_GRACE_S = 3.0
_WIDE = ("module", "class", "package")
_HELPERS = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")  # the interpreter keeps them for its life


def _threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if not thread.daemon}


def _children() -> dict[int, str]:
    """Living child processes by id; one that has ended and only waits to be read is gone for our purpose."""
    found: dict[int, str] = {}
    for listing in Path("/proc/self/task").glob("*/children"):
        try:
            pids = [int(pid) for pid in listing.read_text().split()]
        except FileNotFoundError:  # that thread has just ended
            continue
        for pid in pids:
            try:
                state = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
                words = (
                    (Path("/proc") / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                )
            except FileNotFoundError:
                continue
            if state != "Z" and not any(helper in words for helper in _HELPERS):
                found[pid] = words.strip()[:120]
    return found


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fails a test that ends with a thread or a child process of its own still alive.

    Fixtures of wider scope are made before this one looks, and those of the test are undone before it looks again.
    """
    threads, children = _threads(), _children()
    yield
    deadline = time.monotonic() + _GRACE_S
    while True:
        left = [f"thread {thread.name}" for thread in _threads() - threads if thread.is_alive()]
        left += [f"process {pid} ({words})" for pid, words in _children().items() if pid not in children]
        if not left:
            return
        if time.monotonic() > deadline:
            pytest.fail("left behind: " + ", ".join(left))
        time.sleep(0.02)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests, which wait for what airs, are spread among the others, which compute: both take less so.

    Only the order of files changes; the last ones are quick, so that no process waits long for another at the end.
    """
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    slow = [path for path, own in files.items() if any(item.get_closest_marker("slow") for item in own)]
    quick = [path for path in files if path not in set(slow)]
    places = {path: (place + 0.5) / len(quick) for place, path in enumerate(quick)}
    places |= {path: 0.9 * place / len(slow) for place, path in enumerate(slow)}
    items[:] = [item for path in sorted(files, key=places.__getitem__) for item in files[path]]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Function) -> None:
    """A test that is run again (``--reruns``) gets what it shares with others afresh, not the run it has failed on."""
    if getattr(item, "execution_count", 1) == 1:
        return
    for definitions in item._fixtureinfo.name2fixturedefs.values():
        for definition in definitions:
            if definition.scope in _WIDE:
                definition.finish(item._request)  # type: ignore[arg-type]  # only handed on to hooks


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def named(request: pytest.FixtureRequest, postgres: PostgresServer, tmp_path: Path) -> str:
    """A store that is not there yet, by URL; of both kinds of database, for the same tests."""
    return f"sqlite:///{tmp_path / 'store.sqlite3'}" if request.param == "sqlite" else postgres.new_database()
