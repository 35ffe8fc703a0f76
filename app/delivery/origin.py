"""Origins by URL: which kinds there are, whether one can be used, and a client for it."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from app.delivery.client import OriginClient, UnreachableError
from app.delivery.credentials import Credentials
from app.delivery.folder_origin import FolderOrigin, folder_of, make_writable, said
from app.delivery.http_origin import HttpOrigin
from app.delivery.tls import trusted_bundle
from app.model.errors import SplicedeckError, UnsupportedError, UsageError
from app.model.show import Origin

__all__ = [
    "Credentials",
    "OriginClient",
    "UnreachableError",
    "check_origin",
    "check_origin_untouched",
    "open_origin",
    "read_object",
]

_log = logging.getLogger(__name__)

READ_S = 1.0  # reading back happens on the way back to air

_KINDS = "http://…, https://… or file:///path/to/folder/"


def open_origin(origin: Origin, credentials: Credentials | None = None) -> OriginClient:
    """A client for one uploader's thread; nothing is connected yet.

    UsageError and UnsupportedError as check_origin; EnvironmentLackError: no trusted authorities for https.
    """
    _check_kind(origin)
    if _scheme(origin) == "file":
        return FolderOrigin(folder_of(origin.url))
    return HttpOrigin(origin.url, credentials)


def read_object(
    origin: Origin, path: str, credentials: Credentials | None = None, *, timeout_s: float = READ_S
) -> bytes | None:
    """What the origin has of ``path``; None for nothing, or where it does not answer in time, which the log says."""
    try:
        client = open_origin(origin, credentials)
        try:
            return client.get(path, timeout_s=timeout_s)
        finally:
            client.close()
    except SplicedeckError as error:
        _log.warning("origin %s: %s: %s", origin.name, path, error)
        return None


def check_origin_untouched(origin: Origin) -> None:
    """As ``check_origin``, without a folder made or written in: for a rehearsal, which nobody else may notice."""
    _check_kind(origin)
    if _scheme(origin) == "https":
        trusted_bundle()


def check_origin(origin: Origin) -> None:
    """Whether the origin can be used at all, at show load; a missing folder is created. Nothing is sent.

    UsageError names the origin and what is right; UnsupportedError a kind of a later version;
    EnvironmentLackError what this machine lacks for it.
    """
    check_origin_untouched(origin)
    if _scheme(origin) == "file":
        folder = folder_of(origin.url)
        try:
            make_writable(folder)
        except OSError as error:
            raise UsageError(_where(origin), f"folder {folder}: {said(error)}", "name one you may write to") from error


def _scheme(origin: Origin) -> str:
    return origin.url.partition(":")[0].lower()


def _where(origin: Origin) -> str:
    return f'origin "{origin.name}"'


def _check_kind(origin: Origin) -> None:
    """The checks never repeat the URL's user part: it may hold a password."""
    scheme, where = _scheme(origin), _where(origin)
    if scheme == "s3":
        raise UnsupportedError(where, "s3:// origins are not in this version", f"use {_KINDS}")
    if scheme == "file":
        folder_of(origin.url)
        return
    if scheme not in ("http", "https"):
        raise UsageError(where, "no kind of origin this program knows", f"use {_KINDS}")
    try:
        split = urlsplit(origin.url)
        host, _port = split.hostname, split.port
    except ValueError as error:
        raise UsageError(where, "its url can't be read", "write http(s)://host:port/path/") from error
    if "@" in split.netloc:
        raise UsageError(
            where, "its url holds credentials", f"take them out and run `splicedeck secret set origin:{origin.name}`"
        )
    if not host:
        raise UsageError(where, "its url names no host", "write http(s)://host:port/path/")
    if split.query or split.fragment:
        raise UsageError(where, "its url ends in a query or a fragment", "write http(s)://host:port/path/")
