"""One channel's previews in memory that two processes share: a file of a few slots, written round and round.

Words are 8 bytes in the machine's own order. The head: magic, slots, bytes a slot, newest number, whether the writer
has left this file. Picture *n* lies in slot *n* modulo slots. A slot's head: *n* as its writing began, *n* once it was
complete, width, height, stride, frame, number of peaks, the peaks (doubles). The pixels begin at the next page.

The writer never shrinks a file: whoever has it mapped would be killed by its next look. It makes a new one instead.
"""

from __future__ import annotations

import mmap
import os
import stat
from math import inf, isnan
from pathlib import Path
from time import monotonic

from app.pipeline.preview import PreviewFrame

SLOTS, MOST_SLOTS = 4, 8  # a picture stays as it is for two frames after the next one came
WHOLE_FOR_S = 0.01  # a picture is taken and painted sooner
LARGEST = 4096  # pixels a side that a reader believes
MOST_PEAKS = 8
_MAGIC = 0x5344_5052_4556_0001  # with the layout's version
_PAGE = 4096
_MAGIC_AT, _SLOTS_AT, _SLOT_BYTES_AT, _NEWEST_AT, _LEFT_AT = range(5)
_SLOT_WORDS = 32
_BEGUN, _COMPLETE, _WIDTH, _HEIGHT, _STRIDE, _FRAME, _PEAKS, _FIRST_PEAK = range(8)
_ROOM = 1.25  # more than is needed at first, so that a window dragged larger does not need a file a pixel
_LOUDEST_DBFS = 24.0


class PreviewFile:
    """The writer's half. One thread; OSError where there is no room for so large a picture."""

    def __init__(self, path: Path, picture_bytes: int) -> None:
        self.path = path
        self.slot_bytes = -(-int(picture_bytes * _ROOM) // _PAGE) * _PAGE
        self._length = length = _PAGE + SLOTS * self.slot_bytes
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            _fill(handle, length)  # so that a full disk is an error here, and no fault at the first touch of a page
            self._map = mmap.mmap(handle, length, access=mmap.ACCESS_WRITE)
        except OSError:
            path.unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)
        self._bytes = memoryview(self._map)
        self._words, self._doubles = self._bytes[:_PAGE].cast("Q"), self._bytes[:_PAGE].cast("d")
        self._newest = 0
        self._words[_SLOTS_AT], self._words[_SLOT_BYTES_AT] = SLOTS, self.slot_bytes
        self._words[_MAGIC_AT] = _MAGIC

    def holds(self, picture_bytes: int) -> bool:
        """Whether such a picture fits in, and the file is not far too large for it, nor cut short by somebody."""
        return self._is_whole() and picture_bytes <= self.slot_bytes <= max(16 * _PAGE, 4 * picture_bytes)

    def write(self, frame: PreviewFrame) -> None:
        """Copy one picture in; readers see it once it is complete."""
        number, needed, words = self._newest + 1, frame.stride * frame.height, self._words
        slot = number % SLOTS
        head, pixels = _SLOT_WORDS * (slot + 1), _PAGE + slot * self.slot_bytes
        words[head + _BEGUN] = number
        self._bytes[pixels : pixels + needed] = frame.pixels[:needed]
        words[head + _WIDTH], words[head + _HEIGHT], words[head + _STRIDE] = frame.width, frame.height, frame.stride
        words[head + _FRAME] = frame.frame
        peaks = frame.peaks_dbfs[:MOST_PEAKS]
        words[head + _PEAKS] = len(peaks)
        for place, peak in enumerate(peaks):
            self._doubles[head + _FIRST_PEAK + place] = peak
        words[head + _COMPLETE] = number
        words[_NEWEST_AT] = self._newest = number

    def leave(self) -> None:
        """Tell readers to look for the next file, and take this one away; their maps of it stay good."""
        if self._is_whole():
            self._words[_LEFT_AT] = 1
        self.path.unlink(missing_ok=True)

    def _is_whole(self) -> bool:
        """A touch beyond the end of the file would kill this process."""
        return self._map.size() >= self._length


class PreviewMap:
    """The reader's half, of a file that may hold anything. OSError or ValueError where it is no preview file."""

    def __init__(self, path: Path) -> None:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(path, flags)
        try:
            about = os.fstat(handle)
            if not stat.S_ISREG(about.st_mode) or not _is_ours(about) or about.st_size < 2 * _PAGE:
                raise ValueError(f"{path} is no preview file of this user")
            self._map = mmap.mmap(handle, about.st_size, access=mmap.ACCESS_READ)
        finally:
            os.close(handle)
        self.path, self._length, self._whole_until_s = path, about.st_size, -inf
        self._bytes = memoryview(self._map)
        self._words, self._doubles = self._bytes[:_PAGE].cast("Q"), self._bytes[:_PAGE].cast("d")
        self._slots, self._slot_bytes = self._words[_SLOTS_AT], self._words[_SLOT_BYTES_AT]
        fits = 1 < self._slots <= MOST_SLOTS and _PAGE + self._slots * self._slot_bytes <= self._length
        if self._words[_MAGIC_AT] != _MAGIC or not fits:
            raise ValueError(f"{path} is no preview file of this version")

    def look(self) -> tuple[int, bool]:
        """The number of the newest picture, 0 for none; whether there is another file to look for.

        A file that was cut short has no picture any more.
        """
        self._whole_until_s = -inf
        if not self._is_whole():
            return 0, True
        return self._words[_NEWEST_AT], self._words[_LEFT_AT] != 0

    def picture(self, number: int) -> PreviewFrame | None:
        """That picture where it lies, not copied; None when it is being replaced, or is none."""
        slot = number % self._slots
        head, words = _SLOT_WORDS * (slot + 1), self._words

        def intact() -> bool:
            return self._is_whole() and words[head + _BEGUN] == number

        if not intact() or words[head + _COMPLETE] != number or not number:
            return None
        width, height, stride = words[head + _WIDTH], words[head + _HEIGHT], words[head + _STRIDE]
        frame, peaks = words[head + _FRAME], min(words[head + _PEAKS], MOST_PEAKS)
        levels = [self._doubles[head + _FIRST_PEAK + place] for place in range(peaks)]
        sized = 1 <= width <= LARGEST and 1 <= height <= LARGEST and stride % 4 == 0
        if words[head + _BEGUN] != number or not sized or not 4 * width <= stride <= self._slot_bytes // height:
            return None
        begin = _PAGE + slot * self._slot_bytes
        pixels = self._bytes[begin : begin + stride * height]
        return PreviewFrame(
            width=width,
            height=height,
            stride=stride,
            pixels=pixels,
            frame=frame,
            peaks_dbfs=tuple(map(_believable, levels)),
            owner=self._map,
            intact=intact,
        )

    def _is_whole(self) -> bool:
        """Whether a touch is safe: asked with each ``look``, for that and what is done with its picture right behind.

        Each question lets another thread in. A file that is cut short behind it, which no writer does, kills this
        process at the touch.
        """
        now_s = monotonic()
        if now_s >= self._whole_until_s:
            if self._map.size() < self._length:
                return False
            self._whole_until_s = now_s + WHOLE_FOR_S
        return True


def _believable(peak: float) -> float:
    return -inf if isnan(peak) else min(peak, _LOUDEST_DBFS)


def _fill(handle: int, length: int) -> None:
    block = bytes(1 << 20)
    while length > 0:
        length -= os.write(handle, block[: min(length, len(block))])


def _is_ours(about: os.stat_result) -> bool:
    return not hasattr(os, "getuid") or about.st_uid == os.getuid()
