"""A decoded section as lines for people: seconds beside ticks, names beside numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.model.cue import Section
from app.model.timebase import decimal_text
from app.scte35.report import Fields, decoded_json
from app.scte35.segmentation import TYPE_NAMES, UPID_TYPES


def described(section: Section) -> list[str]:
    """Every field of ``decoded_json``, one a line, parts indented."""
    return list(_lines(decoded_json(section), ""))


def _lines(fields: Fields, indent: str) -> Iterator[str]:
    width = max(map(len, fields), default=0)
    for name, value in fields.items():
        if isinstance(value, dict):
            yield f"{indent}{name}"
            yield from _lines(value, f"{indent}  ")
        elif isinstance(value, list):
            for index, item in enumerate(value, start=1):
                yield f"{indent}{name} {index} of {len(value)}"
                if isinstance(item, dict):
                    yield from _lines(item, f"{indent}  ")
        elif isinstance(value, bool):
            yield f"{indent}{name:<{width}}  {'yes' if value else 'no'}"
        elif isinstance(value, int):
            yield f"{indent}{name:<{width}}  {value}{_MEANINGS.get(name, _no_more)(value)}"
        elif value is None:
            yield f"{indent}{name:<{width}}  none"
        else:
            yield f"{indent}{name:<{width}}  {value}{_readable(str(value)) if name == 'upid_hex' else ''}".rstrip()


def _no_more(_: int) -> str:
    return ""


def _in_seconds(ticks: int) -> str:
    return f" ({decimal_text(ticks, 6)} s)"


def _in_hexadecimal(event_id: int) -> str:
    return f" (0x{event_id:08X})"


def _type_name(type_id: int) -> str:
    return f" (0x{type_id:02X}, {TYPE_NAMES.get(type_id, 'reserved')})"


def _upid_name(upid_type: int) -> str:
    if upid_type == 0:
        return " (none)"
    return f" (0x{upid_type:02X}, {UPID_TYPES[upid_type][0] if upid_type in UPID_TYPES else 'reserved'})"


def _readable(upid_hex: str) -> str:
    text = bytes.fromhex(upid_hex).decode("latin-1")
    return f' ("{text}")' if text and text.isascii() and text.isprintable() else ""


_MEANINGS: dict[str, Callable[[int], str]] = {
    "pts_adjustment": _in_seconds,
    "pts_time": _in_seconds,
    "effective_pts": _in_seconds,
    "duration": _in_seconds,
    "segmentation_duration": _in_seconds,
    "pts_offset": _in_seconds,
    "splice_event_id": _in_hexadecimal,
    "segmentation_event_id": _in_hexadecimal,
    "provider_avail_id": _in_hexadecimal,
    "segmentation_type_id": _type_name,
    "upid_type": _upid_name,
}
