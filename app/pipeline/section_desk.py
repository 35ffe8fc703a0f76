"""Sections on their way into every rendition: at once, or as soon as the picture they must follow is written."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.model.events import CueSent
from app.pipeline.muxer import RenditionMuxer
from app.pipeline.packets import CueKind, SendSection
from app.scte35.messages import splice_null

_MS_PER_S = 1000


@dataclass(slots=True, eq=False)
class _Waiting:
    """``to_hand``: renditions it is held back from; ``to_write``: those whose bytes don't hold it yet."""

    item: SendSection
    to_hand: set[str] = field(default_factory=set)
    to_write: set[str] = field(default_factory=set)


class SectionDesk:
    """Packager thread only. ``publish`` gets a CueSent a section, when the last rendition has it."""

    def __init__(self, channel: str, muxers: Mapping[str, RenditionMuxer], publish: Callable[[CueSent], None]) -> None:
        self._channel, self._muxers, self._publish = channel, muxers, publish
        self._waiting: list[_Waiting] = []
        self._null = SendSection(CueKind.NULL, splice_null().encoded)

    def accept(self, item: SendSection) -> None:
        """Take a section; ``release`` then puts it into each rendition.

        A held one that no rendition has yet gives way: to a cancel of its event, or to a newer one of its kind.
        """
        if item.kind not in {CueKind.NULL, CueKind.RELAYED}:
            self._waiting = [waiting for waiting in self._waiting if not self._gives_way(waiting, item)]
        self._waiting.append(_Waiting(item, set(self._muxers), set(self._muxers)))

    def heartbeat(self) -> None:
        """A splice_null for every rendition, SCTE 35 §6.3."""
        self.accept(self._null)

    def release(self, rendition: str) -> None:
        """Hand the rendition's muxer what may be sent now. Before a muxer's first picture it keeps sections itself."""
        muxer = self._muxers[rendition]
        for waiting in self._waiting:
            if rendition in waiting.to_hand and _may_follow(waiting.item.not_before_ticks, muxer.newest_idr_ticks):
                muxer.send(waiting.item.section)
                waiting.to_hand.discard(rendition)

    def settle(self, rendition: str) -> None:
        """The rendition's bytes have been handed to the outputs: report what is now in all of them."""
        if not self._waiting or self._muxers[rendition].newest_idr_ticks is None:
            return
        for waiting in self._waiting:
            if rendition not in waiting.to_hand:
                waiting.to_write.discard(rendition)
            if not waiting.to_write and waiting.item.kind is not CueKind.NULL:
                self._report(waiting.item)
        self._waiting = [waiting for waiting in self._waiting if waiting.to_write]

    def _gives_way(self, waiting: _Waiting, newer: SendSection) -> bool:
        older = waiting.item
        return (
            waiting.to_hand == self._muxers.keys()
            and older.splice_event_id == newer.splice_event_id
            and newer.kind in {CueKind.CANCEL, older.kind}
        )

    def _report(self, item: SendSection) -> None:
        since_s = item.accepted_at_s
        self._publish(
            CueSent(
                at=datetime.now(UTC),
                channel=self._channel,
                break_id=item.break_id,
                title=item.title,
                splice_event_id=item.splice_event_id,
                kind=item.kind.value,
                pts=item.pts_ticks,
                section=item.section,
                latency_ms=0.0 if since_s is None else (time.monotonic() - since_s) * _MS_PER_S,
            )
        )


def _may_follow(not_before_ticks: int | None, newest_idr_ticks: int | None) -> bool:
    if not_before_ticks is None:
        return True
    return newest_idr_ticks is not None and newest_idr_ticks >= not_before_ticks
