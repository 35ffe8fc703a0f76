"""The console script. It imports nothing yet: a Ctrl-C is an exit status from the first moment on."""

from __future__ import annotations

import sys

INTERRUPTED = 130  # as a shell has it


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit status (0 done, 1 failed, 2 bad input, 3 something is lacking here)."""
    try:
        from app.cli.command_line import command_line

        return command_line(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
