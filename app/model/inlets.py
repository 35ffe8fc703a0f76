"""Where a show's schedule comes in by itself: a watched folder, an address that is polled, a webhook."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

LARGEST_BYTES = 32_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Inlet:
    """What goes for all that comes in by it. ``channel``: for rows that name none; ``start``: what VMAP counts from.

    ``columns``: (theirs, ours) of a table's header; ``all_or_nothing``: a refused row keeps its whole list out;
    ``remove_missing``: what came with a list before and is not in it now is removed.
    """

    name: str
    channel: str = ""
    start: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    all_or_nothing: bool = False
    remove_missing: bool = False
    private_addresses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderInlet(Inlet):
    """A folder that is looked at every ``every_s``; a file is read once it stands still from one look to the next."""

    path: str
    every_s: Fraction = Fraction(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlInlet(Inlet):
    """An http(s) address that is asked every ``every_s`` whether it has something new."""

    url: str
    every_s: Fraction = Fraction(60)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookInlet(Inlet):
    """Lists are sent here: ``POST /name`` with a bearer token. ``per_minute``: requests, refused ones counted too."""

    host: str
    port: int
    per_minute: int = 30
    most_bytes: int = LARGEST_BYTES


def secret_of(inlet: Inlet) -> str:
    """The name that an inlet's credentials are kept under."""
    return f"inlet:{inlet.name}"
