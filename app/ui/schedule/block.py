"""A break on the timeline: what it shows, made from its booking and from what the engine says of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from app.model.merging import BookingState, Stored
from app.model.schedule import AirMode, Booking
from app.model.states import BreakState, ProofState
from app.model.timebase import round_half_up
from app.ui.icons import Icon
from app.ui.schedule.engine_book import EngineBreak
from app.ui.schedule.moments import SECOND_US, Span
from app.ui.schedule.pending import Key
from app.ui.words import _


class Kind(Enum):
    """A block's state: its look and its word. CONFLICT: planned, but it overlaps another."""

    PLANNED = auto()
    CONFLICT = auto()
    CUED = auto()
    HELD = auto()
    ARMED = auto()
    ON_AIR = auto()
    RETURNED = auto()
    NOT_AIRED = auto()
    SKIPPED = auto()
    WITHDRAWN = auto()
    FAILED = auto()


WORDS = {
    Kind.PLANNED: _("planned"),
    Kind.CONFLICT: _("conflict"),
    Kind.CUED: _("cued"),
    Kind.HELD: _("held"),
    Kind.ARMED: _("armed"),
    Kind.ON_AIR: _("in break"),
    Kind.RETURNED: _("returned"),
    Kind.NOT_AIRED: _("not aired"),
    Kind.SKIPPED: _("skipped"),
    Kind.WITHDRAWN: _("withdrawn"),
    Kind.FAILED: _("failed"),
}
ICONS = {
    Kind.CONFLICT: Icon.TRIANGLE,
    Kind.CUED: Icon.DIAMOND,
    Kind.HELD: Icon.PAUSE,
    Kind.ARMED: Icon.OPEN_RING,
    Kind.ON_AIR: Icon.BARRED_BOX,
    Kind.NOT_AIRED: Icon.BARRED_RING,
    Kind.SKIPPED: Icon.NEXT,
    Kind.WITHDRAWN: Icon.UNDO,
    Kind.FAILED: Icon.OCTAGON_CROSS,
}
MODE_ICONS = {
    AirMode.MANUAL: Icon.PLAY,
    AirMode.HOLD: Icon.PAUSE,
}  # of a planned one: it waits for its TAKE, or is held
LAMPS = {
    ProofState.PENDING: Icon.RING,
    ProofState.LANDED: Icon.CHECK_DISC,
    ProofState.LATE: Icon.CLOCK,
    ProofState.MISPLACED: Icon.ARROW_OFF,
    ProofState.MISSING: Icon.STRUCK_RING,
}
_KIND_OF = {
    BreakState.CUED: Kind.CUED,
    BreakState.HELD: Kind.HELD,
    BreakState.ARMED: Kind.ARMED,
    BreakState.ON_AIR: Kind.ON_AIR,
    BreakState.RETURNED: Kind.RETURNED,
    BreakState.WITHDRAWN: Kind.WITHDRAWN,
    BreakState.SKIPPED: Kind.SKIPPED,
    BreakState.FAILED: Kind.FAILED,
}
_STORED_KIND = {
    BookingState.ARMED: Kind.ARMED,
    BookingState.ON_AIR: Kind.ON_AIR,
    BookingState.AIRED: Kind.RETURNED,
}
LIVE = frozenset({Kind.CUED, Kind.HELD, Kind.ARMED, Kind.ON_AIR})
DONE = frozenset({Kind.RETURNED, Kind.NOT_AIRED, Kind.SKIPPED, Kind.WITHDRAWN, Kind.FAILED})

_FRAME_US = 42_000  # of 24 a second: what lies nearer is only rounded to another frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """``cuts_us``: where one ad ends and the next begins, from the OUT. ``booking`` None: only the engine knows it.

    ``overlap_us``: by how much it overlaps others of its channel that are still to air, and ``level``: whether it then
    stands in the upper (1) or the lower half (2) of its row; 0: it has all of it. ``title`` may be empty.
    ``airs_us``: when the planner will air it, where that is not when it is booked.
    """

    key: Key
    start_us: int
    end_us: int
    kind: Kind
    title: str = ""
    cuts_us: tuple[int, ...] = ()
    lamp: ProofState | None = None
    overlap_us: int = 0
    level: int = 0
    airs_us: int | None = None
    booking: Booking | None = None
    ads: tuple[str, ...] = ()

    @property
    def mode(self) -> AirMode:
        """How it goes to air."""
        return AirMode.AUTO if self.booking is None else self.booking.air.mode

    def kind_at(self, now_us: int) -> Kind:
        """What is planned and has passed was not aired, as far as this window knows."""
        passed = self.end_us < now_us and self.kind in {Kind.PLANNED, Kind.CONFLICT}
        return Kind.NOT_AIRED if passed else self.kind


def block_of(key: Key, stored: Stored | None, engine: EngineBreak | None, span: Span | None) -> Block | None:
    """The block; None: it has no place in time. What has gone out stands where it did, not where it was booked."""
    start, end = span or (None, None)
    kind, lamp, title = Kind.PLANNED, None, ""
    ads: tuple[str, ...] = ()
    if engine is not None:
        kind, lamp, title, ads = _KIND_OF.get(engine.state, Kind.PLANNED), engine.proof, engine.title, engine.ads
        if engine.out_us is not None and (start is None or kind in {Kind.ARMED, Kind.ON_AIR, Kind.RETURNED}):
            start, end = engine.out_us, engine.in_us
    airs_us = None
    if engine is not None and engine.out_us is not None and kind not in DONE and start is not None:
        airs_us = engine.out_us if abs(engine.out_us - start) >= _FRAME_US else None
    booking = None if stored is None else stored.booking
    if stored is not None:
        if kind is Kind.PLANNED:
            kind = _STORED_KIND.get(stored.state, kind)
        title = stored.booking.plan.title or title
        ads = tuple(ad.title or ad.id for ad in stored.booking.plan.ads) or ads
    if start is None or end is None:
        return None
    return Block(
        key=key,
        start_us=start,
        end_us=max(end, start + 1),
        kind=kind,
        title=title,
        cuts_us=cuts_of(booking),
        lamp=lamp,
        booking=booking,
        ads=ads,
        airs_us=airs_us,
    )


def cuts_of(booking: Booking | None) -> tuple[int, ...]:
    """Where its ads meet, from the OUT; what lies behind the break's end is left out."""
    if booking is None:
        return ()
    lengths = [spot.duration_s for spot in booking.spots] or [ad.duration_s for ad in booking.plan.ads]
    made: list[int] = []
    at_s = lengths[0] if lengths else booking.plan.duration_s
    for length_s in lengths[1:]:
        if at_s >= booking.plan.duration_s:
            break
        made.append(round_half_up(at_s * SECOND_US))
        at_s += length_s
    return tuple(made)


def length_text(us: int) -> str:
    """``2:00``; where it is no whole second, with hundredths: ``0:04.48``."""
    second, rest = divmod(us, SECOND_US)
    text = f"{second // 3600}:{second // 60 % 60:02}" if second >= 3600 else f"{second // 60}"
    text += f":{second % 60:02}"
    return f"{text}.{rest // 10_000:02}" if rest >= 10_000 else text
