import shutil
import subprocess
import sys
from pathlib import Path

LEAVER = """
import subprocess
import sys
import threading
import time

import pytest

stop = threading.Event()
wait = [sys.executable, "-c", "import time; time.sleep(30)"]


@pytest.fixture(scope="module")
def kept():
    child = subprocess.Popen(wait)
    yield child
    child.kill()
    child.wait()


@pytest.fixture(scope="module", autouse=True)
def swept():
    yield
    stop.set()
    for child in left:
        child.kill()
        child.wait()


left = []


def test_leaves_both():
    threading.Thread(target=stop.wait, args=(30,), name="forgotten").start()
    left.append(subprocess.Popen(wait))


def test_ends_what_it_starts(kept):
    thread = threading.Thread(target=time.sleep, args=(0.05,))
    thread.start()
    with subprocess.Popen([sys.executable, "-c", ""]):
        pass
"""


def test_a_test_that_leaves_a_thread_or_a_process_fails(tmp_path: Path) -> None:
    shutil.copy(Path(__file__).with_name("conftest.py"), tmp_path)
    (tmp_path / "test_leaver.py").write_text(LEAVER)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    assert "left behind: thread forgotten, process " in told
    assert "2 passed, 1 error" in told
