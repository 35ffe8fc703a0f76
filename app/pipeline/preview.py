"""The latest-frame mailbox: one writer (the ladder thread), any reader, nothing queued."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

type Size = tuple[int, int]
"""Width and height in pixels."""


def _always() -> bool:
    return True


def largest(sizes: Iterable[Size]) -> Size | None:
    """What serves all of them: one picture is made, and the readers of smaller ones scale it down. None: nobody."""
    return max(sizes, key=lambda size: size[0] * size[1], default=None)


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
    made. Setting it says what a reader without a name wants.
    """

    __slots__ = ("_lock", "_size", "_wanted", "copy", "frame", "seq")

    def __init__(self) -> None:
        self.frame: PreviewFrame | None = None
        self.seq = 0
        self.copy: Callable[[PreviewFrame], None] | None = None
        self._size: Size | None = None
        self._wanted: dict[Hashable, Size] = {}
        self._lock = threading.Lock()

    @property
    def size(self) -> Size | None:
        """Width and height, or None."""
        return self._size

    @size.setter
    def size(self, size: Size | None) -> None:
        self.want("", size)

    def want(self, reader: Hashable, size: Size | None) -> None:
        """What one reader wants from now on; None: nothing any more. Any thread."""
        with self._lock:
            if size is None:
                self._wanted.pop(reader, None)
            else:
                self._wanted[reader] = size
            self._size = largest(self._wanted.values())

    def post(self, frame: PreviewFrame) -> None:
        """Replace the picture. Writer's thread only."""
        self.frame = frame
        self.seq += 1
        if self.copy is not None:
            self.copy(frame)
