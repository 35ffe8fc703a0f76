"""What every kind of origin client offers, and what they share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from app.model.errors import DeliveryError

ATTEMPT_S = 10.0  # one try of one object; a slow origin must be noticed inside two segments
CONNECT_S = 3.0
READ_LIMIT_BYTES = 4 << 20  # what is read back are playlists


class UnreachableError(DeliveryError):
    """Nothing of the object was sent: the origin itself is at fault, whatever the object."""


class OriginClient(Protocol):
    """One origin, used by one uploader's thread; each call blocks for ``timeout_s`` at most."""

    def put(self, path: str, body: bytes, content_type: str, *, timeout_s: float = ATTEMPT_S) -> None:
        """Make ``body`` the whole content of ``path``, complete or not at all; DeliveryError when it did not work."""

    def delete(self, path: str, *, timeout_s: float = ATTEMPT_S) -> None:
        """Remove ``path``; one that is absent is fine. DeliveryError when it did not work."""

    def get(self, path: str, *, timeout_s: float = ATTEMPT_S) -> bytes | None:
        """What the origin has of ``path``, None for nothing; DeliveryError when that could not be found out."""

    def has(self, path: str, *, timeout_s: float = ATTEMPT_S) -> bool:
        """Whether the origin has ``path``; DeliveryError when that could not be found out."""

    def tidy(self, folders: Iterable[str]) -> None:
        """Remove what a process that died was writing in these folders, where such a thing can be. Never fails."""

    def interrupt(self) -> None:
        """From any thread: the call under way fails soon, and so does every later one."""

    def close(self) -> None:
        """Let the connection go."""


def parts(path: str) -> list[str]:
    """The names of a path relative to an origin; DeliveryError for one that would name a folder or leave the origin.

    A DELETE of a folder removes a tree on some servers, so such a path must never leave the house.
    """
    names = path.split("/")
    if any(name in ("", ".", "..") or "\\" in name or "\0" in name for name in names):
        raise DeliveryError(f"{path!r} is no path of an object")
    return names
