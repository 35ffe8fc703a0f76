"""Where things are on a machine, the demo show, house time."""

import sys
from pathlib import Path

import pytest

from app.model.errors import EnvironmentLackError
from app.model.show import HlsOutput
from app.settings import (
    default_data_dir,
    default_database,
    demo_show,
    demo_toml,
    folder_of_url,
    load_show,
    local_timezone,
)
from tests.settings.evening import write


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("file:///a/b%20c/", "/a/b c"),
        ("file://localhost/a", "/a"),
        ("file://host/a", None),
        ("file:a", None),
        ("http://host/a", None),
        ("file:///a%00b", None),
        ("file://[", None),
    ],
)
def test_folders_by_url(url: str, path: str | None) -> None:
    assert folder_of_url(url) == (None if path is None else Path(path))


def test_the_demo_show(tmp_path: Path) -> None:
    show = demo_show(tmp_path / "da$ta")
    (channel,) = show.channels
    (output,) = channel.outputs
    assert (channel.name, channel.sources, len(channel.renditions)) == ("demo", ("test:bars",), 2)
    assert isinstance(output, HlsOutput)
    assert len(output.dialects) == 4
    assert folder_of_url(show.origins[0].url) == tmp_path / "da$ta" / "origin"
    assert load_show(write(tmp_path, demo_toml(tmp_path))).name == show.name


# ---- this machine


def test_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SPLICEDECK_DATA_DIR", str(tmp_path))
    assert default_data_dir() == tmp_path
    assert default_database(tmp_path).parent == tmp_path


def test_the_data_folder_of_each_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SPLICEDECK_DATA_DIR", raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert default_data_dir() == tmp_path / ".local" / "share" / "splicedeck"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert default_data_dir() == tmp_path / "data" / "splicedeck"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert default_data_dir() == tmp_path / "Library" / "Application Support" / "Splicedeck"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    assert default_data_dir() == tmp_path / "AppData" / "Local" / "Splicedeck"


def test_a_user_without_a_home_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("no home")

    monkeypatch.delenv("SPLICEDECK_DATA_DIR", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(EnvironmentLackError, match="SPLICEDECK_DATA_DIR"):
        default_data_dir()


@pytest.mark.parametrize(("given_", "zone"), [("Asia/Kolkata", "Asia/Kolkata"), (":Europe/Berlin", "Europe/Berlin")])
def test_house_time_of_the_workstation(monkeypatch: pytest.MonkeyPatch, given_: str, zone: str) -> None:
    monkeypatch.setenv("TZ", given_)
    assert local_timezone() == zone


def test_a_workstation_that_says_nonsense(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "EST5EDT,M3.2.0,M11.1.0")
    assert local_timezone()
