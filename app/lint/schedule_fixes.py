"""What may mend a finding, by its rule: breaks moved, shortened, lengthened, renamed, unmarked or removed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from app.lint import schedule, schedule_house, schedule_times
from app.lint.placed import CLOCK, Told, since_epoch_s
from app.lint.schedule_board import Board, Proposal
from app.lint.schedule_moves import moved, shown
from app.model.schedule import Booking
from app.model.when import When

_LEAST_S = Fraction(1)
_MILLIS = 1000
_NOTICE = 5  # times the pre-roll: so much later than now, for the button is not pressed at once


def proposals(board: Board, told: Told) -> Iterator[Proposal]:
    """In the order of how little they change; none where only a person can tell what is right."""
    for propose in _BY_RULE.get(told.finding.rule, ()):
        yield from propose(board, told.about)


type About = tuple[int, ...]


def _move(board: Board, about: About) -> Iterator[Proposal]:
    """To the next free time."""
    placed = board.placed(about[0])
    if placed is None or placed.plan.at is None:
        return
    line, slots = board.line(about[0]), board.slots(placed)
    earliest = placed.start + 1
    if board.now is not None and placed.kind == CLOCK:
        earliest = max(earliest, int((since_epoch_s(board.now) + _NOTICE * line.pre_roll_s) * line.per_s) + 1)
    if placed.kind != CLOCK:
        earliest = max(earliest, -(-line.pre_roll_s * line.per_s // 1).__int__())
    start = slots.next_free(placed, earliest)
    if start is None:
        return
    at = moved(placed.plan.at, start / line.per_s, line)
    if at is not None:
        yield _changed(board, about[0], f"Move {{}} to {shown(at, placed.plan.at, line)}", at=at)


def _shorten_before(board: Board, about: About) -> Iterator[Proposal]:
    """The break before, so that it leaves what is to be between them; only where its ads still fit."""
    before, each = board.placed(about[1]), board.placed(about[0])
    if before is not None and each is not None:
        line = board.line(about[0])
        until_s = each.start / line.per_s - line.limits.spacing_s - before.starts_s
        yield from _shortened(board, about[1], until_s)


def _shorten_load(board: Board, about: About) -> Iterator[Proposal]:
    """To what the hour has left."""
    placed = board.placed(about[0])
    if placed is None:
        return
    slots = board.slots(placed)
    limit_s = slots.line.limits.ad_load_s
    if limit_s is not None:
        limit = slots.line.whole_units(limit_s)
        over = max(slots.loads[hour] - limit for hour, _ in slots.hours.shares(placed.kind, placed.start, placed.end))
        yield from _shortened(board, about[0], (placed.end - placed.start - over) / slots.line.per_s)


def _shortened(board: Board, number: int, to_s: Fraction) -> Iterator[Proposal]:
    plan = board.bookings[number].plan
    lasts_s = Fraction(to_s.numerator * _MILLIS // to_s.denominator, _MILLIS)
    if _LEAST_S <= lasts_s < plan.duration_s and _filled_s(board.bookings[number]) <= lasts_s:
        yield _changed(board, number, f"Shorten {{}} to {_told(lasts_s)}", duration_s=lasts_s)


def _to_its_ads(board: Board, about: About) -> Iterator[Proposal]:
    """As long as its ads."""
    booking = board.bookings[about[0]]
    filled_s = max(_filled_s(booking), _LEAST_S)
    verb = "Shorten" if filled_s < booking.plan.duration_s else "Lengthen"
    yield _changed(board, about[0], f"{verb} {{}} to {_told(filled_s)}", duration_s=filled_s)


def _without_last_ad(board: Board, about: About) -> Iterator[Proposal]:
    """Without the last of its ads, where the others fit."""
    booking = board.bookings[about[0]]
    *ads, last = booking.plan.ads
    if sum((ad.duration_s for ad in ads), Fraction(0)) <= booking.plan.duration_s:
        spots = booking.spots[:-1] if len(booking.spots) == len(booking.plan.ads) else booking.spots
        instead = replace(booking, plan=replace(booking.plan, ads=tuple(ads)), spots=spots)
        yield Proposal(f"Remove ad {last.id} from {booking.plan.id}", about[0], instead)


def _existing_time(board: Board, about: About) -> Iterator[Proposal]:
    """A label near the one that doesn't exist: behind the hour that is left out, or of a frame that there is."""
    plan, line = board.bookings[about[0]].plan, board.line(about[0])
    if plan.at is None:
        return
    match = re.fullmatch(r"(.*?)(\d\d)(:\d\d:\d\d)([:;])(\d\d)", plan.at.text)
    if match is None:
        return
    day, hour, rest, mark, frames = match.groups()
    last = f"{line.rate.nominal - 1:02}" if line.rate is not None else "00"
    later = f"{day}{int(hour) + 1:02}{rest}{mark}{frames}"
    for text in (f"{day}{hour}{rest};04", f"{day}{hour}{rest}:{min(last, frames)}", later):
        if text[-3] != ";" or mark == ";":
            try:
                at = When(text)
            except ValueError:
                continue
            yield _changed(board, about[0], f"Move {{}} to {shown(at, plan.at, line)}", at=at)


def _rename(board: Board, about: About) -> Iterator[Proposal]:
    plan = board.bookings[about[0]].plan
    for number in range(2, 100):
        if not board.has(plan.channel, f"{plan.id}-{number}"):
            yield _changed(board, about[0], f"Rename {{}} to {plan.id}-{number}", id=f"{plan.id}-{number}")
            return


def _rechannel(board: Board, about: About) -> Iterator[Proposal]:
    """Onto the channel whose name is nearest."""
    plan = board.bookings[about[0]].plan
    names = [channel.name for channel in board.show.channels] if board.show is not None else []
    for name in difflib.get_close_matches(plan.channel[:60], names, n=1, cutoff=0.5):
        yield _changed(board, about[0], f"Book {{}} on {name}", channel=name)


def _near_template(board: Board, about: About) -> Iterator[Proposal]:
    plan, channel = board.bookings[about[0]].plan, board.line(about[0]).channel
    names = [template.name for template in channel.templates] if channel is not None else []
    for name in difflib.get_close_matches(plan.template[:60], names, n=1, cutoff=0.5):
        yield _changed(board, about[0], f"Signal {{}} as {name}", template=name)
    yield _changed(board, about[0], "Signal {} as its channel does", template="")


def _unmarked(what: str, **fields: Any) -> Callable[[Board, About], Iterator[Proposal]]:
    def propose(board: Board, about: About) -> Iterator[Proposal]:
        yield _changed(board, about[0], f"Leave {what} of {{}} to its channel", **fields)

    return propose


def _remove(board: Board, about: About) -> Iterator[Proposal]:
    yield Proposal(f"Remove {board.bookings[about[0]].plan.id}", about[0], None)


def _changed(board: Board, number: int, label: str, **fields: Any) -> Proposal:
    booking = board.bookings[number]
    label = label.replace("{}", booking.plan.id, 1)
    return Proposal(label, number, replace(booking, plan=replace(booking.plan, **fields)))


def _filled_s(booking: Booking) -> Fraction:
    return sum((ad.duration_s for ad in booking.plan.ads), Fraction(0))


def _told(seconds: Fraction) -> str:
    return f"{float(seconds):g} s"


_UNTYPED = _unmarked("segmentation_type_id", segmentation_type_id=None)
_BY_RULE: dict[str, tuple[Callable[[Board, About], Iterator[Proposal]], ...]] = {
    schedule.DUPLICATE.name: (_rename, _remove),
    schedule.CHANNEL.name: (_rechannel, _remove),
    schedule.TEMPLATE.name: (_near_template,),
    schedule.TIME.name: (_existing_time, _remove),
    schedule.SHORT.name: (_to_its_ads, _remove),
    schedule.ADS_LONGER.name: (_to_its_ads, _without_last_ad),
    schedule.ADS_SHORTER.name: (_to_its_ads,),
    schedule.TYPE.name: (_UNTYPED,),
    schedule.TYPE_NO_BREAK.name: (_UNTYPED,),
    schedule.NO_BREAK.name: (_UNTYPED,),
    schedule.NO_UPID.name: (_UNTYPED,),
    schedule.UPID.name: (_unmarked("the UPID", upid=None),),
    schedule_times.PAST.name: (_move, _remove),
    schedule_times.SHORT_NOTICE.name: (_move, _remove),
    schedule_times.OVERLAP.name: (_move, _shorten_before, _remove),
    schedule_times.SPACING.name: (_move,),
    schedule_times.TOO_CLOSE.name: (_move, _shorten_before, _remove),
    schedule_times.LEAD.name: (_move, _remove),
    schedule_times.FIRST_LEAD.name: (_move, _remove),
    schedule_times.EVENT_IN_USE.name: (_unmarked("the splice_event_id", splice_event_id=None),),
    schedule_house.AD_LOAD.name: (_move, _shorten_load, _remove),
    schedule_house.BLACKOUT.name: (_move, _remove),
}
