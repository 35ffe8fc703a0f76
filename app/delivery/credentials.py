"""What an origin asks for before it takes anything."""

type Credentials = tuple[str, str]
"""User and password (HTTP Basic), or "" and a token (Bearer). Kept where no repr and no message shows it."""
