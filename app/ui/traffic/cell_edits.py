"""What was typed into a cell as the booking it makes, or why it can't be one. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

from app.model.rundown import BreakPlan
from app.model.schedule import Booking
from app.model.timebase import FrameRate
from app.scte35.segmentation import END_OF
from app.ui.traffic import house_time
from app.ui.traffic.columns import EDITABLE, TYPE_WORDS, Column, type_words
from app.ui.words import _

_LONGEST = {Column.TITLE: 500, Column.ID: 128}
_EVENT_IDS = 0xFFFF_FFFF  # SCTE 35 §9.7.3: 32 bits
_LEAST_S = Fraction(1)
_WHOLE = re.compile(r"\d{1,10}|0[xX][0-9a-fA-F]{1,8}", re.ASCII)

type Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What an edit stands on. ``rates``: of each channel, in the show's order; ``taken``: the keys there are.

    ``names``: what a channel may be called, in small letters, beside its name. ``today``: the house's day.
    """

    zone: ZoneInfo
    rates: Mapping[str, FrameRate]
    taken: Container[Key]
    today: date
    names: Mapping[str, str]

    def rate(self, channel: str) -> FrameRate:
        """Frames a second; 25 for a channel that the show has not."""
        return self.rates.get(channel, FrameRate(25))


def editing_text(booking: Booking, column: Column, ground: Ground) -> str:
    """What stands in a cell's field when it is opened."""
    return _TEXTS[column](booking.plan, ground) if column in _TEXTS else ""


def edited(booking: Booking, column: Column, text: str, ground: Ground) -> Booking:
    """The booking with that cell as it was typed. ValueError: the reason, in one line."""
    if column not in EDITABLE:
        raise ValueError(_("this is not typed: it follows from the rest"))
    if text.strip() == editing_text(booking, column, ground):
        return booking
    plan = _EDITS[column](booking.plan, text.strip(), ground)
    key = plan.channel, plan.id
    if key != (booking.plan.channel, booking.plan.id) and key in ground.taken:
        raise ValueError(
            _("{channel} has a break {id} already: an id is there once").format(channel=plan.channel, id=plan.id)
        )
    return replace(booking, plan=plan)


def _out(plan: BreakPlan, text: str, ground: Ground) -> BreakPlan:
    rate = ground.rate(plan.channel)
    day = house_time.day_of(plan.at, ground.zone, rate) or ground.today
    return replace(plan, at=house_time.typed(text, day, ground.zone, rate))


def _length(plan: BreakPlan, text: str, _ground: Ground) -> BreakPlan:
    seconds = house_time.length_typed(text)
    if seconds < _LEAST_S:
        raise ValueError(_("{text}: a break lasts 1 s at least").format(text=text))
    return replace(plan, duration_s=seconds)


def _channel(plan: BreakPlan, text: str, ground: Ground) -> BreakPlan:
    name = text if text in ground.rates else ground.names.get(text.lower(), "")
    if not name:
        raise ValueError(
            _("no channel {text!r} in this show: there are {names}").format(text=text, names=", ".join(ground.rates))
        )
    return replace(plan, channel=name)


def _title(plan: BreakPlan, text: str, _ground: Ground) -> BreakPlan:
    return replace(plan, title=_words(text, Column.TITLE))


def _id(plan: BreakPlan, text: str, _ground: Ground) -> BreakPlan:
    if not text:
        raise ValueError(_("a break has an id: it is known by it when its list is read again"))
    return replace(plan, id=_words(text, Column.ID))


def _words(text: str, column: Column) -> str:
    if not text.isprintable():
        raise ValueError(_("there are control characters in it"))
    if len(text) > _LONGEST[column]:
        raise ValueError(_("longer than {LONGEST} characters").format(LONGEST=_LONGEST[column]))
    return text


def _event(plan: BreakPlan, text: str, _ground: Ground) -> BreakPlan:
    return replace(plan, splice_event_id=_whole(text, _EVENT_IDS))


def _type(plan: BreakPlan, text: str, _ground: Ground) -> BreakPlan:
    words = text.partition(" ")[0]
    named = next((number for number, word in TYPE_WORDS.items() if word == words.upper()), None)
    number = _whole(words, 0xFF) if named is None else named
    if number is not None and number not in END_OF:
        raise ValueError(
            _("0x{number:02X} starts nothing (SCTE 35 table 23): 0x34 is a placement opportunity").format(number=number)
        )
    return replace(plan, segmentation_type_id=number)


def _whole(text: str, highest: int) -> int | None:
    if not text:
        return None
    if not _WHOLE.fullmatch(text) or (number := int(text, 16 if text[:2].lower() == "0x" else 10)) > highest:
        raise ValueError(_("{text} is no whole number from 0 to {highest}").format(text=text, highest=highest))
    return number


_TEXTS: dict[Column, Callable[[BreakPlan, Ground], str]] = {
    Column.OUT: lambda plan, ground: (
        "" if plan.at is None else house_time.shown(plan.at, ground.zone, ground.rate(plan.channel))
    ),
    Column.LENGTH: lambda plan, _ground: house_time.length_shown(plan.duration_s),
    Column.CHANNEL: lambda plan, _ground: plan.channel,
    Column.TITLE: lambda plan, _ground: plan.title,
    Column.ID: lambda plan, _ground: plan.id,
    Column.EVENT: lambda plan, _ground: "" if plan.splice_event_id is None else str(plan.splice_event_id),
    Column.TYPE: lambda plan, _ground: type_words(plan.segmentation_type_id),
}
_EDITS: dict[Column, Callable[[BreakPlan, str, Ground], BreakPlan]] = {
    Column.OUT: _out,
    Column.LENGTH: _length,
    Column.CHANNEL: _channel,
    Column.TITLE: _title,
    Column.ID: _id,
    Column.EVENT: _event,
    Column.TYPE: _type,
}
