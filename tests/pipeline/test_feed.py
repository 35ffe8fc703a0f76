"""Feeds on real sources: the ffmpeg command line, transport streams over loopback, files."""

import random
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from app.model.errors import UnsupportedError, UsageError
from app.model.timebase import FrameRate
from app.pipeline.feed import Feed
from tests.pipeline.clips import RAMP, Clip, Player, free_port, number_of, ramp, write_clip
from tests.pipeline.feed_rig import Rig, feeding

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()


# ---- files


@pytest.mark.parametrize("name", ["loop.mkv", "loop.mp4", "loop.ts"])
def test_a_file_is_looped_without_a_jump(tmp_path: Path, name: str) -> None:
    clip = Clip(sound="aac" if name.endswith("ts") else "pcm_s16le" if name.endswith("mkv") else "aac")
    with feeding(write_clip(tmp_path / name, clip).as_uri()) as rig:
        assert rig.feed.wait_for_picture(5)
        taken = rig.take_filled(160)
        assert taken[0].video is not None
        numbers = [number_of(each.video) for each in taken if each.video is not None]
        assert numbers == [number % 50 for number in range(160)]
        assert not any(each.repeated for each in taken)
        assert not rig.alarms
        loudest = np.abs(rig.sound()).reshape(2, -1, 480).max(axis=2)
        assert loudest.min() > 0.001  # no gap of 10 ms anywhere, the seams included
        assert rig.worst_take_s < 0.05


def test_picture_and_sound_are_cut_at_the_same_sample(tmp_path: Path) -> None:
    """The sound of each pass is the ramp from its beginning: sample by sample, through three seams."""
    with feeding(write_clip(tmp_path / "ramp.mkv", Clip(sound="pcm_s16le")).as_uri()) as rig:
        rig.feed.wait_for_picture(5)
        rig.take_filled(170)
        got = np.rint(rig.sound()[0] * 32768).astype(int)
        one_pass = ramp(0, 50 * 1920).astype(int)
        assert np.array_equal(got, np.resize(one_pass, got.shape))
        assert one_pass.max() < RAMP


def test_a_seam_that_has_to_wait_is_not_read_over(tmp_path: Path) -> None:
    """The next pass's sound is read before its pictures have room: a little of it, and none is lost by that."""
    clip = Clip(frames=150, sound="pcm_s16le")
    with feeding(write_clip(tmp_path / "long.mkv", clip).as_uri()) as rig:
        rig.feed.wait_for_picture(5)
        for passes in range(1, 4):
            rig.take_filled(150 * passes - 10 - len(rig.ticks))  # the last ten are in the buffer
            threading.Event().wait(0.3)  # as long as the program takes nothing
            assert rig.feed.status().packets < 300 * passes + 50
            rig.take_filled(20)
        numbers = rig.numbers()
        assert numbers == [number % 150 for number in range(len(numbers))]
        one_pass = ramp(0, 150 * 1920).astype(int)
        assert np.array_equal(np.rint(rig.sound()[0] * 32768).astype(int), np.resize(one_pass, 1920 * len(numbers)))


def test_a_file_of_another_size_and_rate_fits_the_channel(tmp_path: Path) -> None:
    clip = Clip(width=120, height=108, rate=FrameRate(50), pix_fmt="yuv444p", codec="ffv1", sound="pcm_s16le")
    with feeding(write_clip(tmp_path / "odd.mkv", clip).as_uri()) as rig:
        rig.feed.wait_for_picture(5)
        for taken in rig.take_filled(30):
            assert taken.video is not None
            assert (taken.video.width, taken.video.height, taken.video.format.name) == (192, 108, "yuv420p")
        last = rig.on_air()[-1].video
        assert last is not None
        luma = np.frombuffer(last.planes[0], np.uint8).reshape(108, -1)
        assert luma[:, :34].max() <= 17  # 120 wide in 192: bars of 36 at either side
        assert luma[:50, 40:150].max() > 200


def test_interlaced_pictures_and_44_100_hz_are_looped_as_smoothly(tmp_path: Path) -> None:
    path = tmp_path / "interlaced.ts"
    lavfi = ["-f", "lavfi", "-i"]
    subprocess.run(
        [
            *(FFMPEG, "-v", "error", *lavfi, "testsrc2=s=192x108:r=50", *lavfi, "sine=440:r=44100", "-t", "2"),
            *("-vf", "interlace", "-c:v", "mpeg2video", "-flags", "+ildct+ilme", "-b:v", "1M"),
            *("-c:a", "mp2", "-ar", "44100", str(path)),
        ],
        check=True,
    )
    with feeding(path.as_uri()) as rig:
        rig.feed.wait_for_picture(5)
        taken = rig.take_filled(150)
        assert sum(each.repeated for each in taken) <= 4  # the file is not of a whole number of pictures
        quiet = np.abs(rig.sound()[:, 1920 * 4 :]).reshape(2, -1, 480).max(axis=2) < 0.01
        assert quiet.sum() <= 2 * 8  # its sound is shorter than its pictures, by up to 40 ms a pass
        assert rig.feed.status().clock_corrections == 0


def test_what_is_no_media_is_named_and_tried_again(tmp_path: Path) -> None:
    missing, text = tmp_path / "not-there.mp4", tmp_path / "notes.mp4"
    text.write_text("no media here\n" * 1000)
    with feeding(missing.as_uri(), text.as_uri()) as rig:
        assert rig.run_until(lambda: len(rig.said("source.failed")) >= 2, 5)
        assert rig.said("source.failed:" + missing.as_uri())[0] == f"{missing.as_uri()}: there is no such file"
        assert "not a media file" in str(rig.said("source.failed:" + text.as_uri())[0])
        assert rig.said("source.lost") == ["no source has opened yet"]
        assert rig.source == "slate"
        assert "no" in rig.ticks[-1][1].reason
        shutil.copy(write_clip(tmp_path / "clip.mp4", Clip(frames=30)), missing)
        assert rig.run_until(lambda: rig.source == missing.as_uri(), 5)
        assert rig.run_until(lambda: rig.said("source.lost")[-1] is None, 2)
        assert rig.said("source.failed:" + missing.as_uri())[-1] is None


def test_the_next_source_takes_over(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "short.ts", Clip(frames=50))
    port = free_port()
    first = f"udp://127.0.0.1:{port}"
    with feeding(first, "test:bars") as rig:
        player = Player([clip], port)
        try:
            assert rig.run_until(lambda: rig.source == first, 4)
            assert rig.run_until(lambda: rig.source == "test:bars", 6)
        finally:
            player.stop()
        order = [
            source for source, before in zip(_sources(rig), ["", *_sources(rig)], strict=False) if source != before
        ]
        assert order in (["slate", first, "slate", "test:bars"], ["slate", first, "test:bars"])
        assert rig.run_until(lambda: rig.said("source.lost") == [f"source lost: {first}", None], 1)
        assert rig.feed.status().losses == 1


def _sources(rig: Rig) -> list[str]:
    return [taken.source for _, taken in rig.ticks]


def test_bars_are_on_air_at_once_and_every_picture_is_new() -> None:
    with feeding("test:bars", rate=FrameRate(30_000, 1001)) as rig:
        assert rig.feed.wait_for_picture(5)
        taken = rig.take_filled(60)
        assert {each.source for each in taken} == {"test:bars"}
        assert not any(each.repeated for each in taken)
        assert len({bytes(each.video.planes[0]) for each in taken if each.video is not None}) == 60
        assert not rig.alarms


def test_urls_are_checked_before_anything_starts() -> None:
    with pytest.raises(UnsupportedError, match="SRT"):
        _feed("srt://127.0.0.1:9000")
    with pytest.raises(UsageError, match="bars"):
        _feed("test:snow")
    with pytest.raises(UsageError, match="no source"):
        _feed()
    with pytest.raises(UsageError, match="3 audio channels"):
        _feed("test:bars", channels=3)


def _feed(*urls: str, channels: int = 2) -> Feed:
    return Feed(
        urls,
        channel="a",
        title="A",
        rate=FrameRate(25),
        width=64,
        height=36,
        audio_channels=channels,
        publish_alarm=lambda *_: None,
    )


# ---- the ffmpeg command line as the sender


class Sender:
    """An ffmpeg that sends a test picture and a tone to a port in real time."""

    def __init__(self, port: int, *, seconds: int = 30) -> None:
        lavfi = ["-f", "lavfi", "-i"]
        self.process = subprocess.Popen(
            [
                *(FFMPEG, "-v", "error", "-re", *lavfi, "testsrc2=s=192x108:r=25", *lavfi, "sine=440:r=48000"),
                *("-t", str(seconds), "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-bf", "2", "-c:a", "aac"),
                *("-f", "mpegts", f"udp://127.0.0.1:{port}?pkt_size=1316"),
            ]
        )

    def kill(self) -> float:
        """Kill it; the time when that was done."""
        self.process.kill()
        self.process.wait(5)
        return time.monotonic()


def test_killed_sender_slate_restart_back_on_air() -> None:
    port = free_port()
    with feeding(f"udp://127.0.0.1:{port}") as rig:
        sender = Sender(port)
        try:
            assert rig.run_until(lambda: rig.source != "slate" and len(rig.ticks) > 1, 8)
            rig.run(1.5)
            assert rig.ticks[-1][1].audio.any()
            killed_s = sender.kill()
            assert rig.run_until(lambda: rig.source == "slate", 2)
            assert time.monotonic() - killed_s <= 0.6  # 0.5 s after the last picture, and its way to here
            assert "no picture" in rig.ticks[-1][1].reason
            assert rig.run_until(lambda: f"source lost: udp://127.0.0.1:{port}" in rig.said("source.lost"), 1)
            sender = Sender(port)
            assert rig.run_until(lambda: rig.source != "slate", 8)
            assert rig.run_until(lambda: rig.said("source.lost")[-1] is None, 1)
        finally:
            sender.kill()
        status = rig.feed.status()
        assert status.losses <= 1
        assert status.packets > 0
    assert len(rig.ticks) > 0


# ---- what is not a transport stream


@pytest.mark.parametrize(
    ("payload", "named"),
    [
        (random.Random(3).randbytes(1316), "no MPEG transport stream"),
        (b"\x80\x21\x00\x01" + bytes(8) + b"\x47" + bytes(187), "RTP arrives"),
    ],
)
def test_other_datagrams_are_refused_by_name(payload: bytes, named: str) -> None:
    port = free_port()
    over = threading.Event()

    def send() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            while not over.wait(0.02):
                out.sendto(payload, ("127.0.0.1", port))

    sender = threading.Thread(target=send)
    sender.start()
    try:
        with feeding(f"udp://127.0.0.1:{port}") as rig:
            assert rig.run_until(lambda: bool(rig.said("source.failed")), 6)
            assert named in str(rig.said("source.failed")[0])
            assert {taken.source for _, taken in rig.ticks} == {"slate"}
    finally:
        over.set()
        sender.join()


def test_an_address_that_is_not_here_is_named() -> None:
    with feeding("udp://203.0.113.9:5000") as rig:
        assert rig.run_until(lambda: bool(rig.said("source.failed")), 3)
        assert "can't be listened on" in str(rig.said("source.failed")[0])


def test_memory_does_not_grow_with_loops(tmp_path: Path) -> None:
    """Each pass of a file that needs scaling builds decoders and a filter graph; none is kept."""
    path = write_clip(tmp_path / "tiny.mp4", Clip(frames=5, width=320, height=180, sound="aac"))
    with feeding(path.as_uri()) as rig:
        rig.feed.wait_for_picture(5)
        grown = []
        for _ in range(10):
            rig.take_filled(50)
            del rig.ticks[1:]
            grown.append(_resident_bytes())
        assert grown[-1] - grown[3] < 8 << 20


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def test_stopping_waits_for_nobody() -> None:
    feed = _feed(f"udp://127.0.0.1:{free_port()}")
    feed.start()
    began_s = time.monotonic()
    feed.stop(2.0)
    assert time.monotonic() - began_s < 1.0
