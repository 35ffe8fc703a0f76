"""A show as it is rehearsed: the same sources, ladders, breaks and proofs, and nothing that anybody else could see."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.model.show import Channel, HlsOutput, Origin, Show, TsOutput

ORIGINS, STREAMS = "origins", "streams"


def rehearsed(show: Show, folder: Path) -> Show:
    """``show`` with every way out of this machine, and into it but for the sources, replaced by folders in ``folder``.

    Each origin becomes a folder of its own under the same name, each pushed stream a file. Automation, inlets and
    triggers are left out: what others send is meant for the air.
    """
    origins = tuple(Origin(each.name, (folder / ORIGINS / each.name).as_uri() + "/") for each in show.origins)
    channels = tuple(_private(channel, folder / STREAMS) for channel in show.channels)
    return replace(show, origins=origins, channels=channels, automation=None, inlets=(), triggers=None, rehearsal=True)


def _private(channel: Channel, folder: Path) -> Channel:
    return replace(
        channel,
        outputs=tuple(
            output
            if isinstance(output, HlsOutput)
            else TsOutput((folder / f"{channel.name}-{n}.ts").as_uri(), output.rendition)
            for n, output in enumerate(channel.outputs)
        ),
    )
