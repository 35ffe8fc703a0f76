"""What a channel calls, and how its calls are cut off when it has been abandoned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from app.model import events
from app.model.segment import Delivery
from app.pipeline.gate import Gate
from app.pipeline.look import Measure, not_measured


@dataclass(frozen=True, slots=True)
class Hooks:
    """What a channel calls: each from a thread of its own, never blocking for long.

    ``deliver(output index, delivery)`` for HLS outputs, ``push[output index](bytes)`` for TS outputs,
    ``alarm(key, severity, text)`` with text None to clear, ``fault(thread name, error)`` when a thread died.
    ``stopping()``: a channel that is still starting need not go on air any more. ``measure(look_of)``: once a frame.
    """

    publish: Callable[[events.Event], None]
    alarm: Callable[[str, str, str | None], None]
    deliver: Callable[[int, Delivery], None]
    push: Mapping[int, Callable[[bytes], None]]
    fault: Callable[[str, Exception], None]
    next_event_id: Callable[[], int]
    stopping: Callable[[], bool]
    measure: Measure = not_measured

    def through(self, gate: Gate) -> Hooks:
        """The same, until the gate is shut."""
        return replace(
            self,
            publish=gate.guarding(self.publish),
            alarm=gate.guarding(self.alarm),
            deliver=gate.guarding(self.deliver),
            push={index: gate.guarding(push) for index, push in self.push.items()},
            fault=gate.guarding(self.fault),
            measure=gate.guarding(self.measure),
        )
