"""Surfaces fire verbs on a show that really runs: an HTTP client, and raw OSC packets."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.automation.osc import Argument, Message, message_bytes, read_message
from tests.engine.show_run import ShowRun, channel_toml, running, show_file

TOKEN = "a-token-of-the-studio"


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with closing(socket.socket(socket.AF_INET, kind)) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Surface:
    """One HTTP client and one OSC panel on a run."""

    def __init__(self, run: ShowRun, http: int, osc: int) -> None:
        self.run, self.http_port, self.osc_port = run, http, osc
        self.panel = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.panel.settimeout(10)

    def post(self, path: str, asked: object = None, *, token: str = TOKEN, method: str = "POST") -> tuple[int, Any]:
        body = asked if isinstance(asked, bytes) else b"" if asked is None else json.dumps(asked).encode()
        url = f"http://127.0.0.1:{self.http_port}{path}"
        request = urllib.request.Request(url, body, {"Authorization": f"Bearer {token}"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def send(self, packet: bytes) -> None:
        self.panel.sendto(packet, ("127.0.0.1", self.osc_port))

    def osc(self, address: str, *arguments: Argument) -> tuple[Argument, ...]:
        """What it is answered: verb, channel, accepted or refused, reason."""
        self.send(message_bytes(Message(address, arguments)))
        return self.heard()

    def heard(self) -> tuple[Argument, ...]:
        message = read_message(self.panel.recv(2000))
        assert message.address == "/splicedeck/answer"
        return message.arguments


@contextmanager
def surfaces(folder: Path, monkeypatch: pytest.MonkeyPatch, *, per_minute: int = 600) -> Iterator[Surface]:
    monkeypatch.setenv("SPLICEDECK_SECRET_TRIGGER_TOKEN", TOKEN)
    http, osc = free_port(), free_port(socket.SOCK_DGRAM)
    table = f'[triggers]\nhttp = "127.0.0.1:{http}"\nosc = "127.0.0.1:{osc}"\nper_minute = {per_minute}\n'
    origin = {"folder": (folder / "origin").as_uri() + "/"}
    show = show_file(folder, origin, channel_toml("news-1"), channel_toml("news-2"), table)
    with running(show, data_dir=folder / "data") as run:
        for name in ("news-1", "news-2"):
            run.wait_event("channel.on_air", channel=name)
        surface = Surface(run, http, osc)
        with closing(surface.panel):
            run.wait_for(lambda: listens(http))
            yield surface


def listens(port: int) -> bool:
    with closing(socket.socket()) as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.slow
def test_verbs_over_http_and_osc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with surfaces(tmp_path, monkeypatch) as surface:
        run = surface.run
        assert surface.post("/trigger/take", {"channel": 1}) == (
            409,
            {
                "accepted": False,
                "channels": [{"channel": "news-1", "accepted": False, "reason": "nothing is cued: CUE NEXT first"}],
            },
        )
        status, told = surface.post("/trigger/cue_next?channel=1", {"duration": 10})
        assert (status, told["accepted"]) == (200, True)
        assert surface.osc("/splicedeck/cue_next", TOKEN, 2, 10.0) == ("cue_next", "news-2", "accepted", "")
        assert surface.osc("/splicedeck/test/take", TOKEN, "news-1") == ("take", "news-1", "accepted", "")
        assert run.wait_event("trigger.received", verb="take", test=True)["channels"] == ["news-1"]
        assert not run.named("break.armed")

        status, told = surface.post("/trigger/take", {"channel": [1, "news-2"], "by": "ann"})
        assert (status, told["accepted"], len(told["channels"])) == (200, True, 2)
        assert {run.wait_event("break.armed", channel=name)["by"] for name in ("news-1", "news-2")} == {"ann"}
        verb, _, word, reason = surface.osc("/splicedeck/take", TOKEN, 1)
        assert (verb, word) == ("take", "refused")
        assert "just taken" in str(reason)
        assert surface.osc("/splicedeck/withdraw", TOKEN, 1)[2] == "accepted"
        run.wait_event("break.withdrawn", channel="news-1")
        run.wait_event("break.out", channel="news-2")
        assert surface.post("/trigger/return", {"channel": "news-2"})[0] == 200
        run.wait_event("break.in", channel="news-2")


@pytest.mark.slow
def test_strangers_mistakes_and_floods_are_answered_and_air_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with surfaces(tmp_path, monkeypatch, per_minute=60) as surface:
        assert surface.post("/trigger/slate", {"channel": 1}, token="x" * 20)[0] == 401
        assert surface.post("/trigger/slate?channel=1", method="GET")[0] == 405
        assert surface.post("/trigger/slate", b"{")[0] == 400
        assert surface.post("/trigger/slate", b"[1]")[0] == 400
        assert surface.post("/trigger/slate", b"[" * 4000)[0] == 400
        assert surface.post("/trigger/slate", b" " * 5000)[0] == 400
        assert surface.post("/slate", {"channel": 1})[0] == 404
        assert "no channel '3'" in surface.post("/trigger/slate", {"channel": 3})[1]["error"]

        assert surface.osc("/splicedeck/slate", "wrong", 1)[2:] == (
            "refused",
            "the token is wrong: it is the first argument",
        )
        assert surface.osc("/splicedeck/slate")[2] == "refused"
        assert "triggers are taken at" in str(surface.osc("/other/slate", TOKEN, 1)[3])
        assert "takes the token and" in str(surface.osc("/splicedeck/skip", TOKEN, 1, "ann", 4)[3])
        surface.send(b"#bundle\0" + bytes(8))
        assert "bundles" in str(surface.heard()[3])

        for _ in range(3000):
            surface.send(b"\xff" * 40)
            surface.send(message_bytes(Message("/splicedeck/slate", ("wrong-token", 1))))
        codes = {surface.post("/trigger/hold", {"channel": 1}, token="x" * 20)[0] for _ in range(80)}
        assert codes == {401, 429}
        status, told = surface.post("/trigger/hold", {"channel": 1})  # who has the token is not kept out by strangers
        assert (status, told["channels"][0]["accepted"]) == (409, False)
        codes = {surface.post("/trigger/hold", {"channel": 1})[0] for _ in range(80)}
        assert codes == {409, 429}
        assert not surface.run.named("source.changed", source="slate")
        assert not surface.run.named("channel.stopped")


@pytest.mark.slow
def test_without_a_token_they_are_shut_and_an_alarm_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPLICEDECK_SECRET_TRIGGER_TOKEN", "short")
    port = free_port()
    show = show_file(
        tmp_path,
        {"folder": (tmp_path / "origin").as_uri() + "/"},
        channel_toml("news-1"),
        f'[triggers]\nhttp = "127.0.0.1:{port}"\n',
    )
    with running(show, data_dir=tmp_path / "data") as run:
        raised = run.wait_event("alarm.raised", key="triggers")
        assert "shorter than 16 characters" in raised["text"]
        assert not listens(port)
        run.wait_event("channel.on_air")


@pytest.mark.slow
def test_http_takes_nothing_in_while_osc_can_t_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waited there unserved would fire when the port is free, whatever is cued by then."""
    monkeypatch.setenv("SPLICEDECK_SECRET_TRIGGER_TOKEN", TOKEN)
    http, osc = free_port(), free_port(socket.SOCK_DGRAM)
    table = f'[triggers]\nhttp = "127.0.0.1:{http}"\nosc = "127.0.0.1:{osc}"\n'
    show = show_file(tmp_path, {"folder": (tmp_path / "origin").as_uri() + "/"}, channel_toml("news-1"), table)
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as taken:
        taken.bind(("127.0.0.1", osc))
        with running(show, data_dir=tmp_path / "data") as run:
            assert f"127.0.0.1:{osc}" in run.wait_event("alarm.raised", key="triggers")["text"]
            assert not listens(http)
            taken.close()
            run.wait_for(lambda: listens(http))
            run.wait_event("alarm.cleared", key="triggers")
