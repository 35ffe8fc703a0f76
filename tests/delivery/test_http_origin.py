"""HTTP PUT against a real nginx, and against servers that stall or can't prove who they are."""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import trustme

from app.delivery.client import UnreachableError
from app.delivery.http_origin import HttpOrigin
from app.delivery.tls import trusted_bundle
from app.model.errors import DeliveryError, EnvironmentLackError
from tests.nginx_origin import NginxOrigin, start_nginx


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[NginxOrigin]:
    origin = start_nginx(tmp_path)
    yield origin
    origin.stop()


def test_objects_arrive_whole_over_one_connection(nginx: NginxOrigin) -> None:
    client = HttpOrigin(nginx.url)
    body = os.urandom(300_000)
    for n in range(30):
        client.put(f"news/720p/{n:05}.ts", body, "video/mp2t")
    client.put("news/720p/00000.ts", body[:10], "video/mp2t")  # 204: it was there
    client.put("news/index.m3u8", b"#EXTM3U\n", "application/vnd.apple.mpegurl")
    client.delete("news/720p/00001.ts")
    client.delete("news/720p/00001.ts")  # absent is fine
    client.close()
    assert (nginx.root / "news/720p/00002.ts").read_bytes() == body
    assert (nginx.root / "news/720p/00000.ts").read_bytes() == body[:10]
    assert not (nginx.root / "news/720p/00001.ts").exists()
    requests = nginx.requests(at_least=34)
    assert len(requests) == 34
    assert len({request.connection for request in requests}) == 1


def test_a_name_with_strange_letters_is_the_same_at_the_origin(nginx: NginxOrigin) -> None:
    client = HttpOrigin(nginx.url)
    client.put("Ärger & Co/50%?#.ts", b"x", "video/mp2t")
    client.close()
    assert (nginx.root / "Ärger & Co/50%?#.ts").read_bytes() == b"x"


@pytest.mark.parametrize("path", ["", "news/", "/etc/passwd", "../x.ts", "a/../../x.ts", "a//b.ts", "a\\b.ts"])
def test_a_path_that_is_no_object_is_never_sent(nginx: NginxOrigin, path: str) -> None:
    client = HttpOrigin(nginx.url)
    with pytest.raises(DeliveryError):
        client.delete(path)
    client.close()
    assert not nginx.requests()


@pytest.mark.parametrize(
    ("folder", "status", "said"),
    [
        ("fault/403/", 403, "push 403 (forbidden)"),
        ("fault/500/", 500, "push 500 (the origin failed)"),
        ("fault/503/", 503, "push 503"),
        ("fault/413/", 413, "push 413 (too large for this origin)"),
        ("fault/301/", 301, "push 301 (redirected to http://127.0.0.1:1/elsewhere, which is not followed)"),
        ("private/", 401, "push 401 (credentials missing or refused)"),
    ],
)
def test_a_refusal_carries_its_status(nginx: NginxOrigin, folder: str, status: int, said: str) -> None:
    client = HttpOrigin(nginx.url + folder)
    for _ in range(3):
        with pytest.raises(DeliveryError) as caught:
            client.put("00001.ts", bytes(2_000_000), "video/mp2t")
        assert caught.value.status == status
        assert not isinstance(caught.value, UnreachableError)
        assert str(caught.value) == said
    client.close()


def test_credentials_travel_in_the_header_only(nginx: NginxOrigin) -> None:
    right = HttpOrigin(nginx.url, ("user", "secret"))
    right.put("private/00001.ts", b"x", "video/mp2t")
    right.close()
    token = HttpOrigin(nginx.url, ("", "t0ken"))
    token.put("00002.ts", b"x", "video/mp2t")
    token.close()
    wrong = HttpOrigin(nginx.url, ("user", "wr0ng"))
    with pytest.raises(DeliveryError) as caught:
        wrong.put("private/00003.ts", b"x", "video/mp2t")
    wrong.close()
    assert "wr0ng" not in str(caught.value)
    basic, bearer, _refused = nginx.requests(at_least=3)
    assert bearer.authorization == "Bearer t0ken"
    assert basic.authorization.startswith("Basic ")
    assert "wr0ng" not in repr(wrong)


def test_a_kept_connection_that_died_is_replaced(nginx: NginxOrigin) -> None:
    client = HttpOrigin(nginx.url)
    client.put("1.ts", bytes(500_000), "video/mp2t")
    nginx.reload("location /new/ { return 500; }")
    client.put("2.ts", bytes(500_000), "video/mp2t")
    nginx.stop()
    with pytest.raises(UnreachableError, match=r"^push: connection refused$"):
        client.put("3.ts", bytes(500_000), "video/mp2t")
    nginx.start()
    client.put("3.ts", bytes(500_000), "video/mp2t")
    client.close()
    assert (nginx.root / "3.ts").stat().st_size == 500_000


def test_a_host_that_is_not_there_is_said() -> None:
    client = HttpOrigin("http://nowhere.invalid/live/")
    with pytest.raises(UnreachableError, match=r"host name not found|no connection"):  # as the resolver answers
        client.put("1.ts", b"x", "video/mp2t")
    client.close()


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"//127.0.0.1:{listener.getsockname()[1]}/"


def test_a_silent_origin_is_noticed(silent: str) -> None:
    client = HttpOrigin("http:" + silent)
    began_s = time.monotonic()
    with pytest.raises(DeliveryError, match="timed out") as caught:
        client.put("1.ts", bytes(1000), "video/mp2t", timeout_s=0.5)
    assert time.monotonic() - began_s < 2
    assert not isinstance(caught.value, UnreachableError)
    client.close()


def test_a_try_under_way_can_be_broken_off(silent: str) -> None:
    client = HttpOrigin("http:" + silent)
    timer = threading.Timer(0.2, client.interrupt)
    timer.start()
    began_s = time.monotonic()
    with pytest.raises(DeliveryError, match="interrupted"):
        client.put("1.ts", bytes(1000), "video/mp2t")
    assert time.monotonic() - began_s < 2.5
    timer.join()
    client.close()


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> trustme.CA:
    """An authority this test trusts, and no other."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(tmp_path / "none.pem"))  # curl's own; the proof would not know it
    return made


def secure_nginx(folder: Path, issuer: trustme.CA, name: str) -> NginxOrigin:
    certificate = issuer.issue_cert(name)
    chain, key = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    certificate.private_key_pem.write_to_path(str(key))
    return start_nginx(folder, tls=(chain, key))


def test_https_is_verified_and_kept(authority: trustme.CA, tmp_path: Path) -> None:
    origin = secure_nginx(tmp_path, authority, "localhost")
    try:
        client = HttpOrigin(origin.url)
        for n in range(5):
            client.put(f"{n}.ts", bytes(100_000), "video/mp2t")
        client.close()
        assert len({request.connection for request in origin.requests(at_least=5)}) == 1
    finally:
        origin.stop()


@pytest.mark.parametrize("case", ["unknown authority", "another host's"])
def test_a_certificate_that_proves_nothing_is_refused(authority: trustme.CA, tmp_path: Path, case: str) -> None:
    issuer, name = (trustme.CA(), "localhost") if case == "unknown authority" else (authority, "elsewhere.test")
    origin = secure_nginx(tmp_path, issuer, name)
    try:
        client = HttpOrigin(origin.url, ("user", "secret"))
        with pytest.raises(UnreachableError, match=r"^push: certificate refused: .+"):
            client.put("1.ts", b"x", "video/mp2t")
        client.close()
        assert not origin.requests()
        assert not (origin.root / "1.ts").exists()
    finally:
        origin.stop()


def test_a_server_without_tls_is_said(nginx: NginxOrigin, authority: trustme.CA) -> None:
    client = HttpOrigin(nginx.url.replace("http:", "https:"))
    with pytest.raises(UnreachableError, match="TLS handshake failed"):
        client.put("1.ts", b"x", "video/mp2t")
    client.close()


def test_a_named_bundle_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    with pytest.raises(EnvironmentLackError, match="SSL_CERT_FILE names"):
        HttpOrigin("https://localhost/")


def test_without_any_authority_nothing_is_sent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: SimpleNamespace(cafile=None))
    monkeypatch.setattr("app.delivery.tls._PLACES", (str(tmp_path / "none.pem"),))
    with pytest.raises(EnvironmentLackError, match="install the package ca-certificates"):
        trusted_bundle()
    (tmp_path / "ca.pem").write_bytes(trustme.CA().cert_pem.bytes())
    monkeypatch.setattr("app.delivery.tls._PLACES", (str(tmp_path / "none.pem"), str(tmp_path / "ca.pem")))
    assert trusted_bundle() == tmp_path / "ca.pem"
