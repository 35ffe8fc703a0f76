"""``[[channels]]``: sources, audio, the ladder and its outputs."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from app.model.errors import EnvironmentLackError, ShowFileError, SplicedeckError, UnsupportedError, UsageError
from app.model.show import Audio, Channel, Rendition, VideoCodec
from app.model.timebase import FrameRate
from app.settings.outputs import output_from
from app.settings.quality import quality_of_channel
from app.settings.scheduling import limits_of_channel
from app.settings.signalling import (
    CheckSignalling,
    feed_cues_of_channel,
    heartbeat_of_channel,
    signalling_of_channel,
)
from app.settings.table import Table, nearest, shown

type Check[Subject] = Callable[[Subject], object]
"""Looks at a source's URL or an Origin and raises a SplicedeckError when it can't be used."""

_KEYS = (
    "name",
    "title",
    "frame_rate",
    "sources",
    "pre_roll",
    "slate",
    "audio",
    "signalling",
    "templates",
    "heartbeat",
    "feed_cues",
    "schedule",
    "quality",
    "renditions",
    "outputs",
)
PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
_PRE_ROLL = (Fraction(4), Fraction(12), Fraction(6))
_LEAST, _WIDEST, _HIGHEST = 32, 7680, 4320
_BITRATE = (10_000, 200_000_000)
_AUDIO_BITRATE = (16_000, 288_000)  # a channel: AAC's own end, 6144 bits a frame at 48 kHz
_OTHER_AUDIO = {"ac3", "ac-3", "eac3", "e-ac-3", "mp2", "mp3", "opus", "flac", "he-aac", "aac-he"}


def channel_from(
    table: Table,
    taken: list[str],
    origins: tuple[str, ...],
    folder: Path,
    check_source: Check[str] | None,
    check_slate: Check[str] | None,
    *,
    check_signalling: CheckSignalling | None = None,
    slate_there: bool = True,
) -> Channel:
    """One channel; ``folder``: where a relative slate is looked for; ``slate_there``: it must be."""
    table.only(*_KEYS)
    name = table.name(taken)
    signalling, templates = signalling_of_channel(table, check_signalling)
    renditions = _renditions(table)
    outputs = [output_from(each, name, renditions, origins) for each in table.needed_tables("outputs")]
    return Channel(
        name=name,
        title=table.text("title", name),
        sources=_sources(table, check_source),
        renditions=renditions,
        outputs=tuple(outputs),
        frame_rate=_frame_rate(table),
        pre_roll_s=table.seconds("pre_roll", *_PRE_ROLL),
        slate=_slate(table, folder, check_slate, there=slate_there),
        audio=_audio(table.table("audio")),
        signalling=signalling,
        templates=templates,
        heartbeat_s=heartbeat_of_channel(table),
        feed_cues=feed_cues_of_channel(table, templates),
        schedule=limits_of_channel(table),
        quality=quality_of_channel(table),
    )


def checked[Subject](table: Table, key: str, subject: Subject, check: Check[Subject] | None) -> None:
    """Let the part that will use it look at it; its refusal gets the file and key path (not what the machine lacks)."""
    if check is None:
        return
    try:
        check(subject)
    except EnvironmentLackError:
        raise
    except UsageError as error:
        kind = UnsupportedError if isinstance(error, UnsupportedError) else ShowFileError
        raise kind(table.document.place(table.at(key)), error.what, error.remedy) from error
    except SplicedeckError as error:
        raise table.fault(key, str(error)) from error


def _sources(table: Table, check_source: Check[str] | None) -> tuple[str, ...]:
    sources = table.texts("sources", form='["udp://127.0.0.1:5000", "test:bars"]')
    for n, url in enumerate(sources):
        if not re.match(r"[a-z][a-z0-9+.-]*:.", url):
            right = 'right is a URL such as "udp://127.0.0.1:5000", "file:///folder/clip.mp4" or "test:bars"'
            raise table.fault(f"sources[{n}]", f"{shown(url)} is no URL", right)
        checked(table, f"sources[{n}]", url, check_source)
    return sources


def _frame_rate(table: Table) -> FrameRate | None:
    text = table.text("frame_rate", "source", form='"25"')
    if text == "source":
        return None
    try:
        return FrameRate.parse(text)
    except ValueError as error:
        right = 'right are "25", "30000/1001" and the like from 1 to 120 frames a second, or "source"'
        raise table.fault("frame_rate", f"{shown(text)} is no frame rate", right) from error


def _slate(table: Table, folder: Path, check_slate: Check[str] | None, *, there: bool) -> str | None:
    if "slate" not in table.values:
        return None
    path = folder / table.text("slate", form='"slate.png"')
    try:
        found = path.is_file()
    except OSError:
        found = False
    if not found and there:
        raise table.fault("slate", f"there is no picture {shown(str(path))}", "leave it out for the built-in slate")
    checked(table, "slate", str(path), check_slate)
    return str(path)


def _audio(table: Table | None) -> Audio:
    if table is None:
        return Audio()
    table.only("codec", "bitrate", "channels")
    codec = table.text("codec", "aac")
    if codec.lower() in _OTHER_AUDIO:
        raise table.unsupported("codec", f"audio codec {codec} is not in this version", 'right is "aac"')
    if codec != "aac":
        raise table.fault("codec", f"{shown(codec)} is not known", 'right is "aac"')
    channels = table.integer("channels", 1, 2, Audio().channels)
    most = _AUDIO_BITRATE[1] * channels
    bitrate_bps = table.integer("bitrate", _AUDIO_BITRATE[0], most, Audio().bitrate_bps, unit=" of bits a second")
    return Audio(codec=codec, bitrate_bps=bitrate_bps, channels=channels)


def _renditions(table: Table) -> tuple[Rendition, ...]:
    renditions: list[Rendition] = []
    for each in table.needed_tables("renditions"):
        each.only("name", "size", "codec", "bitrate", "preset")
        name = each.name([rendition.name for rendition in renditions])
        width, height = _size(each)
        codec = VideoCodec(each.choice("codec", VideoCodec, VideoCodec.H264))
        if codec is not VideoCodec.H264:
            reason = f"{codec.value} wants fmp4 segments, which are not in this version"
            raise each.unsupported("codec", reason, 'right is "h264"')
        bitrate_bps = each.integer("bitrate", *_BITRATE, unit=" of bits a second")
        renditions.append(Rendition(name, width, height, bitrate_bps, codec, _preset(each)))
    return tuple(renditions)


def _size(table: Table) -> tuple[int, int]:
    text = table.text("size", form='"1280x720"')
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text, re.ASCII)
    if match is None:
        raise table.fault("size", f"{shown(text)} is no size", 'right is width x height: "1280x720"')
    width, height = int(match[1]), int(match[2])
    if not (_LEAST <= width <= _WIDEST and _LEAST <= height <= _HIGHEST):
        right = f"right is from {_LEAST}x{_LEAST} to {_WIDEST}x{_HIGHEST}"
        raise table.fault("size", f"{shown(text)} is out of range", right)
    if width % 2 or height % 2:
        even = f'"{width + width % 2}x{height + height % 2}"'
        raise table.fault("size", f"{shown(text)} is odd, and 4:2:0 pictures are even", f"right is {even}")
    return width, height


def _preset(table: Table) -> str:
    preset = table.text("preset", "veryfast")
    if preset not in PRESETS:
        raise table.fault("preset", f"{shown(preset)} is not known", nearest(preset, PRESETS))
    return preset
