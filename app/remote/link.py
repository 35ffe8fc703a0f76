"""One connection between an engine and a window: JSON objects in frames, behind a mutual challenge.

``multiprocessing.connection`` carries the frames (4 bytes of length, then so many) and the HMAC challenge; nothing is
ever pickled. On POSIX a socket in a private folder, on Windows a named pipe.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, answer_challenge, deliver_challenge
from typing import Any

from app.model.errors import SplicedeckError
from app.model.wire import Plain

PROTOCOL = 1
LIMIT_BYTES = 4_000_000
HANDSHAKE_S = 2.0


class LinkLostError(SplicedeckError):
    """The other side is gone, or was hung up on."""


class LinkRefusedError(SplicedeckError):
    """The other side does not know the secret, or speaks no known language."""


class GarbageError(SplicedeckError):
    """A message that is none."""


def encoded(message: Mapping[str, Plain]) -> bytes:
    """A message as its frame carries it."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


class Link:
    """One end. One thread receives, one sends; ``hang_up`` from any; ``close`` when both have ended."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._hung_up = False
        self._closing = threading.Lock()

    # ---- the challenge

    def let_in(self, secret: bytes) -> None:
        """The engine's side: is it one that knows the secret? LinkRefusedError, LinkLostError."""
        self._shake(
            lambda: deliver_challenge(self._connection, secret), lambda: answer_challenge(self._connection, secret)
        )

    def knock(self, secret: bytes) -> None:
        """The window's side, and is it our engine? LinkRefusedError, LinkLostError."""
        self._shake(
            lambda: answer_challenge(self._connection, secret), lambda: deliver_challenge(self._connection, secret)
        )

    def _shake(self, *steps: Any) -> None:
        self._limit(HANDSHAKE_S)
        try:
            for step in steps:
                step()
        except (EOFError, BrokenPipeError, ConnectionResetError) as error:
            raise LinkLostError("it hung up in the challenge") from error
        except BlockingIOError as error:
            raise LinkLostError(f"no answer in {HANDSHAKE_S:g} s") from error
        except (AuthenticationError, OSError, ValueError, AssertionError) as error:
            raise LinkRefusedError(str(error) or type(error).__name__) from error
        self._limit(0)

    def _limit(self, seconds: float) -> None:
        """How long one read or write may take; 0: for ever."""
        if sys.platform != "win32":
            spell = struct.pack("ll", int(seconds), int(seconds % 1 * 1_000_000))
            with suppress(OSError), socket.socket(fileno=self._fileno_twice()) as twin:
                twin.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, spell)
                twin.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, spell)

    # ---- messages

    def send(self, frame: bytes) -> None:
        """Send what ``encoded`` made; blocks while the other side takes nothing. LinkLostError."""
        try:
            self._connection.send_bytes(frame)
        except (OSError, ValueError) as error:
            raise LinkLostError("the other side is gone") from error

    def receive(self) -> dict[str, Any]:
        """The next message; LinkLostError at the end, GarbageError where it is none."""
        return decoded(self.receive_frame())

    def receive_frame(self, limit_bytes: int = LIMIT_BYTES) -> bytes:
        """The next message as it came. LinkLostError at the end, GarbageError where it is too long."""
        try:
            while sys.platform == "win32" and not self._connection.poll(0.2):
                if self._hung_up:
                    raise LinkLostError("hung up")
            return self._connection.recv_bytes(limit_bytes)
        except (EOFError, ConnectionResetError, BrokenPipeError) as error:
            raise LinkLostError("the other side is gone") from error
        except OSError as error:
            if "bad message length" in str(error):
                raise GarbageError(f"a message of more than {limit_bytes} bytes") from error
            raise LinkLostError("the other side is gone") from error
        except (ValueError, MemoryError, OverflowError) as error:
            raise GarbageError("no length") from error

    # ---- the end

    def hang_up(self) -> None:
        """Have both sides' reads and writes end at once. Any thread; twice is no matter."""
        self._hung_up = True
        with self._closing, suppress(OSError):
            if self._connection.closed:
                return
            if sys.platform == "win32":
                self._connection.close()
            else:
                with socket.socket(fileno=self._fileno_twice()) as twin:
                    twin.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the handle back; nobody may be reading or writing any more, its number will be another's."""
        self.hang_up()
        with self._closing, suppress(OSError):
            self._connection.close()

    def _fileno_twice(self) -> int:
        return os.dup(self._connection.fileno())


def decoded(frame: bytes) -> dict[str, Any]:
    """The message in a frame; GarbageError where there is none."""
    try:
        message = json.loads(frame)
    except (ValueError, RecursionError) as error:
        raise GarbageError("no JSON") from error
    if not isinstance(message, dict):
        raise GarbageError("no JSON object")
    return message
