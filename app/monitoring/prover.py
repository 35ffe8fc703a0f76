"""The landed proof of a running show: every splice read back from every origin, by a thread an origin.

An origin that is slow or down delays nobody else's verdicts. While nothing is pending nothing is fetched.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from urllib.parse import urlsplit

from app.model.events import BreakExtended, BreakIn, BreakOut, BreakResumed, BreakWithdrawn, Event
from app.model.timebase import TICKS_PER_SECOND
from app.model.unproved import Unproved
from app.monitoring.evidence import EvidenceRoom
from app.monitoring.exhibit import Exhibit
from app.monitoring.expected import Expected, Gone, Ledger, Place, Told
from app.monitoring.fetch import Fetcher
from app.monitoring.watch import OriginWatch

GRACE_S = 20.0  # from when the splice's segment should be at the origin
_LONGEST_PRE_ROLL_S = 12
_MARGIN_S = 2
_FEED = "feed"  # ``by`` of a break that a source's marker made
_ABOUT_NOW_S = 3.0
_LAST_LOOK_S = 0.3  # for a look that is under way when the threads are to end

type Alarm = Callable[[str, str, str | None], None]
type Credentials = Callable[[str], tuple[str, str] | None]


class Prover:
    """``add_output`` for each output, ``start``; then the events of the show, from any thread.

    ``publish`` is called on the proof threads: SpliceProved for each splice, output and origin, then for the break
    BreakLanded or BreakMissed. ``alarm(key, severity, text)``: of playlists that run backwards; text None clears.
    ``evidence``: where that of each verdict is kept; whoever made it starts and stops it.
    """

    def __init__(
        self,
        publish: Callable[[Event], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        utc_now: Callable[[], datetime] = lambda: datetime.now(UTC),
        grace_s: float = GRACE_S,
        poll_s: float = 1.0,
        alarm: Alarm = lambda _key, _severity, _text: None,
        evidence: EvidenceRoom | None = None,
    ) -> None:
        self._alarm, self._evidence = alarm, evidence
        self._clock, self._utc_now, self._grace_s, self._poll_s = clock, utc_now, grace_s, poll_s
        self._ledger = Ledger(publish, self._places)
        self._watches: dict[str, OriginWatch] = {}
        self._outputs: dict[str, dict[str, tuple[str, ...]]] = {}
        self._timing: dict[str, tuple[float, float]] = {}
        self._relaying: set[str] = set()

    def add_output(
        self,
        channel: str,
        output: str,
        origins: Mapping[str, str],
        *,
        segment_s: Fraction = Fraction(6),
        window: int = 10,
        dialects: tuple[str, ...] = (),
        undeclared: tuple[str, ...] = (),
        credentials: Credentials | None = None,
    ) -> None:
        """An HLS output and where it can be read back: the URL of its multivariant playlist, or the folder it is in.

        ``dialects``: those that must be there; ``undeclared``: of them, those whose OUT need not say how long it lasts.
        ``credentials(origin)``: user and password, or "" and a token.
        """
        for origin, url in origins.items():
            target = url if urlsplit(url).path.endswith(".m3u8") else url.rstrip("/") + "/index.m3u8"
            watch = self._watches.get(origin)
            if watch is None:
                reader = partial(Fetcher, timeout_s=3.0, total_s=20.0, login=_login(origin, target, credentials))
                watch = OriginWatch(
                    origin,
                    reader(),
                    self._ledger,
                    self._clock,
                    poll_s=self._poll_s,
                    alarm=self._alarm,
                    show=partial(self._show, reader),
                )
                self._watches[origin] = watch
            watch.add(channel, output, target, dialects, undeclared)
        self._outputs.setdefault(channel, {})[output] = tuple(origins)
        lasts = float(segment_s)
        segment, whole = self._timing.get(channel, (0.0, 0.0))
        self._timing[channel] = (max(segment, lasts), max(whole, lasts * window))

    def relays(self, channel: str) -> None:
        """What the channel's source announces goes out as it came; before ``start``."""
        self._relaying.add(channel)

    def start(self) -> None:
        """Begin: a thread an origin."""
        self._ledger.close_told()
        for watch in self._watches.values():
            watch.start()

    def resume(self, one: Unproved) -> None:
        """Go on with a splice that a life before this one left unproved; before ``start``."""
        told = {(of.output, of.origin): Told(of.verdict, of.reason, of.cut_short) for of in one.proved}
        self._expect(one.event, told)
        for event in one.extended:
            self.extended(event)

    def splice_out(self, event: BreakOut) -> None:
        """An OUT went to the encoders: find it at every origin. Never blocks."""
        self._expect(event)

    def resumed(self, event: BreakResumed) -> None:
        """A restart took a break up again: its IN is to come, on the new clock, even where one went out. Never blocks.

        An OUT that airs again is looked for where it is now, no more where it was to be.
        """
        self._ledger.reopen(event.channel, event.break_id)
        for output, origin in self._places(event.channel):
            self._watches[origin].forget_in(event.channel, output, event.break_id)
        if event.out_again:
            self._expect(event)

    def splice_in(self, event: BreakIn) -> None:
        """An IN went to the encoders: find it at every origin. Never blocks."""
        self._expect(event)

    def extended(self, event: BreakExtended) -> None:
        """A break on air was told to be longer: its tags from here on follow that section. Never blocks."""
        for output, origin in self._places(event.channel):
            self._watches[origin].extended(event.channel, output, event.break_id, event.at)

    def withdrawn(self, event: BreakWithdrawn) -> None:
        """A break was taken back: nothing of it may come up in any playlist. Never blocks."""
        if event.splice_event_id is None or event.channel not in self._outputs:
            return
        segment_s, _ = self._timing[event.channel]
        gone = Gone(
            channel=event.channel,
            break_id=event.break_id,
            title=event.title,
            by=event.by,
            splice_event_id=event.splice_event_id,
            last_s=self._clock() + _LONGEST_PRE_ROLL_S + segment_s + _MARGIN_S,
        )
        for output, origin in self._places(event.channel):
            self._watches[origin].withdrawn(output, gone)

    def drain(self, timeout_s: float) -> bool:
        """Wait until every splice has its verdict; for the end of a run, when nothing new will come."""
        until_s = time.monotonic() + timeout_s
        for watch in self._watches.values():
            watch.hurry()
        return all(watch.wait(max(0.0, until_s - time.monotonic())) for watch in self._watches.values())

    def stop(self, timeout_s: float, *, hand_on: bool = False) -> bool:
        """End the threads. False when one hangs in the network still.

        What is pending then is told as missing, cut short; ``hand_on``: it is not told, the next life looks for it.
        """
        watches = list(self._watches.values())
        for watch in watches:
            watch.stop()
        _joined(watches, min(timeout_s, _LAST_LOOK_S))
        for watch in watches:
            watch.interrupt()
        ended = _joined(watches, timeout_s)
        if hand_on:
            return ended
        for watch in watches:
            watch.give_up()
        self._ledger.close_all("the show ended before its IN went out")
        return ended

    def _expect(
        self,
        event: BreakOut | BreakResumed | BreakIn,
        told: Mapping[Place, Told] = MappingProxyType({}),
    ) -> None:
        if event.splice_event_id is None or event.channel not in self._outputs:
            return
        at = event.in_at if isinstance(event, BreakIn) else event.out_at
        segment_s, window_s = self._timing[event.channel]
        # it goes out about now; a wall clock that was set since the channel began must not hurry or delay the verdict
        at_s = self._clock() + min(_ABOUT_NOW_S, max(-_ABOUT_NOW_S, (at - self._utc_now()).total_seconds()))
        expected = Expected(
            channel=event.channel,
            break_id=event.break_id,
            title=event.title,
            by=event.by,
            splice_event_id=event.splice_event_id,
            direction="in" if isinstance(event, BreakIn) else "out",
            pts=event.pts,
            at=at,
            immediate=isinstance(event, BreakResumed) or (isinstance(event, BreakOut) and event.immediate),
            lookback_ticks=int((_lead_s(event) + _MARGIN_S) * TICKS_PER_SECOND),
            due_s=at_s + segment_s + self._grace_s,
            last_s=at_s + max(segment_s, window_s) + self._grace_s,
            relayed=event.by == _FEED and event.channel in self._relaying,
        )
        self._ledger.resume(expected, told)
        for output, origin in self._places(event.channel):
            self._watches[origin].expect(output, expected)

    def _show(self, reader: Callable[[], Fetcher], exhibit: Exhibit) -> None:
        if self._evidence is not None:
            self._evidence.show(exhibit, reader)

    def _places(self, channel: str) -> list[Place]:
        return [(output, origin) for output, origins in self._outputs.get(channel, {}).items() for origin in origins]


def _joined(watches: Iterable[OriginWatch], timeout_s: float) -> bool:
    """Wait for them all for no longer than this."""
    until_s = time.monotonic() + timeout_s
    ended = [watch.join(max(0.0, until_s - time.monotonic())) for watch in watches]
    return all(ended)


def _lead_s(event: BreakOut | BreakResumed | BreakIn) -> float:
    """How long before its picture a splice may have been announced first."""
    if isinstance(event, BreakOut) and event.announced_at is not None:
        return max(0.0, (event.out_at - event.announced_at).total_seconds())
    return float(_LONGEST_PRE_ROLL_S)


def _login(origin: str, url: str, credentials: Credentials | None) -> Credentials | None:
    """What the origin's own host is told; a host that it redirects to gets nothing."""
    own = urlsplit(url).hostname
    if credentials is None:
        return None
    return lambda host: credentials(origin) if host == own else None
