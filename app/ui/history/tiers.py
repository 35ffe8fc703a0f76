"""A value over the last minute to the last day, in rings of growing bins: memory that never grows."""

from __future__ import annotations

import math
from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # numpy takes a tenth of a second to import: the first picture does not wait for that
    import numpy as np
    from numpy.typing import NDArray

type Values = NDArray[np.float32]

TIERS = ((1, 900), (10, 720), (60, 1440))  # seconds a bin, bins: a quarter of an hour, two hours, a day


class Tier:
    """Bins of ``bin_s`` seconds: the mean and the highest value of each; NaN where nothing was measured."""

    def __init__(self, bin_s: int, bins: int) -> None:
        self.bin_s, self.bins = bin_s, bins
        self.newest: int | None = None  # bin's number since the clock's zero
        self._means = array("f", [math.nan]) * (2 * bins)  # everything twice, so that any stretch lies in one piece
        self._peaks = array("f", [math.nan]) * (2 * bins)
        self._sum, self._count, self._peak = 0.0, 0, math.nan
        self._written = True

    def advance(self, now_s: float) -> None:
        """Bins that have begun since are empty so far. A clock that goes back changes nothing."""
        number = math.floor(now_s / self.bin_s)
        if self.newest is None:
            self.newest = number
        if number <= self.newest:
            return
        self._write_newest()
        for begun in range(max(self.newest + 1, number - self.bins + 1), number + 1):
            self._write(begun, math.nan, math.nan)
        self.newest, self._sum, self._count, self._peak = number, 0.0, 0, math.nan

    def add(self, now_s: float, value: float) -> None:
        """One measurement, into the newest bin."""
        self.advance(now_s)
        if self.newest is None or math.isnan(value):
            return
        self._sum += value
        self._count += 1
        self._peak = value if self._count == 1 else max(value, self._peak)
        self._written = False

    def _write_newest(self) -> None:
        """Where somebody looks, or its time is over: not with each of the measurements that it is made of."""
        if not self._written and self.newest is not None:
            self._write(self.newest, self._sum / self._count, self._peak)
            self._written = True

    def last(self, bins: int) -> tuple[Values, Values]:
        """Views of the last so many bins, the newest at the end: means and peaks."""
        import numpy as np  # noqa: PLC0415 - see above

        bins = min(bins, self.bins)
        if self.newest is None:
            empty = np.full(bins, np.nan, np.float32)
            return empty, empty
        self._write_newest()
        end = self.newest % self.bins + self.bins + 1
        means, peaks = np.frombuffer(self._means, np.float32), np.frombuffer(self._peaks, np.float32)
        return means[end - bins : end], peaks[end - bins : end]

    def kept(self, into: list[bytes]) -> int | None:
        """The number of the newest bin; means and peaks behind what is in the list."""
        self._write_newest()
        into += (self._means[: self.bins].tobytes(), self._peaks[: self.bins].tobytes())
        return self.newest

    def bring(self, newest: int | None, bins: memoryview) -> memoryview:
        """What ``kept`` told, from the beginning of these bytes; the rest of them. ValueError: they are too few."""
        size = self.bins * self._means.itemsize
        if bins.nbytes < 2 * size or not (newest is None or isinstance(newest, int)):
            raise ValueError("it is cut short")
        self._means, self._peaks = (
            array("f", bytes(bins[at : at + size]) * 2)  # see above
            for at in (0, size)
        )
        self.newest = newest
        return bins[2 * size :]

    def _write(self, number: int, mean: float, peak: float) -> None:
        place = number % self.bins
        self._means[place] = self._means[place + self.bins] = mean
        self._peaks[place] = self._peaks[place + self.bins] = peak


class Series:
    """One value of one channel over all tiers."""

    def __init__(self) -> None:
        self._tiers = [Tier(bin_s, bins) for bin_s, bins in TIERS]

    def add(self, now_s: float, value: float) -> None:
        """One measurement; NaN: there is none, time went on."""
        for tier in self._tiers:
            tier.add(now_s, value)

    def advance(self, now_s: float) -> None:
        """Time went on without a measurement."""
        for tier in self._tiers:
            tier.advance(now_s)

    def kept(self, into: list[bytes]) -> list[int | None]:
        """The newest bin of each tier; their bins behind what is in the list."""
        return [tier.kept(into) for tier in self._tiers]

    @classmethod
    def of(cls, newest: list[int | None], bins: memoryview) -> tuple[Series, memoryview]:
        """The series that ``kept`` told of, and the bytes behind its own. ValueError: it is none."""
        made = cls()
        for tier, number in zip(made._tiers, newest, strict=True):
            bins = tier.bring(number, bins)
        return made, bins

    @property
    def newest_s(self) -> float:
        """When the newest bin begins; -inf: there is none."""
        return max(-math.inf if tier.newest is None else tier.newest * tier.bin_s for tier in self._tiers)

    def over(self, span_s: int) -> tuple[int, Values, Values]:
        """Seconds a bin, means and peaks of the last ``span_s``, from the finest bins that reach so far back."""
        tier = next((one for one in self._tiers if one.bin_s * one.bins >= span_s), self._tiers[-1])
        return tier.bin_s, *tier.last(span_s // tier.bin_s)

    @property
    def now(self) -> float:
        """The newest second's mean; NaN where nothing was measured in it."""
        means, _ = self._tiers[0].last(2)
        return float(means[-1] if not math.isnan(means[-1]) else means[0])
