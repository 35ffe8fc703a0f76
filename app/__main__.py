"""The console script. It imports nothing yet: a Ctrl-C is an exit status from the first moment on."""

from __future__ import annotations

import gc
import sys

INTERRUPTED = 130  # as a shell has it


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit status (0 done, 1 failed, 2 bad input, 3 something is lacking here)."""
    gc.disable()  # what is imported stays: looking through it over and over is a fifth of a start
    try:
        from app.cli.command_line import command_line

        gc.enable()
        return command_line(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
