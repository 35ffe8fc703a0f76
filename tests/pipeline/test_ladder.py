"""The ladder: every rung gets each picture with its time and type; sound keeps step; previews have the size asked."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import av
import numpy as np
import pytest

from app.model.errors import EncoderError
from app.model.show import Audio, Rendition
from app.model.timebase import FrameRate
from app.pipeline.anchor import Anchor
from app.pipeline.encoders import MEDIA_TIME_BASE, SAMPLE_RATE_HZ, VideoEncoder
from app.pipeline.filters import Cascade
from app.pipeline.ladder import Ladder, Shot
from app.pipeline.packets import AudioPacket, Packet, VideoPacket
from app.pipeline.preview import Mailbox

RATE = FrameRate(25)
RUNGS = (
    Rendition("small", 160, 90, 100_000),
    Rendition("large", 640, 360, 500_000),
    Rendition("middle", 320, 180, 200_000),
    Rendition("twin", 320, 180, 150_000),
)
FRAMES, IDRS = 60, {0, 13, 40}
STEP_S = 20.0


def _picture(number: int, width: int = 640, height: int = 360) -> av.VideoFrame:
    grey = np.full((height * 3 // 2, width), 30 + number, np.uint8)
    return av.VideoFrame.from_ndarray(grey, format="yuv420p")


def test_the_cascade_gives_each_rung_its_size_in_the_order_asked() -> None:
    cascade = Cascade(640, 360, RUNGS)
    picture = _picture(7)
    picture.pts, picture.time_base = 1234, MEDIA_TIME_BASE
    scaled = cascade.scaled(picture)
    cascade.close()
    assert [(frame.width, frame.height) for frame in scaled] == [(rung.width, rung.height) for rung in RUNGS]
    assert {frame.pts for frame in scaled} == {1234}
    assert all(abs(int(frame.to_ndarray()[: frame.height].mean()) - 37) <= 1 for frame in scaled)


@pytest.fixture
def run() -> tuple[list[VideoPacket], list[AudioPacket], Mailbox]:
    """A ladder run from end to end."""
    videos: list[VideoPacket] = []
    sounds: list[AudioPacket] = []
    faults: list[Exception] = []
    mailbox = Mailbox()
    mailbox.size = (160, 90)

    def emit(packet: VideoPacket | AudioPacket) -> None:
        videos.append(packet) if isinstance(packet, VideoPacket) else sounds.append(packet)

    ladder = Ladder(
        "test",
        RUNGS,
        Audio(),
        RATE,
        threads=1,
        emit=emit,
        on_fault=lambda _, error: faults.append(error),
        mailbox=mailbox,
    )
    anchor = Anchor(RATE, datetime.now(UTC))
    ladder.start(anchor)
    repeated = _picture(0)
    for frame in range(FRAMES):
        samples = RATE.samples(frame + 1, SAMPLE_RATE_HZ) - RATE.samples(frame, SAMPLE_RATE_HZ)
        picture = repeated if frame % 3 else _picture(frame)  # the same object again and again, as a source hands it
        tone = np.full((2, samples), 0.5, np.float32)
        assert ladder.put(Shot(frame, anchor.pts(frame), picture, frame in IDRS, tone, (-6.0, -6.0)), STEP_S)
    assert ladder.finish(STEP_S)
    ladder.close()
    assert not faults
    return videos, sounds, mailbox


def test_every_rung_has_every_picture_once_and_idrs_where_forced(
    run: tuple[list[VideoPacket], list[AudioPacket], Mailbox],
) -> None:
    videos, _, _ = run
    anchor = Anchor(RATE, datetime.now(UTC))
    for rung in RUNGS:
        mine = [video.packet for video in videos if video.rendition == rung.name]
        assert sorted(packet.pts or 0 for packet in mine) == [anchor.pts(frame) for frame in range(FRAMES)]
        assert {packet.pts for packet in mine if packet.is_keyframe} == {anchor.pts(frame) for frame in IDRS}


def test_sound_covers_the_pictures_without_a_gap(run: tuple[list[VideoPacket], list[AudioPacket], Mailbox]) -> None:
    _, sounds, _ = run
    times = [sound.packet.pts or 0 for sound in sounds]
    assert times == list(range(times[0], times[0] + 1920 * len(times), 1920))
    assert times[0] == 900_000 - 1920
    assert times[-1] + 1920 >= 900_000 + RATE.ticks(FRAMES) - 1920


def test_a_preview_is_posted_in_the_size_that_was_asked_for(
    run: tuple[list[VideoPacket], list[AudioPacket], Mailbox],
) -> None:
    _, _, mailbox = run
    frame = mailbox.frame
    assert frame is not None
    assert (frame.width, frame.height, frame.peaks_dbfs) == (160, 90, (-6.0, -6.0))
    assert len(frame.pixels) >= frame.stride * frame.height
    assert mailbox.seq > 0


def test_a_dead_encoder_is_told_to_the_supervisor_and_ends_the_ladder() -> None:
    faults: list[str] = []

    def emit(packet: VideoPacket | AudioPacket) -> None:
        raise OSError("the packager is gone")

    ladder = Ladder(
        "test",
        RUNGS[:1],
        Audio(),
        RATE,
        threads=1,
        emit=emit,
        on_fault=lambda name, _: faults.append(name),
        mailbox=Mailbox(),
    )
    ladder.start(Anchor(RATE, datetime.now(UTC)))
    samples = np.zeros((2, 1920), np.float32)
    for frame in range(3):
        ladder.put(Shot(frame, 900_000 + 3600 * frame, _picture(frame, 160, 90), frame == 0, samples, ()), STEP_S)
    ladder.finish(STEP_S)
    ladder.close()
    assert faults


def test_sound_keeps_its_time_when_pictures_are_given_up() -> None:
    sounds: list[AudioPacket] = []
    ladder = Ladder(
        "test",
        RUNGS[:1],
        Audio(),
        RATE,
        threads=1,
        emit=lambda packet: sounds.append(packet) if isinstance(packet, AudioPacket) else None,
        on_fault=lambda _, error: pytest.fail(str(error)),
        mailbox=Mailbox(),
    )
    ladder.start(Anchor(RATE, datetime.now(UTC)))
    samples = np.zeros((2, 1920), np.float32)
    for frame in [*range(10), *range(30, 50)]:
        picture = _picture(frame, 160, 90)
        assert ladder.put(Shot(frame, 900_000 + 3600 * frame, picture, frame == 0, samples, ()), STEP_S)
    assert ladder.finish(STEP_S)
    ladder.close()
    end = max(sound.packet.pts or 0 for sound in sounds) + 1920
    assert abs(end - (900_000 + RATE.ticks(50))) <= 1920


def test_a_dead_encoder_holds_nobody_up_and_no_thread_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others go on until they are told; nobody waits for the dead one."""
    faults: list[str] = []
    packets: list[VideoPacket] = []

    def emit(packet: VideoPacket | AudioPacket) -> None:
        if isinstance(packet, VideoPacket):
            packets.append(packet)

    before = set(threading.enumerate())
    ladder = Ladder(
        "test",
        RUNGS[:3],
        Audio(),
        RATE,
        threads=1,
        emit=emit,
        on_fault=lambda name, _: faults.append(name),
        mailbox=Mailbox(),
    )

    def broken(_frame: av.VideoFrame | None) -> list[Packet]:
        raise OSError("the encoder died")

    monkeypatch.setattr(ladder.rungs[0].encoder, "encode", broken)
    ladder.start(Anchor(RATE, datetime.now(UTC)))
    samples = np.zeros((2, 1920), np.float32)
    started_s = time.monotonic()
    for frame in range(60):
        picture = _picture(frame)
        assert ladder.put(Shot(frame, 900_000 + 3600 * frame, picture, frame == 0, samples, ()), STEP_S)
    assert ladder.finish(STEP_S)
    assert time.monotonic() - started_s < 5
    assert faults == ["test small"]
    assert {packet.rendition for packet in packets} == {"large", "middle"}
    assert sum(packet.rendition == "large" for packet in packets) == 60
    assert set(threading.enumerate()) - before == set()
    ladder.close()


def test_what_is_abandoned_ends_at_once_however_much_waits() -> None:
    gate = threading.Event()
    before = set(threading.enumerate())

    def slow(_packet: VideoPacket | AudioPacket) -> None:
        gate.wait(1)

    ladder = Ladder(
        "test",
        RUNGS,
        Audio(),
        RATE,
        threads=1,
        emit=slow,
        on_fault=lambda _, error: pytest.fail(str(error)),
        mailbox=Mailbox(),
    )
    ladder.start(Anchor(RATE, datetime.now(UTC)))
    samples = np.zeros((2, 1920), np.float32)
    frame = 0
    while ladder.put(Shot(frame, 900_000 + 3600 * frame, _picture(frame), frame == 0, samples, ()), 0.05):
        frame += 1
    started_s = time.monotonic()
    gate.set()
    assert ladder.abandon(5)
    assert time.monotonic() - started_s < 2
    assert ladder.put(Shot(frame, 0, _picture(0), idr=False, audio=samples, peaks_dbfs=()), 0), "it is let go"
    assert set(threading.enumerate()) - before == set()
    ladder.close()


def test_an_encoder_that_refuses_leaves_no_other_open(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[VideoEncoder] = []
    monkeypatch.setattr(VideoEncoder, "close", lambda self: closed.append(self))  # noqa: PLW0108 - a method, bound
    rungs = (*RUNGS[:2], Rendition("bad", 160, 90, 100_000, preset="warp"))
    with pytest.raises(EncoderError, match="warp"):
        Ladder(
            "test",
            rungs,
            Audio(),
            RATE,
            threads=1,
            emit=lambda _: None,
            on_fault=lambda _name, _error: None,
            mailbox=Mailbox(),
        )
    assert len(closed) == 2
