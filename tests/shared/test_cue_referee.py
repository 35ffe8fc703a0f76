"""What ``cue encode`` prints, as three decoders that share nothing with us read it: refdec, tshark, ffprobe."""

from __future__ import annotations

import argparse
import json
import re
import subprocess

import pytest

from app.cli import cue
from app.scte35.codec import from_text
from app.scte35.segmentation import END_OF, ENDS
from tests.shared.conftest import SHARED

UPIDS = (
    "1:x",
    "2:ABCD1234",
    "3:ABCD0001000H",
    "4:060A2B34.01010105.01010D20.13000000.D2C9036C.8F195343.AB7014D2.D718BFDA",
    "5:0000-0000-3A8D-0000-Z",
    "6:0000-0001-2C52-0000-P-0000-0000-0",
    "7:MV0004146400",
    "8:0x0A42235B81BC70FC",
    "11:00f1efff68756d616e303132",
    "14:type=LA&dur=60",
    "15:urn:x:y",
    "16:cb0350a9-4877-4ca7-bb63-8730b37a98cf",
    "17:type=PI&tier=1",
)
KINDS = (
    "out --event-id 17 --pts 900000 --duration 30",
    "out --event-id 508 --immediate --duration 30.03 --no-auto-return --avail-num 1 --avails-expected 2",
    "out --event-id 9 --pts 1 --avail-id 309 --pts-adjustment 8589934591 --sap-type 0",
    "in --event-id 17 --pts 40 --unique-program-id 9",
    "cancel --event-id 17",
    "null --dtmf 50:12*#",
    "reservation",
    "private --identifier ABCD --bytes ff00",
    "schedule --event-id 3 --out-at 2026-11-22T10:00:00Z --duration 30",
    "schedule --event-id 3 --in-at 2026-11-22T10:00:30Z --avail-num 1",
    "start --event-id 5 --pts 7 --upid 10:10.5240/0E4F-892E-442F-6BD4-15B0-1 --upid 9:PO:x --web-delivery-allowed no",
    "signal --event-id 5 --pts 8 --type 1 --upid 12:NBCU{}",
    "cancel-segment --event-id 5",
    "start --event-id 5 --pts 0 --type 0x17 --tier 7",
    *(f"start --event-id 5 --pts 8589934591 --type {start} --segment 1/1 --duration 60" for start in END_OF),
    *(f"end --event-id 5 --pts 8589934591 --type {end} --segment 1/1 --upid 9:SIGNAL:a1b2" for end in ENDS),
    *(f"start --event-id 5 --pts 0 --upid {upid}" for upid in UPIDS),
)
NOT_OURS = {"ok", "errors"}


def _encoded(words: str, capsys: pytest.CaptureFixture[str]) -> tuple[str, dict[str, object]]:
    parser = argparse.ArgumentParser()
    cue.add_parser(parser.add_subparsers(required=True))
    args = parser.parse_args(["cue", "encode", *words.split(), "--json"])
    assert args.run(args) == 0
    told: dict[str, object] = json.loads(capsys.readouterr().out)
    return str(told["base64"]), told


def test_three_decoders_read_what_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    made = [_encoded(words, capsys) for words in KINDS]
    command = ["bash", str(SHARED / "referee/referee.sh"), "-b", *(payload for payload, _ in made)]
    told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=100).stdout
    refdec, rest = told.split("== tshark\n")
    tshark, ffprobe = rest.split("== ffprobe sections\n")
    read = [json.loads(line) for line in refdec.splitlines()[1:]]
    assert len(read) == len(made)
    for words, (_, ours), theirs in zip(KINDS, made, read, strict=True):
        assert theirs["ok"], (words, theirs["errors"])
        _same(theirs, ours, words)
    sections = [from_text(payload) for payload, _ in made]
    assert re.findall(r"CRC32: 0x([0-9a-f]{8})", tshark) == [section[-4:].hex() for section in sections]
    assert "Malformed" not in tshark
    assert re.findall(r"size=(\d+)", ffprobe) == [str(len(section)) for section in sections]


def _same(theirs: object, ours: object, where: str) -> None:
    """Every name that theirs has, ours has with the same value."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for name in theirs.keys() - NOT_OURS:
            _same(theirs[name], ours.get(name), f"{where}: {name}")
    elif isinstance(theirs, list) and isinstance(ours, list):
        assert len(theirs) == len(ours), where
        for left, right in zip(theirs, ours, strict=True):
            _same(left, right, where)
    else:
        assert theirs == ours, where
