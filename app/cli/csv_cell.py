"""Cells of what we export as CSV: texts of other people that a spreadsheet must not take for formulas."""

from __future__ import annotations

from app.model.wire import Plain

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(cell: Plain) -> Plain:
    """A text that would begin a formula behind an apostrophe; numbers and all other texts as they are."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
