"""Segmentation UPIDs, SCTE 35 §10.3.3.1 table 22: bytes as people write them and back, MID and MPU opened up.

What is wrong with a UPID never stops a reading: it is told in ``Upid.problem``, and the bytes stand in hexadecimal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from app.model.errors import CueError
from app.scte35.check_characters import check_character

ISCI, AD_ID, UMID, ISAN_OLD, ISAN, TID, TI, ADI, EIDR, ATSC, MPU, MID, ADS, URI, UUID, SCR = range(2, 0x12)
_TEXT, _BINARY = True, False

# segmentation_upid_type: name, length in bytes (None: varies), whether it is written as text.
UPID_TYPES: dict[int, tuple[str, int | None, bool]] = {
    0x01: ("User Defined", None, _TEXT),
    ISCI: ("ISCI", 8, _TEXT),
    AD_ID: ("Ad-ID", 12, _TEXT),
    UMID: ("UMID", 32, _BINARY),
    ISAN_OLD: ("ISAN (deprecated)", 8, _BINARY),
    ISAN: ("ISAN", 12, _BINARY),
    TID: ("TID", 12, _TEXT),
    TI: ("TI", 8, _BINARY),
    ADI: ("ADI", None, _TEXT),
    EIDR: ("EIDR", 12, _BINARY),
    ATSC: ("ATSC Content Identifier", None, _BINARY),
    MPU: ("MPU", None, _BINARY),
    MID: ("MID", None, _BINARY),
    ADS: ("ADS Information", None, _TEXT),
    URI: ("URI", None, _TEXT),
    UUID: ("UUID", 16, _BINARY),
    SCR: ("SCR", None, _TEXT),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Upid:
    """``text`` as table 22 writes it, else 0x and digits; ``parts`` of a MID; ``details``: what the bytes name."""

    type: int
    raw: bytes
    text: str
    parts: tuple[Upid, ...] = ()
    details: tuple[tuple[str, str], ...] = field(default=())
    problem: str = ""

    @property
    def name(self) -> str:
        """The name of its type."""
        return upid_type_name(self.type)


def upid_type_name(upid_type: int) -> str:
    """``Ad-ID``, ``none`` for type 0, ``reserved`` for what table 22 doesn't name."""
    return UPID_TYPES[upid_type][0] if upid_type in UPID_TYPES else "reserved" if upid_type else "none"


def read_upid(upid_type: int, upid: bytes) -> Upid:
    """What the bytes say; never an error."""
    try:
        _check_length(upid_type, upid)
        return _READERS.get(upid_type, _plain)(upid_type, upid)
    except CueError as error:
        return Upid(type=upid_type, raw=upid, text=_readable(upid), problem=error.what)


def check_upid(upid_type: int, upid: bytes) -> None:
    """CueError unless the UPID has the length and the inner syntax that its type asks for; type 0 is the empty one."""
    _check_length(upid_type, upid)
    if upid_type in _READERS:
        for part in _READERS[upid_type](upid_type, upid).parts:
            check_upid(part.type, part.raw)


def _check_length(upid_type: int, upid: bytes) -> None:
    if upid_type == 0:
        if upid:
            raise CueError(f"{len(upid)} bytes, type 0 has none", field="segmentation_upid")
        return
    if upid_type not in UPID_TYPES:
        raise CueError(f"0x{upid_type:02X} is reserved", field="segmentation_upid_type")
    name, length, _ = UPID_TYPES[upid_type]
    if not upid or (length is not None and len(upid) != length):
        wanted = "at least one byte" if length is None else f"{length} bytes"
        raise CueError(f"{len(upid)} bytes, {name} (type 0x{upid_type:02X}) has {wanted}", field="segmentation_upid")


def printable(raw: bytes) -> str | None:
    """The bytes as UTF-8 text of one line, or None."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None


def _hexadecimal(raw: bytes) -> str:
    return f"0x{raw.hex().upper()}" if raw else ""


def _readable(raw: bytes) -> str:
    text = printable(raw)
    return _hexadecimal(raw) if text is None else text


def _plain(upid_type: int, upid: bytes) -> Upid:
    as_text = upid_type in UPID_TYPES and UPID_TYPES[upid_type][2]
    return Upid(type=upid_type, raw=upid, text=_readable(upid) if as_text else _hexadecimal(upid))


def _keyed(upid_type: int, upid: bytes) -> Upid:
    """key=value&key=value;…, §10.3.3.5 and §10.3.3.6."""
    pairs = [item.partition("=") for series in _readable(upid).split(";") for item in series.split("&")]
    details = tuple((key, value) for key, equals, value in pairs if equals)
    return Upid(type=upid_type, raw=upid, text=_readable(upid), details=details)


def _umid(upid_type: int, upid: bytes) -> Upid:
    return Upid(type=upid_type, raw=upid, text=".".join(upid[i : i + 4].hex().upper() for i in range(0, 32, 4)))


def _isan(upid_type: int, upid: bytes) -> Upid:
    digits = upid.hex().upper()
    work = digits[:16]
    text = f"{_in_fours(work)}-{check_character(work)}"
    if upid_type == ISAN:
        text += f"-{_in_fours(digits[16:])}-{check_character(digits)}"
    return Upid(type=upid_type, raw=upid, text=text)


def _eidr(upid_type: int, upid: bytes) -> Upid:
    prefix, digits = int.from_bytes(upid[:2], "big"), upid[2:].hex().upper()
    short = prefix in {5237, 5238, 5239} and not int(digits[8:], 16)  # parties, users and services have 32 bits
    suffix = _in_fours(digits[:8]) if short else f"{_in_fours(digits)}-{check_character(digits)}"
    return Upid(type=upid_type, raw=upid, text=f"10.{prefix}/{suffix}")


def _uuid(upid_type: int, upid: bytes) -> Upid:
    digits = upid.hex()
    groups = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
    return Upid(type=upid_type, raw=upid, text="-".join(groups))


def _atsc(upid_type: int, upid: bytes) -> Upid:
    """ATSC A/57B: TSID 16, reserved 2, end_of_day 5, unique_for 9, content_id."""
    if len(upid) < 4:
        raise CueError(f"{len(upid)} bytes, an ATSC Content Identifier has at least 4", field="segmentation_upid")
    head, content = int.from_bytes(upid[:4], "big"), upid[4:]
    details = (
        ("TSID", f"0x{head >> 16:04X}"),
        ("end_of_day", str(head >> 9 & 0x1F)),
        ("unique_for", f"{head & 0x1FF} days"),
        ("content_id", _readable(content)),
    )
    return Upid(type=upid_type, raw=upid, text=_hexadecimal(upid), details=details)


def _mpu(upid_type: int, upid: bytes) -> Upid:
    if len(upid) < 4:
        raise CueError(f"{len(upid)} bytes, an MPU has at least its format_identifier", field="segmentation_upid")
    details = (("format_identifier", _readable(upid[:4])), ("private_data", _readable(upid[4:])))
    return Upid(type=upid_type, raw=upid, text=_readable(upid), details=details)


def _mid(upid_type: int, upid: bytes) -> Upid:
    parts = tuple(read_upid(part_type, raw) for part_type, raw in mid_parts(upid))
    text = "; ".join(f"{part.name} {part.text}".rstrip() for part in parts)
    return Upid(type=upid_type, raw=upid, text=text, parts=parts)


def mid_parts(upid: bytes) -> list[tuple[int, bytes]]:
    """Type and bytes of each UPID in a MID, §10.3.3.4; CueError where a length says more than there is."""
    parts: list[tuple[int, bytes]] = []
    offset = 0
    while offset < len(upid):
        start = offset + 2
        length = upid[offset + 1] if start <= len(upid) else 1
        if start + length > len(upid):
            raise CueError(f"a MID ends within its part {len(parts) + 1}", field="segmentation_upid")
        offset = start + length
        parts.append((upid[start - 2], upid[start:offset]))
    return parts


def _in_fours(digits: str) -> str:
    return "-".join(digits[i : i + 4] for i in range(0, len(digits), 4))


_READERS: dict[int, Callable[[int, bytes], Upid]] = {
    UMID: _umid,
    ISAN_OLD: _isan,
    ISAN: _isan,
    EIDR: _eidr,
    ATSC: _atsc,
    MPU: _mpu,
    MID: _mid,
    ADS: _keyed,
    UUID: _uuid,
    SCR: _keyed,
}
