"""Every signalling mode before the referees: each section by itself, and a show in which all of them aired."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.model.cue import DeliveryRestrictions, Section, SpliceInsert
from app.model.rundown import Upid
from app.model.signalling import Signalling, SignalMode
from app.scte35.codec import to_base64
from app.scte35.segmentation import END_OF
from app.scte35.signalling import STARTS, cancel_section, in_section, is_splice, out_section
from tests.engine.modes_run import MODES, aired
from tests.shared.conftest import SHARED

REFEREE = SHARED / "referee"
PTS, LENGTH, EVENT_ID, TIER, BREAK = 8_589_934_000, 2_700_000, 4_000_000_007, 77, "b1"
WEB = DeliveryRestrictions(
    web_delivery_allowed=False, no_regional_blackout=True, archive_allowed=False, device_restrictions=2
)


def judged(*command: str | Path) -> str:
    environment = os.environ | {"PY": sys.executable}
    words = [str(word) for word in command]
    told = subprocess.run(words, capture_output=True, text=True, env=environment, timeout=100, check=False)
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr
    return told.stdout


def rich(mode: SignalMode) -> Signalling:
    """A mode with everything that it may say."""
    insert = mode is SignalMode.SPLICE_INSERT
    return Signalling(
        mode=mode,
        upid=Upid(9, "SIGNAL:{uuid}"),
        delivery=WEB,
        tier=TIER,
        unique_program_id=9 if insert else 0,
        avail=(1, 2) if insert else (0, 0),
        segments=(2, 3) if mode in {SignalMode.BREAK, SignalMode.CHAPTER, SignalMode.DISTRIBUTOR_AD} else (0, 0),
    )


def sections_of(mode: SignalMode) -> list[Section]:
    """OUT, IN and cancel."""
    how = rich(mode)
    return [
        out_section(how, EVENT_ID, PTS, LENGTH, break_id=BREAK),
        in_section(how, EVENT_ID, PTS, break_id=BREAK),
        cancel_section(how, EVENT_ID),
    ]


@pytest.fixture(scope="module")
def readings() -> dict[SignalMode, list[tuple[dict[str, Any], str]]]:
    """Each section as the stand-alone decoder and the Wireshark dissector read it, three a mode."""
    sections = [section for mode in MODES for section in sections_of(mode)]
    told = judged("bash", REFEREE / "referee.sh", "-b", *(to_base64(section.encoded) for section in sections))
    by_itself, _, rest = told.partition("== tshark\n")
    decoded = [json.loads(line) for line in by_itself.splitlines() if line.startswith("{")]
    dissected = rest.partition("== ffprobe")[0].split("SCTE-35 Splice Information\n")[1:]
    assert len(decoded) == len(dissected) == len(sections)
    pairs = list(zip(decoded, dissected, strict=True))
    return {mode: pairs[3 * n : 3 * n + 3] for n, mode in enumerate(MODES)}


def field(dissected: str, name: str) -> str:
    """What stands behind a name, or the number in parentheses behind it."""
    match = re.search(rf"{name}: (?:[^\n]*\()?(\w+)\)?$", dissected, re.MULTILINE)
    assert match is not None, (name, dissected)
    return match[1]


@pytest.mark.parametrize("mode", MODES)
def test_the_referees_read_of_each_section_what_it_was_made_of(
    readings: dict[SignalMode, list[tuple[dict[str, Any], str]]], mode: SignalMode
) -> None:
    for section, (decoded, dissected) in zip(sections_of(mode), readings[mode], strict=True):
        assert (decoded["ok"], decoded["errors"], decoded["tier"]) == (True, [], TIER)
        assert decoded.get("effective_pts") == section.effective_pts
        assert field(dissected, "Authorisation Tier") == str(TIER)
        assert int(field(dissected, "Command Type"), 16) == decoded["splice_command_type"]
        assert int(field(dissected, "CRC32"), 16) == int.from_bytes(section.encoded[-4:])
        for said, read in zip(section.segmentation_descriptors, decoded["descriptors"], strict=True):
            assert (read["segmentation_event_id"], read["cancel"]) == (EVENT_ID, said.cancel)
            assert int(field(dissected, "Segmentation Event ID"), 16) == EVENT_ID
            if not said.cancel:
                assert int(field(dissected, "Segmentation Type"), 16) == read["segmentation_type_id"]
                assert read["segmentation_type_id"] == said.segmentation_type_id
                assert bytes.fromhex(read["upid_hex"]) == said.upid
                assert read.get("segmentation_duration") == said.segmentation_duration_ticks
                assert (read["segment_num"], read["segments_expected"]) == (said.segment_num, said.segments_expected)
                assert field(dissected, "Segments Expected") == str(said.segments_expected)
                assert read["delivery_not_restricted"] == (said.delivery is None)
    out, back, cancel = (decoded for decoded, _ in readings[mode])
    if isinstance(sections_of(mode)[0].command, SpliceInsert):
        assert {one["splice_event_id"] for one in (out, back, cancel)} == {EVENT_ID}
        assert [one["cancel"] for one in (out, back, cancel)] == [False, False, True]
        assert (out["out_of_network"], back["out_of_network"]) == (True, False)
        assert out["break_duration"] == {"auto_return": True, "duration": LENGTH}
        assert (out["unique_program_id"], out["avail_num"], out["avails_expected"]) == (9, 1, 2)
    else:
        types = [one["descriptors"][0]["segmentation_type_id"] for one in (out, back)]
        assert types == [STARTS[mode], END_OF[STARTS[mode]]]
        given = out["descriptors"][0]
        names = ("web_delivery_allowed", "no_regional_blackout", "archive_allowed", "device_restrictions")
        assert [given[name] for name in names] == [False, True, False, 2]


@pytest.mark.slow
def test_a_stream_with_every_mode_is_whole_and_read_alike() -> None:
    show = aired()
    told = judged("bash", REFEREE / "referee.sh", "-q", show.stream)
    assert "invalid 0, stream errors 0, disagreements 0" in told
    for splice in show.run.named("break.out", "break.in"):
        lines = [line for line in told.splitlines() if f" {splice['pts']} " in line]
        assert lines, splice
        assert not [line for line in lines if "not on a key frame" in line], lines


@pytest.mark.slow
def test_playlists_with_every_mode_have_nothing_wrong() -> None:
    """The referee takes the start of a breakaway (0x13) for an IN, and misses its OUT."""
    show = aired()
    command = [sys.executable, str(REFEREE / "check_hls.py"), str(show.index)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False).stdout
    wrong = [line for line in told.splitlines() if line.startswith("FAIL")]
    assert all("EXT-X-SCTE35: IN at seg" in line and "without OUT" in line for line in wrong), wrong
    assert len(wrong) <= 2, wrong
    splices = sum(map(is_splice, MODES))
    assert told.count("PASS [marker]") >= 2 * splices
