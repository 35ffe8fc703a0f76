"""A plain, empty window of Qt in a process of its own, which loads nothing else. It says ``full`` once painted."""

from __future__ import annotations

import sys

WIDTH, HEIGHT = 1920, 1080


def main() -> None:
    """Open it, say so, close it."""
    from app.ui.bare_window import bare_window  # noqa: PLC0415 - this module is also read where Qt is missing

    bare_window(WIDTH, HEIGHT, lambda: print("full", file=sys.stdout, flush=True))  # noqa: T201 - its parent reads it


if __name__ == "__main__":
    main()
