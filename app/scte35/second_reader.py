"""The second reader: threefive decodes each section that we made before it airs, and must read the same in it.

The only place that knows threefive. What is done about its habits:

- It prints. All it says goes through ``threefive.stuff.print2``, looked up there at each call; that one name is put
  out of action here, once. Nobody else in the process has threefive, and no stream is redirected, so any number of
  threads may call ``agree``. A complaint counts as a disagreement.
- Its guessing of input formats cuts a section at bytes 00 00 01 FC (event 508 has them): the bytes are handed to its
  decoder past the guessing.
- It raises anything: whatever comes out of it becomes a CueError, at one place.
- It may loop on other inputs. Its section decoder is a straight walk over the bytes it has, and it gets only sections
  that our own decoder has found whole, of 4096 bytes at most.
- It reads four bytes of a UMID too few, and what follows it wrongly: those fields go unjudged.
- It does not check CRC_32 while decoding; its sum over the section is compared too.
"""

from __future__ import annotations

import re
import threading

import threefive.stuff
from threefive.crc import crc32
from threefive.cue import Cue

from app.model.cue import Section, SegmentationDescriptor, SpliceInsert, SpliceNull, TimeSignal
from app.model.errors import CueError
from app.model.timebase import TICKS_PER_SECOND
from app.scte35.codec import decode

_COLOURS = re.compile("\x1b\\[[0-9;]*m")
_UMID = 0x04
_complaints = threading.local()


def _keep_complaint(text: object = "") -> None:
    _complaints.heard = [*getattr(_complaints, "heard", ()), " ".join(_COLOURS.sub("", str(text)).split())]


threefive.stuff.print2 = _keep_complaint


def agree(section_bytes: bytes) -> None:
    """CueError unless threefive reads the section as our own decoder does. Any thread; about 0.1 ms."""
    ours = decode(section_bytes)
    theirs = _second_reading(ours.encoded)
    for name, value in _wanted(ours).items():
        read = theirs.get(name)
        if read != value or type(read) is not type(value):
            raise CueError(f"the second reader reads {read!r}, we {value!r}", field=name)


def _second_reading(encoded: bytes) -> dict[str, object]:
    """What threefive finds, in the names and units of ``_wanted``."""
    _complaints.heard = []
    try:
        cue = Cue()
        cue.bites = encoded
        cue.decode()
        reading = _named(cue)
        reading["CRC_32"] = crc32(encoded[:-4])
    except Exception as error:  # a foreign decoder raises whatever its input brings it to
        raise CueError(f"the second reader fails: {type(error).__name__}: {error}") from error
    if _complaints.heard:
        raise CueError(f"the second reader complains: {_complaints.heard[0]}")
    return reading


def _named(cue: Cue) -> dict[str, object]:
    head, command = cue.info_section, cue.command
    reading: dict[str, object] = {
        "command": type(command).__name__,
        "section_length": head.section_length,
        "sap_type": int(head.sap_type, 16),
        "protocol_version": head.protocol_version,
        "pts_adjustment": _ticks(head.pts_adjustment),
        "cw_index": int(head.cw_index, 16),
        "tier": int(head.tier, 16),
        "splice_command_length": head.splice_command_length,
        "descriptors": tuple((descriptor.tag, descriptor.identifier) for descriptor in cue.descriptors),
        "CRC_32 as written": int(head.crc, 16),
    }
    reading |= {name: getattr(command, name, None) for name in _INSERT_NAMES}
    reading |= {"pts_time": _ticks(getattr(command, "pts_time", None))}
    reading |= {"break_duration": _ticks(getattr(command, "break_duration", None))}
    segmentations = [descriptor for descriptor in cue.descriptors if descriptor.tag == 2]
    for index, descriptor in enumerate(segmentations):
        reading[f"segmentation_event_id[{index}]"] = int(descriptor.segmentation_event_id, 16)
        reading[f"segmentation_duration[{index}]"] = _ticks(descriptor.segmentation_duration)
        reading |= {f"{name}[{index}]": getattr(descriptor, name) for name in _SEGMENTATION_NAMES}
    return reading


def _ticks(seconds: float | None) -> int | None:
    """Seconds are rounded by threefive to the microsecond, an eleventh of a tick: the tick is still certain."""
    return None if seconds is None else round(seconds * TICKS_PER_SECOND)


_INSERT_NAMES = (
    "splice_event_id",
    "splice_event_cancel_indicator",
    "out_of_network_indicator",
    "splice_immediate_flag",
    "break_auto_return",
    "unique_program_id",
    "avail_num",
    "avails_expected",
)
_SEGMENTATION_NAMES = (
    "segmentation_event_cancel_indicator",
    "segmentation_upid_type",
    "segmentation_upid_length",
    "segmentation_type_id",
    "segment_num",
    "segments_expected",
    "delivery_not_restricted_flag",
)


def _wanted(ours: Section) -> dict[str, object]:
    command, encoded = ours.command, ours.encoded
    if not isinstance(command, SpliceNull | SpliceInsert | TimeSignal):
        raise CueError(f"the second reader can't judge {type(command).__name__}", field="splice_command_type")
    wanted: dict[str, object] = {
        "command": type(command).__name__,
        "section_length": len(encoded) - 3,
        "sap_type": ours.sap_type,
        "protocol_version": ours.protocol_version,
        "pts_adjustment": ours.pts_adjustment,
        "cw_index": ours.cw_index,
        "tier": ours.tier,
        "splice_command_length": ours.splice_command_length,
        "pts_time": ours.pts_time,
        "CRC_32": int.from_bytes(encoded[-4:], "big"),
        "CRC_32 as written": int.from_bytes(encoded[-4:], "big"),
    }
    if isinstance(command, SpliceInsert):
        wanted |= _wanted_of_insert(command)
    segmentations = ours.segmentation_descriptors
    if len(segmentations) == len(ours.descriptors):
        wanted["descriptors"] = ((2, "CUEI"),) * len(segmentations)
    for index, descriptor in enumerate(segmentations):
        wanted |= {f"{name}[{index}]": value for name, value in _wanted_of_segmentation(descriptor).items()}
    return wanted


def _wanted_of_insert(command: SpliceInsert) -> dict[str, object]:
    wanted: dict[str, object] = {
        "splice_event_id": command.splice_event_id,
        "splice_event_cancel_indicator": command.cancel,
    }
    if command.cancel:
        return wanted
    duration = command.break_duration
    return wanted | {
        "out_of_network_indicator": command.out_of_network_indicator,
        "splice_immediate_flag": command.splice_immediate_flag,
        "break_auto_return": None if duration is None else duration.auto_return,
        "break_duration": None if duration is None else duration.duration_ticks,
        "unique_program_id": command.unique_program_id,
        "avail_num": command.avail_num,
        "avails_expected": command.avails_expected,
    }


def _wanted_of_segmentation(descriptor: SegmentationDescriptor) -> dict[str, object]:
    wanted: dict[str, object] = {
        "segmentation_event_id": descriptor.segmentation_event_id,
        "segmentation_event_cancel_indicator": descriptor.cancel,
    }
    if descriptor.cancel:
        return wanted
    wanted |= {
        "segmentation_duration": descriptor.segmentation_duration_ticks,
        "segmentation_upid_type": descriptor.upid_type,
        "segmentation_upid_length": len(descriptor.upid),
        "delivery_not_restricted_flag": descriptor.delivery is None,
    }
    if descriptor.upid_type == _UMID:
        return wanted
    return wanted | {
        "segmentation_type_id": descriptor.segmentation_type_id,
        "segment_num": descriptor.segment_num,
        "segments_expected": descriptor.segments_expected,
    }
