"""What an origin asks for before it takes anything."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """HTTP Basic (``user`` and ``password``) or, without a user, a bearer token. Never shown, never logged."""

    user: str = field(repr=False)
    password: str = field(repr=False)

    @classmethod
    def parse(cls, secret: str) -> Credentials:
        """From ``user:password``, or a token: a text without a colon."""
        user, colon, password = secret.partition(":")
        return cls(user, password) if colon else cls("", secret)
