"""``[triggers]`` of a show file: the address that HTTP triggers come to, the one for OSC. Without it there are none."""

from __future__ import annotations

from ipaddress import ip_address

from app.model.triggers import Triggers
from app.settings.listening import listening_at
from app.settings.table import Table, shown


def triggers_from(table: Table | None) -> Triggers | None:
    """None where the show has no such table. ShowFileError."""
    if table is None:
        return None
    table.only("http", "osc", "per_minute")
    if not {"http", "osc"} & table.values.keys():
        raise table.fault("http", "missing, and osc too", 'write http = "127.0.0.1:5185" or osc = "127.0.0.1:5186"')
    return Triggers(
        http=_loopback(table, "http", "127.0.0.1:5185"),
        osc=_loopback(table, "osc", "127.0.0.1:5186"),
        per_minute=table.integer("per_minute", 1, 60_000, 600),
    )


def _loopback(table: Table, key: str, form: str) -> tuple[str, int] | None:
    if key not in table.values:
        return None
    host, port = listening_at(table, key, form, needed=True)
    try:
        here = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        here = False
    if not here:
        raise table.fault(key, f"{shown(host)} is not this workstation alone", f'right is {key} = "{form}"')
    return ("127.0.0.1" if host == "localhost" else host), port
