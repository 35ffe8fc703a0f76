"""Where a moment lies on the timeline and which moment lies under a pixel: whole numbers, so both ways agree. Pure."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_US_PER_PX = 200  # a frame of 25 a second is 200 pixels wide then
MOST_US_PER_PX = 2_016_000_000  # a week in 300 pixels


@dataclass(frozen=True, slots=True)
class TimeScale:
    """``origin_us``: the moment at the left edge, in microseconds since 1970 UTC; ``us_per_px``: the zoom."""

    origin_us: int
    us_per_px: int

    def us_at(self, x: int) -> int:
        """The moment at a pixel's left edge."""
        return self.origin_us + x * self.us_per_px

    def x_of(self, us: int) -> int:
        """The pixel that a moment falls into; exactly the one whose ``us_at`` it is."""
        return (us - self.origin_us) // self.us_per_px

    def zoomed(self, factor: float, x: int) -> TimeScale:
        """Times so many microseconds a pixel (below 1: nearer); the moment at ``x`` stays there."""
        wanted = round(self.us_per_px * factor)
        if wanted == self.us_per_px and factor != 1:
            wanted += 1 if factor > 1 else -1
        return self._at_zoom(wanted, self.us_at(x), x)

    def panned(self, px: int) -> TimeScale:
        """So many pixels to the right in time."""
        return TimeScale(self.origin_us + px * self.us_per_px, self.us_per_px)

    def showing(self, since_us: int, until_us: int, width: int) -> TimeScale:
        """This stretch of time over ``width`` pixels."""
        return self._at_zoom(-(-(until_us - since_us) // max(1, width)), since_us, 0)

    def with_at(self, us: int, x: int) -> TimeScale:
        """The same zoom, with a moment at a pixel."""
        return TimeScale(us - x * self.us_per_px, self.us_per_px)

    @staticmethod
    def _at_zoom(us_per_px: int, us: int, x: int) -> TimeScale:
        zoom = min(max(us_per_px, LEAST_US_PER_PX), MOST_US_PER_PX)
        return TimeScale(us - x * zoom, zoom)
