"""How far a long import is, on a terminal: one line that is written over, and gone at the end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from app.model.progress import Progress

_LONGEST = 60
_WIPE = "\r\x1b[K"


@contextmanager
def shown_progress(doing: str, file: str) -> Iterator[Progress | None]:
    """What to tell; None where nobody would see it. Ctrl+C ends an import between two rows, and nothing is kept."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    told = -1

    def tell(done: int, total: int) -> bool:
        nonlocal told
        share = done * 100 // total if total else 100
        if share != told:
            told = share
            name = "".join(c if c.isprintable() else "?" for c in file)
            name = name if len(name) <= _LONGEST else f"…{name[1 - _LONGEST :]}"
            sys.stderr.write(f"{_WIPE}{doing} {name}: {share} %")
            sys.stderr.flush()
        return True

    try:
        yield tell
    finally:
        if told >= 0:
            sys.stderr.write(_WIPE)
            sys.stderr.flush()
