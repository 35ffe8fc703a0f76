"""A break list in CSV cut into rows: RFC 4180 quoting; comma, semicolon or tab, as its header has it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from app.model.errors import BreakListError
from app.schedule.importers.json_list import FIELDS, parsed_cell, unknown_field
from app.schedule.rows import RawList, RefusedRow, Row, RowFaultError, brief

_COLUMNS = (*FIELDS, "upid_type")
_REQUIRED = (("at",), ("duration", "template"))  # at least one of each: a template may have a duration
_DELIMITERS = ",;\t"
_LONGEST_RECORD = 50  # lines of one quoted value; more is a quote that nobody closed
_TRUE, _FALSE = {"true", "yes", "1"}, {"false", "no", "0"}


def rows_of_csv(text: str, file: str) -> RawList:
    """The list's rows; BreakListError: it can't be read as a whole."""
    lines = re.split(r"\r\n|\n|\r", text)
    first = next((n for n, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise BreakListError(file, "is empty", "its first line names the columns, at least: at,duration")
    delimiter = max(_DELIMITERS, key=lambda each: len(set(_header(lines[first], each)) & set(_COLUMNS)))
    header = _header(lines[first], delimiter)
    _check_header(header, f"{file}: line {first + 1}")
    warnings = [f"{file}: column {unknown_field(name)}" for name in header if name and name not in _COLUMNS]
    rows: list[Row] = []
    refused: list[RefusedRow] = []
    for number, record in _records(lines, first + 1, delimiter, len(header)):
        where = f"line {number}"
        try:
            if isinstance(record, RowFaultError):
                raise record
            if any(cell.strip() for cell in record):
                rows.append(Row(where, _fields(header, record), joint=", "))
        except RowFaultError as fault:
            place = f"{where}, {fault.field_name}" if fault.field_name else where
            refused.append(RefusedRow(file, place, brief(fault.value), fault.reason))
    return RawList(tuple(rows), tuple(refused), tuple(warnings))


def _header(line: str, delimiter: str) -> list[str]:
    try:
        return [name.strip().lower() for name in next(csv.reader([line], delimiter=delimiter, strict=True))]
    except csv.Error:
        return []


def _check_header(header: list[str], where: str) -> None:
    for names in _REQUIRED:
        if not set(names) & set(header):
            what = f"has no column {names[0]}"
            raise BreakListError(where, what, "the first line names the columns: at,duration,title")
    for n, name in enumerate(header):
        if name in _COLUMNS and name in header[:n]:
            raise BreakListError(where, f"has two columns {name}", "name each column once")


def _records(
    lines: list[str], start: int, delimiter: str, width: int
) -> Iterator[tuple[int, list[str] | RowFaultError]]:
    """Each record with the line it begins on. A record that can't be cut costs its first line, not the rest."""
    at = start
    while at < len(lines):
        end = _record_end(lines, at)
        record = _cut("\n".join(lines[at:end]), delimiter, width) if end else _unclosed(lines[at])
        yield at + 1, record
        at = at + 1 if isinstance(record, RowFaultError) else end


def _record_end(lines: list[str], at: int) -> int:
    """The line after a record; 0 where its quote is never closed. Well-formed records have an even number of quotes."""
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
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        reason = f"{len(cells)} values for {width} columns; quote a value that holds the separator"
        return RowFaultError("", record, reason)
    return cells


def _unclosed(line: str) -> RowFaultError:
    return RowFaultError("", line, "a quote is opened and not closed")


def _fields(header: list[str], cells: list[str]) -> dict[str, object]:
    """The cells by name, as JSON would have them; an empty cell is as if it were not there."""
    texts = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if cell.strip() and name in _COLUMNS}
    fields: dict[str, object] = dict(texts)
    if "auto_return" in texts:
        fields["auto_return"] = _flag(texts["auto_return"])
    if "ads" in texts:
        fields["ads"] = parsed_cell(texts["ads"])
    kind, value = fields.pop("upid_type", None), fields.pop("upid", None)
    if kind is not None or value is not None:
        fields["upid"] = {"type": kind, "value": value}
    return fields


def _flag(text: str) -> bool:
    if text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    raise RowFaultError("auto_return", text, "neither true nor false")
