"""SCTE-35 of other people's transport streams, read by ours."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.pipeline.probe import probe
from app.pipeline.sources.cue_watch import Arrival, CueWatch
from app.pipeline.sources.ts_watch import TsWatch
from app.scte35.codec import decode
from app.scte35.crc import crc_holds
from app.scte35.explain import summary
from tests.pipeline.cued_ts import CUE_PID, Cue, with_cues
from tests.shared.conftest import SHARED

STREAMS = sorted((SHARED / "vectors" / "ts").glob("*.ts"))
SECTIONS = [
    decode(bytes.fromhex(each["hex"].removeprefix("0x"))).encoded  # some have stuffing behind them
    for each in map(json.loads, (SHARED / "vectors" / "scte35" / "vectors.jsonl").read_text().splitlines())
]


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.name[:40])
def test_its_sections_are_found(path: Path) -> None:
    report = probe(path.as_uri(), 60)
    assert [stream.pid for stream in report.cue_streams] == [600]
    told = [summary(decode(found.section)) for found in report.sections]
    assert told[0] == "splice_insert OUT 100, at 00:02.222"
    assert told[-1] == "splice_insert IN 100, at 00:03.333"
    assert not any(found.problem for found in report.sections)


@pytest.fixture(scope="module")
def stream() -> bytes:
    return STREAMS[0].read_bytes()


def sections_of(stream: bytes) -> list[bytes]:
    found: list[Arrival] = []
    watch = TsWatch(cues=CueWatch(found.append, pids=(CUE_PID,)))
    watch.read(stream)
    return [arrival.section for arrival in found]


def test_each_section_of_the_vectors_comes_out_as_it_went_in(stream: bytes) -> None:
    for first in range(0, len(SECTIONS), 50):
        some = SECTIONS[first : first + 50]
        cues = [Cue(number % 3, each) for number, each in enumerate(some)]
        assert sections_of(with_cues(stream, cues)) == [*some[::3], *some[1::3], *some[2::3]]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_harm_to_the_stream_makes_no_other_section(stream: bytes, data: st.DataObject) -> None:
    sent = SECTIONS[:20]
    packets = with_cues(stream, [Cue(number % 3, each) for number, each in enumerate(sent)])
    harmed = bytearray(packets)
    for _ in range(data.draw(st.integers(1, 200))):
        harmed[data.draw(st.integers(0, len(harmed) - 1))] = data.draw(st.integers(0, 255))
    assert all(section in sent for section in sections_of(bytes(harmed)) if crc_holds(section))
