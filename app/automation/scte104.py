"""SCTE 104 over TCP (§6): the automation side of playout systems drives channels as operators do.

A thread accepts, each connection has one that reads and one that writes; the engine waits for none of them. A message
is answered with inject_response when its commands were accepted or refused, and with inject_complete_response when the
section is in the output. Everything refused is logged with its reason.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from app.automation import messages
from app.automation.injector import Injector
from app.automation.messages import MessageError, Result, Several, Single
from app.model import commands, events
from app.model.errors import EnvironmentLackError
from app.model.show import Automation

logger = logging.getLogger(__name__)

MOST_CONNECTIONS = 16
MOST_WAITING = 1000  # answers that a connection has not taken: then it is dropped
_LOOK_S = 0.5
_SEND_S = 5.0
_IDLE_S = 300.0  # §6.2 has alive requests every minute

type Submit = Callable[[commands.Command], None]
type Follow = Callable[[Callable[[events.Event], None]], Callable[[], None]]


@dataclass(slots=True, eq=False)
class _Connection:
    """One automation system. ``outgoing``: answers for its writer; None ends that."""

    peer: str
    socket: socket.socket
    outgoing: queue.Queue[bytes | None] = field(default_factory=lambda: queue.Queue(MOST_WAITING))

    def answer(self, message: bytes) -> None:
        """Never blocks; one that takes nothing is dropped."""
        try:
            self.outgoing.put_nowait(message)
        except queue.Full:
            self.drop()

    def drop(self) -> None:
        """Both threads end."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)


@dataclass(slots=True)
class _Asked:
    """A message whose commands are on their way. ``unanswered``: their ids; ``unsent``: breaks without a section.

    ``skips``: they drop a break that was not announced, so no section will tell of it.
    """

    connection: _Connection
    message: Several
    unanswered: set[str]
    skips: bool
    unsent: set[str] = field(default_factory=set)
    sent: int = 0


class Scte104Server:
    """``start`` binds (EnvironmentLackError when the port can't be had); ``stop`` ends every thread."""

    def __init__(self, where: Automation, injector: Injector, submit: Submit, follow: Follow) -> None:
        self._where, self.injector, self._submit, self._follow = where, injector, submit, follow
        self._stopping = threading.Event()
        self._connections: dict[_Connection, tuple[threading.Thread, ...]] = {}
        self._asked: list[_Asked] = []
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._thread = threading.Thread(target=self._accept, name="scte104", daemon=True)
        self._unfollow: Callable[[], None] = lambda: None

    @property
    def port(self) -> int:
        """As bound; 0 before."""
        return 0 if self._listener is None else int(self._listener.getsockname()[1])

    def start(self) -> None:
        """Listen."""
        place = f"{self._where.host}:{self._where.port}"
        try:
            self._listener = socket.create_server((self._where.host, self._where.port))
        except OSError as error:
            why = f"SCTE 104 can't be listened for on {place}: {error.strerror or error}"
            raise EnvironmentLackError(why, "name another [automation] scte104 address") from error
        self._listener.settimeout(_LOOK_S)
        self._unfollow = self._follow(self._note)
        self._thread.start()
        logger.info("SCTE 104 is listened for on %s", place)

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        self._unfollow()
        if self._listener is not None:
            self._thread.join(2 * _LOOK_S)
            self._listener.close()
        with self._lock:
            left = list(self._connections.items())
        for connection, threads in left:
            connection.drop()
            for thread in threads:
                thread.join(2 * _LOOK_S)

    # ---- connections

    def _accept(self) -> None:
        listener = self._listener
        while listener is not None and not self._stopping.is_set():
            try:
                accepted, address = listener.accept()
            except TimeoutError:
                continue
            except OSError:
                logger.exception("SCTE 104")
                return
            with self._lock:
                crowded = len(self._connections) >= MOST_CONNECTIONS
            if crowded:
                logger.warning("SCTE 104: %s is refused, %d are connected", address[0], MOST_CONNECTIONS)
                accepted.close()
                continue
            self._begin(_Connection(f"{address[0]}:{address[1]}", accepted))

    def _begin(self, connection: _Connection) -> None:
        connection.socket.settimeout(_LOOK_S)
        threads = tuple(
            threading.Thread(target=run, args=(connection,), name=f"scte104 {connection.peer}", daemon=True)
            for run in (self._read, self._write)
        )
        with self._lock:
            self._connections[connection] = threads
        for thread in threads:
            thread.start()

    def _read(self, connection: _Connection) -> None:
        try:
            while (raw := self._next_message(connection)) is not None:
                self._serve(connection, raw)
        except MessageError as error:  # where the next message begins can't be known
            logger.warning("SCTE 104: %s: %s; it is dropped", connection.peer, error)
        except OSError as error:
            logger.info("SCTE 104: %s: %s", connection.peer, error)
        finally:
            with self._lock:
                self._asked = [one for one in self._asked if one.connection is not connection]
                self._connections.pop(connection, None)
            with contextlib.suppress(queue.Full):
                connection.outgoing.put_nowait(None)
            connection.socket.close()

    def _write(self, connection: _Connection) -> None:
        while (message := connection.outgoing.get()) is not None:
            try:
                connection.socket.settimeout(_SEND_S)
                connection.socket.sendall(message)
            except OSError:
                connection.drop()
                return

    def _next_message(self, connection: _Connection) -> bytes | None:
        head = self._exactly(connection, messages.SIZE_BYTES)
        if head is None:
            return None
        rest = self._exactly(connection, messages.message_size(head) - len(head))
        return None if rest is None else head + rest

    def _exactly(self, connection: _Connection, size: int) -> bytes | None:
        """So many bytes; None at the end of the stream, when nothing came for long, or when the server stops."""
        read, heard_s = bytearray(), time.monotonic()
        while len(read) < size:
            try:
                more = connection.socket.recv(size - len(read))
            except TimeoutError:
                if self._stopping.is_set() or time.monotonic() - heard_s > _IDLE_S:
                    return None
                continue
            if not more:
                return None
            read += more
        return bytes(read)

    # ---- messages

    def _serve(self, connection: _Connection, raw: bytes) -> None:
        try:
            message = messages.read_message(raw)
        except MessageError as error:
            logger.warning("SCTE 104: %s: %s", connection.peer, error)
            number, op_id = (raw[6], messages.SEVERAL) if raw[:2] == b"\xff\xff" else (raw[10], 0)
            to = messages.Message(op_id, 0, number, 0)
            connection.answer(messages.single_bytes(messages.GENERAL_RESPONSE, to, result=error.result))
            return
        if isinstance(message, Single):
            self._serve_single(connection, message)
        else:
            self._inject(connection, message)

    def _serve_single(self, connection: _Connection, message: Single) -> None:
        served = {
            messages.INIT_REQUEST: messages.INIT_RESPONSE,
            messages.ALIVE_REQUEST: messages.ALIVE_RESPONSE,
        }
        answer = served.get(message.op_id)
        if answer is None:
            logger.warning("SCTE 104: %s: operation 0x%04X is not served", connection.peer, message.op_id)
            unknown = messages.single_bytes(messages.GENERAL_RESPONSE, message, result=Result.UNKNOWN_OPERATION)
            connection.answer(unknown)
            return
        payload = message.payload if answer == messages.ALIVE_RESPONSE else b""
        connection.answer(messages.single_bytes(answer, message, payload, Result.SUCCESS))

    def _inject(self, connection: _Connection, message: Several) -> None:
        try:
            with self._lock:
                asked_for = self.injector.commands_of(message, by=f"scte104 {connection.peer}")
        except MessageError as error:
            logger.warning("SCTE 104: %s: %s", connection.peer, error)
            self._respond(connection, message, error.result)
            return
        if not asked_for:
            self._respond(connection, message, Result.SUCCESS)
            self._complete(connection, message, 0)
            return
        skips = any(isinstance(command, commands.Skip) for command in asked_for)
        with self._lock:
            self._asked.append(_Asked(connection, message, {command.id for command in asked_for}, skips))
        for command in asked_for:
            self._submit(command)

    def _respond(self, connection: _Connection, message: Several, result: Result) -> None:
        payload = bytes((message.number,))
        connection.answer(messages.single_bytes(messages.INJECT_RESPONSE, message, payload, result))

    def _complete(self, connection: _Connection, message: Several, sent: int, result: Result = Result.SUCCESS) -> None:
        payload = bytes((message.number, min(sent, 255)))
        connection.answer(messages.single_bytes(messages.INJECT_COMPLETE_RESPONSE, message, payload, result))

    # ---- what the engine tells, on its own thread

    def _note(self, event: events.Event) -> None:
        with self._lock:
            self.injector.on_air.note(event)
            for asked in list(self._asked):
                self._follow_up(asked, event)

    def _follow_up(self, asked: _Asked, event: events.Event) -> None:
        match event:
            case events.CommandRefused() if event.id in asked.unanswered:
                logger.warning("SCTE 104: %s: %s", asked.connection.peer, event.reason)
                self._respond(asked.connection, asked.message, Result.SPLICE_FAILED)
                self._asked.remove(asked)
            case events.CommandAccepted() if event.id in asked.unanswered:
                asked.unanswered.discard(event.id)
                asked.unsent.add(event.break_id)
                if not asked.unanswered:
                    self._respond(asked.connection, asked.message, Result.SUCCESS)
            case events.CueSent() if event.break_id in asked.unsent:
                asked.unsent.discard(event.break_id)
                asked.sent += 1
                if not asked.unsent and not asked.unanswered:
                    self._complete(asked.connection, asked.message, asked.sent)
                    self._asked.remove(asked)
            case events.BreakFailed() | events.BreakSkipped() if event.break_id in asked.unsent:
                result = Result.SUCCESS if asked.skips else Result.SPLICE_FAILED
                self._complete(asked.connection, asked.message, asked.sent, result)
                self._asked.remove(asked)
