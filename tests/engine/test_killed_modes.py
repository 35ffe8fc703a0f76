"""A break of another mode whose engine is killed in the middle: it is closed in that mode, under its own UPID."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.model import commands, events
from app.model.signalling import SignalMode
from app.monitoring.proof import verify
from app.scte35.codec import decode
from app.scte35.segmentation import END_OF
from app.scte35.signalling import STARTS
from tests.engine.lives import Lives, lives

MODES = (SignalMode.BREAK, SignalMode.CHAPTER)
_SECTION = re.compile(r'DATERANGE:ID="(\d+)-[^"]+".*SCTE35-(OUT|IN|CMD)=0x([0-9A-F]+)')


def sections(air: Lives) -> list[tuple[int, str, bytes]]:
    """Event id, attribute and section of each range's tags, in order."""
    found = _SECTION.findall(air.playlist())
    return [(int(event_id), attribute, bytes.fromhex(section)) for event_id, attribute, section in found]


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_a_kill_in_a_break_changes_neither_its_mode_nor_its_bytes(tmp_path: Path) -> None:
    announced: dict[str, bytes] = {}
    with lives(tmp_path) as air:
        air.start()
        air.wait_more_segments(2)
        for mode in MODES:
            listed = len(sections(air))
            insert = commands.InsertBreak(channel="one", by="ann", id=mode.value, template=mode.value, immediate=True)
            air.submit(insert)
            announced[mode.value] = air.wait(events.BreakArmed, break_id=mode.value).section
            air.wait_for(lambda listed=listed: len(sections(air)) == listed + 1)  # type: ignore[misc]  # bound at once
            air.kill()
            air.start()
            assert air.wait(events.BreakResumed, break_id=mode.value).out_again is False
            air.wait(events.BreakLanded, break_id=mode.value)
        assert air.stop() == 0
        told = sections(air)

    for mode in MODES:
        start = STARTS[mode]
        (planned,) = air.of(events.BreakPlanned, break_id=mode.value)
        ours = [(attribute, section) for event_id, attribute, section in told if event_id == planned.splice_event_id]
        attributes = ["CMD", "CMD"] if mode is SignalMode.CHAPTER else ["OUT", "IN"]
        assert [attribute for attribute, _ in ours] == attributes
        opened, closed = (section for _, section in ours)
        assert opened == announced[mode.value]
        types, upids = zip(
            *(
                (one.segmentation_type_id, one.upid)
                for section in (opened, closed)
                for one in decode(section).segmentation_descriptors
            ),
            strict=True,
        )
        assert types == (start, END_OF[start])
        assert upids[0] == upids[1]
        assert upids[0].startswith(b"SIGNAL:")
    report = verify(str(tmp_path / "origin/one"), expect=2 * len(MODES))
    assert report.passed, report.to_json()
