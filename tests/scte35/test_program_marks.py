"""Marks of a programme, as a schedule names them and as sections set them."""

import pytest

from app.model.cue import Section, SegmentationDescriptor, TimeSignal
from app.scte35.codec import encode
from app.scte35.program_marks import ProgramMark, marks_of


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("program_end", ProgramMark(0x11)),
        ("Program End", ProgramMark(0x11)),
        ("0x22", ProgramMark(0x22)),
        ("34", ProgramMark(0x22)),
        ("break_start:SIGNAL:a:b", ProgramMark(0x22, "SIGNAL:a:b")),
    ],
)
def test_a_mark_is_read(text: str, mark: ProgramMark) -> None:
    assert ProgramMark.parse(text) == mark


@pytest.mark.parametrize("text", ["", "0x100", "256", "programme_end", ":x"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no program mark"):
        ProgramMark.parse(text)


def test_the_marks_of_a_section() -> None:
    segments = (
        SegmentationDescriptor(1, segmentation_type_id=0x11, upid_type=9, upid=b"SIGNAL:a"),
        SegmentationDescriptor(2, segmentation_type_id=0x10),
        SegmentationDescriptor(3, cancel=True),
    )
    found = marks_of(encode(Section(TimeSignal(90_000), segments)))
    assert found == (ProgramMark(0x11, "SIGNAL:a"), ProgramMark(0x10))
    assert ProgramMark(0x11).meets(found[0])
    assert ProgramMark(0x11, "SIGNAL:a").meets(found[0])
    assert not ProgramMark(0x11, "SIGNAL:b").meets(found[0])
    assert marks_of(b"\xfcx") == ()
