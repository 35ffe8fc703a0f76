"""The columns of a table of breaks: what each header means, and a row's cells as the fields that JSON would have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from app.model.columns import COLUMNS
from app.model.errors import BreakListError
from app.schedule.importers.json_list import parsed_cell, unknown_field
from app.schedule.rows import RowFaultError

_REQUIRED = (("at", "follows", "at_mark"), ("duration", "template"))  # at least one of each
_SHAPED = frozenset(("auto_return", "ads", "upid", "upid_type"))  # their cells are more than text
_TRUE, _FALSE = {"true", "yes", "1"}, {"false", "no", "0"}

type Names = Mapping[str, str]
"""What other programs call a column, in small letters: our name for it."""

AS_THEY_ARE: Names = MappingProxyType({})
USUAL: Names = MappingProxyType(
    {
        **dict.fromkeys(("start", "start time", "starttime", "start_time", "air time", "airtime", "time"), "at"),
        **dict.fromkeys(("length", "dur", "duration (s)", "duration_s"), "duration"),
        **dict.fromkeys(("break id", "break_id", "breakid"), "id"),
        **dict.fromkeys(("name", "description", "event"), "title"),
        **dict.fromkeys(("station", "service", "feed"), "channel"),
        **dict.fromkeys(("event id", "event_id", "splice event id"), "splice_event_id"),
        **dict.fromkeys(("spots",), "ads"),
    }
)
"""The names that traffic systems use; what is read so is told."""


def known_columns(header: Sequence[str], names: Names) -> int:
    """How many of a header's cells mean something."""
    cells = {cell.strip().lower() for cell in header}
    return len({names.get(cell, cell) for cell in cells} & set(COLUMNS))


class Columns:
    """The header of a table, read. BreakListError at ``where``: no table of breaks.

    A name of ours is what it says; one in ``names`` counts where ours is not there too.
    """

    def __init__(self, header: Sequence[str], where: str, names: Names = AS_THEY_ARE) -> None:
        told = [cell.strip().lower() for cell in header]
        self.names = [_meant(name, told, names) for name in told]
        self._read = [(n, name) for n, name in enumerate(self.names) if name in COLUMNS]
        self._plain = _SHAPED.isdisjoint(self.names)
        self.notes = [
            f"column {was}: read as {name}" for was, name in zip(told, self.names, strict=True) if was != name
        ]
        self.notes += [f"column {unknown_field(name)}" for name in self.names if name and name not in COLUMNS]
        for required in _REQUIRED:
            if not set(required) & set(self.names):
                what = f"has no column {required[0]}"
                raise BreakListError(where, what, "the first line names the columns: at,duration,title")
        for n, name in enumerate(self.names):
            if name in COLUMNS and name in self.names[:n]:
                raise BreakListError(where, f"has two columns {name}", "name each column once")

    def fields(self, cells: Sequence[str]) -> dict[str, object]:
        """A row's cells by name, as JSON would have them; an empty cell is as if it were not there. RowFaultError."""
        width = len(cells)
        fields: dict[str, object] = {name: text for n, name in self._read if n < width and (text := cells[n].strip())}
        if self._plain:
            return fields
        if "auto_return" in fields:
            fields["auto_return"] = _flag(str(fields["auto_return"]))
        if "ads" in fields:
            fields["ads"] = parsed_cell(str(fields["ads"]))
        kind, value = fields.pop("upid_type", None), fields.pop("upid", None)
        if kind is not None or value is not None:
            fields["upid"] = {"type": kind, "value": value}
        return fields


def _meant(name: str, told: Sequence[str], names: Names) -> str:
    ours = names.get(name, name)
    return name if name in COLUMNS or ours in told else ours


def _flag(text: str) -> bool:
    if text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    raise RowFaultError("auto_return", text, "neither true nor false")
