"""A playout's automation drives a channel over SCTE 104, by a real connection to a running engine."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.automation import messages
from app.automation.injector import Injector
from app.automation.messages import SEVERAL, Operation, Result, Several, Single, SpliceRequest, SpliceType
from app.automation.scte104 import MOST_CONNECTIONS, Scte104Server
from app.model import events
from app.model.errors import EnvironmentLackError
from app.model.show import Automation
from app.monitoring.proof import verify
from tests.engine.living import Living, living

EVENT = 500


class Playout:
    """The automation's side of one connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._number = 0

    def single(self, op_id: int, payload: bytes = b"") -> Single:
        self.socket.sendall(messages.single_bytes(op_id, Single(op_id, 1, 7, 0, b""), payload))
        return self.answer()

    def send(self, *operations: Operation, time_type: int = 0, dpi_pid_index: int = 0) -> int:
        self._number += 1
        raw = messages.several_bytes(Several(SEVERAL, 1, self._number, dpi_pid_index, 0, operations))
        self.socket.sendall(raw[:10] + bytes((time_type,)) + raw[11:])
        return self._number

    def splice(self, kind: SpliceType, *, pre_roll_ms: int = 4000, tenths: int = 60, event_id: int = EVENT) -> int:
        request = SpliceRequest(kind, event_id, 1, pre_roll_ms, tenths, 0, 0, auto_return=True)
        return self.send(Operation(messages.SPLICE_REQUEST, messages.splice_bytes(request)))

    def raw_answer(self) -> bytes:
        head = self._exactly(4)
        return head + self._exactly(messages.message_size(head) - 4)

    def answer(self) -> Single:
        message = messages.read_message(self.raw_answer())
        assert isinstance(message, Single)
        return message

    def result(self, number: int) -> int:
        """Of the inject_response to that message."""
        raw = self.raw_answer()
        assert (raw[:2], raw[-1]) == (messages.INJECT_RESPONSE.to_bytes(2, "big"), number)
        return int.from_bytes(raw[4:6], "big")

    def _exactly(self, size: int) -> bytes:
        read = b""
        while len(read) < size:
            more = self.socket.recv(size - len(read))
            assert more, "the connection has ended"
            read += more
        return read


@contextmanager
def served(show: Living) -> Iterator[Scte104Server]:
    show.engine.start()
    injector = Injector(show.core.show.channels)
    server = Scte104Server(Automation(port=0), injector, show.core.submit, show.core.follow)
    server.start()
    try:
        show.wait(events.ChannelStarted)
        yield server
    finally:
        server.stop()


@pytest.mark.slow
def test_a_break_is_started_and_ended_by_automation(tmp_path: Path) -> None:
    with living(tmp_path) as show, served(show) as server:
        playout = Playout(server.port)
        with closing(playout.socket):
            assert playout.single(messages.INIT_REQUEST).op_id == messages.INIT_RESPONSE
            assert playout.single(messages.ALIVE_REQUEST, bytes(8)).payload == bytes(8)

            number = playout.splice(SpliceType.START_NORMAL, tenths=200)
            assert playout.result(number) == Result.SUCCESS
            complete = playout.answer()
            assert (complete.op_id, complete.payload) == (messages.INJECT_COMPLETE_RESPONSE, bytes((number, 1)))
            out = show.wait(events.BreakOut, splice_event_id=EVENT)
            assert abs((out.out_at - show.wait(events.CueSent).at).total_seconds() - 4) < 0.5
            assert out.by.startswith("scte104 127.0.0.1:")

            assert playout.result(playout.splice(SpliceType.END_NORMAL, event_id=7)) == Result.SPLICE_FAILED
            assert playout.result(playout.splice(SpliceType.END_NORMAL, pre_roll_ms=2000)) == Result.SUCCESS
            back = show.wait(events.BreakIn, splice_event_id=EVENT)
            assert back.how == "return"
            assert 2 * 90_000 <= back.duration_ticks < 10 * 90_000
            show.wait(events.BreakLanded)
        assert show.engine.stop()
        report = verify(str(tmp_path / "origin" / "one"), expect=2)
        assert report.passed, report.to_json()


@pytest.mark.slow
def test_a_start_is_cancelled_and_mistakes_are_answered(tmp_path: Path) -> None:
    with living(tmp_path) as show, served(show) as server:
        playout = Playout(server.port)
        with closing(playout.socket):
            expected = [
                (playout.splice(SpliceType.START_NORMAL, pre_roll_ms=1000), Result.PRE_ROLL_TOO_SMALL),
                (playout.splice(SpliceType.START_NORMAL, tenths=0), Result.BAD_PARAMETER),
                (playout.splice(SpliceType.CANCEL), Result.SPLICE_FAILED),
                (playout.splice(SpliceType.END_IMMEDIATE), Result.SPLICE_FAILED),
                (playout.send(Operation(0x0106, b"")), Result.UNKNOWN_OPERATION),
                (playout.send(Operation(messages.SPLICE_REQUEST, b"\x01")), Result.INVALID_SYNTAX),
                (playout.send(dpi_pid_index=9), Result.UNKNOWN_DPI_PID),
            ]
            for number, result in expected:
                assert playout.result(number) == result
            assert not show.of(events.BreakPlanned)

            number = playout.splice(SpliceType.START_NORMAL, pre_roll_ms=60_000, event_id=8)
            assert playout.result(number) == Result.SUCCESS
            show.wait(events.BreakPlanned, splice_event_id=8)
            cancel = playout.splice(SpliceType.CANCEL, event_id=8)
            assert playout.result(cancel) == Result.SUCCESS
            show.wait(events.BreakSkipped, splice_event_id=8)
            completed = {playout.answer().payload for _ in range(2)}
            assert completed == {bytes((number, 0)), bytes((cancel, 0))}, "neither was ever announced"

            number = playout.splice(SpliceType.START_NORMAL)
            assert playout.result(number) == Result.SUCCESS
            playout.answer()
            assert playout.result(playout.splice(SpliceType.START_NORMAL)) == Result.SPLICE_FAILED, "the id is in use"
            assert playout.result(playout.splice(SpliceType.CANCEL)) == Result.SUCCESS
            show.wait(events.BreakWithdrawn, splice_event_id=EVENT)
            playout.answer()

            playout.socket.sendall(b"\xff\xff\x00\x01")
            assert playout.socket.recv(1) == b"", "where the next message begins can't be known"
        crowd = [socket.create_connection(("127.0.0.1", server.port), timeout=20) for _ in range(MOST_CONNECTIONS + 4)]
        assert any(one.recv(1) == b"" for one in crowd[-4:])
        for one in crowd:
            one.close()
        with pytest.raises(EnvironmentLackError, match="SCTE 104 can't be listened for"):
            Scte104Server(Automation(port=server.port), server.injector, show.core.submit, show.core.follow).start()
