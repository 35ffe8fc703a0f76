"""What a trigger asks for, as commands to the engine; and what became of each. One bus for every kind of surface.

A trigger is a verb on a channel or on several at once, which are then one gang. It goes the way of every command, so
that the same guard stands before it, and it is answered once by channel: accepted, refused with the reason, or silent.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction

from app.model import commands, events
from app.model.show import Channel
from app.model.signalling import template_named
from app.model.when import parse_duration

SILENT_AFTER_S = 2.0
MOST_WAITING = 256
MOST_WORDS = 64
MOST_DIGITS = 6  # of a channel's number
SILENT = "the engine has not answered: look at the channel"
_KINDS: dict[str, type[commands.Command]] = {
    kind.name: kind
    for kind in (
        *(commands.CueNext, commands.Take, commands.Hold, commands.Skip),
        *(commands.Withdraw, commands.Return, commands.Extend, commands.Slate),
    )
}
VERBS = tuple(_KINDS)
_FIELDS = {"cue_next": {"duration", "template"}, "extend": {"duration"}, "hold": {"on"}, "slate": {"on"}}
_TOGGLES = ("hold", "slate")
_ALWAYS = {"channel", "by", "test"}

type Submit = Callable[[commands.Command], None]
type Follow = Callable[[Callable[[events.Event], None]], Callable[[], None]]
type Publish = Callable[[events.Event], None]


class TriggerError(ValueError):
    """No trigger that could be carried out: what is wrong, and what is right."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """``reason`` empty: accepted, or, of a trial, it could be told which channel was meant."""

    channel: str
    reason: str = ""


type Answered = Callable[[Sequence[Outcome]], None]


@dataclass(slots=True)
class _Waiting:
    """``left``: channels by the ids of their commands."""

    answered: Answered
    left: dict[str, str]
    until_s: float
    outcomes: list[Outcome] = field(default_factory=list)


class TriggerBus:
    """Any thread. ``answered`` is called once, on the engine's telling thread or in ``sweep``: it must not block."""

    def __init__(
        self,
        channels: Sequence[Channel],
        submit: Submit,
        publish: Publish,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._channels = {channel.name: channel for channel in channels}
        self._submit, self._publish, self._clock_s = submit, publish, clock_s
        self._waiting: list[_Waiting] = []
        self._lock = threading.Lock()

    def take_on(self, channels: Sequence[Channel]) -> None:
        """The same channels with settings that have changed."""
        self._channels = {channel.name: channel for channel in channels}

    def fire(self, via: str, verb: str, asked: Mapping[str, object], answered: Answered) -> None:
        """Hand a trigger in; TriggerError. ``via``: http or osc; ``asked``: channel, by, test and the verb's own."""
        orders, trial = self._orders(via, verb, asked)
        told = events.TriggerReceived(
            at=datetime.now(UTC),
            channel=orders[0].channel,
            via=via,
            verb=verb,
            channels=tuple(order.channel for order in orders),
            by=orders[0].by,
            test=trial,
        )
        if trial:
            self._publish(told)
            answered([Outcome(order.channel) for order in orders])
            return
        waiting = _Waiting(answered, {order.id: order.channel for order in orders}, self._clock_s() + SILENT_AFTER_S)
        with self._lock:
            if len(self._waiting) >= MOST_WAITING:
                raise TriggerError(f"{MOST_WAITING} triggers wait for the engine: fire again when they are answered")
            self._waiting.append(waiting)
        self._publish(told)
        for order in orders:
            self._submit(order)

    def note(self, event: events.Event) -> None:
        """Each event of the engine."""
        if not isinstance(event, events.CommandAccepted | events.CommandRefused):
            return
        reason = event.reason if isinstance(event, events.CommandRefused) else ""
        with self._lock:
            waiting = next((one for one in self._waiting if event.id in one.left), None)
            if waiting is None:
                return
            waiting.outcomes.append(Outcome(waiting.left.pop(event.id), reason))
            if waiting.left:
                return
            self._waiting.remove(waiting)
        waiting.answered(waiting.outcomes)

    def sweep(self) -> None:
        """Answer those that the engine has not: a few times a second."""
        now_s = self._clock_s()
        with self._lock:
            late = [one for one in self._waiting if one.until_s <= now_s]
            self._waiting = [one for one in self._waiting if one.until_s > now_s]
        for one in late:
            one.answered([*one.outcomes, *(Outcome(channel, SILENT) for channel in one.left.values())])

    # ---- what is asked for

    def _orders(self, via: str, verb: str, asked: Mapping[str, object]) -> tuple[list[commands.Command], bool]:
        kind = _KINDS.get(verb)
        if kind is None:
            raise TriggerError(f"unknown verb {verb[:MOST_WORDS]!r}: known are {', '.join(VERBS)}")
        unknown = sorted(asked.keys() - _ALWAYS - _FIELDS.get(verb, set()))
        if unknown:
            raise TriggerError(f"{verb} takes no {unknown[0][:MOST_WORDS]!r}")
        names = self._named(asked.get("channel"))
        if verb in _TOGGLES and len(names) > 1 and "on" not in asked:
            raise TriggerError(f"{verb} on several channels needs on: they may differ")
        shared: dict[str, object] = {"by": _by(via, asked.get("by"))}
        if kind is commands.Take and len(names) > 1:
            shared |= {"gang": commands.new_id(), "members": names}
        orders = [
            kind(channel=name, **shared, **self._own(name, asked))  # type: ignore[arg-type]  # checked one by one
            for name in names
        ]
        return orders, _flag("test", asked.get("test", False))

    def _named(self, wanted: object) -> tuple[str, ...]:
        """By number or name: 1, "news-1", "1+3", ["news-1", 2] or "all"; none named where there is but one."""
        known = tuple(self._channels)
        if wanted is None and len(known) == 1:
            return known
        words = wanted if isinstance(wanted, list | tuple) else str("" if wanted is None else wanted).split("+")
        if list(words) == ["all"]:
            return known
        found = []
        if not words:
            raise TriggerError("no channel is named")
        for word in words:
            name = str(word).strip()
            number = int(name) if name.isascii() and name.isdigit() and len(name) <= MOST_DIGITS else 0
            if name not in self._channels and 1 <= number <= len(known):
                name = known[number - 1]
            if name not in self._channels or isinstance(word, bool):
                raise TriggerError(
                    f"no channel {name[:MOST_WORDS]!r}: there are {', '.join(known)}, or 1 to {len(known)}"
                )
            if name not in found:
                found.append(name)
        return tuple(found)

    def _own(self, name: str, asked: Mapping[str, object]) -> dict[str, object]:
        own: dict[str, object] = {}
        try:
            if "duration" in asked:
                own["duration_s"] = _duration_s(asked["duration"])
            if "template" in asked:
                template_named(self._channels[name].templates, str(asked["template"]))
                own["template"] = str(asked["template"])
        except ValueError as error:
            raise TriggerError(str(error)) from error
        if "on" in asked:
            own["on"] = _flag("on", asked["on"])
        return own


def _duration_s(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TriggerError(f"{value!r} is no duration")
    return parse_duration(f"{value:g}" if isinstance(value, float) else str(value))


def _by(via: str, value: object) -> str:
    """Who fires: as the trigger says, for the con is a person's."""
    name = f"{via} trigger" if value is None else value
    if not isinstance(name, str) or not name.strip() or not name.isprintable() or len(name) > MOST_WORDS:
        raise TriggerError(f"by is a name of up to {MOST_WORDS} characters")
    return name.strip()


def _flag(key: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    words = {"true": True, "1": True, "false": False, "0": False}
    found = words.get(str(value).lower())
    if found is None:
        raise TriggerError(f"{key} is true or false")
    return found
