"""Several live sources at once, good and bad, each into a feed of its own, judged afterwards."""

import random
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.model.timebase import PTS_WRAP, FrameRate
from app.pipeline.feed_status import FeedStatus
from tests.pipeline.clips import Clip, Player, free_port, number_of, write_clip
from tests.pipeline.feed_rig import Rig, feeding

LAB_S = 6.0
STALLED_S = 0.15  # of sending or taking: a machine that stands still so long is what would be judged, not the feed
AT_ONCE = 7
THREE_S = 75  # pictures


@dataclass
class Case:
    """What is sent, and what came of it. ``late_s``: how far the test's own sender and taker were behind at worst."""

    clips: list[Path]
    damage: float = 0.0
    multicast: bool = False
    rig: Rig | None = None
    status: FeedStatus | None = None
    late_s: float = 0.0

    @property
    def seen(self) -> Rig:
        assert self.rig is not None
        return self.rig

    def play(self) -> None:
        port = free_port()
        url = f"udp://239.77.3.5:{port}?localaddr=127.0.0.1" if self.multicast else f"udp://127.0.0.1:{port}"
        chance = random.Random(5)

        def harm(packet: bytes) -> bytes:
            return packet[:4] + chance.randbytes(184) if chance.random() < self.damage else packet

        with feeding(url) as self.rig:
            host = "239.77.3.5" if self.multicast else "127.0.0.1"
            player = Player(self.clips, port, host=host, harm=harm if self.damage else None)
            try:
                self.rig.run(LAB_S)
                self.status = self.rig.feed.status()
                self.rig.alarms = list(self.rig.alarms)  # that the sender is gone is no trouble of the source
            finally:
                player.stop()
        gaps_s = np.diff([at_s for at_s, _ in self.rig.ticks])
        self.late_s = max(player.late_s, float(gaps_s.max(initial=0.0)) - 0.04)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    folder = tmp_path_factory.mktemp("lab")

    def clip(name: str, **values: Any) -> Path:
        return write_clip(folder / f"{name}.ts", Clip(**values))

    whole = clip("whole", frames=200)
    half = clip("half", frames=THREE_S)
    goes_on = 90_000 + THREE_S * 3600
    later = {"frames": 125, "first_number": THREE_S, "first_ticks": goes_on}
    cases = {
        "plain": Case([whole]),
        "multicast": Case([whole], multicast=True),
        "rich": Case([clip("rich", frames=160, width=384, height=216, rich=True)]),
        "wrap": Case([clip("wrap", frames=200, first_ticks=PTS_WRAP - 180_000)]),
        "ahead": Case([half, clip("ahead", **(later | {"first_ticks": 90_000 * 5000}))]),
        "back": Case([half, clip("back", **(later | {"first_ticks": 90_000}))]),
        "size": Case([half, clip("size", **later, width=320, height=240)]),
        "rate": Case([half, clip("rate", **(later | {"frames": 250}), rate=FrameRate(50))]),
        "codec": Case([half, clip("codec", **later, codec="mpeg2video")]),
        "sound later": Case(
            [
                clip("still", frames=50, sound="none"),
                clip("loud", frames=150, first_number=50, first_ticks=90_000 + 50 * 3600),
            ]
        ),
        "another with sound": Case(
            [clip("mute first", frames=50, sound="none", first_ticks=90_000 * 100), clip("new", frames=150)]
        ),
        "mute": Case([clip("mute", frames=200, sound="none")]),
        "radio": Case([clip("radio", frames=200, picture=False)]),
        "damaged": Case([whole], damage=0.01),
    }
    for some in batched(cases.values(), AT_ONCE):
        play(some)
    for case in cases.values():
        if case.late_s > STALLED_S:  # what a stall of the machine has spoilt is played again, alone
            case.play()
    return cases


def play(cases: Iterable[Case]) -> None:
    """All of them at once."""
    threads = [threading.Thread(target=case.play) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _smooth(rig: Rig, *, slack: int = 4) -> None:
    """Numbers go up by one, but for a few at a seam or where the machine was busy; the source stayed on air."""
    numbers = rig.numbers()
    assert len(numbers) > 100
    assert [step for step in np.diff(numbers) if step < 0] == []
    assert sum(step != 1 for step in np.diff(numbers)) <= slack
    assert abs(numbers[-1] - numbers[0] - len(numbers)) <= 10
    first = next(index for index, (_, taken) in enumerate(rig.ticks) if taken.video is not None)
    assert all(taken.video is not None for _, taken in rig.ticks[first:])


@pytest.mark.parametrize("name", ["plain", "multicast", "rich", "wrap", "ahead", "back", "sound later"])
def test_pictures_come_one_by_one(lab: dict[str, Case], name: str) -> None:
    rig = lab[name].seen
    _smooth(rig)
    assert rig.worst_take_s < 0.1


@pytest.mark.parametrize("name", ["plain", "multicast", "wrap"])
def test_nothing_is_said_of_a_good_source(lab: dict[str, Case], name: str) -> None:
    assert [text for text in lab[name].seen.said("source") if text] == []
    status = lab[name].status
    assert status is not None
    assert status.corrupt_frames == status.timestamp_jumps == status.losses == 0


@pytest.mark.parametrize("name", ["plain", "multicast", "wrap", "ahead", "back"])
def test_sound_is_with_its_picture(lab: dict[str, Case], name: str) -> None:
    """A beep of 100 ms begins with every 25th picture, the first after a join included."""
    rig = lab[name].seen
    sound = np.abs(rig.sound()[0])
    late_ms = []
    for index, (_, taken) in enumerate(rig.ticks):
        if taken.video is None or taken.repeated or number_of(taken.video) % 25 or number_of(taken.video) == THREE_S:
            continue
        around = sound[max(0, index * 1920 - 2400) : index * 1920 + 2400].reshape(-1, 48).max(axis=1) > 0.2
        if 5 < index < len(rig.ticks) - 5:
            late_ms.append(int(np.argmax(around)) - 50)
    assert len(late_ms) >= 3
    assert all(-26 <= late <= 26 for late in late_ms), late_ms  # one AAC frame is 21 ms


@pytest.mark.parametrize("name", ["plain", "rich", "wrap"])
def test_sound_has_no_gap_once_it_is_on_air(lab: dict[str, Case], name: str) -> None:
    """Packed large behind pictures at 8 Mbit/s, it is recognised late and comes in bursts."""
    rig = lab[name].seen
    first = next(index for index, (_, taken) in enumerate(rig.ticks) if taken.video is not None)
    loudness = np.abs(rig.sound()[:, (first + 13) * 1920 :]).reshape(2, -1, 480).max(axis=2)
    assert loudness.min() > 0.01
    status = lab[name].status
    assert status is not None
    assert status.sound_gaps <= 12


@pytest.mark.parametrize("name", ["ahead", "back"])
def test_jumping_timestamps_are_named(lab: dict[str, Case], name: str) -> None:
    assert any("timestamps" in str(text) for text in lab[name].seen.said("source.timestamps"))
    assert lab[name].seen.said("source.lost") in ([], [None])


def test_a_new_size_is_fitted_and_named(lab: dict[str, Case]) -> None:
    rig = lab["size"].seen
    assert any("320x240" in str(text) for text in rig.said("source.format"))
    last = rig.on_air()[-1].video
    assert last is not None
    assert (last.width, last.height) == (192, 108)
    luma = np.frombuffer(last.planes[0], np.uint8).reshape(108, -1)[:, :192]
    assert luma[:, :22].max() <= 20  # 4:3 in 16:9 leaves bars of 24
    assert luma[:40, 26:166].max() > 180


def test_a_new_rate_is_followed_and_named(lab: dict[str, Case]) -> None:
    rig = lab["rate"].seen
    assert any("50 fps" in str(text) for text in rig.said("source.format"))
    steps = np.diff(rig.numbers())
    assert np.count_nonzero(steps[:60] == 1) >= 57
    assert np.count_nonzero(steps[-40:] == 2) >= 37


def test_a_new_codec_is_taken(lab: dict[str, Case]) -> None:
    rig = lab["codec"].seen
    assert any("mpeg2video" in str(text) for text in rig.said("source.format"))
    assert rig.numbers()[-1] > THREE_S + 20
    _smooth(rig, slack=15)


def test_sound_that_comes_later_is_taken(lab: dict[str, Case]) -> None:
    rig = lab["sound later"].seen
    silent_s = 50 / 25
    assert rig.said("source.no_audio")[0] is not None
    assert rig.said("source.no_audio")[-1] is None
    tail = rig.sound()[:, int(48_000 * (silent_s + 2.5)) :]
    assert np.abs(tail).reshape(2, -1, 480).max(axis=2).min() > 0.01


def test_another_sender_with_sound_and_an_earlier_clock_is_taken_at_once(lab: dict[str, Case]) -> None:
    rig = lab["another with sound"].seen
    assert rig.said("source.lost") == []
    first = next(index for index, (_, taken) in enumerate(rig.ticks) if taken.video is not None)
    assert all(taken.video is not None for _, taken in rig.ticks[first:])
    assert np.abs(rig.sound()[:, -48_000:]).reshape(2, -1, 480).max(axis=2).min() > 0.01


def test_no_sound_is_silence_with_an_alarm(lab: dict[str, Case]) -> None:
    rig = lab["mute"].seen
    _smooth(rig)
    assert not rig.sound().any()
    assert str(rig.said("source.no_audio")[0]).startswith("no sound from udp://")


def test_no_picture_is_the_slate_with_the_source_s_sound(lab: dict[str, Case]) -> None:
    rig = lab["radio"].seen
    assert not rig.on_air()
    assert rig.ticks[-1][1].audio.any()
    assert "no picture in it" in rig.ticks[-1][1].reason
    assert any("no picture" in str(text) for text in rig.said("source.no_video"))


def test_damaged_packets_are_borne_and_named(lab: dict[str, Case]) -> None:
    case = lab["damaged"]
    assert any("damaged" in str(text) for text in case.seen.said("source.damaged"))
    assert case.status is not None
    assert case.status.corrupt_frames + case.status.decode_errors > 0
    assert len(case.seen.on_air()) > 100
    assert case.seen.said("source.lost") in ([], [None])
