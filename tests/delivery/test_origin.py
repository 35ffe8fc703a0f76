"""Which origins can be used, and what is said of those that can't."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.delivery.folder_origin import FolderOrigin
from app.delivery.http_origin import HttpOrigin
from app.delivery.origin import check_origin, open_origin
from app.model.errors import EnvironmentLackError, UnsupportedError, UsageError
from app.model.show import Origin


def origin(url: str) -> Origin:
    return Origin("primary", url)


def test_the_kind_is_chosen_by_url(tmp_path: Path) -> None:
    assert isinstance(open_origin(origin(tmp_path.as_uri())), FolderOrigin)
    assert isinstance(open_origin(origin("http://127.0.0.1:8080/live/")), HttpOrigin)
    assert isinstance(open_origin(origin("HTTPS://cdn.example/live")), HttpOrigin)


def test_a_missing_folder_is_created(tmp_path: Path) -> None:
    check_origin(origin((tmp_path / "a/b").as_uri()))
    assert (tmp_path / "a/b").is_dir()
    assert not list((tmp_path / "a/b").iterdir())


def test_a_folder_that_can_not_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError) as caught:
        check_origin(origin((tmp_path / "file/live").as_uri()))
    assert str(caught.value).startswith(f'origin "primary": folder {tmp_path}/file/live: ')
    assert caught.value.remedy == "name one you may write to"


def test_a_folder_that_takes_no_files_is_named() -> None:
    """/proc refuses new files to everybody, its owner too."""
    with pytest.raises(UsageError, match=r'origin "primary": folder /proc/self/task: '):
        check_origin(origin("file:///proc/self/task"))


def test_s3_is_refused_by_name() -> None:
    for use in (check_origin, open_origin):
        with pytest.raises(UnsupportedError, match="s3:// origins are not in this version"):
            use(origin("s3://bucket/prefix?endpoint=http://127.0.0.1:9000"))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://host/x", "no kind of origin"),
        ("live/", "no kind of origin"),
        ("", "no kind of origin"),
        ("http:///live", "names no host"),
        ("http://host:port/", "can't be read"),
        ("http://[::1/", "can't be read"),
        ("https://host/?token=1", "query"),
        ("file://elsewhere/srv", "no absolute path"),
    ],
)
def test_what_can_not_be_an_origin_is_refused(url: str, said: str) -> None:
    for use in (check_origin, open_origin):
        with pytest.raises(UsageError, match=said) as caught:
            use(origin(url))
        assert caught.value.remedy


def test_credentials_in_a_url_are_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError, match="splicedeck secret set origin:primary") as caught:
        check_origin(origin("https://user:hunter2@cdn.example/live/"))
    assert "hunter2" not in str(caught.value)


def test_https_without_authorities_is_an_environments_lack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    with pytest.raises(EnvironmentLackError, match=r"SSL_CERT_FILE"):
        check_origin(origin("https://cdn.example/"))
    check_origin(origin("http://cdn.example/"))
