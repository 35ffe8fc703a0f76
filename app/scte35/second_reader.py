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
- What it can't read (schedules, components, private descriptors, the fields behind a UMID) is named in second_reading.
- It does not check CRC_32 while decoding; its sum over the section is compared too.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

import threefive.stuff
from threefive.crc import crc32
from threefive.cue import Cue
from threefive.segmentation import table20

from app.model.errors import CueError
from app.model.timebase import TICKS_PER_SECOND
from app.scte35.codec import decode
from app.scte35.descriptors import SEGMENTATION
from app.scte35.second_reading import unjudged, wanted

_COLOURS = re.compile("\x1b\\[[0-9;]*m")
_complaints = threading.local()


def _keep_complaint(text: object = "") -> None:
    _complaints.heard = [*getattr(_complaints, "heard", ()), " ".join(_COLOURS.sub("", str(text)).split())]


threefive.stuff.print2 = _keep_complaint


def agree(section_bytes: bytes) -> None:
    """CueError unless threefive reads the section as our own decoder does. Any thread; about 0.1 ms.

    CueError too for what it can't judge: ``second_reading.unjudged`` tells that beforehand.
    """
    ours = decode(section_bytes)
    if reason := unjudged(ours):
        raise CueError(reason)
    theirs = _second_reading(ours.encoded)
    for name, value in wanted(ours).items():
        read = theirs.get(name)
        if read != value or type(read) is not type(value):
            raise CueError(f"the second reader reads {read!r}, we {value!r}", field=name)


def compared() -> tuple[Callable[[bytes], object], Callable[[object], object]]:
    """How the second reader decodes a section, and encodes what it decoded: for measuring its speed beside ours."""

    def read(encoded: bytes) -> object:
        cue = Cue()
        cue.bites = encoded
        cue.decode()
        return cue

    return read, lambda cue: cue.encode() if isinstance(cue, Cue) else None


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
    reading |= {name: getattr(command, name, None) for name in _COMMAND_NAMES}
    reading |= {"pts_time": _ticks(getattr(command, "pts_time", None))}
    reading |= {"break_duration": _ticks(getattr(command, "break_duration", None))}
    for index, descriptor in enumerate(cue.descriptors):
        reading |= {f"{name}[{index}]": getattr(descriptor, name, None) for name in _DESCRIPTOR_NAMES}
        if descriptor.tag == SEGMENTATION:
            reading[f"segmentation_event_id[{index}]"] = int(descriptor.segmentation_event_id, 16)
            reading[f"segmentation_duration[{index}]"] = _ticks(descriptor.segmentation_duration)
            reading[f"device_restrictions[{index}]"] = _DEVICE_GROUPS.get(descriptor.device_restrictions)
    return reading


def _ticks(seconds: float | None) -> int | None:
    """Seconds are rounded by threefive to the microsecond, an eleventh of a tick: the tick is still certain."""
    return None if seconds is None else round(seconds * TICKS_PER_SECOND)


_COMMAND_NAMES = (
    "splice_event_id",
    "splice_event_cancel_indicator",
    "out_of_network_indicator",
    "splice_immediate_flag",
    "event_id_compliance_flag",
    "break_auto_return",
    "unique_program_id",
    "avail_num",
    "avails_expected",
    "identifier",
    "private_bytes",
)
_DESCRIPTOR_NAMES = (
    "segmentation_event_cancel_indicator",
    "segmentation_event_id_compliance_indicator",
    "segmentation_upid_type",
    "segmentation_upid_length",
    "segmentation_type_id",
    "segment_num",
    "segments_expected",
    "sub_segment_num",
    "sub_segments_expected",
    "delivery_not_restricted_flag",
    "web_delivery_allowed_flag",
    "no_regional_blackout_flag",
    "archive_allowed_flag",
    "provider_avail_id",
    "preroll",
    "dtmf_count",
    "tai_seconds",
    "tai_ns",
    "utc_offset",
)
_DEVICE_GROUPS = {name: value for value, name in table20.items()}  # it gives the group's name, not its number
