"""Operator commands from a file or stdin, as JSON lines, carried out at their seconds of the run."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TextIO

from app.model.commands import Command, command_from_script
from app.model.errors import UsageError

LONGEST_RUN_S = 1e9


class ScriptedCommands:
    """Reads line by line, so that a pipe may still be written. ``refused`` counts lines that are no command.

    ``after`` counts from the first channel's first frame. ``complain(where, reason)`` is told of a bad line.
    """

    def __init__(
        self,
        file: str,
        channels: tuple[str, ...],
        submit: Callable[[Command], None],
        complain: Callable[[str, str], None],
    ) -> None:
        self._name, self._channels, self._submit, self._complain = file, channels, submit, complain
        if file != "-" and not Path(file).exists():
            raise UsageError(file, "no such file", "give JSON lines, or - for stdin")
        self.refused = 0
        self._stopping = threading.Event()
        # A daemon: a read from a pipe that nobody writes to can't be called off.
        self._thread = threading.Thread(target=self._run, name="scripted commands", daemon=True)

    def start(self, on_air: threading.Event) -> None:
        """Begin as soon as ``on_air`` is set."""
        self._on_air = on_air
        self._thread.start()

    def stop(self) -> None:
        """Give no more commands."""
        self._stopping.set()

    def _run(self) -> None:
        self._on_air.wait()
        started_s = time.monotonic()
        try:
            with nullcontext(sys.stdin) if self._name == "-" else Path(self._name).open(encoding="utf-8") as lines:
                self._carry_out(lines, started_s)
        except (OSError, UnicodeDecodeError) as error:
            self._refuse(self._name, str(error))

    def _carry_out(self, lines: TextIO, started_s: float) -> None:
        for number, line in enumerate(lines, 1):
            if not line.strip() or self._stopping.is_set():
                continue
            where = f"{self._name}:{number}"
            try:
                command, after_s = self._command(line, where)
            except UsageError as error:
                self._refuse(where, str(error).removeprefix(f"{where}: "))
                continue
            if self._stopping.wait(max(0.0, started_s + after_s - time.monotonic())):
                return
            self._submit(command)

    def _command(self, line: str, where: str) -> tuple[Command, float]:
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UsageError(where, f"not JSON: {error}") from error
        if not isinstance(fields, dict):
            raise UsageError(where, "not a JSON object")
        after = fields.get("after", 0)
        if isinstance(after, bool) or not isinstance(after, int | float) or not 0 <= after < LONGEST_RUN_S:
            raise UsageError(where, f'"after" is a number of seconds, not {after!r}')
        return command_from_script(fields, where, self._channels), float(after)

    def _refuse(self, where: str, reason: str) -> None:
        self.refused += 1
        self._complain(where, reason)
