"""Where things lie on the timeline's canvas: head of the rows, label lane, ruler, whole rows. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from app.ui.theme import Density

BAR = 12  # of the scroll bar at the right
WORDS_ROW, PLAIN_ROW = 40, 23  # a row with its minutage, and one without


@dataclass(frozen=True, slots=True)
class Places:
    """``count``: channels there are; ``top``: which one stands first below the pinned row."""

    width: int
    height: int
    head: int
    lane: int
    ruler: int
    row: int
    count: int
    top: int = 0

    @classmethod
    def of(cls, width: int, height: int, density: Density, count: int, *, minutage: bool, top: int = 0) -> Places:
        """For a canvas of this size."""
        row = (WORDS_ROW if density.roomy else 34) if minutage else density.row
        head = (190 if minutage else 166) if density.roomy else (168 if minutage else 142)
        lane, ruler = (20, 22) if density.roomy else (17, 18)
        made = cls(width, height, head, lane, ruler, row, count)
        return cls(width, height, head, lane, ruler, row, count, min(max(0, top), made.most_top))

    @property
    def rows_top(self) -> int:
        """Where the first row begins."""
        return self.lane + self.ruler

    @property
    def shown(self) -> int:
        """Whole rows that there is room for; at least one."""
        return max(1, min(self.count, (self.height - self.rows_top) // self.row))

    @property
    def most_top(self) -> int:
        """The furthest that the rows scroll."""
        return max(0, self.count - self.shown)

    @property
    def rows_bottom(self) -> int:
        """Behind the last row that is shown."""
        return self.rows_top + self.shown * self.row

    @property
    def time_width(self) -> int:
        """Pixels of time."""
        return max(1, self.width - self.head - BAR)

    def y_of(self, index: int) -> int:
        """The top of a row that is shown, counted from 0."""
        return self.rows_top + index * self.row

    def index_at(self, y: int) -> int | None:
        """Which of the rows that are shown lies there."""
        index = (y - self.rows_top) // self.row
        return index if 0 <= index < min(self.shown, self.count) else None

    def visible(self, names: list[str], pinned: str) -> list[str]:
        """The channels that are shown: the pinned one first, the others scroll under it."""
        if pinned in names:
            others = [name for name in names if name != pinned]
            return [pinned, *others[self.top : self.top + self.shown - 1]]
        return names[self.top : self.top + self.shown]
