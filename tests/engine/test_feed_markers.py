"""Two live feeds that bring markers, over UDP: one relayed, one acted on, proved at the origin as viewers have it."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.model.cue import Section
from app.model.timebase import TICKS_PER_SECOND, wrapped
from app.scte35.codec import decode
from app.scte35.messages import splice_cancel, splice_in, splice_null, splice_out, time_signal_out
from tests.engine.show_run import ShowRun, splicedeck
from tests.engine.udp_feed import CuedUdpFeed, free_udp_port
from tests.pipeline.feed_bench import is_only_adjusted

S = TICKS_PER_SECOND
PICTURE = 3600
SHOW = """
[show]
name = "Feeds"
[[origins]]
name = "origin"
url = "file://{folder}/"
"""
CHANNEL = """
[[channels]]
name = "{name}"
sources = ["{source}"]
frame_rate = "25"
feed_cues = {{ policy = "{name}", cover = {cover}{template} }}
[[channels.templates]]
name = "Local ad"
duration = 10
mode = "provider_placement_opportunity"
[[channels.renditions]]
name = "90p"
size = "160x90"
bitrate = 150000
preset = "ultrafast"
[[channels.outputs]]
kind = "hls"
origins = ["origin"]
path = "{name}/"
segment = 2.0
window = 60
"""


@contextmanager
def feeds() -> Iterator[dict[str, CuedUdpFeed]]:
    """``relay`` wraps its clock a few seconds after the start."""
    relay, act = free_udp_port(), free_udp_port()
    both = {"relay": CuedUdpFeed(relay, first_pts=2**33 - 12 * S), "act": CuedUdpFeed(act)}
    try:
        for feed in both.values():
            feed.start()
        yield both
    finally:
        for feed in both.values():
            feed.kill()


def write_show(folder: Path, sources: dict[str, CuedUdpFeed]) -> Path:
    text = SHOW.format(folder=folder / "origin")
    for name, feed in sources.items():
        template = ', template = "Local ad"' if name == "act" else ""
        cover = "true" if name == "act" else "false"
        text += CHANNEL.format(name=name, source=feed.url, cover=cover, template=template)
    show = folder / "show.toml"
    show.write_text(text)
    return show


def send(sources: dict[str, CuedUdpFeed], section: Section) -> None:
    for feed in sources.values():
        feed.send(section.encoded)


@pytest.mark.slow
def test_what_feeds_bring_is_relayed_or_acted_on_to_the_frame(tmp_path: Path) -> None:
    sent: dict[str, list[Section]] = {"relay": [], "act": []}

    with feeds() as sources:
        run = ShowRun(write_show(tmp_path, sources), data_dir=tmp_path / "data")
        try:
            for name, feed in sources.items():
                run.wait_event("source.changed", channel=name, source=feed.url)
            send(sources, splice_null())
            starts = {name: feed.ahead(135) for name, feed in sources.items()}
            for name, feed in sources.items():
                out = splice_out(17, starts[name], 8 * S, auto_return=False)
                sent[name].append(out)
                feed.send(out.encoded)
                feed.send(out.encoded)  # doubled
                feed.send(splice_out(90, wrapped(feed.pts - 5 * S), 8 * S).encoded)  # past
                feed.send(splice_out(91, wrapped(feed.pts + 7200 * S), 8 * S).encoded)  # far ahead
                feed.send(splice_in(92, feed.ahead(100)).encoded)  # of nothing
                feed.send(out.encoded[:-1] + b"\0" + b"\xff")  # damaged
            for name, feed in sources.items():
                feed.wait_for(wrapped(starts[name] + 25 * PICTURE))
                feed.send(splice_out(17, wrapped(starts[name] + 99 * PICTURE), 8 * S).encoded)  # contradicting
                back = splice_in(17, wrapped(starts[name] + 125 * PICTURE))  # three seconds early
                sent[name].append(back)
                feed.send(back.encoded)
                programme = time_signal_out(9, wrapped(starts[name] + 200 * PICTURE), None, segmentation_type_id=0x10)
                feed.send(programme.encoded)
                feed.send(splice_out(18, wrapped(starts[name] + 290 * PICTURE), 8 * S).encoded)
            for name, feed in sources.items():
                feed.wait_for(wrapped(starts[name] + 150 * PICTURE))
                feed.send(splice_cancel(18).encoded)
                feed.wait_for(wrapped(starts[name] + 205 * PICTURE))
                feed.send(splice_out(19, None, None).encoded)  # without a time
                feed.wait_for(wrapped(starts[name] + 280 * PICTURE))
                feed.send(splice_in(19, None).encoded)
            for name in sources:
                run.wait_for(lambda name=name: len(run.named("break.landed", channel=name)) == 2)  # type: ignore[misc]  # a default is no type that mypy could infer
        finally:
            status, _ = run.terminate()
    assert status == 0, run.stderr
    for name in sources:
        verified = splicedeck("verify", tmp_path / "origin" / name / "index.m3u8", "--json")
        told = json.loads(verified.stdout)
        assert verified.returncode == 0, [one for one in told["splices"] if one["verdict"] != "landed"]
        assert {one["error_ticks"] for one in told["splices"] if one["idr_pts"] is not None} == {0}
    _relayed(run, sent["relay"])
    _acted(run)


def _handled(run: ShowRun, channel: str) -> list[tuple[str, str]]:
    return [(one["action"], one["reason"]) for one in run.named("feed.cue_handled", channel=channel)]


def _relayed(run: ShowRun, sent: list[Section]) -> None:
    handled = _handled(run, "relay")
    for expected in (
        ("relayed", ""),
        ("ignored", "doubled"),
        ("ignored", "no OUT of event 92 is known"),
        ("ignored", "event 17 is open already"),
    ):
        assert expected in handled
    assert any(reason.startswith("its time passed") for _, reason in handled)
    assert any(reason.endswith("3600 s at most") for _, reason in handled)
    assert any("CRC_32" in reason for _, reason in handled)
    outs, ins = run.named("break.out", channel="relay"), run.named("break.in", channel="relay")
    assert [one["splice_event_id"] for one in outs] == [17, 19]
    assert [one["how"] for one in ins] == ["feed", "feed"]
    assert ins[0]["frame"] - outs[0]["frame"] == 125
    for kind, original, event in zip(("out", "in"), sent, (outs[0], ins[0]), strict=True):
        on_air = run.named("cue.sent", channel="relay", splice_event_id=17, kind=kind)
        section = b64decode(on_air[-1]["section"])  # sent again, corrected, where the playout was linked anew
        assert is_only_adjusted(section, original.encoded)
        assert decode(section).effective_pts == event["pts"]
    assert [one["splice_event_id"] for one in run.named("break.withdrawn", channel="relay")] == [18]
    assert {"feed.cue.lead", "feed.cue.broken"} <= {one["key"] for one in run.named("alarm.raised", channel="relay")}


def _acted(run: ShowRun) -> None:
    outs, ins = run.named("break.out", channel="act"), run.named("break.in", channel="act")
    assert ins[0]["frame"] - outs[0]["frame"] == 125
    assert {one["by"] for one in (*outs, *ins)} == {"feed"}
    slates = [one["frame"] for one in run.named("source.changed", channel="act", source="slate")]
    assert slates == [one["frame"] for one in outs]
    backs = [one["frame"] for one in run.named("source.changed", channel="act") if one["source"] != "slate"]
    assert backs[-2:] == [one["frame"] for one in ins]
    first = decode(b64decode(run.named("cue.sent", channel="act", kind="out")[0]["section"]))
    assert [one.segmentation_type_id for one in first.segmentation_descriptors] == [0x34]
