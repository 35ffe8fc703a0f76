"""Uploaders on their own threads against real origins: nginx that dies, refuses or stalls, and folders that fill."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from app.delivery.folder_origin import FolderOrigin
from app.delivery.http_origin import HttpOrigin
from app.delivery.uploader import Uploader, finish_all
from app.model.events import SegmentDelivered
from app.model.segment import Deletion, Expired
from tests.delivery.deliveries import Told, playlist, segment, uploader
from tests.nginx_origin import DAV, NginxOrigin, start_nginx

WINDOW = 5


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[NginxOrigin]:
    origin = start_nginx(tmp_path)
    yield origin
    origin.stop()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def live(nginx: NginxOrigin, told: Told) -> Iterator[Uploader]:
    """A started uploader to nginx."""
    made = uploader(lambda: HttpOrigin(nginx.url), told)
    made.start()
    yield made
    made.stop(5)


def air(to: Uploader, sequence: int, *, renditions: str = "ab", size: int = 20_000) -> list[str]:
    """What the packager hands over when the next segment of each rendition is closed."""
    for rendition in renditions:
        listed = tuple(segment(rendition, n).path for n in range(max(0, sequence - WINDOW + 1), sequence + 1))
        to.submit(segment(rendition, sequence, size, time.monotonic()))
        if sequence >= WINDOW:
            to.submit(Expired((segment(rendition, sequence - WINDOW).path,)))
        to.submit(playlist(rendition, listed))
        if sequence >= 2 * WINDOW:
            to.submit(Deletion((segment(rendition, sequence - 2 * WINDOW).path,)))
    return [segment(rendition, sequence).path for rendition in renditions]


def listed_at(origin: NginxOrigin, rendition: str) -> list[str]:
    path = origin.root / rendition / "index.m3u8"
    return path.read_text().splitlines() if path.exists() else []


def check_order(origin: NginxOrigin) -> None:
    """No playlist came before the first segment it lists; the model test watches each version."""
    seen: dict[str, int] = {}
    for n, request in enumerate(origin.requests("PUT")):
        if request.status in (201, 204):
            seen.setdefault(request.path, n)
    for rendition in "ab":
        assert seen[f"/{rendition}/00000.ts"] < seen[f"/{rendition}/index.m3u8"]


def test_a_show_goes_out_in_order_over_one_connection(nginx: NginxOrigin, told: Told, live: Uploader) -> None:
    aired = []
    for sequence in range(12):
        aired += air(live, sequence)
        told.wait_for(len(aired))
    told.wait(lambda: not (nginx.root / "a/00001.ts").exists())
    assert live.finish(5)
    assert told.delivered() == aired
    assert not told.texts
    nginx.requests("PUT", at_least=26)
    check_order(nginx)
    assert len({request.connection for request in nginx.requests()}) == 1
    assert listed_at(nginx, "b") == [segment("b", n).path for n in range(7, 12)]
    assert (nginx.root / "a/00011.ts").read_bytes() == segment("a", 11, 20_000).body
    events = [event for event in told.events if isinstance(event, SegmentDelivered)]
    assert all(0 < event.push_ms < 2000 and event.attempts == 1 for event in events)
    status = live.status()
    assert (status.backlog, status.delivered, status.lost, status.last_error) == (0, 24, 0, "")
    assert status.last_delivered_at == events[-1].at


def test_what_is_still_in_the_window_is_delivered_when_the_origin_returns(
    nginx: NginxOrigin, told: Told, live: Uploader
) -> None:
    air(live, 0)
    told.wait(lambda: len(told.delivered()) == 2)
    told.wait(lambda: listed_at(nginx, "b") == ["b/00000.ts"])
    nginx.stop()
    air(live, 1)
    told.wait(lambda: "origin:primary" in told.standing)
    assert told.standing["origin:primary"] == "Origin primary: push: connection refused, retry 2"
    for sequence in range(2, 8):
        air(live, sequence)
    assert listed_at(nginx, "a") == ["a/00000.ts"]
    told.wait(lambda: len(told.lost()) == 4)  # 1 and 2 of each have left the window
    assert live.status().backlog == 10
    nginx.start()
    told.wait(lambda: not told.standing)
    assert told.delivered()[2:] == [segment(rendition, n).path for n in range(3, 8) for rendition in "ab"]
    assert told.lost() == [segment(rendition, n).path for n in (1, 2) for rendition in "ab"]
    assert listed_at(nginx, "a") == [segment("a", n).path for n in range(3, 8)]
    after = [request.path for request in nginx.requests(at_least=16)][4:]
    assert after.index("/a/index.m3u8") > after.index("/a/00007.ts")
    assert after.index("/b/index.m3u8") > after.index("/b/00007.ts")
    assert live.status().lost == 4


def test_an_origin_that_stalls_slows_no_other(nginx: NginxOrigin, told: Told, live: Uploader) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        stalled_told = Told()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        stalled = uploader(lambda: HttpOrigin(url), stalled_told, "backup")
        stalled.start()
        began_s, aired = time.monotonic(), []
        for sequence in range(WINDOW):
            air(stalled, sequence)
            aired += air(live, sequence)
            told.wait_for(len(aired))
        assert time.monotonic() - began_s < 3
        stalled_told.wait(lambda: bool(stalled_told.standing), 12)
        assert stalled_told.standing == {"origin:backup": "Origin backup: push: timed out, retry 1"}
        began_s = time.monotonic()
        stalled.stop(5)
        assert time.monotonic() - began_s < 3
    assert not told.texts
    assert not stalled_told.delivered()
    assert sorted(stalled_told.lost()) == sorted(aired)


@pytest.mark.parametrize(
    ("folder", "said"), [("fault/403/", "push 403 (forbidden)"), ("fault/500/", "push 500"), ("fault/503/", "push 503")]
)
def test_the_alarm_names_what_the_origin_answers(nginx: NginxOrigin, told: Told, folder: str, said: str) -> None:
    made = uploader(lambda: HttpOrigin(nginx.url + folder), told)
    made.start()
    air(made, 0)
    told.wait(lambda: bool(told.texts))
    assert told.texts[0].startswith(f"Origin primary: {said}")
    assert made.status().last_error.startswith(said)
    made.stop(5)


def test_one_object_that_is_too_large_becomes_a_gap(nginx: NginxOrigin, told: Told, live: Uploader) -> None:
    nginx.reload(f"location ~ /a/00001 {{ client_max_body_size 1; {DAV} }}")
    for sequence in range(3):
        air(live, sequence, size=600_000)
    told.wait(lambda: told.lost() == ["a/00001.ts"])
    told.wait(lambda: listed_at(nginx, "a") == ["a/00000.ts", "GAP a/00001.ts", "a/00002.ts"])
    assert listed_at(nginx, "b") == ["b/00000.ts", "b/00001.ts", "b/00002.ts"]
    gap = "Origin primary: a/00001.ts is a gap: push 413 (too large for this origin)"
    told.wait(lambda: told.standing == {"origin:primary:gap": gap})


def test_a_certificate_that_is_not_trusted_is_named(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted, other = trustme.CA(), trustme.CA()
    trusted.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    certificate = other.issue_cert("localhost")
    certificate.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "both.pem"))
    origin = start_nginx(tmp_path, tls=(tmp_path / "both.pem", tmp_path / "both.pem"))
    made = uploader(lambda: HttpOrigin(origin.url), told)
    made.start()
    air(made, 0)
    told.wait(lambda: bool(told.standing))
    assert told.standing["origin:primary"].startswith("Origin primary: push: certificate refused: ")
    made.stop(5)
    origin.stop()
    assert not told.delivered()
    assert not (origin.root / "a").exists()


def test_a_full_disk_is_said_and_survived(told: Told, tmp_path: Path) -> None:
    """/dev/full answers every write as a full disk does; it stands where the new file is first written."""
    (tmp_path / "a").mkdir()
    full = tmp_path / "a/.00000.ts.part"
    full.symlink_to("/dev/full")
    client = FolderOrigin(tmp_path)
    put = client.put

    def still_full(path: str, body: bytes, content_type: str, *, timeout_s: float) -> None:
        if path == "a/00000.ts" and not freed.is_set() and not full.is_symlink():
            full.symlink_to("/dev/full")
        put(path, body, content_type, timeout_s=timeout_s)

    freed = threading.Event()
    client.put = still_full  # type: ignore[method-assign,assignment]  # keeps the disk full until it is freed
    made = uploader(lambda: client, told)
    made.start()
    air(made, 0)
    told.wait(lambda: bool(told.standing))
    assert told.standing == {"origin:primary": f"Origin primary: write to {tmp_path}: disk full, retry 2"}
    told.wait((tmp_path / "b/index.m3u8").exists)  # the other rendition is not held back
    assert not (tmp_path / "a/00000.ts").exists()
    freed.set()
    told.wait(lambda: not told.standing)
    assert (tmp_path / "a/00000.ts").read_bytes() == segment("a", 0, 20_000).body
    assert made.finish(2)


def test_finish_delivers_what_waits(nginx: NginxOrigin, told: Told) -> None:
    made = uploader(lambda: HttpOrigin(nginx.url), told)
    for sequence in range(4):
        air(made, sequence, size=500_000)
    made.submit(Deletion(("a/00000.ts",)))
    made.submit(playlist("b", ("b/00003.ts",), final=True))
    made.start()
    assert made.finish(5)
    assert len(told.delivered()) == 7  # a/00000 was to be deleted before it could be sent
    assert listed_at(nginx, "b") == ["b/00003.ts"]
    assert not nginx.requests("DELETE")


def test_finish_on_a_dead_origin_keeps_to_its_time(nginx: NginxOrigin, told: Told, live: Uploader) -> None:
    nginx.stop()
    air(live, 0)
    began_s = time.monotonic()
    assert not live.finish(1.0)
    assert time.monotonic() - began_s < 2
    assert sorted(told.lost()) == ["a/00000.ts", "b/00000.ts"]
    assert not told.delivered()


def test_all_finish_within_one_time(nginx: NginxOrigin, told: Told) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        urls = ["http://127.0.0.1:1/", f"http://127.0.0.1:{silent.getsockname()[1]}/", nginx.url]
        made = [uploader(lambda url=url: HttpOrigin(url), told, f"o{n}") for n, url in enumerate(urls)]  # type: ignore[misc]  # a default holds the URL
        for each in made:
            air(each, 0)
            each.start()
        began_s = time.monotonic()
        assert not finish_all(made, 1.0)
        assert time.monotonic() - began_s < 3.5
    assert sorted(told.delivered()) == ["a/00000.ts", "b/00000.ts"]
    assert len(told.lost()) == 4
    made[2].submit(segment("a", 9))
    assert told.lost()[4:] == ["a/00009.ts"]  # too late is lost, not forgotten


def test_finish_lists_as_gaps_what_could_not_go(nginx: NginxOrigin, told: Told) -> None:
    nginx.reload("location ~ /a/00001 { return 503; }")
    made = uploader(lambda: HttpOrigin(nginx.url), told)
    made.start()
    for sequence in range(3):
        air(made, sequence)
    assert not made.finish(1.5)
    assert told.lost() == ["a/00001.ts"]
    assert listed_at(nginx, "a") == ["a/00000.ts", "GAP a/00001.ts", "a/00002.ts"]


def test_an_origin_that_can_not_be_opened_is_an_alarm(told: Told) -> None:
    """The client is made on the uploader's thread: what it lacks is told there, and tried again."""
    made = uploader(lambda: HttpOrigin("https://localhost:1/"), told)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
        made.start()
        air(made, 0)
        told.wait(lambda: bool(told.standing))
        assert "SSL_CERT_FILE names /nowhere/ca.pem" in told.standing["origin:primary"]
        made.stop(5)
