"""Out/in pairing over a stream of sections: what is announced, what is open, how each event ends. Pure; no clock.

All times are ticks of one line that never wraps: the caller's. A section's own 33 bits are read as the time nearest to
its arrival, unless the caller has placed them already. SCTE 35 §9.4, §9.7.3, §9.8.2.1, §9.9.1, §10.3.3.7.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace

from app.model.cue import Section
from app.model.timebase import TICKS_PER_SECOND, decimal_text, unwrapped
from app.scte35.due import Events
from app.scte35.spoken import AD_LEVEL, BREAK_LEVEL, EventKey, Says, Word, spoken
from app.scte35.tracked import Change, ChangeKind, Limits, Plain, Tracked, from_plain, shifted, to_plain

_OVER_KEPT = 256  # events whose late repeats are still known as such


class Tracker:
    """Of one stream of sections. ``now`` never runs back; ``shift`` moves the whole line."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._pending = Events(lambda event: event.out_ticks)
        self._open = Events(self._end)
        self._over: OrderedDict[EventKey, Tracked] = OrderedDict()
        self._now: int | None = None

    # ---- what is asked

    def pending(self) -> list[Tracked]:
        """Announced, in the order of their OUT."""
        return sorted(self._pending.values(), key=lambda event: event.out_ticks)

    def open(self) -> list[Tracked]:
        """Begun and not over, in the order of their OUT."""
        return sorted(self._open.values(), key=lambda event: event.out_ticks)

    def event(self, key: EventKey) -> Tracked | None:
        """The event of that id: the open one, else the one announced."""
        return self._open.get(key) or self._pending.get(key)

    # ---- what happens

    def feed(
        self, section: Section, arrival_ticks: int, now_ticks: int | None = None, splice_ticks: int | None = None
    ) -> list[Change]:
        """What a section changes, after what the time up to ``now_ticks`` (else its arrival) has changed.

        ``splice_ticks``: its splice time, where the caller has it on its line.
        """
        changes = self.advance(arrival_ticks if now_ticks is None else now_ticks)
        words, why = spoken(section)
        if not words:
            return [*changes, Change(ChangeKind.IGNORED, at_ticks=splice_ticks, reason=why)]
        at = splice_ticks
        if at is None and section.effective_pts is not None:
            at = unwrapped(section.effective_pts, arrival_ticks)
        now = self._now if self._now is not None else arrival_ticks
        for word in words:
            heard = self._hear(word, at, max(arrival_ticks, now), now)
            changes += [replace(change, says=word.says) for change in heard]
        return changes + self.advance(now)

    def advance(self, now_ticks: int) -> list[Change]:
        """What begins and ends up to this moment, in its order; ends before starts."""
        self._now = now = now_ticks if self._now is None else max(self._now, now_ticks)
        changes: list[Change] = []
        if not (self._pending.may_be_due(now) or self._open.may_be_due(now)):
            return changes
        while due := self._due(now):
            for starts, event in due:
                standing = (self._pending if starts else self._open).get(event.key)
                if standing is not event:
                    continue  # what came before has ended it
                changes += self._begin(event.key) if starts else self._expire(event.key)
                end = self._end(event)
                if starts and end is not None and end <= now:
                    break  # over already: perhaps before the next one begins
        self._pending.look()
        self._open.look()
        return changes

    def shift(self, ticks: int) -> None:
        """The caller's line has moved by so much: every event with it."""
        for events in (self._pending, self._open, self._over):
            for key, event in events.items():
                events[key] = shifted(event, ticks)
        self._now = None if self._now is None else self._now + ticks

    def adopt(self, event: Tracked, *, begun: bool) -> None:
        """An event that others know of, as from before a restart."""
        (self._open if begun else self._pending)[event.key] = event

    def put_back(self, event: Tracked) -> None:
        """What was heard of it last could not be done: it stands as it did, unless it is over."""
        if event.key not in self._over:
            (self._open if event.key in self._open else self._pending)[event.key] = event

    def forget(self, key: EventKey) -> None:
        """Somebody else has ended it: what still comes of it is about an event that is over."""
        event = self._pending.pop(key, None) or self._open.pop(key, None)
        if event is not None:
            self._remember(event)

    # ---- a restart

    def snapshot(self) -> dict[str, list[Plain]]:
        """Everything as plain values."""
        kept = {"pending": self._pending, "open": self._open, "over": self._over}
        return {name: [to_plain(event) for event in events.values()] for name, events in kept.items()}

    @classmethod
    def restored(cls, snapshot: Mapping[str, list[Plain]], limits: Limits | None = None) -> Tracker:
        """As it was; ValueError for what is no snapshot. Its time begins anew with the next call."""
        tracker = cls(limits)
        for name, events in (("pending", tracker._pending), ("open", tracker._open), ("over", tracker._over)):
            for plain in snapshot.get(name, ()):
                event = from_plain(plain)
                events[event.key] = event
        return tracker

    # ---- inside: words

    def _hear(self, word: Word, at: int | None, arrival: int, now: int) -> list[Change]:
        match word.says:
            case Says.OUT:
                return [self._out(word, at, arrival, now)]
            case Says.IN:
                return [self._in(word, at, arrival, now)]
            case Says.CANCEL:
                return self._cancel(word)

    def _out(self, word: Word, at: int | None, arrival: int, now: int) -> Change:
        key, immediate = word.key, at is None
        pending, running, over = self._pending.get(key), self._open.get(key), self._over.get(key)
        if at is None:
            known = pending if pending is not None and pending.immediate else running
            at = arrival if known is None else known.out_ticks
        wanted = Tracked(key, at, word.duration_ticks, word.auto_return, immediate)
        if pending is not None:
            return self._corrected(pending, wanted, now)
        if running is not None:
            if abs(at - running.out_ticks) <= self.limits.near_ticks:
                return self._changed(running, wanted, now)
            end = running.planned_end_ticks if running.in_ticks is None else running.in_ticks
            if key.ends_with is not None or at <= running.out_ticks or (end is not None and at < end):
                return Change(ChangeKind.CONTRADICTING, key, running, at, f"event {key} is open already")
        elif over is not None and abs(at - over.out_ticks) <= self.limits.near_ticks:
            return Change(ChangeKind.REPEATED, key, None, at, f"event {key} is over")
        return self._announced(wanted, now)

    def _announced(self, wanted: Tracked, now: int) -> Change:
        key, at = wanted.key, wanted.out_ticks
        if at < now:
            return Change(ChangeKind.LATE, key, None, at, f"its time passed {decimal_text(now - at)} s ago")
        if at - now > self.limits.far_ticks:
            ahead_s, most_s = (at - now) // TICKS_PER_SECOND, self.limits.far_ticks // TICKS_PER_SECOND
            return Change(ChangeKind.IGNORED, key, None, at, f"{ahead_s} s ahead, {most_s} s at most")
        if len(self._pending) >= self.limits.most:
            return Change(ChangeKind.IGNORED, key, None, at, f"{len(self._pending)} events are announced already")
        self._pending[key] = wanted
        return Change(ChangeKind.ANNOUNCED, key, wanted, at)

    def _corrected(self, pending: Tracked, wanted: Tracked, now: int) -> Change:
        """An OUT again before its splice: the same, or other values for the same event (§9.4)."""
        if wanted.out_ticks < now:
            late = decimal_text(now - wanted.out_ticks)
            reason = f"it would be moved to {late} s ago: it stays where it was"
            return Change(ChangeKind.LATE, pending.key, pending, wanted.out_ticks, reason)
        back = pending.in_ticks
        corrected = replace(wanted, in_ticks=back if back is not None and back > wanted.out_ticks else None)
        self._pending[pending.key] = corrected
        same = replace(corrected, immediate=pending.immediate) == pending
        return Change(ChangeKind.REPEATED if same else ChangeKind.UPDATED, pending.key, corrected, corrected.out_ticks)

    def _changed(self, running: Tracked, wanted: Tracked, now: int) -> Change:
        """An OUT again after its splice: another length (an extension), or nothing new. An end that was said stays."""
        key, end = running.key, wanted.planned_end_ticks
        if (wanted.duration_ticks, wanted.auto_return) == (running.duration_ticks, running.auto_return):
            return Change(ChangeKind.REPEATED, key, running, running.out_ticks)
        if end is not None and end < now:
            late = decimal_text(now - end)
            return Change(ChangeKind.LATE, key, running, end, f"it would have ended {late} s ago: it goes on")
        updated = replace(running, duration_ticks=wanted.duration_ticks, auto_return=wanted.auto_return)
        self._open[key] = updated
        return Change(ChangeKind.UPDATED, key, updated, running.out_ticks)

    def _in(self, word: Word, at: int | None, arrival: int, now: int) -> Change:
        key, immediate = word.key, at is None
        at = arrival if at is None else at
        running, pending = self._open.get(key), self._pending.get(key)
        event = pending if running is None or (pending is not None and at > pending.out_ticks) else running
        if event is None:
            return self._in_of_none(key, at)
        if event.in_ticks is not None and (immediate or at == event.in_ticks) and event is running:
            return Change(ChangeKind.REPEATED, key, event, event.in_ticks)
        if at <= event.out_ticks:
            return Change(ChangeKind.CONTRADICTING, key, event, at, f"the IN of event {key} is not after its OUT")
        late_ticks = now - at
        returning = replace(event, in_ticks=max(at, now))
        (self._open if event is running else self._pending)[key] = returning
        if late_ticks > 0:
            reason = f"its time passed {decimal_text(late_ticks)} s ago: it returns now"
            return Change(ChangeKind.LATE, key, returning, returning.in_ticks, reason)
        if event.in_ticks == at:
            return Change(ChangeKind.REPEATED, key, event, at)
        return Change(self._how_it_returns(event, at), key, returning, at)

    def _how_it_returns(self, event: Tracked, at: int) -> ChangeKind:
        planned, near = event.planned_end_ticks, self.limits.near_ticks
        if planned is None or abs(at - planned) <= near:
            return ChangeKind.RETURNING
        return ChangeKind.EARLY_RETURN if at < planned else ChangeKind.UPDATED

    def _in_of_none(self, key: EventKey, at: int) -> Change:
        if key in self._over:
            return Change(ChangeKind.REPEATED, key, None, at, f"event {key} is over")
        return Change(ChangeKind.IGNORED, key, None, at, f"no OUT of event {key} is known")

    def _cancel(self, word: Word) -> list[Change]:
        """What is announced will not be; what is open goes on: only a return ends it (§9.7.3)."""

        def meant(key: EventKey) -> bool:
            return key == word.key or (None not in {key.ends_with, word.key.ends_with} and key[0] == word.key[0])

        changes = [Change(ChangeKind.CANCELLED, key, self._pending[key]) for key in self._pending if meant(key)]
        for change in changes:
            if change.key is not None:
                del self._pending[change.key]  # its id is free again, even for the same time
        if changes:
            return changes
        reason = f"event {word.key} has begun: a return ends it, no cancel"
        begun = [event for key, event in self._open.items() if meant(key)]
        if begun:
            return [Change(ChangeKind.CONTRADICTING, event.key, event, reason=reason) for event in begun]
        if any(meant(key) for key in self._over):
            return [Change(ChangeKind.REPEATED, word.key, reason=f"event {word.key} is over")]
        return [Change(ChangeKind.IGNORED, word.key, reason=f"no event {word.key} is known")]

    # ---- inside: time

    def _due(self, now: int) -> list[tuple[bool, Tracked]]:
        """The starts and ends up to now in their order: whether it is a start, whose."""
        ends = ((self._end(event), False, event) for event in self._open.values())
        starts = ((event.out_ticks, True, event) for event in self._pending.values())
        due = [(at, begins, event) for at, begins, event in (*ends, *starts) if at is not None and at <= now]
        due.sort(key=lambda one: (one[0], one[1], one[2].key.level * (1 if one[1] else -1)))
        return [(begins, event) for _, begins, event in due]

    def _end(self, event: Tracked) -> int | None:
        """When it is over at the latest."""
        if event.in_ticks is not None:
            return event.in_ticks
        planned = event.planned_end_ticks
        if planned is not None:
            return planned if event.auto_return else planned + self.limits.return_wait_ticks
        return event.out_ticks + self.limits.unknown_ticks if event.key.is_splice else None

    def _begin(self, key: EventKey) -> list[Change]:
        event = self._pending.pop(key)
        before = [other.key for other in self._open.values() if other.key == key or _gives_way(other.key, key)]
        changes = [change for other in before for change in self._close(other, event.out_ticks, "another begins")]
        if len(self._open) >= self.limits.most:
            reason = f"{len(self._open)} events are open already"
            return [*changes, Change(ChangeKind.IGNORED, key, event, event.out_ticks, reason)]
        self._open[key] = event
        return [*changes, Change(ChangeKind.OPENED, key, event, event.out_ticks)]

    def _expire(self, key: EventKey) -> list[Change]:
        event = self._open[key]
        at = self._end(event)
        if event.in_ticks is not None:
            return self._close(key, event.in_ticks, "")
        kind = ChangeKind.AUTO_RETURNED if event.auto_return else ChangeKind.MISSING_RETURN
        reason = "" if event.auto_return else f"no IN of event {key} came"
        return self._close(key, at or 0, reason, kind)

    def _close(self, key: EventKey, at: int, reason: str, kind: ChangeKind = ChangeKind.CLOSED) -> list[Change]:
        """It is over; so is what lies inside of it, unless another container of its level is open."""
        event = self._open.pop(key)
        self._remember(event)
        changes = [Change(kind, key, event, at, reason)]
        inside: list[EventKey] = []
        if key.ends_with is not None and BREAK_LEVEL <= key.level < AD_LEVEL:
            beside = any(other.ends_with is not None and other.level == key.level for other in self._open)
            inside = [] if beside else [other for other in self._open if other.level > key.level]
        for other in inside:
            if other in self._open:  # not gone with the one before
                changes += self._close(other, at, f"event {key} around it is over")
        return changes

    def _remember(self, event: Tracked) -> None:
        self._over.pop(event.key, None)
        self._over[event.key] = event
        while len(self._over) > _OVER_KEPT:
            self._over.popitem(last=False)


def _gives_way(open_key: EventKey, key: EventKey) -> bool:
    """Ads and promos share the lowest level and never overlap: the next one ends the one before, §10.3.3.7."""
    return open_key.level == key.level == AD_LEVEL
