"""A break list in CSV cut into rows: RFC 4180 quoting; comma, semicolon, tab or bar, as its header has it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from app.model.errors import BreakListError
from app.model.schedule import RefusedRow
from app.schedule.importers.columns import AS_THEY_ARE, Columns, Names, known_columns
from app.schedule.rows import RawList, Row, RowFaultError, brief

_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_DELIMITERS = "".join(_NAMES)
_LONGEST_RECORD = 50  # lines of one quoted value; more is a quote that nobody closed
_SEPARATOR = re.compile(r"sep=([,;\t|])", re.IGNORECASE)  # a first line that spreadsheets write and read


def rows_of_csv(text: str, file: str, names: Names = AS_THEY_ARE) -> RawList:
    """The list's rows; BreakListError: it can't be read as a whole. ``names``: see ``Columns``."""
    lines = re.split(r"\r\n|\n|\r", text)
    first = next((n for n, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise BreakListError(file, "is empty", "its first line names the columns, at least: at,duration")
    delimiter = ""
    if (told := _SEPARATOR.fullmatch(lines[first].strip(" "))) and first + 1 < len(lines):
        delimiter, first = told[1], first + 1
    if not delimiter:
        delimiter = max(_DELIMITERS, key=lambda each: known_columns(_header(lines[first], each), names))
    header = _header(lines[first], delimiter)
    columns = Columns(header, f"{file}: line {first + 1}", names)
    rows: list[Row] = []
    refused: list[RefusedRow] = []
    for number, record in _records(lines, first + 1, delimiter, len(header)):
        where = f"line {number}"
        try:
            if isinstance(record, RowFaultError):
                raise record
            fields = columns.fields(record)
            if fields or any(cell.strip() for cell in record):
                rows.append(Row(where, fields, joint=", "))
        except RowFaultError as fault:
            place = f"{where}, {fault.field_name}" if fault.field_name else where
            refused.append(RefusedRow(file, place, brief(fault.value), fault.reason))
    return RawList(tuple(rows), tuple(refused), tuple(f"{file}: {said}" for said in columns.notes))


def _header(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return []


def _records(
    lines: list[str], start: int, delimiter: str, width: int
) -> Iterator[tuple[int, list[str] | RowFaultError]]:
    """Each record with the line it begins on. A record that can't be cut costs its first line, not the rest."""
    at = start
    while at < len(lines):
        if '"' not in lines[at]:
            yield at + 1, _fitting(lines[at], lines[at].split(delimiter), width, delimiter)
            at += 1
            continue
        end = _record_end(lines, at)
        record = _cut("\n".join(lines[at:end]), delimiter, width) if end else _unclosed(lines[at])
        yield at + 1, record
        at = at + 1 if isinstance(record, RowFaultError) else end


def _record_end(lines: list[str], at: int) -> int:
    """The line after a record; 0 where its quote is never closed. Well-formed records have an even number of quotes."""
    quotes = lines[at].count('"')
    if quotes % 2 == 0:
        return at + 1
    quotes = 0
    for end in range(at, min(at + _LONGEST_RECORD, len(lines))):
        quotes += lines[end].count('"')
        if quotes % 2 == 0:
            return end + 1
    return 0


def _cut(record: str, delimiter: str, width: int) -> list[str] | RowFaultError:
    try:
        cells = next(csv.reader([record], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        return RowFaultError("", record, f"its quotes don't fit: {error}")
    return _fitting(record, cells, width, delimiter)


def _fitting(record: str, cells: list[str], width: int, delimiter: str) -> list[str] | RowFaultError:
    if len(cells) == 1 < width and any(other in record for other in _DELIMITERS):
        name = _NAMES[delimiter]
        return RowFaultError(
            "", record, f"one value for {width} columns; what separates them in the header is a {name}"
        )
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        reason = f"{len(cells)} values for {width} columns; quote a value that holds the separator"
        return RowFaultError("", record, reason)
    return cells


def _unclosed(line: str) -> RowFaultError:
    return RowFaultError("", line, "a quote is opened and not closed")
