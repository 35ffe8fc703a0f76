"""Reading and writing the fields of a section, each named, so that an error can say which byte and which field."""

from __future__ import annotations

from struct import Struct

from app.model.errors import CueError

_RESERVED_6 = 0x3F << 33  # the six reserved bits between a flag and its 33-bit time


class Layout:
    """Fields that follow each other, taken in one go: the speed of decoding is the count of such steps."""

    __slots__ = ("fields", "unpack_from", "whole")

    def __init__(self, codes: str, *names: str) -> None:
        layout = Struct(f">{codes}")
        self.unpack_from, self.whole = layout.unpack_from, layout.size
        self.fields = tuple(zip((Struct(code).size for code in codes), names, strict=True))


class Reader:
    """Takes fields from ``section[offset:end]``; whatever does not fit is a CueError naming byte and field."""

    __slots__ = ("end", "offset", "section", "within")

    def __init__(self, section: bytes, offset: int, end: int, within: str) -> None:
        self.section, self.offset, self.end, self.within = section, offset, end, within

    @property
    def left(self) -> int:
        """Bytes not yet taken."""
        return self.end - self.offset

    def byte(self, name: str) -> int:
        """The next byte."""
        offset = self.offset
        if offset >= self.end:
            raise self._short(1, name)
        self.offset = offset + 1
        return self.section[offset]

    def uint(self, size: int, name: str) -> int:
        """An unsigned integer of ``size`` bytes."""
        start = self.offset
        stop = start + size
        if stop > self.end:
            raise self._short(size, name)
        self.offset = stop
        return int.from_bytes(self.section[start:stop])

    def unpacked(self, layout: Layout) -> tuple[int, ...]:
        """The fields of a layout."""
        start = self.offset
        if start + layout.whole > self.end:
            for size, name in layout.fields:  # one of them does not fit, and says so
                self.uint(size, name)
        self.offset = start + layout.whole
        return layout.unpack_from(self.section, start)

    def raw(self, size: int, name: str) -> bytes:
        """The next ``size`` bytes."""
        start = self.offset
        stop = start + size
        if stop > self.end:
            raise self._short(size, name)
        self.offset = stop
        return self.section[start:stop]

    def flagged_ticks(self, name: str) -> tuple[bool, int]:
        """A flag, six reserved bits and 33 bits of ticks."""
        value = self.uint(5, name)
        return bool(value >> 39), value & 0x1_FFFF_FFFF

    def splice_time(self) -> int | None:
        """Ticks or None, §9.8.1: five bytes with a time, one without."""
        start = self.offset
        first = self.byte("time_specified_flag")
        if not first & 0x80:
            return None
        if start + 5 > self.end:
            raise self._short(4, "pts_time")
        self.offset = start + 5
        return int.from_bytes(self.section[start : start + 5]) & 0x1_FFFF_FFFF

    def part(self, size: int, length_name: str, within: str) -> Reader:
        """A reader over the next ``size`` bytes, which this one then has passed."""
        start = self.offset
        if start + size > self.end:
            raise CueError(f"says {size} bytes, {self.left} are left in {self.within}", offset=start, field=length_name)
        self.offset = start + size
        return Reader(self.section, start, self.offset, within)

    def finish(self, length_name: str) -> None:
        """CueError if bytes are left: the length said more than the syntax uses."""
        if self.offset < self.end:
            raise CueError(f"{self.left} bytes more than {self.within} uses", offset=self.offset, field=length_name)

    def _short(self, size: int, name: str) -> CueError:
        return CueError(f"needs {size} bytes, {self.left} are left in {self.within}", offset=self.offset, field=name)


def checked(value: int, bits: int, name: str) -> int:
    """``value``, or a CueError when it does not fit ``bits``: nothing ever wraps silently."""
    if not 0 <= value < 1 << bits:
        raise CueError(f"{value} is not in 0 … {(1 << bits) - 1} ({bits} bits)", field=name)
    return value


def uint(value: int, size: int, name: str) -> bytes:
    """An unsigned integer in ``size`` bytes."""
    return checked(value, 8 * size, name).to_bytes(size, "big")


def flagged_ticks(ticks: int, name: str, *, flag: bool) -> bytes:
    """A flag, six reserved bits and 33 bits of ticks."""
    return (flag << 39 | _RESERVED_6 | checked(ticks, 33, name)).to_bytes(5, "big")


def splice_time(ticks: int | None) -> bytes:
    """Ticks or None, §9.8.1: five bytes with a time, one without."""
    return b"\x7f" if ticks is None else flagged_ticks(ticks, "pts_time", flag=True)


def counted(items: list[bytes], name: str) -> bytes:
    """A count of one byte, then the items."""
    return uint(len(items), 1, name) + b"".join(items)
