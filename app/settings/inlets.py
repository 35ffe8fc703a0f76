"""``[[schedule.inlets]]`` of a show file: where the schedule comes in by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from urllib.parse import urlsplit

from app.model.columns import COLUMNS
from app.model.inlets import LARGEST_BYTES, FolderInlet, Inlet, UrlInlet, WebhookInlet
from app.model.show import Channel
from app.settings.listening import listening_at
from app.settings.table import Table, shown

_FOR_ALL = ("kind", "name", "channel", "start", "columns", "all_or_nothing", "remove_missing", "allow_private")
_OWN = {"folder": ("path", "every"), "url": ("url", "every"), "webhook": ("listen", "per_minute", "most_bytes")}
_DAY_S = Fraction(86_400)
_START = re.compile(r"\+\d{1,7}(?:\.\d{1,9})?|\d\d:\d\d:\d\d(?::00)?")  # RFC 3339 is asked of datetime


def inlets_from(table: Table | None, channels: Sequence[Channel], folder: Path) -> tuple[Inlet, ...]:
    """The inlets of ``[schedule]``. ShowFileError. ``folder``: where the show file is."""
    if table is None:
        return ()
    table.only("inlets")
    found: list[Inlet] = []
    listening: dict[tuple[str, int], str] = {}
    for each in table.tables("inlets"):
        inlet = _inlet(each, [one.name for one in found], channels, folder)
        if isinstance(inlet, WebhookInlet):
            other = listening.setdefault((inlet.host, inlet.port), inlet.name)
            if other != inlet.name:
                what = f"inlet {other} listens at {inlet.host}:{inlet.port} too"
                raise each.fault("listen", what, "give each webhook a port of its own")
        found.append(inlet)
    return tuple(found)


def _inlet(table: Table, taken: list[str], channels: Sequence[Channel], folder: Path) -> Inlet:
    kind = table.choice("kind", _OWN)
    table.only(*_FOR_ALL, *_OWN[kind])
    common = Inlet(
        name=table.name(taken),
        channel=_channel(table, channels),
        start=_start(table),
        columns=_columns(table),
        all_or_nothing=table.flag("all_or_nothing", default=False),
        remove_missing=table.flag("remove_missing", default=False),
        private_addresses=table.flag("allow_private", default=False),
    )
    asked = {name: getattr(common, name) for name in Inlet.__slots__}
    if kind == "folder":
        every_s = table.seconds("every", Fraction(1, 10), _DAY_S, Fraction(2))
        return FolderInlet(
            **asked, path=str((folder / table.text("path", form='"incoming"')).absolute()), every_s=every_s
        )
    if kind == "url":
        return UrlInlet(**asked, url=_url(table), every_s=table.seconds("every", Fraction(1), _DAY_S, Fraction(60)))
    host, port = listening_at(table, "listen", "127.0.0.1:5180")
    return WebhookInlet(
        **asked,
        host=host,
        port=port,
        per_minute=table.integer("per_minute", 1, 6000, 30),
        most_bytes=table.integer("most_bytes", 1, LARGEST_BYTES, LARGEST_BYTES),
    )


def _channel(table: Table, channels: Sequence[Channel]) -> str:
    """The show's only one, where none is named."""
    names = [channel.name for channel in channels]
    if "channel" in table.values:
        return table.choice("channel", names)
    return names[0] if len(names) == 1 else ""


def _start(table: Table) -> str:
    if "start" not in table.values:
        return ""
    text = table.text("start", form='"20:00:00"').strip()
    if _START.fullmatch(text):
        return text
    try:
        known = datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        known = False
    if not known:
        right = "right are RFC 3339 with an offset, +seconds, or house time HH:MM:SS"
        raise table.fault("start", f"{shown(text)} is no time to count from", right)
    return text


def _columns(table: Table) -> tuple[tuple[str, str], ...]:
    named = table.table("columns")
    if named is None:
        return ()
    return tuple((theirs.strip().lower(), named.choice(theirs, COLUMNS)) for theirs in named.values)


def _url(table: Table) -> str:
    url = table.text("url", form='"https://traffic.example/day.csv"')
    right = 'right is "https://traffic.example/day.csv"'
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and " " not in url
    except ValueError:
        usable = False
    if not usable:
        raise table.fault("url", f"{shown(url)} is no http or https address", right)
    if "@" in parts.netloc:
        name = table.values.get("name", "NAME")
        raise table.fault("url", "credentials don't belong in a file", f"keep them with secret set inlet:{name}")
    return url
