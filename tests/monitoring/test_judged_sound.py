"""The sound at each splice: cut where the picture is, without a hole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.monitoring.packets import packets_of
from app.monitoring.proof import verify
from app.monitoring.sound import sound_on
from tests.monitoring.airing import FRAME, Airing, add_break
from tests.monitoring.judged import proved, rows_of
from tests.monitoring.little_ts import AAC_FRAME, AUDIO, LittleTs

OUT_AT = 300 * FRAME // AAC_FRAME  # the AAC frame in which the OUT falls
MS = 90

type Sound = Callable[[str, int], int | None]


def test_sound_that_goes_on_is_cut_with_the_picture_in_each_rendition(tmp_path: Path) -> None:
    airing = Airing(sound=lambda _name, _number: 0)
    add_break(airing)
    report = proved(airing, tmp_path, expect=2)
    assert report.passed, report.to_json()
    for row in report.splices:
        assert set(row.audio_ms) == {"720p", "360p"}
        assert all(point is not None and abs(point) <= 22 for points in row.audio_ms.values() for point in points)


@pytest.mark.parametrize("last", [90, 140, 400])
def test_a_cut_of_the_sound_beside_the_picture_is_told(tmp_path: Path, last: int) -> None:
    """The 360p sound is written so much too late: that of each segment ends and begins before its picture."""
    airing = Airing(sound=lambda name, _number: -last * MS if name == "360p" else 0)
    add_break(airing)
    row = rows_of(proved(airing, tmp_path))[17, "out"]
    assert row.verdict == ("landed" if last == 90 else "misplaced")
    assert (f"its sound's out-point is -{last}" in row.reason or "out-point" in row.reason) == (last != 90)
    assert ("360p" in row.reason) == (last != 90)


@pytest.mark.parametrize(
    ("sound", "said"),
    [
        (lambda _, number: None if OUT_AT - 8 < number < OUT_AT + 8 else 0, "point"),
        (lambda _, number: None if OUT_AT - 60 < number <= OUT_AT else 0, "there is no sound at its out-point"),
        (lambda _, number: None if OUT_AT <= number < OUT_AT + 200 else 0, "there is no sound at its in-point"),
        (lambda _, number: None if OUT_AT + 5 <= number < OUT_AT + 12 else 0, "its sound has a hole by 149 ms"),
        (lambda _, number: -200 * MS if OUT_AT + 8 <= number < OUT_AT + 40 else 0, "its sound overlaps by 200 ms"),
    ],
)
def test_holes_and_overlaps_at_a_splice_are_told(tmp_path: Path, sound: Sound, said: str) -> None:
    airing = Airing(renditions=("720p",), sound=sound)
    add_break(airing)
    report = proved(airing, tmp_path)
    row = rows_of(report)[17, "out"]
    assert row.verdict == "misplaced", report.to_json()
    assert said in row.reason
    assert rows_of(report)[17, "in"].verdict == "landed"


def test_a_small_hole_is_a_remark(tmp_path: Path) -> None:
    airing = Airing(renditions=("720p",), sound=lambda _, number: None if number == OUT_AT + 5 else 0)
    add_break(airing)
    report = proved(airing, tmp_path)
    assert report.passed
    assert rows_of(report)[17, "out"].reason == "its sound has a hole by 21 ms"


def test_a_continuous_stream_is_judged_at_the_splice(tmp_path: Path) -> None:
    for name, sound, passes in (
        ("right.ts", lambda _, _number: 0, True),
        ("hole.ts", lambda _, number: None if OUT_AT - 4 < number < OUT_AT + 8 else 0, False),
    ):
        airing = Airing(renditions=("720p",), sound=sound)
        add_break(airing)
        path = tmp_path / name
        path.write_bytes(b"".join(octets for _, _, octets in airing.streams("720p")))
        report = verify(str(path), expect=2)
        assert report.passed == passes, report.to_json()


def packed(airing: Airing, frames: int, *, adts: bool = True) -> bytes:
    """One stream with so many AAC frames in each PES packet, the OUT inside one; or frames that nothing counts."""
    ts, spoken = LittleTs(has_sound=True), 0
    ts.tables()
    for frame in range(airing.frames):
        for _, section in (one for one in airing.sections["720p"] if one[0] == frame):
            ts.section(section)
        while spoken * AAC_FRAME < (frame + 1) * FRAME:
            ts.sound(airing.first_pts + spoken * AAC_FRAME, frames)
            spoken += frames
        pts = airing.pts(frame)
        ts.picture(pts, pts - 2 * FRAME, idr=frame in airing.cuts)
    octets = ts.taken()
    return octets if adts else octets.replace(b"\xff\xf1\x4c\x80", b"\x56\xe0\x15\x00")


def test_many_frames_in_one_packet_are_judged_by_frame(tmp_path: Path) -> None:
    airing = Airing(renditions=("720p",))
    add_break(airing)
    path = tmp_path / "packed.ts"
    path.write_bytes(packed(airing, 14))
    report = verify(str(path), expect=2)
    assert report.passed, report.to_json()
    for row in report.splices:
        assert all(point is not None and abs(point) <= 22 for point in row.audio_ms["packed.ts"])


def test_frames_that_nothing_counts_are_not_judged(tmp_path: Path) -> None:
    airing = Airing(renditions=("720p",))
    add_break(airing)
    path = tmp_path / "packed.ts"
    path.write_bytes(packed(airing, 14, adts=False))
    report = verify(str(path), expect=2)
    assert report.passed, report.to_json()
    assert any("can't be judged: the frames of its PES packets" in row.reason for row in report.splices)


def test_frames_in_one_packet_are_counted() -> None:
    ts = LittleTs(has_sound=True)
    ts.tables()
    for number in range(4):
        ts.sound(900_000 + number * 3 * AAC_FRAME, frames=3)
    sound = sound_on(packets_of(ts.taken()), AUDIO, 0x0F)
    assert sound.lasts.tolist() == [3 * AAC_FRAME] * 4
    assert sound.starts.tolist() == [900_000 + number * 3 * AAC_FRAME for number in range(4)]
    assert sound_on(packets_of(b""), AUDIO, 0x0F).starts.tolist() == []
