"""The latest-frame mailbox: one writer (the ladder thread), any reader, nothing queued."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class PreviewFrame:
    """A picture for the multiviewer. ``pixels``: BGRA, ``stride`` bytes a line.

    ``peaks_dbfs``: sample peak per audio channel since the frame before (-inf is silence). ``owner`` keeps the memory.
    ``intact``: whether the pixels are still this picture's own; only memory that another process writes is ever reused.
    """

    width: int
    height: int
    stride: int
    pixels: memoryview
    frame: int
    peaks_dbfs: tuple[float, ...]
    owner: object
    intact: Callable[[], bool] = _always


class Mailbox:
    """``frame`` and ``seq`` are swapped whole (atomic under the GIL). ``copy`` is handed each picture as it is posted.

    ``size``: what is wanted, in pixels, the largest of what all readers want; None: nobody looks, nothing is to be
    made. Setting it says what the one reader of this process wants.
    """

    __slots__ = ("_lock", "_size", "_wanted", "copy", "frame", "seq")

    def __init__(self) -> None:
        self.frame: PreviewFrame | None = None
        self.seq = 0
        self.copy: Callable[[PreviewFrame], None] | None = None
        self._size: tuple[int, int] | None = None
        self._wanted: dict[Hashable, tuple[int, int]] = {}
        self._lock = threading.Lock()

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height, or None."""
        return self._size

    @size.setter
    def size(self, size: tuple[int, int] | None) -> None:
        self.want("", size)

    def want(self, reader: Hashable, size: tuple[int, int] | None) -> None:
        """What one reader wants from now on; None: nothing any more. Any thread."""
        with self._lock:
            if size is None:
                self._wanted.pop(reader, None)
            else:
                self._wanted[reader] = size
            self._size = max(self._wanted.values(), key=lambda wanted: wanted[0] * wanted[1], default=None)

    def post(self, frame: PreviewFrame) -> None:
        """Replace the picture. Writer's thread only."""
        self.frame = frame
        self.seq += 1
        if self.copy is not None:
            self.copy(frame)
