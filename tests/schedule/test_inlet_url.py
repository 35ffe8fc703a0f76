"""An address that is polled, on a real HTTP server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from app.model.inlets import UrlInlet
from app.schedule.inlets.arrival import Arrival, Fate, Landed
from app.schedule.inlets.memory import Memory
from app.schedule.inlets.poll import LONGEST_PAUSE_S, UrlPoll, authorization
from tests.schedule.ad_server import AdServer, ad_server


@dataclass
class Page:
    """What a server with validators answers."""

    body: bytes
    etag: str = ""
    modified: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    full: int = 0

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.asked.append(headers)
        same = (self.etag and headers.get("if-none-match") == self.etag) or (
            self.modified and headers.get("if-modified-since") == self.modified
        )
        handler.send_response(304 if same else 200)
        for name, value in (("ETag", self.etag), ("Last-Modified", self.modified)):
            if value:
                handler.send_header(name, value)
        handler.send_header("Content-Length", "0" if same else str(len(self.body)))
        handler.end_headers()
        if not same:
            self.full += 1
            handler.wfile.write(self.body)


@dataclass
class Desk:
    server: AdServer
    memory: Memory
    secret: str | None = None
    fate: Fate = Fate.IMPORTED
    came: list[Arrival] = field(default_factory=list)
    said: list[str | None] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def poll(self, path: str = "/day.csv", every_s: int = 60) -> UrlPoll:
        inlet = UrlInlet(name="traffic", url=self.server.url + path, every_s=Fraction(every_s))
        return UrlPoll(inlet, self.memory, self.take, self.said.append, self.stopping, lambda: self.secret)

    def take(self, arrival: Arrival) -> Landed:
        self.came.append(arrival)
        return Landed(fate=self.fate)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with ad_server() as server:
        yield Desk(server, Memory(tmp_path / "inlets.json"))


@pytest.mark.parametrize(
    "page",
    [
        Page(b"A", etag='W/"1"'),
        Page(b"A", modified="Sun, 22 Nov 2026 12:00:00 GMT"),
        Page(b"A"),
    ],
    ids=["etag", "modified", "neither"],
)
def test_what_is_the_same_is_handed_in_once(desk: Desk, page: Page) -> None:
    page = Page(page.body, page.etag, page.modified)
    desk.server.pages["/day.csv"] = page
    poll = desk.poll()
    for _ in range(3):
        poll.ask()
    assert [arrival.content for arrival in desk.came] == [b"A"]
    assert desk.came[0].named == desk.came[0].base == f"{desk.server.url}/day.csv"
    assert page.full == (1 if page.etag or page.modified else 3)
    page.body, page.etag, page.modified = b"B", '"2"' if page.etag else "", ""
    poll.ask()
    assert [arrival.content for arrival in desk.came] == [b"A", b"B"]
    desk.poll().ask()  # as after a restart
    assert len(desk.came) == 2
    assert set(desk.said) == {None}


def test_what_has_to_wait_is_asked_for_again(desk: Desk) -> None:
    desk.server.pages["/day.csv"] = Page(b"A", etag='"1"')
    poll = desk.poll()
    desk.fate = Fate.LATER
    poll.ask()
    desk.fate = Fate.UNUSABLE
    poll.ask()
    poll.ask()
    assert len(desk.came) == 2


def test_a_server_that_fails_is_told_and_asked_less_often(desk: Desk) -> None:
    poll = desk.poll(every_s=10)
    pauses = []
    for _ in range(9):
        poll.ask()
        pauses.append(poll.pause_s)
    assert desk.said[-1] == f"{desk.server.url}/day.csv: the server answers 404 Not Found"
    assert pauses[:3] == [20, 40, 80]
    assert pauses[-1] == LONGEST_PAUSE_S
    desk.server.pages["/day.csv"] = "A"
    poll.ask()
    assert desk.said[-1:] == [None]
    assert poll.pause_s == 10


def test_credentials_go_to_the_named_server_alone(desk: Desk) -> None:
    page, away = Page(b"A"), Page(b"A")
    with ad_server() as other:

        def redirect(handler: BaseHTTPRequestHandler) -> None:
            page.asked.append({name.lower(): value for name, value in handler.headers.items()})
            handler.send_response(302)
            handler.send_header("Location", f"{other.url.replace('127.0.0.1', 'localhost')}/day.csv")
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        other.pages["/day.csv"] = away
        desk.server.pages["/day.csv"] = redirect
        desk.secret = "t0ken"
        desk.poll().ask()
        assert "which is no public address" in str(desk.said[-1])  # a redirect into the house is not followed
        inlet = UrlInlet(name="traffic", url=f"{desk.server.url}/day.csv", private_addresses=True)
        UrlPoll(inlet, desk.memory, desk.take, desk.said.append, desk.stopping, lambda: desk.secret).ask()
    assert page.asked[0]["authorization"] == "Bearer t0ken"
    assert "authorization" not in away.asked[0]
    assert desk.came[0].base.startswith("http://localhost:")


def test_a_password_is_told_as_basic() -> None:
    assert authorization("me:pw") == "Basic bWU6cHc="
    assert authorization(None) == ""


def test_an_answer_that_drips_is_cut_when_the_engine_ends(desk: Desk) -> None:
    began = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        began.set()
        while not desk.server.closing.wait(0.05):
            try:
                handler.wfile.write(b"x")
            except OSError:
                return

    desk.server.pages["/day.csv"] = drip
    poll = desk.poll()
    thread = threading.Thread(target=poll.run)
    thread.start()
    assert began.wait(5)
    desk.stopping.set()
    ended_s = time.monotonic()
    poll.cut()
    thread.join(5)
    assert not thread.is_alive()
    assert time.monotonic() - ended_s < 2
    assert desk.said == []


@pytest.mark.parametrize("header", ["x" * 2000, "a\tb"])
def test_a_validator_that_is_none_is_not_sent_back(desk: Desk, header: str) -> None:
    page = Page(b"A", etag=header)
    desk.server.pages["/day.csv"] = page
    poll = desk.poll()
    poll.ask()
    poll.ask()
    assert "if-none-match" not in page.asked[1]
