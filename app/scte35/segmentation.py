"""What segmentation_type_id and segmentation_upid_type mean, SCTE 35 §10.3.3, tables 22 and 23."""

from __future__ import annotations

from app.model.errors import CueError

TYPE_NAMES = {
    0x00: "Not Indicated",
    0x01: "Content Identification",
    0x02: "Call Ad Server",
    0x10: "Program Start",
    0x11: "Program End",
    0x12: "Program Early Termination",
    0x13: "Program Breakaway",
    0x14: "Program Resumption",
    0x15: "Program Runover Planned",
    0x16: "Program Runover Unplanned",
    0x17: "Program Overlap Start",
    0x18: "Program Blackout Override",
    0x19: "Program Start – In Progress",
    0x20: "Chapter Start",
    0x21: "Chapter End",
    0x22: "Break Start",
    0x23: "Break End",
    0x24: "Opening Credit Start",
    0x25: "Opening Credit End",
    0x26: "Closing Credit Start",
    0x27: "Closing Credit End",
    0x30: "Provider Advertisement Start",
    0x31: "Provider Advertisement End",
    0x32: "Distributor Advertisement Start",
    0x33: "Distributor Advertisement End",
    0x34: "Provider Placement Opportunity Start",
    0x35: "Provider Placement Opportunity End",
    0x36: "Distributor Placement Opportunity Start",
    0x37: "Distributor Placement Opportunity End",
    0x38: "Provider Overlay Placement Opportunity Start",
    0x39: "Provider Overlay Placement Opportunity End",
    0x3A: "Distributor Overlay Placement Opportunity Start",
    0x3B: "Distributor Overlay Placement Opportunity End",
    0x3C: "Provider Promo Start",
    0x3D: "Provider Promo End",
    0x3E: "Distributor Promo Start",
    0x3F: "Distributor Promo End",
    0x40: "Unscheduled Event Start",
    0x41: "Unscheduled Event End",
    0x42: "Alternate Content Opportunity Start",
    0x43: "Alternate Content Opportunity End",
    0x44: "Provider Ad Block Start",
    0x45: "Provider Ad Block End",
    0x46: "Distributor Ad Block Start",
    0x47: "Distributor Ad Block End",
    0x50: "Network Start",
    0x51: "Network End",
}

# Which type ends which, §10.3.3.7; both carry the same segmentation_event_id.
END_OF = {
    0x10: 0x11,
    0x13: 0x14,
    0x17: 0x11,
    0x19: 0x11,
    **{start: start + 1 for start in (*range(0x20, 0x28, 2), *range(0x30, 0x48, 2), 0x50)},
}
ENDS = frozenset({*END_OF.values(), 0x12})

_TEXT, _BINARY = True, False

# segmentation_upid_type: name, length in bytes (None: varies), whether it is written as text.
UPID_TYPES: dict[int, tuple[str, int | None, bool]] = {
    0x01: ("User Defined", None, _TEXT),
    0x02: ("ISCI", 8, _TEXT),
    0x03: ("Ad-ID", 12, _TEXT),
    0x04: ("UMID", 32, _BINARY),
    0x05: ("ISAN (deprecated)", 8, _BINARY),
    0x06: ("ISAN", 12, _BINARY),
    0x07: ("TID", 12, _TEXT),
    0x08: ("TI", 8, _BINARY),
    0x09: ("ADI", None, _TEXT),
    0x0A: ("EIDR", 12, _BINARY),
    0x0B: ("ATSC Content Identifier", None, _BINARY),
    0x0C: ("MPU", None, _BINARY),
    0x0D: ("MID", None, _BINARY),
    0x0E: ("ADS Information", None, _TEXT),
    0x0F: ("URI", None, _TEXT),
    0x10: ("UUID", 16, _BINARY),
    0x11: ("SCR", None, _TEXT),
}


def upid_bytes(upid_type: int, text: str) -> bytes:
    """A UPID written by a person as its bytes: text types as UTF-8, binary types from hexadecimal digits."""
    if upid_type == 0 and not text:
        return b""
    name, _, is_text = _upid_type(upid_type)
    if is_text:
        upid = text.encode()
    else:
        try:
            upid = bytes.fromhex(text.removeprefix("0x").replace("-", ""))
        except ValueError as error:
            raise CueError(f"{text!r} is not hexadecimal, as {name} is", field="segmentation_upid") from error
    check_upid(upid_type, upid)
    return upid


def check_upid(upid_type: int, upid: bytes) -> None:
    """CueError unless the UPID has the length that its type asks for; type 0 is the empty one."""
    if upid_type == 0:
        if upid:
            raise CueError(f"{len(upid)} bytes, type 0 has none", field="segmentation_upid")
        return
    name, length, _ = _upid_type(upid_type)
    if not upid or (length is not None and len(upid) != length):
        wanted = "at least one byte" if length is None else f"{length} bytes"
        raise CueError(f"{len(upid)} bytes, {name} (type 0x{upid_type:02X}) has {wanted}", field="segmentation_upid")


def _upid_type(upid_type: int) -> tuple[str, int | None, bool]:
    known = UPID_TYPES.get(upid_type)
    if known is None:
        raise CueError(f"0x{upid_type:02X} is reserved", field="segmentation_upid_type")
    return known
