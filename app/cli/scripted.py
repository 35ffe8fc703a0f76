"""Operator commands from a file or stdin, as JSON lines, carried out at their seconds of the run."""

from __future__ import annotations

import heapq
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TextIO

from app.model.commands import Command, command_from_script
from app.model.errors import UsageError
from app.model.signalling import Template

LONGEST_RUN_S = 1e9
AHEAD_LIMIT = 10_000  # commands that wait for their time; reading waits while there are so many


class ScriptedCommands:
    """Reads line by line, so that a pipe may still be written; each command is carried out at its own time.

    ``refused`` counts lines that are no command. ``after`` counts from the first channel's first frame; a line without
    it follows the line before. ``complain(where, reason)`` is told of a bad line. ``channels``: with their templates.
    """

    def __init__(
        self,
        file: str,
        channels: Mapping[str, tuple[Template, ...]],
        submit: Callable[[Command], None],
        complain: Callable[[str, str], None],
    ) -> None:
        self._name, self._channels, self._submit, self._complain = file, channels, submit, complain
        if file != "-" and (reason := _unreadable(Path(file))):
            raise UsageError(file, reason, "give JSON lines, or - for stdin")
        self.refused = 0
        self._changed = threading.Condition()
        self._stopping = False
        self._due: list[tuple[float, int, Command]] = []  # a heap: seconds of the run, line
        self._latest_s = 0.0
        # A daemon: a read from a pipe that nobody writes to can't be called off.
        self._reader = threading.Thread(target=self._read, name="scripted lines", daemon=True)
        self._worker = threading.Thread(target=self._carry_out, name="scripted commands")

    def start(self, on_air: threading.Event) -> None:
        """Read at once; carry out as soon as ``on_air`` is set."""
        self._on_air = on_air
        self._reader.start()
        self._worker.start()

    def stop(self) -> None:
        """Give no more commands."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._worker.ident is not None:
            self._worker.join()

    # ---- the reader

    def _read(self) -> None:
        try:
            with nullcontext(sys.stdin) if self._name == "-" else Path(self._name).open(encoding="utf-8") as lines:
                self._take(lines)
        except (OSError, UnicodeDecodeError) as error:
            self._refuse(self._name, str(error))

    def _take(self, lines: TextIO) -> None:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            where = f"{self._name}:{number}"
            try:
                command, after_s = self._command(line, where)
            except UsageError as error:
                self._refuse(where, str(error).removeprefix(f"{where}: "))
                continue
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or len(self._due) < AHEAD_LIMIT)
                if self._stopping:
                    return
                self._latest_s = self._latest_s if after_s is None else after_s
                heapq.heappush(self._due, (self._latest_s, number, command))
                self._changed.notify_all()

    def _command(self, line: str, where: str) -> tuple[Command, float | None]:
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UsageError(where, f"not JSON: {error}") from error
        if not isinstance(fields, dict):
            raise UsageError(where, "not a JSON object")
        after = fields.get("after")
        wrong = isinstance(after, bool) or not isinstance(after, int | float) or not 0 <= after < LONGEST_RUN_S
        if after is not None and wrong:
            raise UsageError(where, f'"after" is a number of seconds, not {after!r}')
        command = command_from_script(fields, where, tuple(self._channels), self._channels)
        return command, None if after is None else float(after)

    def _refuse(self, where: str, reason: str) -> None:
        self.refused += 1
        self._complain(where, reason)

    # ---- the worker

    def _carry_out(self) -> None:
        while not self._on_air.wait(0.05):
            if self._stopping:
                return
        started_s = time.monotonic()
        while (command := self._next(started_s)) is not None:
            self._submit(command)

    def _next(self, started_s: float) -> Command | None:
        """The next command when its time has come; None: the end."""
        with self._changed:
            while not self._stopping:
                wait_s = started_s + self._due[0][0] - time.monotonic() if self._due else None
                if wait_s is not None and wait_s <= 0:
                    command = heapq.heappop(self._due)[2]
                    self._changed.notify_all()
                    return command
                self._changed.wait(wait_s)
        return None


def _unreadable(path: Path) -> str:
    """Why the file can't be read ("" if it can); a pipe is not opened yet."""
    try:
        if not path.exists():
            return "no such file"
        if path.is_dir():
            return "this is a folder"
    except OSError as error:
        return str(error.strerror)
    return "" if os.access(path, os.R_OK) else "it may not be read"
