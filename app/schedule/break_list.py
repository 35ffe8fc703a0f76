"""A break list from a file: the good rows as plans, the bad ones refused by line and reason."""

from __future__ import annotations

import re
from pathlib import Path

from app.model.errors import BreakListError, UnsupportedError
from app.model.rundown import BreakPlan
from app.schedule.importers.csv_list import rows_of_csv
from app.schedule.importers.json_list import rows_of_json
from app.schedule.plan_row import Channels, plan_from
from app.schedule.rows import BreakList, RefusedRow, Row, RowFaultError, brief

_LARGEST_BYTES = 32_000_000


def read_break_list(path: Path, *, channels: Channels, default_channel: str | None = None) -> BreakList:
    """The breaks of a JSON or CSV file. BreakListError: it can't be read as a whole.

    ``channels``: those of the show and their templates; a break for another is imported with a warning, to air nowhere.
    ``default_channel``: for rows that name none.
    """
    file = str(path)
    return breaks_from_text(_text_of(path), file, channels=channels, default_channel=default_channel)


def breaks_from_text(text: str, file: str, *, channels: Channels, default_channel: str | None = None) -> BreakList:
    """As ``read_break_list``, from the file's text; ``file`` is its name in messages."""
    if text.lstrip()[:1] == "<":
        raise UnsupportedError(file, "a break list in XML is not in this version", "right are JSON and CSV")
    is_json = text.lstrip()[:1] in {"{", "["} or file.lower().endswith(".json")
    raw = rows_of_json(text, file) if is_json else rows_of_csv(text, file)
    plans: dict[tuple[str, str], BreakPlan] = {}  # the same id on another channel is another break
    places: dict[tuple[str, str], str] = {}
    refused, warnings = list(raw.refused), list(raw.warnings)
    for row in raw.rows:
        try:
            plan = plan_from(row, default_channel, channels)
            key = (plan.channel, plan.id)
            if key in plans:
                raise RowFaultError("id", plan.id, f"that of {places[key]} too")
        except RowFaultError as fault:
            place = f"{row.where}{row.joint}{fault.field_name}"
            refused.append(RefusedRow(file, place, brief(fault.value), fault.reason))
            continue
        plans[key], places[key] = plan, row.where
        warnings += _warnings(plan, row, file, channels)
    refused.sort(key=lambda row: int("".join(re.findall(r"\d+", row.where)[:1])))
    return BreakList(tuple(plans.values()), tuple(refused), tuple(warnings), tuple(places.values()), raw.warnings)


def _warnings(plan: BreakPlan, row: Row, file: str, channels: Channels) -> list[str]:
    warnings = []
    if plan.channel not in channels:
        warnings.append(f"{file}: {row.where}: channel {plan.channel!r} is in no show: the break won't air")
    if (filled := sum(ad.duration_s for ad in plan.ads)) > plan.duration_s:
        warnings.append(
            f"{file}: {row.where}: its ads last {float(filled):g} s, the break {float(plan.duration_s):g} s"
        )
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
