"""Where the store is: a file of SQLite, or a database of a PostgreSQL server, named by path or URL."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from app.logs import scrubbed
from app.model.errors import UnsupportedError, UsageError

type Password = Callable[[str], str | None]
"""The password of a database server by its host's name; None: there is none, or the server's own ways find it."""

_FORM = "name a file, sqlite:///folder/name.sqlite3 or postgresql://user@host/name"
_LATER = {"mysql", "mariadb", "mssql", "oracle"}
_POSTGRES = {"postgresql", "postgres"}


def database_url(named: str | Path) -> URL:
    """The URL of a store named by path or URL. UsageError: it names none; UnsupportedError: not in this version."""
    text = str(named)
    if isinstance(named, Path) or "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise UsageError("--database", f"{scrubbed(text)!r} is no database", _FORM) from error
    kind = url.drivername.partition("+")[0]
    if kind in _POSTGRES:
        return _postgres(url)
    if kind in _LATER:
        raise UnsupportedError("--database", f"a store in {kind} is not in this version", _FORM)
    if url.drivername != "sqlite" or url.database in {None, "", ":memory:"} or url.query or url.host:
        raise UsageError("--database", f"{scrubbed(text)!r} is no database", _FORM)
    return url


def _postgres(url: URL) -> URL:
    if url.password is not None or "password" in url.query:
        remedy = f"leave it out, and keep it by: splicedeck secret set {secret_name(url)}"
        raise UsageError("--database", "a password in a URL can be read by others on this machine", remedy)
    if not url.database:
        shown = url.render_as_string(hide_password=True)
        raise UsageError("--database", f"{shown} names no database of that server", "write postgresql://user@host/name")
    return url.set(drivername="postgresql+psycopg")


def is_postgres(url: URL) -> bool:
    """Whether the store is on a server."""
    return url.drivername.startswith("postgresql")


def host(url: URL) -> str:
    """The server's host by name; "local" for one that is reached through a socket."""
    named = url.host or url.query.get("host") or "local"
    named = named if isinstance(named, str) else named[0]
    return "local" if named.startswith("/") else named


def secret_name(url: URL) -> str:
    """What the password is kept under."""
    return f"database:{host(url)}"


def shown(url: URL) -> str:
    """The store's place for a person: never a password."""
    if is_postgres(url):
        return url.set(drivername="postgresql").render_as_string(hide_password=True)
    return str(url.database)


def whole_name(named: str) -> str:
    """The store's name for a process that may run in another folder."""
    url = database_url(named)
    return shown(url) if is_postgres(url) else str(Path(url.database or "").absolute())
