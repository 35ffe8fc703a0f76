"""Credentials: from the environment where a headless engine is given them, else from the system keyring.

A secret is named ``origin:NAME``: ``user:password``, or a token; or ``database:HOST``: the server's password. It is
never printed, logged or put in argv. ``inlet:NAME``: the token of a webhook, or what a polled address asks for.
``trigger:token``: what surfaces show to fire verbs.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable

import keyring
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringError, NoKeyringError, PasswordDeleteError

from app.model.errors import EnvironmentLackError, UsageError

_SERVICE = "splicedeck"
_NAMES = "names of the secrets"  # a keyring can't be listed, so it also holds their names
_NAME = re.compile(r"(?:origin|database|inlet|trigger):[^\s:/\x00-\x1f]{1,64}")
_REMEDY = (
    "start a keyring (GNOME Keyring, KWallet, the macOS or Windows one), or set {variable} for the engine's process; "
    "an encrypted vault file comes in a later version"
)


def origin_credentials(origin: str) -> tuple[str, str] | None:
    """User and password of an origin by its name, ("", token) for a token; None where nothing is kept.

    A keyring that is absent or locked holds nothing for us: ``backend_name`` tells why.
    """
    try:
        secret = find(f"origin:{origin}")
    except EnvironmentLackError:
        return None
    if not secret:
        return None
    user, colon, password = secret.partition(":")
    return (user, password) if colon else ("", secret)


def database_password(host: str) -> str | None:
    """The password of a database server by its host; None where nothing is kept, or no keyring can tell."""
    try:
        return find(f"database:{host}")
    except EnvironmentLackError:
        return None


def inlet_secret(name: str) -> str | None:
    """What is kept for an inlet, by its whole name (``inlet:NAME``); None where nothing is, or no keyring can tell."""
    try:
        return find(name)
    except (EnvironmentLackError, UsageError):
        return None


def choose_keyring() -> None:
    """Have the machine's keyring found, which takes half a second once in a process; nothing is asked of it."""
    keyring.get_keyring()


def find(name: str) -> str | None:
    """The secret, or None; EnvironmentLackError: neither the environment nor any keyring can tell."""
    given = os.environ.get(variable(name))
    return _usable(name, given) if given else _asked(name, lambda: keyring.get_password(_SERVICE, name))


def store(name: str, secret: str) -> None:
    """Keep a secret in the keyring, in the place of an older one."""
    checked(name)
    secret = _usable(name, secret)
    _asked(name, lambda: keyring.set_password(_SERVICE, name, secret))
    _keep_names(name, {*names(), name})


def remove(name: str) -> bool:
    """Delete a secret from the keyring; False when it held none."""
    checked(name)
    try:
        _asked(name, lambda: keyring.delete_password(_SERVICE, name))
    except PasswordDeleteError:
        return False
    finally:
        _keep_names(name, {*names()} - {name})
    return True


def names() -> list[str]:
    """The names of what the keyring keeps, sorted."""
    kept = _asked("origin:NAME", lambda: keyring.get_password(_SERVICE, _NAMES))
    return sorted(json.loads(kept)) if kept else []


def backend_name() -> str:
    """Which keyring is used; EnvironmentLackError where there is none."""
    backend = keyring.get_keyring()
    if isinstance(backend, NoKeyring):
        raise _lack("no keyring on this machine", "origin:NAME")
    return str(backend.name)


def variable(name: str) -> str:
    """The environment variable that overrides the keyring: SPLICEDECK_SECRET_ORIGIN_PRIMARY for origin:primary."""
    return "SPLICEDECK_SECRET_" + re.sub(r"[^A-Z0-9]", "_", name.upper())


def checked(name: str) -> str:
    """``name``, or UsageError where it is no secret's name."""
    if not _NAME.fullmatch(name):
        remedy = "write origin:NAME, as the show file names the origin, inlet:NAME, trigger:token, or database:HOST"
        raise UsageError(repr(name), "no name of a secret", remedy)
    return name


def _usable(name: str, secret: str) -> str:
    """What may stand in an HTTP header: something, on one line."""
    if not secret.strip() or not secret.strip().isprintable():
        raise UsageError(name, "the secret is empty or more than one line", "give user:password, or a token")
    return secret.strip()


def _keep_names(name: str, kept: set[str]) -> None:
    _asked(name, lambda: keyring.set_password(_SERVICE, _NAMES, json.dumps(sorted(kept))))


def _asked[Answer](name: str, question: Callable[[], Answer]) -> Answer:
    try:
        return question()
    except PasswordDeleteError:
        raise
    except NoKeyringError as error:
        raise _lack("no keyring on this machine", name) from error
    except KeyringError as error:
        raise _lack(f"the keyring did not answer ({type(error).__name__}): it may be locked", name) from error


def _lack(what: str, name: str) -> EnvironmentLackError:
    return EnvironmentLackError(what, _REMEDY.format(variable=variable(name)))
