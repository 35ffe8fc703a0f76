"""A break list in the first sheet of an .xlsx workbook cut into rows."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from app.model.errors import BreakListError
from app.model.schedule import RefusedRow
from app.schedule.importers.columns import AS_THEY_ARE, Columns, Names
from app.schedule.importers.xml_tree import check_xml
from app.schedule.rows import RawList, Row, RowFaultError, brief

_RIGHT = "save the sheet as .xlsx again, or as CSV"
_MOST_BYTES = 128 << 20  # unpacked, all parts together
_MOST_PARTS = 1000
_MOST_ROWS, _MOST_COLUMNS = 300_000, 256  # a cell far out makes a reader take room for all before it
_CELL = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,4})(\d{1,9})["']""")

_SOME_DAY = date(2026, 1, 1)

type Cell = int | float | str | bool | time | date | datetime | timedelta


def rows_of_xlsx(content: bytes, file: str, names: Names = AS_THEY_ARE) -> RawList:
    """The list's rows; BreakListError: it can't be read as a whole. ``names``: see ``Columns``."""
    _check_parts(content, file)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        seen = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        table = workbook.get_sheet_by_name(seen[0]).to_python(skip_empty_area=False) if seen else []
    except (CalamineError, OSError, ValueError) as error:
        raise BreakListError(file, f"the workbook can't be read: {error}", _RIGHT) from error
    notes = [f"{file}: sheet {brief(seen[0])!r} is read, the others are not"] if len(seen) > 1 else []
    first = next((n for n, cells in enumerate(table) if any(str(cell).strip() for cell in cells)), None)
    if first is None:
        raise BreakListError(file, "is empty", "its first row names the columns, at least: at, duration")
    columns = Columns([str(cell) for cell in table[first]], f"{file}: row {first + 1}", names)
    rows: list[Row] = []
    refused: list[RefusedRow] = []
    for number, cells in enumerate(table[first + 1 :], first + 2):
        try:
            texts = _texts(columns.names, cells)
            if any(texts):
                rows.append(Row(f"row {number}", columns.fields(texts), joint=", "))
        except RowFaultError as fault:
            place = f"row {number}, {fault.field_name}"
            refused.append(RefusedRow(file, place, brief(fault.value), fault.reason))
    return RawList(tuple(rows), tuple(refused), (*notes, *(f"{file}: {said}" for said in columns.notes)))


def _check_parts(content: bytes, file: str) -> None:
    """Refuse what would cost more than a break list may, before the workbook is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            listed = parts.infolist()
            if "xl/workbook.xml" not in {part.filename for part in listed}:
                raise BreakListError(file, "a zip file that is no .xlsx workbook", _RIGHT)
            if len(listed) > _MOST_PARTS or sum(part.file_size for part in listed) > _MOST_BYTES:
                raise BreakListError(file, f"larger than {_MOST_BYTES} bytes when unpacked", "name a break list")
            left = _MOST_BYTES
            for part in listed:
                if part.filename.endswith((".xml", ".rels")):
                    with parts.open(part) as opened:
                        text = opened.read(left + 1)
                    left -= len(text)
                    _check_part(text, f"{file}: {brief(part.filename)}")
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, NotImplementedError) as error:
        raise BreakListError(file, f"the workbook can't be unpacked: {error}", _RIGHT) from error


def _check_part(text: bytes, where: str) -> None:
    if b"\0" in text[:1024]:
        raise BreakListError(where, "not in UTF-8", _RIGHT)
    check_xml(text, where)
    for cell in _CELL.finditer(text):
        column = 0
        for letter in cell[1].upper():
            column = column * 26 + letter - ord("A") + 1
        if column > _MOST_COLUMNS or int(cell[2]) > _MOST_ROWS:
            place = (cell[1] + cell[2]).decode()
            raise BreakListError(where, f"a cell at {place}", f"up to {_MOST_ROWS} rows and {_MOST_COLUMNS} columns")


def _texts(names: Sequence[str], cells: Sequence[Cell]) -> list[str]:
    return [_text(name, cell) for name, cell in zip(names, cells, strict=False)]


def _text(name: str, cell: Cell) -> str:
    """A cell as a list in CSV would have it; RowFaultError where that can't be said exactly."""
    match cell:
        case bool():
            text = str(cell).lower()
        case float():
            text = str(int(cell)) if cell.is_integer() else repr(cell)
        case timedelta():
            seconds = round(cell.total_seconds(), 3)
            text = str(int(seconds)) if seconds.is_integer() else repr(seconds)
        case datetime() | date() | time():
            text = _time_text(name, cell)
        case _:
            text = str(cell).strip()
    return text


def _time_text(name: str, cell: datetime | date | time) -> str:
    """House time, or of a duration its seconds. A spreadsheet's time is a binary fraction of a day.

    What is within a millisecond of a second is that second.
    """
    if isinstance(cell, time):
        moment = datetime.combine(_SOME_DAY, cell)
    elif isinstance(cell, datetime):
        moment = cell
    else:
        moment = datetime.combine(cell, time())
    whole = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    if abs(whole - moment) > timedelta(milliseconds=1):
        raise RowFaultError(name, cell, "a part of a second in a cell of time: write it as text, HH:MM:SS:FF")
    if name == "duration":
        return str((whole - datetime.combine(whole.date(), time())) // timedelta(seconds=1))
    return f"{whole:%H:%M:%S}:00" if isinstance(cell, time) else f"{whole:%Y-%m-%d %H:%M:%S}:00"
