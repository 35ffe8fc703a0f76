"""A show file that has everything, for tests to spoil."""

from pathlib import Path

import pytest

from app.model.errors import ShowFileError, UnsupportedError, UsageError
from app.model.show import Show
from app.settings import (
    show_from_toml,
)

SHOW = """\
[show]
name = "Evening"
timezone = "Europe/Berlin"

[[origins]]
name = "primary"
url = "http://127.0.0.1:8080/live/"

[[channels]]
name = "news-1"
title = "News 1"
frame_rate = "30000/1001"
sources = ["udp://127.0.0.1:5000", "file:///media/clip.mp4", "test:bars"]
pre_roll = 4.5
audio = { codec = "aac", bitrate = 96000, channels = 1 }

[[channels.renditions]]
name = "720p"
size = "1280x720"
codec = "h264"
bitrate = 3000000
preset = "fast"

[[channels.renditions]]
name = "360p"
size = "640x360"
bitrate = 600_000

[[channels.outputs]]
kind = "hls"
container = "ts"
origins = ["primary"]
path = "news-1/"
segment = 6.006
window = 8
dialects = ["cue-out-in", "daterange"]

[[channels.outputs]]
kind = "ts"
url = "udp://239.1.1.1:5000"
rendition = "360p"
"""


def read(text: str = SHOW) -> Show:
    return show_from_toml(text, "show.toml")


def edited(old: str, new: str) -> str:
    assert old in SHOW
    return SHOW.replace(old, new, 1)


def fault(text: str) -> UsageError:
    with pytest.raises((ShowFileError, UnsupportedError)) as caught:
        read(text)
    assert "\n" not in str(caught.value)
    return caught.value


def write(tmp_path: Path, text: str | bytes = SHOW) -> Path:
    path = tmp_path / "show.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path
