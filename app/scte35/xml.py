"""Sections as XML after the schema of SCTE 35 2023 (namespace http://www.scte.org/schemas/35), both ways.

What the schema has no place for (ciphertext, a component list without components, a language that isn't letters) is
written as its ``Binary`` element, so that nothing is lost. It has none either for alignment_stuffing, for the reserved
bits, and for cw_index and encryption_algorithm of a section in the clear: those are left out.
"""

from __future__ import annotations

import base64
import re
from xml.etree import ElementTree as ET

from app.model.cue import (
    AudioDescriptor,
    Command,
    Descriptor,
    DtmfDescriptor,
    EncryptedCommand,
    Section,
    SegmentationDescriptor,
    SpliceInsert,
    SpliceSchedule,
)
from app.model.errors import CueError
from app.scte35.codec import decode, encode, from_base64
from app.scte35.xml_commands import COMMANDS, command_element
from app.scte35.xml_descriptors import DESCRIPTORS, descriptor_element
from app.scte35.xml_nodes import NAMESPACE, Node, finished, parsed

_DTMF = re.compile(r"[0-9#*]*")
_LANGUAGE = re.compile(b"[A-Za-z]{3}")


def section_to_xml(section: Section) -> str:
    """One line, schema-valid: a SpliceInfoSection, or a Binary where that can't hold the section."""
    command = section.command
    if (
        isinstance(command, EncryptedCommand)
        or not _has_place(command)
        or not all(map(_has_place, section.descriptors))
    ):
        root = ET.Element("Binary", xmlns=NAMESPACE)
        root.text = base64.b64encode(section.encoded or encode(section)).decode()
    else:
        root = ET.Element(
            "SpliceInfoSection",
            xmlns=NAMESPACE,
            sapType=str(section.sap_type),
            ptsAdjustment=str(section.pts_adjustment),
            protocolVersion=str(section.protocol_version),
            tier=str(section.tier),
        )
        root.append(command_element(command))
        root.extend([descriptor_element(descriptor) for descriptor in section.descriptors])
    return ET.tostring(root, encoding="unicode")


def section_from_xml(text: str) -> Section:
    """The section, its bytes in ``encoded``; of a SpliceInfoSection, a Binary, or a Signal around either.

    CueError names the element and the attribute. A document type is refused: nothing here defines entities.
    """
    node = parsed(text)
    if node.name == "Signal":
        node = _only_child(node)
    if node.name == "Binary":
        return _from_binary(node)
    if node.name != "SpliceInfoSection":
        raise CueError(f"<{node.name}> is no SpliceInfoSection, Binary or Signal", field="XML")
    return decode(encode(_read_section(node)))


def _only_child(signal: Node) -> Node:
    if len(signal.children) != 1:
        raise CueError(f"holds {len(signal.children)} elements, one belongs there", field="Signal")
    return signal.children[0]


def _from_binary(node: Node) -> Section:
    node.optional_text("signalType")
    node.finish()
    section = decode(from_base64("".join(node.content.split())))
    if section.trailing_bytes:
        raise CueError(f"{section.trailing_bytes} bytes after the section", field="Binary")
    return section


def _read_section(node: Node) -> Section:
    if node.take("EncryptedPacket"):
        raise CueError("a section can't be encrypted here", field="EncryptedPacket")
    command = node.take_one(*COMMANDS)
    if command is None:
        raise CueError(f"one of {', '.join(COMMANDS)} is missing", field=node.name)
    descriptors = node.take(*DESCRIPTORS)
    if node.number("protocolVersion", 0):
        raise CueError("0 is defined", field="SpliceInfoSection/@protocolVersion")
    node.optional_number("preRollMilliSeconds")  # of systems around the section, not in it
    section = Section(
        finished(command, COMMANDS),
        tuple(finished(descriptor, DESCRIPTORS) for descriptor in descriptors),
        pts_adjustment=node.number("ptsAdjustment", 0),
        tier=node.number("tier", 0xFFF),
        sap_type=node.number("sapType", 3),
    )
    node.finish()
    return section


def _has_place(part: Command | Descriptor) -> bool:
    """Whether the schema can hold all that the command or the descriptor says."""
    match part:
        case SpliceInsert(components=()) | SegmentationDescriptor(components=()) | AudioDescriptor(components=()):
            return False
        case SpliceSchedule(events=events):
            return all(event.components != () for event in events)
        case DtmfDescriptor(dtmf=dtmf):
            return _DTMF.fullmatch(dtmf) is not None
        case AudioDescriptor(components=components):
            return all(_LANGUAGE.fullmatch(component.iso_code) for component in components)
        case _:
            return True
