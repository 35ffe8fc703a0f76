"""A rehearsed show keeps what airs and loses every way out of this machine."""

from __future__ import annotations

from pathlib import Path

from app.model.rehearsal import rehearsed
from app.model.show import Automation, Channel, HlsOutput, Origin, Rendition, Show, TsOutput

SHOW = Show(
    "Evening",
    "UTC",
    (Origin("cdn", "https://cdn.example/live/"), Origin("s3", "s3://bucket/live/")),
    (
        Channel(
            "news-1",
            "News",
            ("srt://studio.example:9000",),
            (Rendition("540p", 960, 540, 1_500_000),),
            (HlsOutput(("cdn", "s3"), "news-1/"), TsOutput("udp://239.0.0.1:5000", "540p")),
        ),
    ),
    automation=Automation(),
)


def test_outputs_are_folders_and_files_and_all_else_is_as_it_was(tmp_path: Path) -> None:
    private = rehearsed(SHOW, tmp_path)
    assert private.rehearsal
    assert [one.name for one in private.origins] == ["cdn", "s3"]
    (channel,) = private.channels
    hls, stream = channel.outputs
    assert hls == SHOW.channels[0].outputs[0]
    assert isinstance(stream, TsOutput)
    assert (stream.rendition, len({one.url for one in private.origins})) == ("540p", 2)
    for url in (stream.url, *(one.url for one in private.origins)):
        assert url.startswith(tmp_path.as_uri() + "/"), url
    assert (channel.sources, channel.renditions) == (SHOW.channels[0].sources, SHOW.channels[0].renditions)
    assert (private.automation, private.inlets) == (None, ())
    assert not SHOW.rehearsal
