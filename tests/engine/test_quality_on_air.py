"""A show whose source goes black, silent, still or to bars: the alarm after its hold, one a cause, cleared again."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import pytest

from tests.engine.show_run import Fields, ShowRun, channel_toml, moment, running, show_file, splicedeck
from tests.engine.udp_feed import UdpFeed, free_udp_port

SHORT = """
[channels.quality]
silence = { after = 1, clear = 0.5 }
level = { after = 1, clear = 1, above = -3 }
loudness = { after = 1, clear = 0.5, target = -23, tolerance = 12 }
phase = { after = 1, clear = 0.5 }
black = { after = 1, clear = 0.4 }
freeze = { after = 1, clear = 0.4 }
bars = { after = 1, clear = 0.4 }
"""
PICTURES = {
    "moving": "testsrc2=s=320x180:r=25:d={s}",
    "black": "color=black:s=320x180:r=25:d={s}",
    "still": "mandelbrot=s=320x180:r=25:end_pts=1,trim=end_frame=1,loop=-1:1,trim=duration={s}",
    "bars": "smptehdbars=s=320x180:r=25:d={s}",
}
SOUNDS = {
    "tone": "aevalsrc='0.1*sin(2*PI*440*t)|0.1*sin(2*PI*440*t)':s=48000:d={s}",
    "silence": "anullsrc=r=48000:cl=stereo:d={s}",
    "opposed": "aevalsrc='0.1*sin(2*PI*440*t)|-0.1*sin(2*PI*440*t)':s=48000:d={s}",
    "loud": "aevalsrc='1.4*sin(2*PI*440*t)|1.4*sin(2*PI*440*t)':s=48000:d={s}",
}
QUALITY = ("audio.", "picture.")


def clip(path: Path, *parts: tuple[str, str, float]) -> str:
    """A file of parts, each of a picture, a sound and its length in seconds; its URL."""
    inputs: list[str] = []
    for picture, sound, length_s in parts:
        for each in (PICTURES[picture], SOUNDS[sound]):
            inputs += ["-f", "lavfi", "-i", each.format(s=length_s)]
    streams = "".join(f"[{2 * n}:v]format=yuv420p,setsar=1[v{n}];" for n in range(len(parts)))
    joined = "".join(f"[v{n}][{2 * n + 1}:a]" for n in range(len(parts)))
    graph = f"{streams}{joined}concat=n={len(parts)}:v=1:a=1[v][a]"
    outputs = ["-map", "[v]", "-map", "[a]", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-g", "25"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *inputs, "-filter_complex", graph, *outputs]
    subprocess.run([*command, "-c:a", "pcm_s16le", str(path)], check=True)
    return path.as_uri()


@dataclass
class Judged:
    run: ShowRun
    feed: UdpFeed

    def alarms(self, channel: str) -> list[tuple[str, str]]:
        """What was said of a channel's quality, in order: raised or cleared, and the key."""
        return [
            (event["event"].partition(".")[2], event["key"])
            for event in self.run.named("alarm.raised", "alarm.cleared", channel=channel)
            if event["key"].startswith(QUALITY)
        ]

    def raised(self, channel: str) -> set[str]:
        return {key for what, key in self.alarms(channel) if what == "raised"}

    def wait_written(self, channel: str) -> None:
        """Until a segment was written behind what has come so far."""
        now = len(self.run.named("segment.written", channel=channel))
        self.run.wait_for(lambda: len(self.run.named("segment.written", channel=channel)) > now)

    def lasted_s(self, channel: str, key: str) -> float:
        """In seconds of the programme: a machine that is too slow for eight channels takes longer for each."""
        first: Fields = self.run.named("alarm.raised", channel=channel, key=key)[0]
        last: Fields = self.run.named("alarm.cleared", channel=channel, key=key)[0]
        raised_at, cleared_at = moment(first["at"]), moment(last["at"])
        lasted_s = (cleared_at - raised_at).total_seconds()
        written = self.run.named("segment.written", channel=channel)
        before = [one for one in written if moment(one["at"]) <= raised_at][-1]
        behind = next(one for one in written if moment(one["at"]) >= cleared_at)
        wall_s = (moment(behind["at"]) - moment(before["at"])).total_seconds()
        programme_s: float = (behind["pts"] - before["pts"]) / 90_000
        return lasted_s / max(1.0, wall_s / programme_s)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judged]:
    folder = tmp_path_factory.mktemp("quality")
    programme = ("moving", "tone", 3.0)
    sources = {
        "gone": clip(folder / "gone.mov", programme, ("black", "silence", 4.0)),
        "held": clip(folder / "held.mov", programme, ("still", "tone", 4.0)),
        "test": clip(folder / "test.mov", programme, ("bars", "opposed", 4.0)),
        "sound": clip(folder / "sound.mov", programme, ("moving", "opposed", 4.0), ("moving", "loud", 4.0)),
        "fine": clip(folder / "fine.mov", programme, ("black", "silence", 0.6)),
    }
    sources["covered"] = sources["gone"]
    feed = UdpFeed(free_udp_port())
    sources["lost"] = feed.url
    channels = [channel_toml(name, sources=[url], outputs=SHORT) for name, url in sources.items()]
    orders = folder / "orders.jsonl"
    orders.write_text(
        '{"command": "slate", "channel": "covered", "on": true, "after": 0.5}\n'
        '{"command": "insert_break", "channel": "gone", "duration": 60, "after": 0.5}\n'
    )
    show = show_file(folder, {"folder": (folder / "origin").as_uri()}, *channels, channel_toml("asked", outputs=SHORT))
    with running(show, "--commands", orders, data_dir=folder / "data") as run:
        feed.start()
        try:
            yield Judged(run, feed)
        finally:
            feed.kill()


def test_black_and_silence_are_two_alarms_and_stillness_none(judged: Judged) -> None:
    judged.run.wait_event("alarm.cleared", channel="gone", key="picture.black")
    judged.run.wait_event("alarm.cleared", channel="gone", key="audio.silence")
    judged.wait_written("gone")
    assert judged.raised("gone") == {"picture.black", "audio.silence"}
    # of the 4 s: from a second after their beginning to so much after their end
    assert 2.4 < judged.lasted_s("gone", "picture.black") < 4.4
    assert 2.4 < judged.lasted_s("gone", "audio.silence") < 4.5


def test_a_still_is_one_alarm(judged: Judged) -> None:
    judged.run.wait_event("alarm.cleared", channel="held", key="picture.freeze")
    judged.wait_written("held")
    assert judged.raised("held") == {"picture.freeze"}
    assert 2.4 < judged.lasted_s("held", "picture.freeze") < 4.4


def test_bars_are_one_alarm_whatever_their_tone(judged: Judged) -> None:
    judged.run.wait_event("alarm.cleared", channel="test", key="picture.bars")
    assert judged.raised("test") == {"picture.bars"}


def test_sound_out_of_phase_and_sound_over_its_level_are_told(judged: Judged) -> None:
    judged.run.wait_event("alarm.cleared", channel="sound", key="audio.phase")
    judged.run.wait_event("alarm.cleared", channel="sound", key="audio.level")
    assert judged.raised("sound") == {"audio.phase", "audio.level", "audio.loudness"}


def test_what_does_not_last_is_no_alarm(judged: Judged) -> None:
    judged.run.wait_event("alarm.cleared", channel="gone", key="picture.black")  # by then it was black twice
    assert judged.alarms("fine") == []


def test_the_bars_that_the_show_asks_for_are_measured_and_right(judged: Judged) -> None:
    judged.run.wait_event("alarm.cleared", channel="gone", key="picture.black")
    assert judged.alarms("asked") == []
    told = json.loads(splicedeck("status", "--json", "--data-dir", judged.run.data_dir).stdout)
    quality = {channel["name"]: channel["quality"] for channel in told["channels"]}["asked"]
    assert (quality["bars"], quality["black"], quality["silent"], quality["over"]) == (True, False, False, False)
    assert -17.6 < quality["short_lufs"] < -15  # a tone of -18 dBFS on both sides, a beep in each second
    assert -12.2 < quality["true_peak_dbtp"] < -11
    assert quality["phase"] == 1


def test_under_the_slate_nothing_is_judged(judged: Judged) -> None:
    judged.run.wait_event("alarm.cleared", channel="gone", key="picture.black")
    assert judged.run.named("source.changed", channel="covered", source="slate")
    assert judged.alarms("covered") == []


def test_what_airs_in_a_break_is_judged_too(judged: Judged) -> None:
    out = judged.run.wait_event("break.out", channel="gone")

    def black_in_it() -> list[Fields]:
        raised = judged.run.named("alarm.raised", channel="gone", key="picture.black")
        return [one for one in raised if moment(one["at"]) > moment(out["at"])]

    judged.run.wait_for(black_in_it)
    assert not judged.run.named("break.in", channel="gone")


def test_a_source_that_is_lost_is_one_alarm_and_no_black_stillness_or_silence(judged: Judged) -> None:
    judged.run.wait_event("source.changed", channel="lost", source=judged.feed.url)
    judged.feed.kill()
    lost = judged.run.wait_event(
        "alarm.raised", channel="lost", key="source.lost", text=f"source lost: {judged.feed.url}"
    )

    def is_later() -> bool:  # the other channels' alarms tell the time: each clip is as bad again after its programme
        times = [moment(one["at"]) for one in judged.run.named("alarm.raised", channel="held")]
        return any((at - moment(lost["at"])).total_seconds() > 3 for at in times)

    judged.run.wait_for(is_later)
    raised = judged.run.named("alarm.raised", channel="lost")
    assert [one for one in raised if one["key"].startswith(QUALITY) and moment(one["at"]) > moment(lost["at"])] == []
