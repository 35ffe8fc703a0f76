from __future__ import annotations

import argparse
import json
import random
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.cli import verify as command
from app.model.errors import ProofError, UsageError
from app.monitoring.fetch import Fetcher, as_url, join
from app.monitoring.proof import verify
from tests.monitoring.airing import Airing, add_break
from tests.monitoring.serving import served


def aired(folder: Path) -> Path:
    airing = Airing()
    add_break(airing)
    return airing.write(folder)


def run(*args: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    given_args = parser.parse_args(["verify", *args])
    status = given_args.run(given_args)
    assert isinstance(status, int)
    return status


def test_a_target_over_http_over_one_connection(tmp_path: Path) -> None:
    aired(tmp_path)
    with served(tmp_path) as server:
        report = verify(f"{server.url}/index.m3u8", expect=2)
        assert report.passed, report.to_json()
        assert server.connections == 1
        assert verify(f"{server.url}/moved/index.m3u8").passed


def test_credentials_come_from_the_url_or_from_the_caller(tmp_path: Path) -> None:
    aired(tmp_path)
    with served(tmp_path, login="me:s%/cret") as server:
        with pytest.raises(ProofError, match="401"):
            verify(f"{server.url}/index.m3u8")
        assert verify(f"{server.url}/index.m3u8".replace("://", "://me:s%25%2Fcret@")).passed
        asked = []

        def login(host: str) -> tuple[str, str]:
            asked.append(host)
            return "me", "s%/cret"

        assert verify(f"{server.url}/index.m3u8", fetcher=Fetcher(login=login)).passed
        assert set(asked) == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 500 Oh no\r\nContent-Length: 0\r\n\r\n", "500 Oh no"),
        (b"rubbish\r\n\r\n", "rubbish"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "breaks off after 5 bytes, 95 are missing"),
        (b"HTTP/1.1 302 Go\r\nContent-Length: 0\r\nLocation: file:///etc/hostname\r\n\r\n", "neither http"),
        (b"HTTP/1.1 302 Go\r\nContent-Length: 0\r\nLocation: /again\r\n\r\n", "redirected more than"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>", "neither an HLS playlist"),
    ],
)
def test_an_unusable_answer_is_a_proof_error(tmp_path: Path, answer: bytes, reason: str) -> None:
    with served(tmp_path, answer=answer) as server, pytest.raises(ProofError, match=reason):
        verify(f"{server.url}/index.m3u8")


def test_a_body_without_end_is_given_up(tmp_path: Path) -> None:
    (tmp_path / "big.ts").write_bytes(bytes(2_000_000))
    with served(tmp_path) as server, Fetcher() as fetcher:
        with pytest.raises(ProofError, match="given up after 1000000 bytes"):
            fetcher.read(f"{server.url}/big.ts", 1_000_000)
        assert len(memoryview(fetcher.read(f"{server.url}/big.ts"))) == 2_000_000
        fetcher.total_s = -1.0
        with pytest.raises(ProofError, match="given up after -1 s"):
            fetcher.read(f"{server.url}/big.ts")


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("", "is empty; give an http"),
        ("ftp://host/x.m3u8", "ftp is not read here; give an http"),
        ("http://[::1/x.m3u8", "this is no URL"),
        ("x" * 5000, "File name too long"),
        (".", "there is no index.m3u8 in this folder"),
    ],
)
def test_what_can_be_no_target_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises((ProofError, UsageError), match=said):
        verify(target)


def test_a_closed_port_and_a_missing_file_name_the_target(tmp_path: Path) -> None:
    with pytest.raises(ProofError, match=r"nothing\.m3u8: there is no such file"):
        verify(str(tmp_path / "nothing.m3u8"))
    with pytest.raises(ProofError, match=r"127\.0\.0\.1:9/x\.m3u8: Connection refused"):
        verify("http://127.0.0.1:9/x.m3u8")


def test_dash_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="DASH"):
        verify("http://127.0.0.1:9/manifest.mpd")


def test_a_playlist_from_the_network_can_not_name_local_files() -> None:
    assert join("http://h/a/x.m3u8", "../b.ts?c=1") == "http://h/b.ts?c=1"
    assert join("file:///a/x.m3u8", "b%20c.ts") == "file:///a/b%20c.ts"
    with pytest.raises(ProofError):
        join("http://h/x.m3u8", "file:///etc/hostname")
    with pytest.raises(ProofError):
        join("http://h/x.m3u8", "gopher://h/x")
    assert as_url("C D.m3u8").endswith("C%20D.m3u8")


def test_a_folder_a_path_a_url_and_a_media_playlist_are_targets(tmp_path: Path) -> None:
    target = aired(tmp_path / "with space")
    for text in (str(target), str(target.parent), target.as_uri(), str(target.parent / "720p" / "index.m3u8")):
        report = verify(text, expect=2)
        assert report.passed, report.to_json()
    assert list(report.splices[0].segments) == ["720p"]


def test_the_command_prints_a_line_a_splice_and_its_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = str(aired(tmp_path))
    assert run(target) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("OUT  event 17          pts 1980000     exact         landed")
    assert lines[1].startswith("IN   event 17          pts 2880000     exact         landed")
    assert lines[2].startswith("pass: 2 of 2 splices landed in ")
    assert run(target, "--expect", "3") == 1
    assert "fault: 2 splices were found, 3 are expected" in capsys.readouterr().out
    assert run(target, "--json") == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "pass"
    assert run(str(tmp_path / "nothing.m3u8"), "--json") == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "nothing.m3u8" in captured.err


@given(st.binary(max_size=600), st.sampled_from([b"", b"#EXTM3U\n", b"G"]), st.sampled_from(["x.m3u8", "x.ts", "x"]))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_target_is_proved_or_refused(tmp_path: Path, body: bytes, head: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(head + body)
    with suppress(ProofError):
        verify(str(path))


@given(st.integers(0, 2**32))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damage_to_an_output_is_judged(tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "air"
    if not folder.exists():
        aired(folder)
        (tmp_path / "clean").mkdir()
    chance = random.Random(seed)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.parent != folder)
    spoilt = {path: path.read_bytes() for path in chance.sample(files, 3)}
    for path, body in spoilt.items():
        path.write_bytes(damaged(body, chance))
    try:
        report = verify(str(folder / "index.m3u8"))
        json.dumps(report.to_json())
    finally:
        for path, body in spoilt.items():
            path.write_bytes(body)


def damaged(body: bytes, chance: random.Random) -> bytes:
    if body.startswith(b"#"):
        lines = body.split(b"\n")
        for _ in range(3):
            at = chance.randrange(len(lines))
            match chance.randrange(3):
                case 0:
                    lines.insert(chance.randrange(len(lines)), lines[at])
                case 1:
                    del lines[at]
                case _:
                    lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
        return b"\n".join(lines)
    octets = bytearray(body)
    for _ in range(chance.randrange(1, 30)):
        at = chance.randrange(len(octets))
        octets[at] = chance.randrange(256)
    return bytes(octets)
