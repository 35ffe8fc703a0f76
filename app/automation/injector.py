"""What an SCTE 104 message asks of a channel, as our own commands. Pure but for the clock that it is handed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction

from app.automation.messages import (
    SEGMENTATION_DESCRIPTOR,
    SPLICE_NULL,
    SPLICE_REQUEST,
    TIME_SIGNAL,
    MessageError,
    Result,
    SegmentationRequest,
    Several,
    SpliceRequest,
    SpliceType,
    read_pre_roll,
    read_segmentation,
    read_splice,
)
from app.model import commands, events
from app.model.rundown import BreakPlan, Upid
from app.model.show import Channel
from app.model.when import When
from app.scte35.segmentation import ENDS
from app.scte35.signalling import STARTS

LEAST_PRE_ROLL_MS = 4000  # SCTE 35 §9.9.2.1, and SCTE 104 §9.3.1.1 likewise
_AT_ONCE = timedelta(milliseconds=200)  # an immediate start must not have passed when the channel hears of it
_MS_PER_S, _TENTHS_PER_S = 1000, 10


@dataclass(slots=True)
class OnAir:
    """Which splice events stand in each channel, read off its events: an END or a CANCEL names one of them.

    A BreakRefused says nothing of one that stands: it is about another of the same id.
    """

    clock: Callable[[], float] = time.monotonic
    announced: dict[str, set[int]] = field(default_factory=dict)
    planned: dict[str, set[int]] = field(default_factory=dict)
    opened: dict[str, int] = field(default_factory=dict)
    _began: dict[str, tuple[datetime, float]] = field(default_factory=dict)

    def now(self, channel: str) -> datetime | None:
        """The channel's own time, which no step of the wall clock moves; None while it is not on air."""
        began = self._began.get(channel)
        return began and began[0] + timedelta(seconds=self.clock() - began[1])

    def note(self, event: events.Event) -> None:
        """What the engine tells, in its order."""
        if isinstance(event, events.ChannelStarted):
            self._began[event.channel] = (event.first_frame_at, self.clock())
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
            case events.BreakWithdrawn() | events.BreakSkipped() | events.BreakFailed():
                self._forget(channel, event_id)

    def _forget(self, channel: str, event_id: int) -> None:
        for standing in (self.announced, self.planned):
            standing.get(channel, set()).discard(event_id)


class Injector:
    """Reads messages for the channels of a show: DPI_PID_index n is its n-th channel, 0 its only one.

    A time_signal is told as the channel's template of that segmentation type does: who may say what is named once.
    """

    def __init__(self, channels: Sequence[Channel], clock: Callable[[], float] = time.monotonic) -> None:
        self._channels = tuple(channels)
        self.on_air = OnAir(clock)

    def take_on(self, channels: Sequence[Channel]) -> None:
        """The same channels with settings that have changed. Any thread."""
        self._channels = tuple(channels)

    def commands_of(self, message: Several, by: str) -> list[commands.Command]:
        """What it asks for; none for a heartbeat. MessageError: nothing of it is done."""
        if message.time_type:
            raise MessageError(
                Result.TIME_TYPE_UNSUPPORTED, "only messages to be done at once are served (time_type 0)"
            )
        channel = self._channel(message.dpi_pid_index)
        splice: SpliceRequest | None = None
        pre_roll_ms: int | None = None
        segments: list[SegmentationRequest] = []
        for operation in message.operations:
            match operation.op_id:
                case op_id if op_id == SPLICE_REQUEST:
                    splice = read_splice(operation.payload)
                case op_id if op_id == TIME_SIGNAL:
                    pre_roll_ms = read_pre_roll(operation.payload)
                case op_id if op_id == SEGMENTATION_DESCRIPTOR:
                    segments.append(read_segmentation(operation.payload))
                case op_id if op_id != SPLICE_NULL:  # the channel sends its own heartbeat
                    raise MessageError(Result.UNKNOWN_OPERATION, f"operation 0x{op_id:04X} is not served")
        if splice is not None:
            return [self._splice(channel, splice, segments, by)]
        if segments and pre_roll_ms is None:
            raise MessageError(Result.INVALID_SYNTAX, "a descriptor belongs to a splice or time_signal request")
        return [self._segment(channel, one, pre_roll_ms or 0, by) for one in segments]

    def _channel(self, index: int) -> Channel:
        if index == 0 and len(self._channels) == 1:
            return self._channels[0]
        if not 1 <= index <= len(self._channels):
            raise MessageError(Result.UNKNOWN_DPI_PID, f"DPI_PID_index {index}: channels are 1 … {len(self._channels)}")
        return self._channels[index - 1]

    # ---- splice_insert

    def _splice(
        self, channel: Channel, request: SpliceRequest, segments: Sequence[SegmentationRequest], by: str
    ) -> commands.Command:
        event_id = request.splice_event_id
        match request.type:
            case SpliceType.START_NORMAL | SpliceType.START_IMMEDIATE:
                immediate = request.type is SpliceType.START_IMMEDIATE
                plan = self._plan(
                    channel,
                    event_id,
                    Fraction(request.break_duration_tenths, _TENTHS_PER_S),
                    None if immediate else request.pre_roll_ms,
                )
                if len(segments) > 1:
                    what = f"{len(segments)} segmentation descriptors: a splice_insert takes one here"
                    raise MessageError(Result.BAD_PARAMETER, what)
                for one in segments:
                    plan = replace(_numbered(plan, one), segmentation_type_id=one.segmentation_type_id)
                plan = replace(
                    plan,
                    auto_return=request.auto_return,
                    unique_program_id=request.unique_program_id,
                    avail=(request.avail_num, request.avails_expected),
                )
                return commands.PlanBreak(channel=channel.name, by=by, plan=plan)
            case SpliceType.END_NORMAL:
                return self._end(channel, event_id, request.pre_roll_ms, by)
            case SpliceType.END_IMMEDIATE:
                return self._end(channel, event_id, 0, by)
            case SpliceType.CANCEL:
                return self._cancel(channel, event_id, by)

    # ---- time_signal

    def _segment(self, channel: Channel, request: SegmentationRequest, pre_roll_ms: int, by: str) -> commands.Command:
        type_id = request.segmentation_type_id
        if request.cancel:
            return self._cancel(channel, request.segmentation_event_id, by)
        if type_id in ENDS:
            return self._end(channel, request.segmentation_event_id, pre_roll_ms, by)
        named = [one.name for one in channel.templates if STARTS.get(one.signalling.mode) == type_id]
        if not named:
            what = f"no template of channel {channel.name} signals segmentation_type_id 0x{type_id:02X}"
            raise MessageError(Result.BAD_PARAMETER, what)
        duration_s = request.duration_s + Fraction(request.duration_extension_frames) / (
            channel.frame_rate.fraction if channel.frame_rate else 25
        )
        plan = self._plan(channel, request.segmentation_event_id, duration_s, pre_roll_ms)
        plan = replace(_numbered(plan, request), template=named[0])
        return commands.PlanBreak(channel=channel.name, by=by, plan=plan)

    # ---- both

    def _plan(self, channel: Channel, event_id: int, duration_s: Fraction, pre_roll_ms: int | None) -> BreakPlan:
        """A break whose OUT lands ``pre_roll_ms`` from now; 0: the channel's own pre-roll; None: at once."""
        if not duration_s:
            what = "no duration: a break here always has an end; give the longest it may last, its end comes earlier"
            raise MessageError(Result.BAD_PARAMETER, what)
        now = self.on_air.now(channel.name)
        if now is None:
            raise MessageError(Result.SPLICE_FAILED, f"channel {channel.name} is not on air")
        ahead = _AT_ONCE
        if pre_roll_ms is not None:
            pre_roll_s = Fraction(pre_roll_ms, _MS_PER_S) or channel.pre_roll_s
            if pre_roll_s * _MS_PER_S < LEAST_PRE_ROLL_MS:
                what = f"pre_roll_time {pre_roll_ms} ms, {LEAST_PRE_ROLL_MS} are the least"
                raise MessageError(Result.PRE_ROLL_TOO_SMALL, what)
            ahead = timedelta(microseconds=int(pre_roll_s * 1_000_000))
        return BreakPlan(
            id=f"scte104-{event_id}-{commands.new_id()}",
            channel=channel.name,
            at=When((now + ahead).isoformat()),
            duration_s=duration_s,
            splice_event_id=event_id,
        )

    def _end(self, channel: Channel, event_id: int, pre_roll_ms: int, by: str) -> commands.Command:
        opened = self.on_air.opened.get(channel.name)
        if opened != event_id:
            told = "nothing is" if opened is None else f"{opened} is"
            raise MessageError(Result.SPLICE_FAILED, f"event {event_id} is not on air, {told}")
        lands_in_s = Fraction(pre_roll_ms, _MS_PER_S)
        return commands.Return(channel=channel.name, by=by, lands_in_s=lands_in_s, splice_event_id=event_id)

    def _cancel(self, channel: Channel, event_id: int, by: str) -> commands.Command:
        if event_id in self.on_air.announced.get(channel.name, ()):
            return commands.Withdraw(channel=channel.name, by=by, splice_event_id=event_id)
        if event_id in self.on_air.planned.get(channel.name, ()):
            return commands.Skip(channel=channel.name, by=by, splice_event_id=event_id)
        raise MessageError(Result.SPLICE_FAILED, f"event {event_id} is neither planned nor announced")


def _numbered(plan: BreakPlan, request: SegmentationRequest) -> BreakPlan:
    """With the UPID and the numbers of its descriptor; 0 of 0 is what the type has of its own."""
    upid = Upid(request.upid_type, f"0x{request.upid.hex()}") if request.upid else None
    segments = (request.segment_num, request.segments_expected)
    return replace(plan, upid=upid, segments=segments if any(segments) else ())
