"""A break list from a file: the good rows as plans, the bad ones refused by line and reason."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from app.model.errors import BreakListError, UnsupportedError
from app.model.progress import Progress, counted
from app.model.rundown import BreakPlan
from app.model.schedule import AS_TIMED, Airing, Booking, RefusedRow, Spot
from app.schedule.importers.csv_list import rows_of_csv
from app.schedule.importers.json_list import rows_of_json
from app.schedule.plan_row import Channels, booking_from
from app.schedule.rows import BreakList, RawList, RowFaultError, brief

_LARGEST_BYTES = 32_000_000
_PLANNED = "its mode, follow or missed rule needs the schedule: import the list, and run the show on that database"


def read_break_list(path: Path, *, channels: Channels, default_channel: str | None = None) -> BreakList:
    """The breaks of a JSON or CSV file, which air by their times. BreakListError: it can't be read as a whole.

    ``channels``: those of the show and their templates; a break for another is imported with a warning, to air nowhere.
    ``default_channel``: for rows that name none.
    """
    file = str(path)
    return _timed(breaks_from_text(_text_of(path), file, channels=channels, default_channel=default_channel), file)


def _timed(listed: BreakList, file: str) -> BreakList:
    """Without what only the planner over a store airs."""
    refused = list(listed.refused)
    kept: list[tuple[BreakPlan, str, tuple[Spot, ...], Airing]] = []
    for row in zip(listed.plans, listed.places, listed.spots, listed.airs, strict=True):
        if row[3] == AS_TIMED:
            kept.append(row)
        else:
            refused.append(RefusedRow(file, row[1], row[0].id, _PLANNED))
    if len(kept) == len(listed.plans):
        return listed
    plans, places, spots, airs = (tuple(column) for column in zip(*kept, strict=True)) if kept else ((), (), (), ())
    return replace(listed, plans=plans, places=places, spots=spots, airs=airs, refused=tuple(refused))


def breaks_from_text(text: str, file: str, *, channels: Channels, default_channel: str | None = None) -> BreakList:
    """As ``read_break_list``, from the file's text; ``file`` is its name in messages."""
    if text.lstrip()[:1] == "<":
        raise UnsupportedError(file, "a break list in XML is not in this version", "right are JSON and CSV")
    is_json = text.lstrip()[:1] in {"{", "["} or file.lower().endswith(".json")
    raw = rows_of_json(text, file) if is_json else rows_of_csv(text, file)
    return break_list(raw, file, channels=channels, default_channel=default_channel)


def break_list(
    raw: RawList,
    file: str,
    *,
    channels: Channels | None,
    default_channel: str | None = None,
    progress: Progress | None = None,
) -> BreakList:
    """The breaks of a file that is cut into rows. ``channels`` None: no show is known, so none is missed.

    CancelledError: ``progress`` had enough.
    """
    bookings: dict[tuple[str, str], Booking] = {}  # the same id on another channel is another break
    places: dict[tuple[str, str], str] = {}
    refused, warnings = list(raw.refused), list(raw.warnings)
    for row in counted(raw.rows, progress, 0, len(raw.rows)):
        try:
            booking = booking_from(row, default_channel, channels or {})
            plan = booking.plan
            key = (plan.channel, plan.id)
            if key in bookings:
                raise RowFaultError("id", plan.id, f"that of {places[key]} too")
        except RowFaultError as fault:
            place = f"{row.where}{row.joint}{fault.field_name}"
            refused.append(RefusedRow(file, place, brief(fault.value), fault.reason))
            continue
        bookings[key], places[key] = booking, row.where
        if plan.ads or (channels is not None and plan.channel not in channels):
            warnings += _warnings(plan, f"{file}: {row.where}", channels)
    refused.sort(key=place_number)
    return BreakList(
        tuple(booking.plan for booking in bookings.values()),
        tuple(refused),
        tuple(warnings),
        tuple(places.values()),
        raw.warnings,
        tuple(booking.spots for booking in bookings.values()),
        tuple(booking.air for booking in bookings.values()),
    )


def place_number(row: RefusedRow) -> int:
    """Of the line, row or object it stands in."""
    return int("0" + "".join(re.findall(r"\d+", row.where)[:1]))


def _warnings(plan: BreakPlan, where: str, channels: Channels | None) -> list[str]:
    warnings = []
    if channels is not None and plan.channel not in channels:
        warnings.append(f"{where}: channel {plan.channel!r} is in no show: the break won't air")
    if plan.ads and (filled := sum(ad.duration_s for ad in plan.ads)) > plan.duration_s:
        warnings.append(f"{where}: its ads last {float(filled):g} s, the break {float(plan.duration_s):g} s")
    return warnings


def _text_of(path: Path) -> str:
    file = str(path)
    try:
        with path.open("rb") as opened:
            content = opened.read(_LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BreakListError(file, f"the break list can't be read: {reason}", "name a JSON or CSV file") from error
    if len(content) > _LARGEST_BYTES:
        raise BreakListError(file, f"larger than {_LARGEST_BYTES} bytes: no break list", "name a JSON or CSV file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BreakListError(file, f"line {line} is not UTF-8", "save the list as UTF-8") from error
