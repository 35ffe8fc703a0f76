"""The latest-frame mailbox: one writer (the ladder thread), any reader, nothing queued."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PreviewFrame:
    """A picture for the multiviewer. ``pixels``: BGRA, ``stride`` bytes a line, never written again.

    ``peaks_dbfs``: sample peak per audio channel since the frame before (-inf is silence). ``owner`` keeps the memory.
    """

    width: int
    height: int
    stride: int
    pixels: memoryview
    frame: int
    peaks_dbfs: tuple[float, ...]
    owner: object


class Mailbox:
    """``frame`` and ``seq`` are swapped whole (atomic under the GIL); ``size`` is what the reader wants, in pixels."""

    __slots__ = ("frame", "seq", "size")

    def __init__(self) -> None:
        self.frame: PreviewFrame | None = None
        self.seq = 0
        self.size: tuple[int, int] | None = None

    def post(self, frame: PreviewFrame) -> None:
        """Replace the picture. Writer's thread only."""
        self.frame = frame
        self.seq += 1
