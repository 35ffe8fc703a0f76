"""Where surfaces may fire verbs from: HTTP and OSC, on this workstation only, with a token."""

from __future__ import annotations

from dataclasses import dataclass

SECRET = "trigger:token"  # noqa: S105 - the name that the token is kept under


@dataclass(frozen=True, slots=True, kw_only=True)
class Triggers:
    """Host and port of each; None: it is not listened for. ``per_minute``: triggers, refused ones counted too."""

    http: tuple[str, int] | None = None
    osc: tuple[str, int] | None = None
    per_minute: int = 600
