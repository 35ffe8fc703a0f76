"""UPIDs as people write them, to bytes: SCTE 35 §10.3.3.1, table 22. ``upids.read_upid`` goes the other way."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.model.errors import CueError
from app.scte35.check_characters import check_character
from app.scte35.upids import EIDR, ISAN, ISAN_OLD, MID, MPU, UPID_TYPES, check_upid, upid_type_name

_FIELD = "segmentation_upid"
_SEPARATORS = re.compile(r"[-.{}]")
_HEXADECIMAL = re.compile("(?:[0-9A-Fa-f]{2})+")
_EIDR = re.compile(r"10\.(\d{1,5})/([0-9A-F]{8}|([0-9A-F]{20})([0-9A-Z])?)")
_ISAN = re.compile("([0-9A-F]{16})([0-9A-Z])(?:([0-9A-F]{8})([0-9A-Z]))?")


def upid_bytes(upid_type: int, text: str) -> bytes:
    """A UPID as its bytes: text types as UTF-8, the others from hexadecimal digits or the form of table 22.

    An MPU may also be text that begins with its format_identifier. A check character that is given must be right.
    """
    if upid_type == 0 and not text:
        return b""
    known = UPID_TYPES.get(upid_type)
    if known is None:
        raise CueError(f"0x{upid_type:02X} is reserved", field="segmentation_upid_type")
    upid = _utf_8(text) if known[2] else _FORMS.get(upid_type, _from_digits)(upid_type, text)
    check_upid(upid_type, upid)
    return upid


def mid_bytes(parts: Sequence[tuple[int, bytes]]) -> bytes:
    """Several UPIDs as one MID, §10.3.3.4; CueError for one that is wrong or too long."""
    for upid_type, upid in parts:
        check_upid(upid_type, upid)
        if len(upid) > 255:
            raise CueError(f"{len(upid)} bytes, 255 fit in a MID", field=_FIELD)
    return b"".join(bytes((upid_type, len(upid))) + upid for upid_type, upid in parts)


def one_upid(parts: Sequence[tuple[int, bytes]]) -> tuple[int, bytes]:
    """Type and bytes for a descriptor: none, the one, or a MID of several."""
    if len(parts) > 1:
        return MID, mid_bytes(parts)
    return parts[0] if parts else (0, b"")


def _utf_8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise CueError(f"{text!r} is not text", field=_FIELD) from error


def _digits(text: str) -> str:
    return _SEPARATORS.sub("", text.removeprefix("urn:uuid:").removeprefix("0x").removeprefix("0X"))


def _from_digits(upid_type: int, text: str) -> bytes:
    digits = _digits(text)
    if not _HEXADECIMAL.fullmatch(digits):
        raise CueError(f"{text!r} is not hexadecimal, as {upid_type_name(upid_type)} is", field=_FIELD)
    return bytes.fromhex(digits)


def _mpu(upid_type: int, text: str) -> bytes:
    return _from_digits(upid_type, text) if _HEXADECIMAL.fullmatch(_digits(text)) else _utf_8(text)


def _eidr(upid_type: int, text: str) -> bytes:
    form = _EIDR.fullmatch(text.upper().replace("-", ""))
    if form is None or int(form[1]) >> 16:
        return _from_digits(upid_type, text)
    if form[4]:
        _check(text, form[3], form[4])
    return int(form[1]).to_bytes(2, "big") + bytes.fromhex((form[3] or form[2]).ljust(20, "0"))


def _isan(upid_type: int, text: str) -> bytes:
    form = _ISAN.fullmatch(_digits(text).upper())
    if form is None:
        return _from_digits(upid_type, text)
    digits = form[1] + (form[3] or "")
    _check(text, form[1], form[2])
    if form[4]:
        _check(text, digits, form[4])
    return bytes.fromhex(digits)


def _check(text: str, digits: str, written: str) -> None:
    wanted = check_character(digits)
    if written != wanted:
        raise CueError(f"{text!r}: its check character is {written}, the digits give {wanted}", field=_FIELD)


_FORMS: dict[int, Callable[[int, str], bytes]] = {ISAN_OLD: _isan, ISAN: _isan, EIDR: _eidr, MPU: _mpu}
