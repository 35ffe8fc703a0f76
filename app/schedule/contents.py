"""What a file holds, told by its bytes; and its text, in whichever encoding it was saved."""

from __future__ import annotations

import codecs
from enum import Enum, auto

from app.model.errors import BreakListError, UnsupportedError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16's, with which it begins
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOKED_AT = 512
_OTHERS = {
    b"\xd0\xcf\x11\xe0": "a workbook of Excel 97 to 2003 (.xls)",
    b"\x1f\x8b": "a gzip file",
    b"%PDF": "a PDF",
}
_RIGHT = "right are VMAP, VAST, CSV, JSON and .xlsx"


class Kind(Enum):
    """What an import reads."""

    XML = auto()
    JSON = auto()
    TABLE = auto()
    WORKBOOK = auto()


def kind_of(content: bytes, file: str) -> Kind:
    """By content; the file's name counts only where there is next to none. UnsupportedError: known, and not read."""
    if content.startswith(b"PK\x03\x04"):
        return Kind.WORKBOOK
    for magic, what in _OTHERS.items():
        if content.startswith(magic):
            raise UnsupportedError(file, f"{what} is not read", _RIGHT)
    encoding, length = _encoding(content)
    start = content[length : length + 4096].decode(encoding or "latin-1", errors="ignore").lstrip()
    if start.startswith("<"):
        return Kind.XML
    return Kind.JSON if start[:1] in {"{", "["} or file.lower().endswith(".json") else Kind.TABLE


def decoded(content: bytes, file: str) -> tuple[str, tuple[str, ...]]:
    """The text, and what is to be said of its encoding. BreakListError: it is none."""
    encoding, length = _encoding(content)
    try:
        return content[length:].decode(encoding or "utf-8"), ()
    except UnicodeDecodeError as error:
        if encoding or b"\0" in content:
            where = f"{file}: byte {error.start + length}"
            raise BreakListError(where, f"not {(encoding or 'utf-8').upper()}", "save it as UTF-8") from error
        line = content[: error.start].count(b"\n") + 1
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise BreakListError(file, f"line {line} is not UTF-8", "save it as UTF-8") from error
    return text, (f"{file}: line {line} is not UTF-8: the file is read as Windows-1252; look at its letters",)


def _encoding(content: bytes) -> tuple[str, int]:
    """The encoding that a byte order mark, or zeros between letters, tell of, and the mark's length; "": none."""
    for mark, name in _BOMS:
        if content.startswith(mark):
            return name, len(mark)
    head = content[:_LOOKED_AT]
    even, odd = head[::2], head[1::2]
    if odd and odd.count(0) * 2 > len(odd) and not even.count(0):
        return "utf-16-le", 0
    if even and even.count(0) * 2 > len(even) and not odd.count(0):
        return "utf-16-be", 0
    return "", 0
