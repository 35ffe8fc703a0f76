from __future__ import annotations

import http.client
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.drill.children import Child
from app.drill.rig import build_rig, free_ports, toml_of
from app.model.show import HlsOutput
from app.settings import load_show, show_from_toml

SHOW = """
show = { name = "Evening", timezone = "Europe/Berlin" }
[[origins]]
name = "primary"
url = "https://origin.example/live/"
[[origins]]
name = "spare"
url = "https://spare.example/live/"
[[channels]]
name = "news-1"
title = "News \\"1\\" – Ü"
frame_rate = "30000/1001"
pre_roll = 5.5
sources = ["udp://239.1.1.1:5000"]
renditions = [{ name = "360p", size = "640x360", bitrate = 500000, preset = "ultrafast" }]
[[channels.outputs]]
kind = "hls"
origins = ["primary", "spare"]
path = "news-1/"
segment = 2.5
dialects = ["daterange"]
[[channels.outputs]]
kind = "ts"
url = "udp://127.0.0.1:9999"
"""


def test_the_drill_has_the_ladder_and_nothing_that_is_on_air(tmp_path: Path) -> None:
    show = show_from_toml(SHOW, "evening.toml")
    rig = build_rig(show, tmp_path / "drill")
    drilled = load_show(rig.show_file)

    channel, real = drilled.channels[0], show.channels[0]
    assert (channel.renditions, channel.audio, channel.frame_rate, channel.pre_roll_s, channel.title) == (
        real.renditions,
        real.audio,
        real.frame_rate,
        real.pre_roll_s,
        real.title,
    )
    (out,) = channel.outputs
    assert isinstance(out, HlsOutput)
    assert (out.segment_s, out.dialects, out.path) == (Fraction("2.5"), ("daterange",), "news-1/")
    text = rig.show_file.read_text()
    assert ".example" not in text
    assert "239.1.1.1" not in text
    assert ":9999" not in text
    assert {place.origin for place in rig.places} == {"primary", "spare"}
    load_show(rig.folder / "feed-news-1.toml")


@given(
    st.dictionaries(st.from_regex(r"[a-z_]{1,9}", fullmatch=True), st.text(st.characters(exclude_categories=["Cs"])))
)
def test_any_text_comes_back_from_the_toml(values: dict[str, str]) -> None:
    import tomllib

    assert tomllib.loads(toml_of({"top": values})) == {"top": values}


@pytest.fixture
def origin(tmp_path: Path) -> tuple[Child, int, Path]:
    (port,) = free_ports(1)
    folder = tmp_path / "kept"
    folder.mkdir()
    return Child(tmp_path / "origin.log", "app.drill.origin", folder, str(port)), port, folder


def _ask(port: int, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    for _ in range(400):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except ConnectionRefusedError:
            import time

            time.sleep(0.02)  # it is still starting
        finally:
            connection.close()
    raise AssertionError("the origin never answered")


def test_the_origin_keeps_what_it_took_over_its_death(origin: tuple[Child, int, Path]) -> None:
    child, port, folder = origin
    child.start()
    try:
        assert _ask(port, "PUT", "/a/b.ts", b"segment")[0] == 201
        assert _ask(port, "PUT", "/../out.ts", b"no")[0] == 400
        child.kill()
        child.start()
        assert _ask(port, "GET", "/a/b.ts") == (200, b"segment")
        assert _ask(port, "DELETE", "/a/b.ts")[0] == 204
        assert _ask(port, "GET", "/a/b.ts")[0] == 404
        assert not (folder.parent / "out.ts").exists()
    finally:
        child.end()
