"""What an SCTE 104 message asks of a channel, as our own commands. Pure but for the clock that it is handed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from app.automation.messages import (
    SPLICE_NULL,
    SPLICE_REQUEST,
    MessageError,
    Operation,
    Result,
    Several,
    SpliceRequest,
    SpliceType,
    read_splice,
)
from app.model import commands, events
from app.model.rundown import BreakPlan
from app.model.when import When

LEAST_PRE_ROLL_MS = 4000  # SCTE 35 §9.9.2.1, and SCTE 104 §9.3.1.1 likewise
_AT_ONCE = timedelta(milliseconds=200)  # an immediate start must not have passed when the channel hears of it
_MS_PER_S, _TENTHS_PER_S = 1000, 10


@dataclass(slots=True)
class OnAir:
    """Which splice events stand in each channel, read off its events: an END or a CANCEL names one of them."""

    announced: dict[str, set[int]] = field(default_factory=dict)
    planned: dict[str, set[int]] = field(default_factory=dict)
    opened: dict[str, int] = field(default_factory=dict)

    def note(self, event: events.Event) -> None:
        """What the engine tells, in its order."""
        if not isinstance(event, events.BreakEvent) or event.splice_event_id is None:
            return
        channel, event_id = event.channel, event.splice_event_id
        match event:
            case events.BreakPlanned() | events.BreakCued() | events.BreakHeld():
                self.planned.setdefault(channel, set()).add(event_id)
            case events.BreakArmed():
                self._forget(channel, event_id)
                self.announced.setdefault(channel, set()).add(event_id)
            case events.BreakOut() | events.BreakResumed():
                self._forget(channel, event_id)
                self.opened[channel] = event_id
            case events.BreakIn():
                if self.opened.get(channel) == event_id:
                    del self.opened[channel]
            case events.BreakWithdrawn() | events.BreakSkipped() | events.BreakFailed() | events.BreakRefused():
                self._forget(channel, event_id)

    def _forget(self, channel: str, event_id: int) -> None:
        for standing in (self.announced, self.planned):
            standing.get(channel, set()).discard(event_id)


class Injector:
    """Reads messages for the channels of a show: DPI_PID_index n is its n-th channel, 0 its only one."""

    def __init__(
        self, channels: Sequence[str], pre_rolls_s: Mapping[str, Fraction], now: Callable[[], datetime]
    ) -> None:
        self._channels, self._pre_rolls_s, self._now = tuple(channels), pre_rolls_s, now
        self.on_air = OnAir()

    def commands_of(self, message: Several, by: str) -> list[commands.Command]:
        """What it asks for; none for a heartbeat. MessageError: nothing of it is done."""
        if message.time_type:
            raise MessageError(
                Result.TIME_TYPE_UNSUPPORTED, "only messages to be done at once are served (time_type 0)"
            )
        channel = self._channel(message.dpi_pid_index)
        return [command for one in message.operations if (command := self._command(channel, one, by)) is not None]

    def _channel(self, index: int) -> str:
        if index == 0 and len(self._channels) == 1:
            return self._channels[0]
        if not 1 <= index <= len(self._channels):
            raise MessageError(Result.UNKNOWN_DPI_PID, f"DPI_PID_index {index}: channels are 1 … {len(self._channels)}")
        return self._channels[index - 1]

    def _command(self, channel: str, operation: Operation, by: str) -> commands.Command | None:
        if operation.op_id == SPLICE_NULL:  # the channel sends its own heartbeat
            return None
        if operation.op_id != SPLICE_REQUEST:
            raise MessageError(Result.UNKNOWN_OPERATION, f"operation 0x{operation.op_id:04X} is not served")
        request = read_splice(operation.payload)
        match request.type:
            case SpliceType.START_NORMAL | SpliceType.START_IMMEDIATE:
                return self._start(channel, request, by)
            case SpliceType.END_NORMAL | SpliceType.END_IMMEDIATE:
                return self._end(channel, request, by)
            case SpliceType.CANCEL:
                return self._cancel(channel, request, by)

    def _start(self, channel: str, request: SpliceRequest, by: str) -> commands.Command:
        if not request.break_duration_tenths:
            what = "break_duration 0: a break here always has an end; give the longest it may last, END_NORMAL ends it"
            raise MessageError(Result.BAD_PARAMETER, what)
        at = self._now() + _AT_ONCE
        if request.type is SpliceType.START_NORMAL:
            pre_roll_s = Fraction(request.pre_roll_ms, _MS_PER_S) or self._pre_rolls_s[channel]
            if pre_roll_s * _MS_PER_S < LEAST_PRE_ROLL_MS:
                raise MessageError(
                    Result.PRE_ROLL_TOO_SMALL,
                    f"pre_roll_time {request.pre_roll_ms} ms, {LEAST_PRE_ROLL_MS} are the least",
                )
            at = self._now() + timedelta(seconds=float(pre_roll_s))
        key = commands.new_id()
        plan = BreakPlan(
            id=f"scte104-{request.splice_event_id}-{key}",
            channel=channel,
            at=When(at.isoformat()),
            duration_s=Fraction(request.break_duration_tenths, _TENTHS_PER_S),
            splice_event_id=request.splice_event_id,
            auto_return=request.auto_return,
        )
        return commands.PlanBreak(channel=channel, by=by, id=key, plan=plan)

    def _end(self, channel: str, request: SpliceRequest, by: str) -> commands.Command:
        opened = self.on_air.opened.get(channel)
        if opened != request.splice_event_id:
            told = "nothing is" if opened is None else f"{opened} is"
            raise MessageError(Result.SPLICE_FAILED, f"event {request.splice_event_id} is not on air, {told}")
        lands_in_s = Fraction(0)
        if request.type is SpliceType.END_NORMAL:
            lands_in_s = Fraction(request.pre_roll_ms, _MS_PER_S)
        return commands.Return(channel=channel, by=by, lands_in_s=lands_in_s, splice_event_id=opened)

    def _cancel(self, channel: str, request: SpliceRequest, by: str) -> commands.Command:
        if request.splice_event_id in self.on_air.announced.get(channel, ()):
            return commands.Withdraw(channel=channel, by=by, splice_event_id=request.splice_event_id)
        raise MessageError(Result.SPLICE_FAILED, f"event {request.splice_event_id} is not announced: nothing to cancel")
