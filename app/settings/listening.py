"""An address of this workstation to listen at, as a show file names it."""

from __future__ import annotations

from urllib.parse import urlsplit

from app.settings.table import Table, shown


def listening_at(table: Table, key: str, default: str, *, needed: bool = False) -> tuple[str, int]:
    """Host and port of ``"127.0.0.1:5167"``; the default where the key is missing. ShowFileError."""
    text = table.text(key, None if needed else default, form=f'"{default}"')
    try:
        parts = urlsplit(f"//{text}")
        named, at = parts.hostname, parts.port
    except ValueError:
        named, at = None, None
    if not named or not at or parts.netloc != text or "@" in text:
        right = f'right is an address of this workstation and a port: "{default}"'
        raise table.fault(key, f"{shown(text)} is no address to listen at", right)
    return named, at
