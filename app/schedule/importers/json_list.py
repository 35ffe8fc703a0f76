"""A break list in JSON: ``{"breaks": [{"at": …, "duration": …}, …]}`` cut into rows."""

from __future__ import annotations

import difflib
import json
from typing import Any

from app.model.errors import BreakListError
from app.schedule.rows import NumberText, RawList, RefusedRow, Row, RowFaultError, brief

FIELDS = (
    "id",
    "channel",
    "at",
    "duration",
    "title",
    "splice_event_id",
    "segmentation_type_id",
    "upid",
    "auto_return",
    "ads",
    "template",
)
_FORM = 'right is {"breaks": [{"at": "+30", "duration": 30}]}'


class _Object(dict[str, Any]):
    """A JSON object that knows which of its keys was given twice."""

    doubled: str | None = None


def rows_of_json(text: str, file: str) -> RawList:
    """The list's rows; BreakListError: it can't be read as a whole."""
    listed = parsed_json(text, file)
    if not isinstance(listed, _Object) or not isinstance(listed.get("breaks"), list):
        raise BreakListError(file, 'has no list "breaks"', _FORM)
    rows: list[Row] = []
    refused: list[RefusedRow] = []
    warnings = [f"{file}: {brief(key)}: unknown, not read" for key in listed if key != "breaks"]
    for n, item in enumerate(listed["breaks"]):
        where = f"breaks[{n}]"
        if not isinstance(item, _Object):
            refused.append(RefusedRow(file, where, brief(item), 'a break is an object with "at" and "duration"'))
        elif item.doubled is not None:
            refused.append(RefusedRow(file, f"{where}.{brief(item.doubled)}", "", "given twice"))
        else:
            warnings += [f"{file}: {where}.{unknown_field(key)}" for key in item if key not in FIELDS]
            rows.append(Row(where, item))
    return RawList(tuple(rows), tuple(refused), tuple(warnings))


def parsed_json(text: str, file: str) -> Any:
    """JSON with numbers as NumberText; BreakListError with line and column."""
    try:
        return json.loads(
            text,
            parse_int=NumberText,
            parse_float=NumberText,
            parse_constant=NumberText,
            object_pairs_hook=_object,
        )
    except RecursionError as error:
        raise BreakListError(file, "nested too deeply", _FORM) from error
    except json.JSONDecodeError as error:
        raise BreakListError(f"{file}: line {error.lineno}, column {error.colno}", f"not JSON: {error.msg}") from error


def parsed_cell(text: str) -> Any:
    """JSON in a cell of a CSV list; RowFaultError."""
    try:
        return parsed_json(text, "")
    except BreakListError as error:
        raise RowFaultError("ads", text, f"no JSON list of ads: {error.what}") from error


def unknown_field(name: str) -> str:
    """The warning for a field that is not read."""
    close = difflib.get_close_matches(name[:40].lower(), FIELDS, n=1)
    return f"{brief(name)}: unknown, not read" + (f"; did you mean {close[0]}?" if close else "")


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    made = _Object()
    for key, value in pairs:
        if key in made and made.doubled is None:
            made.doubled = key
        made[key] = value
    return made
