"""Packets into a playout, without a source around them."""

from pathlib import Path

import av
import numpy as np
import pytest

from app.model.timebase import FrameRate
from app.pipeline.cadence import Cadence
from app.pipeline.playout import Picked, Playout
from app.pipeline.reader import Media, Reader
from app.pipeline.sources.opening import best_streams
from tests.pipeline.clips import Clip, number_of, ramp, write_clip

P25 = FrameRate(25)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_clip(tmp_path / "clip.ts", Clip(frames=10))


def _read(path: Path, reader: Reader, *, stamped: int = 1) -> None:
    """All packets once; of the sound's only each ``stamped``-th keeps its timestamps, as in a large PES packet."""
    with av.open(str(path)) as container:
        video, audio = best_streams(container)
        assert video is not None
        assert audio is not None
        reader.attach(video, audio)
        packets: list[Media] = list(container.demux([video, audio]))
        sounds = 0
        for packet in packets:
            if packet.stream_index == audio.index:
                if sounds % stamped:
                    packet.pts = packet.dts = None
                sounds += 1
            reader.packet(packet)


def _rig() -> tuple[Playout, Reader]:
    playout = Playout(P25, channels=2, sample_rate_hz=48_000, live=False)
    return playout, Reader(playout, width=192, height=108, channels=2, sample_rate_hz=48_000)


@pytest.mark.parametrize("stamped", [1, 5])
def test_sound_is_whole_whether_or_not_each_packet_has_a_timestamp(clip: Path, stamped: int) -> None:
    playout, reader = _rig()
    _read(clip, reader, stamped=stamped)
    taken = [playout.take(frame, 1920) for frame in range(9)]
    assert [number_of(each.picture) for each in taken if each.picture is not None] == list(range(9))
    sound = np.concatenate([each.sound for each in taken], axis=1)
    assert np.abs(sound).reshape(2, -1, 480).max(axis=2).min() > 0.01
    assert playout.sound_gaps == 0
    reader.close()


def test_what_was_decoded_before_is_passed_over_after_a_rewind(clip: Path) -> None:
    _, reader = _rig()
    _read(clip, reader)
    before = reader.tally.packets
    reader.rewound(clip.stat().st_size)
    _read(clip, reader)
    assert reader.tally.packets == before
    assert reader.tally.decode_errors == 0
    reader.close()


def test_a_pass_begins_where_the_last_one_ended(clip: Path) -> None:
    playout, reader = _rig()
    reader.begin_pass(0)
    _read(clip, reader)
    end = reader.flush()
    assert end == 10 * 3600
    reader.begin_pass(end)
    _read(clip, reader)
    assert reader.flush() == 2 * end
    numbers = [number_of(each.picture) for each in (playout.take(frame, 1920) for frame in range(20)) if each.picture]
    assert numbers == [*range(10), *range(10)]
    reader.close()


def test_sound_that_is_read_long_before_its_pictures_stays_with_them(tmp_path: Path) -> None:
    playout, reader = _rig()
    path = write_clip(tmp_path / "apart.mkv", Clip(frames=125, sound="pcm_s16le"))
    reader.begin_pass(0)
    taken: list[Picked] = []
    with av.open(str(path)) as container:
        video, audio = best_streams(container)
        assert video is not None
        assert audio is not None
        reader.attach(video, audio)
        packets: list[Media] = list(container.demux([video, audio]))
        for packet in sorted(packets, key=reader.is_video):
            reader.packet(packet)
            if playout.pictures_full():
                taken.append(playout.take(len(taken), 1920))
    assert [number_of(each.picture) for each in taken if each.picture is not None] == list(range(len(taken)))
    sound = np.rint(np.concatenate([each.sound[0] for each in taken]) * 32768).astype(int)
    assert np.array_equal(sound, ramp(0, 1920 * len(taken)).astype(int))
    assert len(taken) > 100
    assert reader.tally.jumps == 0
    reader.close()


def test_a_new_rate_counts_once_it_is_steady() -> None:
    cadence = Cadence()
    at = 0
    for step in [3600] * 20 + [7200] + [3600] * 20 + [1800] * 20:
        at += step
        cadence.note(at)
    assert cadence.changes == 1
    assert cadence.per_second == "50"
