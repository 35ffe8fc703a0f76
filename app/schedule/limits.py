"""How far an import goes after what a document of somebody else asks for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of one import. ``wrappers``: one behind the other (VAST 4.2 §2.4.5.3 has five); ``fetches``: in all.

    ``step_s``: for a step of the network; ``total_s``: for all that is fetched. ``private_addresses``: whether a
    document may name hosts that are not public; the one that its user named is always asked.
    """

    file_bytes: int = 32_000_000
    wrappers: int = 5
    fetches: int = 50
    redirects: int = 3
    body_bytes: int = 1 << 20
    all_bytes: int = 16 << 20
    step_s: float = 5.0
    total_s: float = 30.0
    private_addresses: bool = False
