"""Packets of a file, whatever lies between them, cut as it may be read."""

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.errors import SourceError
from app.pipeline.sources.cue_watch import Arrival, CueWatch
from app.pipeline.sources.ts_file import TsFile, WholePackets
from app.pipeline.sources.ts_watch import TsWatch
from tests.pipeline.clips import Clip, write_clip
from tests.pipeline.cued_ts import Cue, cued
from tests.pipeline.test_sections import OUT


def packet(number: int) -> bytes:
    """One that tells which it is, and holds no second sync byte."""
    return b"\x47" + number.to_bytes(4).replace(b"\x47", b"\x48") + bytes(183)


def pieces_of(body: bytes, sizes: list[int]) -> list[bytes]:
    pieces, at, turn = [], 0, 0
    while at < len(body):
        pieces.append(body[at : at + sizes[turn % len(sizes)]])
        at, turn = at + len(pieces[-1]), turn + 1
    return pieces


def found_in(body: bytes, sizes: list[int]) -> tuple[list[bytes], WholePackets]:
    packets = WholePackets()
    joined = b"".join([*(run for piece in pieces_of(body, sizes) for run in packets.of(piece)), packets.last()])
    assert len(joined) % 188 == 0
    return [joined[at : at + 188] for at in range(0, len(joined), 188)], packets


@settings(max_examples=100, deadline=None)
@given(
    stride=st.sampled_from([188, 192, 204]),
    count=st.integers(6, 60),
    sizes=st.lists(st.integers(1, 3000), min_size=1, max_size=10),
    before=st.binary(max_size=300).map(lambda junk: junk.replace(b"\x47", b"\x48")),
)
def test_every_packet_is_found_whatever_is_around_it(stride: int, count: int, sizes: list[int], before: bytes) -> None:
    wanted = [packet(number) for number in range(count)]
    around = {188: (b"", b""), 192: (b"\1\2\3\4", b""), 204: (b"", bytes(16))}[stride]
    body = before + b"".join(around[0] + each + around[1] for each in wanted)
    assert found_in(body, sizes)[0] == wanted


@settings(max_examples=100, deadline=None)
@given(
    at=st.integers(0, 60),
    junk=st.binary(min_size=1, max_size=5000),
    sizes=st.lists(st.integers(1, 5000), min_size=1, max_size=5),
)
def test_after_junk_it_finds_the_packets_again(at: int, junk: bytes, sizes: list[int]) -> None:
    wanted = [packet(number) for number in range(90)]
    body = b"".join(wanted[:at]) + junk + b"".join(wanted[at:])
    found, _ = found_in(body, sizes)
    assert len([each for each in wanted if each in found]) >= len(wanted) - 6
    assert found[-20:] == wanted[-20:]


def test_noise_is_passed_over_quickly() -> None:
    noise, packets = random.Random(5).randbytes(5_000_000), WholePackets()
    began_s = time.thread_time()
    found = sum(len(run) for piece in pieces_of(noise, [12_032]) for run in packets.of(piece))
    assert time.thread_time() - began_s < 1.0  # 100 MB in well under half a minute, on a slow machine too
    assert found <= 5 * 188
    assert packets.passed_over > 4_900_000


def test_it_reads_no_further_than_it_is_told(tmp_path: Path) -> None:
    path = cued(write_clip(tmp_path / "clip.ts", Clip(frames=200)), Cue(5, OUT), Cue(190, OUT))
    size = path.stat().st_size
    arrivals: list[Arrival] = []
    with TsFile(path.as_uri(), path, TsWatch(cues=CueWatch(arrivals.append))) as file:
        file.read_beyond(size // 2)
        assert len(arrivals) == 1
        file.read_beyond(size // 4)
        file.read_beyond(size)
        assert len(arrivals) == 2
        assert not file.read_step()


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        TsFile("file:///x.ts", tmp_path / "x.ts", TsWatch())
