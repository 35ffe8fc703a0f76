"""Places in a programme that its own markers name, for breaks that follow one: "program_end", "0x22:SIGNAL:…"."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from app.model.cue import SegmentationDescriptor
from app.model.errors import CueError
from app.scte35.codec import decode
from app.scte35.segmentation import TYPE_NAMES
from app.scte35.upids import read_upid

_NUMBER = re.compile(r"0[xX][0-9a-fA-F]{1,2}|\d{1,3}")
_TYPES = {name.lower().replace(" ", "_"): type_id for type_id, name in TYPE_NAMES.items()}
_LAST_TYPE = 0xFF


@dataclass(frozen=True, slots=True)
class ProgramMark:
    """A segmentation_type_id (SCTE 35 table 23), of a certain UPID where ``upid`` is given."""

    type_id: int
    upid: str = ""

    @classmethod
    def parse(cls, text: str) -> ProgramMark:
        """Of ``TYPE`` or ``TYPE:UPID``, the type as a number or by its name. ValueError: it is neither."""
        kind, _, upid = text.strip().partition(":")
        kind = kind.strip().lower().replace(" ", "_").replace("-", "_")
        if _NUMBER.fullmatch(kind):
            type_id = int(kind, 16 if kind.startswith("0x") else 10)
            if type_id <= _LAST_TYPE:
                return cls(type_id, upid.strip())
        elif kind in _TYPES:
            return cls(_TYPES[kind], upid.strip())
        close = difflib.get_close_matches(kind[:40], _TYPES, n=1)
        nearest = f"did you mean {close[0]}?" if close else "right is program_end, 0x11 or program_end:UPID"
        raise ValueError(f"{text[:80]!r} is no program mark: {nearest}")

    def meets(self, found: ProgramMark) -> bool:
        """Whether this is what was found in a section."""
        return self.type_id == found.type_id and self.upid in {"", found.upid}


def marks_of(section: bytes) -> tuple[ProgramMark, ...]:
    """The marks that a section sets; none where it can't be read, or cancels."""
    try:
        descriptors = decode(section).descriptors
    except CueError:
        return ()
    return tuple(
        ProgramMark(each.segmentation_type_id, read_upid(each.upid_type, each.upid).text)
        for each in descriptors
        if isinstance(each, SegmentationDescriptor) and not each.cancel
    )
