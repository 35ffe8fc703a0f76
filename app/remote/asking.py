"""What windows may ask of an engine, by the message's ``do``."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.model.answers import refused
from app.model.commands import Command, command_from_plain
from app.model.errors import SplicedeckError
from app.model.events import event_to_plain
from app.model.wire import Plain, from_plain, to_plain
from app.remote.link import GarbageError, decoded, encoded
from app.remote.recent import Mark, Told
from app.remote.session import Session

if TYPE_CHECKING:
    from app.remote.attendant import Attendant
    from app.remote.host import Host

logger = logging.getLogger(__name__)

CALLS_LIMIT = 16  # at once: each waits for the engine on a thread of its own
LARGEST_BYTES = 400_000  # of a request to an engine with a show; one that opens a show brings its breaks along
_FAULTS = (ValueError, TypeError, LookupError, ArithmeticError, RecursionError, SplicedeckError)


class Asking:
    """Reads messages on the windows' own threads. GarbageError: one can't be understood."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._calls: set[threading.Thread] = set()
        self._lock = threading.Lock()
        self._done: dict[str, Callable[[Attendant, dict[str, Any]], None]] = {
            "follow": self._follow,
            "command": self._command,
            "call": self._call,
            "preview": self._preview,
        }

    def asked(self, attendant: Attendant, frame: bytes) -> None:
        """Carry a message out."""
        if len(frame) > LARGEST_BYTES and (self._host.engine is not None or not attendant.wants_status):
            raise GarbageError("too long")  # before it is read: that would hold every thread of the engine up
        message = decoded(frame)
        done = self._done.get(str(message.get("do")))
        if done is None:
            raise GarbageError("an unknown request")
        try:
            done(attendant, message)
        except _FAULTS as error:
            raise GarbageError(f"{message.get('do')}: {error}") from error

    def close(self) -> None:
        """Wait a little for the calls that are under way."""
        with self._lock:
            calls = list(self._calls)
        for call in calls:
            call.join(0.5)

    def _follow(self, attendant: Attendant, message: dict[str, Any]) -> None:
        client = from_plain(str, message["client"])
        after = from_plain(tuple[int, int] | None, message.get("after"))
        ids: tuple[str, ...] = from_plain(tuple[str, ...], message.get("pending", []))
        self._host.porter.hang_up_on(client, attendant)
        newest = from_plain(int, message.get("newest", 0))
        first: list[Told] = []
        if after is not None:
            mark = Mark(from_plain(str, message.get("run", "")), after)
        elif newest > 0:
            first, mark = self._host.story.newest(newest)
        else:
            mark = self._host.story.now()
            attendant.answer(encoded({"from": to_plain(mark.position)}))
        attendant.follow(client, mark, ids, first)
        self._host.hurry()

    def _command(self, attendant: Attendant, message: dict[str, Any]) -> None:
        try:
            command = command_from_plain(message.get("command"))
        except _FAULTS as error:
            self._host.porter.count("garbage")
            self._refuse(attendant, message.get("command"), f"the engine does not understand it: {error}")
            return
        engine = self._host.engine
        if engine is None:
            attendant.answer(_answered(command, "no show is open"))
            return
        self._host.note_command(command.id)
        engine.submit(command)

    def _refuse(self, attendant: Attendant, command: object, reason: str) -> None:
        fields = command if isinstance(command, dict) else {}
        given = Command(
            channel=str(fields.get("channel", "")), by=str(fields.get("by", "")), id=str(fields.get("id", ""))
        )
        attendant.answer(_answered(given, reason[:300]))

    def _preview(self, attendant: Attendant, message: dict[str, Any]) -> None:
        channel = from_plain(str, message["channel"])
        size = from_plain(tuple[int, int] | None, message.get("size"))
        self._host.want_preview(attendant, channel, size)

    # ---- calls: they take their time, so each has a thread

    def _call(self, attendant: Attendant, message: dict[str, Any]) -> None:
        number = from_plain(int, message["call"])
        what = self._meant(message)
        with self._lock:
            if len(self._calls) >= CALLS_LIMIT:
                raise GarbageError("too many calls at once")
            thread = threading.Thread(target=self._answer, args=(attendant, number, what), name="call", daemon=True)
            self._calls.add(thread)
            thread.start()

    def _answer(self, attendant: Attendant, number: int, what: Callable[[], bool]) -> None:
        fields: dict[str, Plain] = {"answer": number}
        try:
            fields["ok"] = what()
        except SplicedeckError as error:
            fields |= {"ok": False, "error": str(error), "exit_status": error.exit_status}
        except Exception as error:  # whoever asked must not wait for ever
            logger.exception("a window's call failed")
            fields |= {"ok": False, "error": f"the engine failed at it: {type(error).__name__}"}
        finally:
            with self._lock:
                self._calls.discard(threading.current_thread())
        attendant.answer(encoded(fields))

    def _meant(self, message: dict[str, Any]) -> Callable[[], bool]:
        seconds = from_plain(float, message.get("seconds", 0))
        name = message.get("name")
        if name == "open":
            session: Session = from_plain(Session, message["session"])
            return lambda: self._open(session)
        if name == "stop":
            return lambda: self._stop(seconds)
        if name == "hand_over":
            return self._hand_over
        engine = self._host.engine
        if name == "end_channels":
            return lambda: engine is None or engine.end_channels(seconds)
        if name == "drain_proofs":
            return lambda: engine is None or engine.drain_proofs(seconds)
        if name == "fail_channel":
            channel = from_plain(str, message["channel"])
            return lambda: engine is not None and engine.fail_channel(channel)
        raise GarbageError("an unknown call")

    def _open(self, session: Session) -> bool:
        if self._host.open_session is None or self._host.engine is not None:
            raise SplicedeckError("the engine has a show already; end it with splicedeck stop")
        self._host.open_session(session)
        return True

    def _hand_over(self) -> bool:
        if self._host.wanted_end.is_set():
            raise SplicedeckError("it is ending")
        if self._host.open_session is None:
            raise SplicedeckError("it runs within another program, on whose end its show ends: stop it there")
        self._host.wanted_hand_over.set()
        return True

    def _stop(self, deliver_s: float) -> bool:
        self._host.deliver_s = deliver_s
        self._host.wanted_end.set()
        return True


def _answered(command: Command, reason: str) -> bytes:
    event = refused(command, datetime.now(UTC), reason)
    return encoded({"event": event_to_plain(event), "life": 0, "seq": 0})
