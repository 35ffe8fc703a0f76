"""The error for an input that will never do, as against one that may come back."""

from __future__ import annotations

from app.model.errors import SourceError


class NotMediaError(SourceError):
    """An input that can't be used at all; at the command line that is bad input, not a failure."""

    exit_status = 2
