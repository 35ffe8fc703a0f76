"""Segmentation UPIDs as SegmentationUpid elements, SCTE 35 §13.3, and back."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from app.model.errors import CueError
from app.scte35 import bits
from app.scte35.codec import from_base64
from app.scte35.upid_text import upid_bytes
from app.scte35.upids import MID, MPU, TI, UPID_TYPES, printable, read_upid
from app.scte35.xml_nodes import Node, element

_HEXADECIMAL = re.compile("(?:[0-9A-Fa-f]{2})*")
_DECIMAL = re.compile(r"\d{1,20}")


def upid_elements(upid_type: int, upid: bytes) -> list[ET.Element]:
    """None, one, or for a MID of several one each (§10.3.3.4); a MID that isn't one goes as hexadecimal."""
    if not upid_type and not upid:
        return []
    parts = read_upid(upid_type, upid).parts if upid_type == MID else ()
    if len(parts) > 1:
        return [_upid_element(part.type, part.raw) for part in parts]
    return [_upid_element(upid_type, upid)]


def _upid_element(upid_type: int, upid: bytes) -> ET.Element:
    identifier = None
    if upid_type == MPU and len(upid) >= 4:
        identifier, upid = int.from_bytes(upid[:4], "big"), upid[4:]
    text = printable(upid) if upid_type in UPID_TYPES and UPID_TYPES[upid_type][2] else None
    as_text = text is not None and text == " ".join(text.split())  # xsd:token has no other spaces
    made = element(
        "SegmentationUpid",
        segmentationUpidType=upid_type,
        formatIdentifier=identifier,
        segmentationUpidFormat="text" if as_text else "hexbinary",
    )
    made.text = text if as_text else upid.hex().upper()
    return made


def read_upids(nodes: list[Node]) -> tuple[int, bytes]:
    """Several elements are a MID, §10.3.3.4."""
    parts = [_one_upid(node) for node in nodes]
    if len(parts) < 2:
        return parts[0] if parts else (0, b"")
    return MID, b"".join(bits.uint(kind, 1, "type") + bits.uint(len(upid), 1, "length") + upid for kind, upid in parts)


def _one_upid(node: Node) -> tuple[int, bytes]:
    kind, form = node.number("segmentationUpidType", 0), node.optional_text("segmentationUpidFormat")
    identifier = node.optional_number("formatIdentifier")
    node.finish()
    upid = _upid_content(node, kind, form)
    if kind == MPU and identifier is not None:
        upid = bits.uint(identifier, 4, "formatIdentifier") + upid
    return kind, upid


def _upid_content(node: Node, kind: int, form: str | None) -> bytes:
    """By its format; without one (schemas before 2016 had hexBinary alone) hexadecimal where that fits the type."""
    text = node.content
    if form is None:
        length = UPID_TYPES[kind][1] if kind in UPID_TYPES else None
        fits = _HEXADECIMAL.fullmatch(text) is not None and length in {None, len(text) // 2}
        form = "hexbinary" if fits else "text"
    if form.lower() in {"hexbinary", "hex"}:
        return node.hexadecimal()
    if form == "base-64":
        return from_base64(text)
    if form != "text":
        raise CueError(f"{form!r} is not text, hexbinary or base-64", field=f"{node.name}/@segmentationUpidFormat")
    if kind == TI and _DECIMAL.fullmatch(text) and len(text) != 16:  # others write the number, not its digits
        return bits.uint(int(text), 8, "segmentation_upid")
    if kind == MPU or kind not in UPID_TYPES or UPID_TYPES[kind][2]:
        return text.encode()  # a length that its type doesn't have is a finding, not an error
    return upid_bytes(kind, text)
