"""What plays in these tests: a Chromium and hls.js, as ``installers/setup.sh test`` puts them there."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HLS_JS = Path(__file__).resolve().parents[2] / ".tools/player/node_modules/hls.js/dist/hls.min.js"
PAGE = Path(__file__).with_name("player.html")
BROWSERS = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
)


@functools.cache
def find_browser() -> str | None:
    """The first that says its version. Ubuntu's is a stub, or a snap that can't read our folders: neither counts."""
    for name in BROWSERS:
        found = shutil.which(name)
        if found is None:
            continue
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            said = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
            if re.search(r"Chrom\w+ \d+\.", said) and "snap" not in said.lower():
                return found
    return None


def lacking() -> list[str]:
    """What is not here for these tests to run."""
    lacks = [] if find_browser() else ["Chromium"]
    return lacks if HLS_JS.is_file() else [*lacks, "hls.js"]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        self.results: queue.Queue[dict[str, Any]] = queue.Queue()
        self.folder = folder
        super().__init__(("127.0.0.1", 0), _Pages)


class _Pages(SimpleHTTPRequestHandler):
    """The page and hls.js; the origin's folder below ``/origin/``; takes the page's result."""

    server: _Server
    protocol_version = "HTTP/1.1"

    def translate_path(self, path: str) -> str:
        name = path.partition("?")[0]
        own = {"/player.html": PAGE, "/hls.min.js": HLS_JS}.get(name)
        return str(own) if own else str(self.server.folder / name.removeprefix("/origin/").lstrip("/"))

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def do_POST(self) -> None:
        self.server.results.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def handle_one_request(self) -> None:
        with contextlib.suppress(ConnectionError):  # a browser that is ended hangs up
            super().handle_one_request()

    def log_message(self, *words: object) -> None:
        """A test is quiet."""


@dataclass(slots=True)
class Playing:
    """A browser that plays; ``result`` waits for what it met."""

    results: queue.Queue[dict[str, Any]]
    process: subprocess.Popen[bytes]
    log: Path

    def result(self, timeout_s: float) -> dict[str, Any]:
        try:
            return self.results.get(timeout=timeout_s)
        except queue.Empty:
            raise AssertionError(f"the player says nothing; the browser: {self.log.read_text()[-2000:]}") from None


@contextlib.contextmanager
def playing(folder: Path, playlist: str, asked: str = "") -> Iterator[Playing]:
    """Have a browser play ``playlist`` of an origin's ``folder`` from its first segment to its end.

    ``asked``: further words for the page, as in a query.
    """
    browser = find_browser()
    assert browser is not None
    with contextlib.ExitStack() as undo:
        server = undo.enter_context(_Server(folder))
        serving = threading.Thread(target=server.serve_forever, args=(0.05,), name="player's pages")
        serving.start()
        undo.callback(serving.join, 5)
        undo.callback(server.shutdown)
        profile = Path(undo.enter_context(tempfile.TemporaryDirectory(prefix="player", ignore_cleanup_errors=True)))
        log = profile / "browser.log"
        address = f"http://127.0.0.1:{server.server_port}/player.html?playlist={playlist}&{asked}"
        with log.open("wb") as said:
            process = subprocess.Popen(
                [browser, *FLAGS, f"--user-data-dir={profile / 'profile'}", address],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,  # its helpers end with it
            )
        undo.callback(_end, process)
        yield Playing(server.results, process, log)


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)
