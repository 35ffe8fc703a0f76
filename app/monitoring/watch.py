"""One origin's proof thread: while a splice is pending it reads the outputs back until each has its verdict."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.model.errors import ProofError
from app.model.states import ProofState
from app.model.timebase import TICKS_PER_SECOND, wrapped
from app.monitoring.exhibit import Exhibit
from app.monitoring.expected import Expected, Gone, Ledger, Place
from app.monitoring.fetch import Fetcher
from app.monitoring.judging import judge
from app.monitoring.live_output import LiveOutput, Span
from app.monitoring.report import Row
from app.monitoring.timeline import Rendition
from app.monitoring.whereabouts import BEHIND, late_tags, row_of, tag_of, whereabouts

logger = logging.getLogger(__name__)

_LOOKS = 3  # a verdict other than landed has to be found so often: playlists of one output change one by one
_MOST_PENDING = 500  # splices and withdrawals of one output; the oldest gives way, as missing

_BEYOND_TICKS = 2 * TICKS_PER_SECOND  # read past the splice, to tell how far off an IDR is
_CUT_SHORT = "not looked for long enough: the show ended"
_MOST_EXTENDED = 20  # of a break: the last one rules, those before it explain tags
_EXTENDED_S = 3  # either side of it: the section goes out at once, beside pictures that are still to be encoded
_MOST_ON_AIR = 50  # breaks whose IN never came, when a channel failed


@dataclass(slots=True)
class _Pending:
    """``row``: the last verdict, found ``looks`` times in a row; ``trouble``: why nothing was found."""

    expected: Expected
    row: Row | None = None
    looks: int = 0
    trouble: str = ""


@dataclass(slots=True)
class _Watched:
    """One output at this origin. ``on_air``: the OUTs of breaks whose IN is not settled yet, by break.

    ``undeclared``: those of its dialects whose OUT need not say how long it lasts.
    """

    place: Place
    live: LiveOutput
    dialects: tuple[str, ...]
    undeclared: frozenset[str]
    pending: list[_Pending] = field(default_factory=list)
    gone: list[Gone] = field(default_factory=list)
    on_air: dict[str, Expected] = field(default_factory=dict)


class OriginWatch:
    """``expect`` and ``withdrawn`` from any thread; everything else happens on the watch's own thread."""

    def __init__(
        self,
        origin: str,
        fetcher: Fetcher,
        ledger: Ledger,
        clock: Callable[[], float],
        *,
        poll_s: float,
        alarm: Callable[[str, str, str | None], None],
        show: Callable[[Exhibit], None] = lambda _exhibit: None,
    ) -> None:
        self.origin, self._alarm, self._show = origin, alarm, show
        self._fetcher, self._ledger, self._clock, self._poll_s = fetcher, ledger, clock, poll_s
        self._watched: dict[tuple[str, str], _Watched] = {}
        self._changed = threading.Condition()
        self._stop = self._hurry = False
        self._thread = threading.Thread(target=self._run, name=f"proof-{origin}", daemon=True)

    def add(self, channel: str, output: str, url: str, dialects: Iterable[str], undeclared: Iterable[str] = ()) -> None:
        """Watch an output; before ``start``."""
        place = (output, self.origin)
        self._watched[channel, output] = _Watched(
            place, LiveOutput(url, self._fetcher), tuple(dialects), frozenset(undeclared)
        )

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def expect(self, output: str, expected: Expected) -> None:
        """Look for a splice in an output unless its verdict is told, and no more for what was expected of it before."""
        with self._changed:
            watched = self._watched[expected.channel, output]
            same = (expected.break_id, expected.direction)
            watched.pending = [
                one for one in watched.pending if (one.expected.break_id, one.expected.direction) != same
            ]
            if not self._ledger.is_told(expected, watched.place):
                watched.pending.append(_Pending(expected))
            if expected.direction == "out":
                watched.on_air[expected.break_id] = expected
                if len(watched.on_air) > _MOST_ON_AIR:
                    watched.on_air.pop(next(iter(watched.on_air)))
            crowded = watched.pending.pop(0) if len(watched.pending) > _MOST_PENDING else None
            self._changed.notify_all()
        if crowded is not None:
            self._ledger.settle(crowded.expected, watched.place, _missing(crowded.expected, "too many are pending"))

    def forget_in(self, channel: str, output: str, break_id: str) -> None:
        """Look no more for a break's IN: it comes again."""
        with self._changed:
            watched = self._watched[channel, output]
            watched.pending = [
                one for one in watched.pending if (one.expected.break_id, one.expected.direction) != (break_id, "in")
            ]

    def extended(self, channel: str, output: str, break_id: str, at: datetime) -> None:
        """Read, too, where a break that is on air was told to be longer: its length is of the section there."""
        with self._changed:
            watched = self._watched[channel, output]
            out = watched.on_air.get(break_id)
            if out is None:
                return
            longer = watched.on_air[break_id] = replace(out, extended=(*out.extended, at)[-_MOST_EXTENDED:])
            for one in watched.pending:
                if one.expected is out:
                    one.expected = longer

    def withdrawn(self, output: str, gone: Gone) -> None:
        """See that nothing of a withdrawn break is shown."""
        with self._changed:
            watched = self._watched[gone.channel, output]
            watched.gone = [*watched.gone, gone][-_MOST_PENDING:]
            self._changed.notify_all()

    def hurry(self) -> None:
        """Nothing new will come: look more often; withdrawals are looked at once more and then let go."""
        with self._changed:
            self._hurry = True
            self._changed.notify_all()

    def wait(self, timeout_s: float) -> bool:
        """Wait until nothing is pending."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._busy(), timeout_s)

    def stop(self) -> None:
        """Ask the thread to end."""
        with self._changed:
            self._stop = True
            self._changed.notify_all()

    def interrupt(self) -> None:
        """Have it end though its origin does not answer; after ``stop``."""
        self._fetcher.interrupt()

    def join(self, timeout_s: float) -> bool:
        """Wait for the thread to end; False when it hangs in the network."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def give_up(self) -> None:
        """What is still pending was not looked for long enough; after ``join``."""
        for watched in self._watched.values():
            with self._changed:
                left, watched.pending = watched.pending, []
            for one in left:
                row = one.row or _missing(one.expected, one.trouble)
                row = replace(row, reason="; ".join(filter(None, (_CUT_SHORT, row.reason))))
                self._ledger.settle(one.expected, watched.place, row, cut_short=True)

    # ---- the watch's thread

    def _busy(self) -> bool:
        return any(watched.pending or watched.gone for watched in self._watched.values())

    def _run(self) -> None:
        while self._wait():
            for watched in self._watched.values():
                if (watched.pending or watched.gone) and not self._stop:
                    self._look(watched)
        self._fetcher.close()

    def _wait(self) -> bool:
        """Sleep until there is something to look for, then until the next poll; False: stop."""
        with self._changed:
            self._changed.notify_all()
            if self._busy():
                self._changed.wait_for(lambda: self._stop, self._poll_s / 4 if self._hurry else self._poll_s)
            while not self._busy() and not self._stop:
                self._fetcher.close()
                self._changed.wait(self._poll_s * 10)
            return not self._stop

    def _look(self, watched: _Watched) -> None:
        """One look at one output, and what follows from it for each splice."""
        with self._changed:
            pending, gone = list(watched.pending), list(watched.gone)
        renditions: list[Rendition] = []
        rows: tuple[Row, ...] = ()
        trouble = ""
        try:
            renditions = watched.live.look(_spans(watched, pending))
            rows = _rows(watched, pending, renditions)
            for text in watched.live.findings:
                self._alarm(_key(watched), "critical", f"{watched.place[0]} at {self.origin}: {text}")
        except ProofError as error:
            if self._stop:
                return  # broken off: what was found out before is the better reason
            trouble = f"origin unreachable: {error}"
        except Exception as error:  # the proof of one output must not end that of the others
            logger.exception("reading %s back from %s failed", *watched.place)
            trouble = f"the reader failed: {error!r}"
        for one in pending:
            self._weigh(watched, one, rows, renditions, trouble)
        self._check_gone(watched, gone, renditions)
        with self._changed:
            if not watched.pending and not watched.gone and not watched.on_air:
                watched.live.forget()
                self._alarm(_key(watched), "critical", None)

    def _weigh(
        self, watched: _Watched, one: _Pending, rows: tuple[Row, ...], renditions: list[Rendition], trouble: str
    ) -> None:
        """Settle a splice, or wait for the next look."""
        expected, now_s = one.expected, self._clock()
        row = row_of(expected, rows, renditions)
        row = None if row is None else late_tags(one.row, row)
        one.looks = one.looks + 1 if row is not None and one.row is not None and row.verdict is one.row.verdict else 1
        one.row, one.trouble = row, trouble or whereabouts(expected, renditions)
        if row is not None and not _final(row, one, renditions) and now_s < expected.due_s:
            return
        if row is None:
            deadline_s = expected.last_s if trouble or one.trouble == BEHIND else expected.due_s
            if now_s < deadline_s:
                return
            row = _missing(expected, one.trouble)
        with self._changed:
            if one not in watched.pending:
                return
            watched.pending.remove(one)
        if expected.direction == "in":
            out = watched.on_air.pop(expected.break_id, None)
            opening = row_of(out, rows, renditions) if out is not None else None
            if opening is not None and opening.verdict in {ProofState.MISPLACED, ProofState.MISSING}:
                self._ledger.correct(expected, watched.place, opening)
        self._ledger.settle(expected, watched.place, row)
        alone = sum(channel == expected.channel for channel, _ in self._watched) == 1
        self._show(Exhibit(expected, watched.place, row, tuple(renditions), watched.live.url, alone))

    def _check_gone(self, watched: _Watched, gone: list[Gone], renditions: list[Rendition]) -> None:
        for one in gone:
            last_look = self._hurry or self._clock() >= one.last_s
            found = tag_of(one.splice_event_id, renditions, ahead=last_look)
            if found:
                self._ledger.leftover(one, watched.place, found)
            if found or last_look:
                with self._changed:
                    watched.gone = [other for other in watched.gone if other is not one]


def _key(watched: _Watched) -> str:
    return "playlist:" + "@".join(watched.place)


def _spans(watched: _Watched, pending: Iterable[_Pending]) -> list[Span]:
    """Around each splice that is pending, and wherever a break that is not over was extended."""
    spans = [_span(one.expected) for one in pending]
    for out in list(watched.on_air.values()):
        for at in out.extended:
            pts = out.pts + round((at - out.at).total_seconds() * TICKS_PER_SECOND)
            around = timedelta(seconds=_EXTENDED_S)
            ticks = _EXTENDED_S * TICKS_PER_SECOND
            spans.append(Span(at - around, at + around, wrapped(pts - ticks), wrapped(pts + ticks)))
    return spans


def _span(expected: Expected) -> Span:
    before, beyond = timedelta(seconds=expected.lookback_ticks / TICKS_PER_SECOND), _BEYOND_TICKS / TICKS_PER_SECOND
    return Span(
        expected.at - before,
        expected.at + timedelta(seconds=beyond),
        wrapped(expected.pts - expected.lookback_ticks),
        wrapped(expected.pts + _BEYOND_TICKS),
    )


def _rows(watched: _Watched, pending: list[_Pending], renditions: list[Rendition]) -> tuple[Row, ...]:
    """The verdicts on what is there now."""
    if not pending:
        return ()
    known = [*(one.expected for one in pending), *watched.on_air.values()]
    immediate = frozenset(one.splice_event_id for one in known if one.immediate)
    ours = frozenset(one.splice_event_id for one in known)
    return judge(
        renditions,
        wanted=watched.dialects,
        immediate=immediate,
        undeclared=watched.undeclared,
        ours=ours,
        relayed=frozenset(one.splice_event_id for one in known if one.relayed),
    ).rows


def _final(row: Row, one: _Pending, renditions: list[Rendition]) -> bool:
    """Landed is final; anything else when it was found again and again, and all that was asked for could be read."""
    if row.verdict is ProofState.LANDED:
        return True
    unread = any(segment.problem and not segment.listed.gap for r in renditions for segment in r.segments)
    return one.looks >= _LOOKS and not unread


def _missing(expected: Expected, reason: str) -> Row:
    pts = wrapped(expected.pts)
    return Row(expected.splice_event_id, expected.direction, pts, None, None, {}, {}, ProofState.MISSING, reason)
