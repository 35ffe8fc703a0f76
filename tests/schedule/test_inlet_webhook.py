"""A webhook, as who sends to it sees it."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from app.model.inlets import WebhookInlet
from app.model.rate import Rate
from app.model.schedule import RefusedRow
from app.schedule.inlets import webhook
from app.schedule.inlets.arrival import Arrival, Fate, Landed
from app.schedule.inlets.webhook import MOST_CONNECTIONS, Webhook

TOKEN = "correct-horse-battery"


@dataclass
class Desk:
    inlet: WebhookInlet = field(
        default_factory=lambda: WebhookInlet(name="hook", host="127.0.0.1", port=0, most_bytes=1000, per_minute=20)
    )
    secret: str | None = TOKEN
    answer: Landed = field(default_factory=lambda: Landed(fate=Fate.IMPORTED, added=1, import_id=7))
    came: list[Arrival] = field(default_factory=list)
    said: list[str | None] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        self.hook = Webhook(self.inlet, lambda: self.secret, self.take, self.said.append, self.stopping)
        self.thread = threading.Thread(target=self.hook.run)
        self.thread.start()
        self.until(lambda: bool(self.hook.port) or any(self.said))

    def until(self, it_is: Callable[[], bool]) -> None:
        until_s = time.monotonic() + 5
        while not it_is():
            assert time.monotonic() < until_s
            time.sleep(0.01)

    def stop(self) -> None:
        self.stopping.set()
        self.hook.cut()
        self.thread.join(5)
        assert not self.thread.is_alive()

    def take(self, arrival: Arrival) -> Landed:
        self.came.append(arrival)
        return self.answer

    def send(
        self, body: bytes = b"at,duration\n", *, path: str = "/hook", method: str = "POST", **headers: str
    ) -> tuple[int, Any]:
        sent = {"Authorization": f"Bearer {TOKEN}"} | {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(http.client.HTTPConnection("127.0.0.1", self.hook.port, timeout=5)) as connection:
            connection.request(method, path, body, {name: value for name, value in sent.items() if value})
            answer = connection.getresponse()
            said = answer.read()
            return answer.status, json.loads(said) if said else None


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    desk.start()
    yield desk
    desk.stop()


def test_a_list_is_taken_and_answered(desk: Desk) -> None:
    row = RefusedRow("webhook hook", "line 3, at", "soon", "'soon' is no time")
    desk.answer = replace(desk.answer, refused_count=1, refused=(row,), conflicts=("news-1 b1: locked",))
    status, told = desk.send(b"at,duration\n+1,30\n")
    assert status == 200
    assert (told["added"], told["import_id"], told["conflicts"]) == (1, 7, ["news-1 b1: locked"])
    assert told["refused"] == [
        {"file": "webhook hook", "where": "line 3, at", "value": "soon", "reason": "'soon' is no time"}
    ]
    (arrival,) = desk.came
    assert (arrival.file, arrival.content) == ("webhook hook", b"at,duration\n+1,30\n")


@pytest.mark.parametrize(("fate", "status"), [(Fate.UNUSABLE, 422), (Fate.LATER, 503)], ids=["unusable", "later"])
def test_what_is_not_imported_is_said(desk: Desk, fate: Fate, status: int) -> None:
    desk.answer = Landed(fate=fate, reason="the reason")
    answered, told = desk.send()
    assert (answered, told["error"]) == (status, "the reason")


@pytest.mark.parametrize(
    "given",
    ["", "Bearer wrong-horse-battery", f"Basic {TOKEN}", TOKEN, "Bearer", f"Bearer {TOKEN}x"],
)
def test_without_its_token_nothing_is_told_or_taken(desk: Desk, given: str) -> None:
    for path in ("/hook", "/other"):
        assert desk.send(path=path, Authorization=given) == (401, {"error": "a bearer token is needed"})
    assert not desk.came


def test_what_is_no_list_is_refused(desk: Desk) -> None:
    assert desk.send(path="/other")[0] == 404
    assert desk.send(method="GET")[0] == 405
    assert desk.send(method="OPTIONS")[0] == 405
    assert desk.send(method="HEAD", body=b"") == (405, None)
    assert desk.send(b"x" * 1001) == (413, {"error": "a list has at most 1000 bytes"})
    assert desk.send(Content_Length="1" * 5000)[0] == 413
    assert desk.send(Content_Encoding="gzip")[0] == 415
    assert desk.send(b"", Content_Length="-1")[0] == 411
    assert desk.send(b"", Transfer_Encoding="chunked")[0] == 411
    assert not desk.came


def test_too_many_are_slowed_down_and_strangers_don_t_use_up_the_sender_s(desk: Desk) -> None:
    statuses = [desk.send(Authorization="")[0] for _ in range(25)]
    assert statuses[:20] == [401] * 20
    assert statuses[-1] == 429
    statuses = [desk.send()[0] for _ in range(25)]
    assert statuses[:20] == [200] * 20
    assert statuses[-1] == 429
    assert len(desk.came) < 25


def test_the_rate_fills_again() -> None:
    now_s = [0.0]
    rate = Rate(2, lambda: now_s[0])
    assert [rate.wait_s(), rate.wait_s(), rate.wait_s()] == [0, 0, 30]
    now_s[0] = 30.0
    assert [rate.wait_s(), rate.wait_s()] == [0, 30]
    now_s[0] = 1e6
    assert [rate.wait_s(), rate.wait_s(), rate.wait_s()] == [0, 0, 30]


def opened(desk: Desk, head: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", desk.hook.port), timeout=5)
    connection.sendall(head)
    return connection


def test_a_body_that_is_not_wanted_is_not_asked_for(desk: Desk) -> None:
    head = f"POST /hook HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\nExpect: 100-continue\r\n"
    with opened(desk, f"{head}Content-Length: 4\r\n\r\n".encode()) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"body")
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
    with opened(desk, f"{head}Content-Length: 40000\r\n\r\n".encode()) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")
    assert [arrival.content for arrival in desk.came] == [b"body"]


def test_who_sends_nothing_holds_nobody_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "WHOLE_S", 0.3)
    head = f"POST /hook HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 40\r\n\r\nslow".encode()
    silent = [opened(desk, head if n % 2 else b"POST") for n in range(MOST_CONNECTIONS)]
    with opened(desk) as one_more:
        assert one_more.recv(10) == b""  # too many
    for each in silent:
        while each.recv(1000):
            pass
        each.close()
    desk.until(lambda: desk.send()[0] == 200)
    assert {arrival.content for arrival in desk.came} == {b"at,duration\n"}


def test_a_body_that_breaks_off_is_no_list(desk: Desk) -> None:
    head = f"POST /hook HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 40\r\n\r\nhalf".encode()
    with opened(desk, head) as connection:
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as answer:  # its head and its body may come apart
            assert b"breaks off after 4 bytes" in answer.read()
    assert not desk.came


@pytest.mark.parametrize(
    ("secret", "why"), [(None, "it has no token"), ("short", "its token is shorter than 16 characters")]
)
def test_without_a_token_it_is_shut_until_there_is_one(
    secret: str | None, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "AGAIN_S", 0.05)
    desk = Desk(secret=secret)
    desk.start()
    assert desk.said[0] == f"webhook hook is shut: {why}; keep one by: splicedeck secret set inlet:hook"
    desk.secret = TOKEN
    desk.until(lambda: bool(desk.hook.port))
    assert desk.send()[0] == 200
    desk.stop()
    assert desk.said[-1] is None


def test_a_port_that_is_taken_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "AGAIN_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        desk = Desk(inlet=WebhookInlet(name="hook", host="127.0.0.1", port=port))
        desk.start()
        assert f"webhook hook can't listen at 127.0.0.1:{port}: " in str(desk.said[0])
    desk.until(lambda: bool(desk.hook.port))
    assert desk.send()[0] == 200
    desk.stop()
