"""Pictures for the multiviewer, scaled from the smallest rung that is large enough."""

from __future__ import annotations

from collections.abc import Sequence

import av
from av.video.reformatter import Colorspace, VideoReformatter

from app.pipeline.preview import Mailbox, PreviewFrame


class Thumbnailer:
    """Fills a mailbox in the size its reader asks for; does nothing until one asks. Ladder thread only."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._reformatter = VideoReformatter()

    def post(self, pictures: Sequence[av.VideoFrame], frame: int, peaks_dbfs: tuple[float, ...]) -> None:
        """Scale one of ``pictures`` and post it."""
        size = self._mailbox.size
        if size is None:
            return
        width, height = size
        by_size = sorted(pictures, key=lambda picture: picture.width)
        picture = next((picture for picture in by_size if picture.width >= width), by_size[-1])
        small = self._reformatter.reformat(
            picture, width, height, "bgra", interpolation="FAST_BILINEAR", src_colorspace=Colorspace.ITU709, threads=1
        )
        plane = small.planes[0]
        self._mailbox.post(
            PreviewFrame(
                width=small.width,
                height=small.height,
                stride=plane.line_size,
                pixels=memoryview(plane),
                frame=frame,
                peaks_dbfs=peaks_dbfs,
                owner=small,
            )
        )

    def close(self) -> None:
        """Free the scaler."""
        del self._reformatter
