"""Secrets: the environment, a keyring, and none at all; never shown."""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked, PasswordDeleteError

from app.cli import secret as command
from app.model.errors import EnvironmentLackError, SplicedeckError, UsageError
from app.security import secrets


class InMemory(KeyringBackend):
    """A keyring as keyring's own backends are, for the life of a test."""

    priority = 1
    name = "a keyring in memory"

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring types only a part of itself
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("closed")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise PasswordDeleteError("not found")
        del self.kept[service, username]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [name for name in os.environ if name.startswith("SPLICEDECK_SECRET_")]:
        monkeypatch.delenv(name)
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


@pytest.fixture
def kept() -> InMemory:
    backend = InMemory()
    keyring.set_keyring(backend)
    return backend


@pytest.fixture
def none() -> None:
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]  # as above


def test_a_secret_is_kept_found_listed_and_forgotten(kept: InMemory) -> None:
    secrets.store("origin:primary", "user:pass:word")
    secrets.store("origin:backup", "t0ken")
    secrets.store("origin:backup", "t0ken2")
    assert secrets.names() == ["origin:backup", "origin:primary"]
    assert secrets.origin_credentials("primary") == ("user", "pass:word")
    assert secrets.origin_credentials("backup") == ("", "t0ken2")
    assert secrets.origin_credentials("third") is None
    assert secrets.remove("origin:primary")
    assert not secrets.remove("origin:primary")
    assert secrets.names() == ["origin:backup"]
    assert secrets.backend_name() == "a keyring in memory"
    assert len(kept.kept) == 2


def test_the_environment_overrides_the_keyring(kept: InMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets.store("origin:east-1", "kept")
    monkeypatch.setenv("SPLICEDECK_SECRET_ORIGIN_EAST_1", "user:given\n")
    assert secrets.origin_credentials("east-1") == ("user", "given")


def test_the_environment_is_enough(none: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPLICEDECK_SECRET_ORIGIN_PRIMARY", "t0ken")
    assert secrets.origin_credentials("primary") == ("", "t0ken")
    assert secrets.origin_credentials("backup") is None


def test_no_keyring_is_said_with_the_remedy(none: None) -> None:
    for attempt in (
        lambda: secrets.find("origin:primary"),
        lambda: secrets.store("origin:primary", "x"),
        secrets.names,
        secrets.backend_name,
    ):
        with pytest.raises(
            EnvironmentLackError, match=r"^no keyring on this machine; .*vault file comes in a later version$"
        ):
            attempt()


def test_a_locked_keyring_is_said(kept: InMemory) -> None:
    kept.locked = True
    with pytest.raises(
        EnvironmentLackError, match=r"did not answer \(KeyringLocked\).*SPLICEDECK_SECRET_ORIGIN_PRIMARY"
    ):
        secrets.find("origin:primary")
    assert secrets.origin_credentials("primary") is None


@pytest.mark.parametrize("name", ["primary", "origin:", "origin:a b", "origin:a/b", "user:x", "", "origin:a\n"])
def test_what_is_no_name_is_refused(kept: InMemory, name: str) -> None:
    with pytest.raises(UsageError, match="write origin:NAME"):
        secrets.store(name, "x")


@pytest.mark.parametrize("secret", ["", "  ", "two\nlines", "a\x00b"])
def test_what_can_be_no_secret_is_refused_and_not_repeated(kept: InMemory, secret: str) -> None:
    with pytest.raises(UsageError, match="empty or more than one line") as caught:
        secrets.store("origin:primary", secret)
    assert "two" not in str(caught.value)


def main(arguments: list[str]) -> int:
    """The command by itself, without the rest of the command line."""
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    args = parser.parse_args(arguments)
    try:
        return int(args.run(args))
    except SplicedeckError as error:
        return error.exit_status


def test_the_command_reads_from_standard_input_and_never_shows(
    kept: InMemory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("user:hunter2\n"))
    assert main(["secret", "set", "origin:primary"]) == 0
    assert main(["secret", "list"]) == 0
    assert secrets.origin_credentials("primary") == ("user", "hunter2")
    assert main(["secret", "delete", "origin:primary"]) == 0
    assert main(["secret", "delete", "origin:primary"]) == 1
    assert main(["secret", "set", "primary"]) == 2
    shown = capsys.readouterr()
    assert "hunter2" not in shown.out + shown.err
    assert shown.out.splitlines() == [
        "origin:primary is kept in a keyring in memory",
        "origin:primary",
        "origin:primary is forgotten",
    ]
    assert "holds no origin:primary" in shown.err
    assert json.loads(kept.kept["splicedeck", "names of the secrets"]) == []


def test_without_a_keyring_the_command_ends_with_3_before_it_asks() -> None:
    """In a process of its own, with keyring's real backend for a machine that has none."""
    ended = subprocess.run(
        [sys.executable, "-m", "app", "secret", "set", "origin:primary"],
        input="user:hunter2\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"},
    )
    assert ended.returncode == 3
    assert not ended.stdout
    assert ended.stderr.startswith("splicedeck: no keyring on this machine; start a keyring")
    assert "vault" in ended.stderr
    assert "hunter2" not in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
