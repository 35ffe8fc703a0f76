"""The check character that closes an ISAN and an EIDR: ISO 7064, MOD 37,36 (ISO 15706 annex C)."""

from __future__ import annotations

_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def check_character(characters: str) -> str:
    """The one that follows ``characters`` (digits and capitals)."""
    product = 36
    for character in characters:
        total = (product + _CHARACTERS.index(character)) % 36 or 36
        product = total * 2 % 37
    return _CHARACTERS[(37 - product) % 36]
