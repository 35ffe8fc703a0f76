"""What is told of one origin: events, alarms in the operator's words, and the figures that are polled."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from app.delivery.alarms import AlarmCall, StandingAlarm
from app.delivery.losses import Loss
from app.model.errors import DeliveryError
from app.model.events import Event, SegmentDelivered, SegmentLost
from app.model.segment import MediaObject, OriginStatus

_log = logging.getLogger(__name__)


class Report:
    """Counts and tells. Used by one thread at a time; ``status`` may be asked from any."""

    def __init__(
        self,
        origin: str,
        channel: str,
        *,
        publish: Callable[[Event], None],
        alarm: AlarmCall,
        now: Callable[[], datetime],
    ) -> None:
        self._origin, self._channel = origin, channel
        self._publish, self._now = publish, now
        self._failing = StandingAlarm(f"origin:{origin}", alarm)
        self._gaps = StandingAlarm(f"origin:{origin}:gap", alarm)
        self._kept = StandingAlarm(f"origin:{origin}:delete", alarm)
        self._delivered = self._lost = self._lost_now = 0
        self._last_delivered_at: datetime | None = None
        self._last_error = ""
        self._push_ms = 0.0

    def delivered(self, segment: MediaObject, now_s: float, attempts: int) -> None:
        """The origin has it, since ``now_s``, at the ``attempts``-th try."""
        at, self._push_ms = self._now(), 1000 * (now_s - segment.closed_at_s)
        self._delivered += 1
        self._last_delivered_at = at
        self._publish(
            SegmentDelivered(
                at=at,
                channel=self._channel,
                origin=self._origin,
                path=segment.path,
                sequence=segment.sequence,
                push_ms=round(self._push_ms, 3),
                attempts=attempts,
            )
        )

    def failed(self, error: DeliveryError, now_s: float, tries: int) -> None:
        """A try failed, the ``tries``-th of this object; the first that was quick stays unsaid (0)."""
        self._last_error = str(error)
        if not tries:
            return
        lost = f", {_lost(self._lost_now)}" if self._lost_now else ""
        text = f"Origin {self._origin}: {error}, retry {tries}{lost}"
        self._failing.raise_("critical" if self._lost_now else "warning", text, now_s)

    def not_deleted(self, path: str, error: DeliveryError, left: int, now_s: float) -> None:
        """An old object is still there; ``left`` so far will stay for good."""
        _log.info("origin %s: %s: %s", self._origin, path, error)
        if left:
            self._kept.raise_("note", f"Origin {self._origin}: {error}; {left} old objects left there", now_s)

    def lost(self, losses: list[Loss], now_s: float) -> None:
        """The origin will never have these."""
        for loss in losses:
            self._lost += 1
            self._lost_now += 1
            self._publish(
                SegmentLost(
                    at=self._now(),
                    channel=self._channel,
                    origin=self._origin,
                    path=loss.path,
                    sequence=loss.sequence,
                    reason=loss.reason,
                )
            )
            if loss.gap:
                text = f"Origin {self._origin}: {loss.path} is a gap: {loss.reason}"
                self._gaps.raise_("critical", text, now_s)
            else:
                text = f"Origin {self._origin}: {_lost(self._lost_now)}: {loss.reason}"
                self._failing.raise_("critical", text, now_s)

    def settled(self, now_s: float, *, all_delivered: bool, gaps: bool) -> None:
        """Clear what is over: the trouble when all is delivered, the gaps when they have left the window."""
        for alarm in (self._failing, self._gaps, self._kept):
            alarm.refresh(now_s)
        if all_delivered:
            self._failing.clear()
            self._last_error, self._lost_now = "", 0
        if not gaps:
            self._gaps.clear()

    def deleted(self) -> None:
        """Deleting works again."""
        self._kept.clear()

    @property
    def losses(self) -> int:
        """Segments lost so far."""
        return self._lost

    def status(self, backlog: int) -> OriginStatus:
        """The figures, with the number of segments that wait."""
        return OriginStatus(
            backlog=backlog,
            delivered=self._delivered,
            lost=self._lost,
            last_delivered_at=self._last_delivered_at,
            last_error=self._last_error,
            push_ms=round(self._push_ms, 3),
        )


def _lost(count: int) -> str:
    return f"{count} segment{'s' if count > 1 else ''} lost"
