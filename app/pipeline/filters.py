"""The ladder's one filter graph: each rung is scaled from the one above it (cascade)."""

from __future__ import annotations

import gc
from collections.abc import Sequence

import av
import av.filter

from app.model.show import Rendition
from app.pipeline.encoders import MEDIA_TIME_BASE


class Cascade:
    """Scales one picture into all rungs, bicubic, one thread. ``pull`` order is ``renditions``' order.

    Not thread-safe. ``close`` frees the graph: a dropped graph is a reference cycle.
    """

    def __init__(self, width: int, height: int, renditions: Sequence[Rendition]) -> None:
        self._graph = av.filter.Graph()
        self._graph.threads = 1
        self._source = self._graph.add_buffer(width=width, height=height, format="yuv420p", time_base=MEDIA_TIME_BASE)
        order = sorted(range(len(renditions)), key=lambda i: -renditions[i].width * renditions[i].height)
        sinks: dict[int, av.filter.FilterContext] = {}
        tap, pad, size = self._source, 0, (width, height)
        for place, index in enumerate(order):
            rung = renditions[index]
            if (rung.width, rung.height) != size:
                scale = self._graph.add("scale", f"{rung.width}:{rung.height}:flags=bicubic")
                tap.link_to(scale, pad)
                tap, pad, size = scale, 0, (rung.width, rung.height)
            sinks[index] = self._graph.add("buffersink")
            if place + 1 < len(order):
                split = self._graph.add("split", "2")
                tap.link_to(split, pad)
                split.link_to(sinks[index], 0)
                tap, pad = split, 1
            else:
                tap.link_to(sinks[index], pad)
        self._graph.configure()
        self._sinks = [sinks[index] for index in range(len(renditions))]

    def scaled(self, picture: av.VideoFrame) -> list[av.VideoFrame]:
        """One picture a rung, with ``picture``'s pts and picture type."""
        self._source.push(picture)
        return [frame for sink in self._sinks if isinstance(frame := sink.pull(), av.VideoFrame)]

    def close(self) -> None:
        """Free the graph."""
        del self._source, self._sinks, self._graph
        gc.collect()
