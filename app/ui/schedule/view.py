"""What a timeline shows: which time, which channels, what is selected, what is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.desk import Desk
from app.ui.schedule.block import Block
from app.ui.schedule.block_words import spoken
from app.ui.schedule.gestures import Band, Ghost, Pointer
from app.ui.schedule.moments import SECOND_US, moment_of, us_of
from app.ui.schedule.pending import Key
from app.ui.schedule.places import Places
from app.ui.schedule.time_scale import TimeScale
from app.ui.theme import Skin
from app.ui.words import _

if TYPE_CHECKING:
    from app.ui.schedule.schedule_desk import ScheduleDesk

_FOLLOW_AT = 0.25  # of the width: where the playhead stays
_SAID_MS = 6000


class TimelineView(QWidget):
    """``looked``: zoom, place or selection changed. ``files_dropped``: for the import.

    ``minutage``: rows are high enough for the minutes of their hour. ``busy``: something is being dragged.
    """

    looked = Signal()
    files_dropped = Signal(list)

    def __init__(self, desk: Desk, schedule: ScheduleDesk, skin: Skin, *, minutage: bool) -> None:
        super().__init__()
        self.desk, self.schedule, self.skin, self.minutage = desk, schedule, skin, minutage
        self.scale = TimeScale(us_of(desk.now) - 600 * SECOND_US, 2_500_000)
        self.follows = self.snaps = True
        self.selected: frozenset[Key] = frozenset()
        self.focused: Key | None = None
        self.cursor_us = us_of(desk.now)
        self.ghost: Ghost | None = None
        self.band: tuple[Band, Pointer] | None = None
        self.saying = ""
        self._top = 0
        self._unsaid = QTimer(self, singleShot=True, interval=_SAID_MS)
        self._unsaid.timeout.connect(lambda: self.say(""))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setAccessibleName(_("Ad breaks on a timeline; the table of breaks has the same"))
        self.busy = False
        self.is_behind: Callable[[], bool] = lambda: False  # whether what is painted is no longer so
        schedule.blocks.changed.connect(self._on_blocks)
        schedule.told.connect(self.say)
        desk.refreshed.connect(self._on_clock)
        desk.selection_changed.connect(lambda _name: self.update())

    def sizeHint(self) -> QSize:
        """Room for some rows."""
        return QSize(800, 240)

    # ---- what is shown

    @property
    def names(self) -> list[str]:
        """All channels that have a row: the show's, then those that only the schedule knows."""
        known = [channel.name for channel in self.desk.status.channels]
        return known + sorted(set(self.schedule.blocks.lanes.channels()) - set(known))

    @property
    def places(self) -> Places:
        """Where things lie now."""
        size = self.width(), self.height(), self.skin.density, len(self.names)
        return Places.of(*size, minutage=self.minutage, top=self._top)

    @property
    def rows(self) -> list[str]:
        """The channels in sight, top to bottom."""
        return self.places.visible(self.names, self.desk.selected)

    @property
    def now_us(self) -> int:
        """House time, now."""
        return us_of(self.desk.now)

    def block(self, key: Key | None) -> Block | None:
        """A break's block, if there still is one."""
        return None if key is None else self.schedule.blocks.lanes.block(key)

    def chosen(self) -> list[Block]:
        """What is selected, in time's order."""
        found = [block for key in self.selected if (block := self.block(key)) is not None]
        return sorted(found, key=lambda block: (block.start_us, block.key))

    def pointer(self, at: QPoint) -> Pointer:
        """The moment and the channel under a place; beside the rows, the nearest one."""
        places, rows = self.places, self.rows
        index = (at.y() - places.rows_top) // places.row
        channel = rows[min(max(0, index), len(rows) - 1)] if rows else ""
        return Pointer(self.scale.us_at(at.x() - places.head), channel)

    def box_of(self, block: Block) -> QRect | None:
        """Where a block is drawn; None: its row is not in sight."""
        places, rows = self.places, self.rows
        if block.key[0] not in rows:
            return None
        left, right = self.scale.x_of(block.start_us), self.scale.x_of(block.end_us)
        top = places.y_of(rows.index(block.key[0]))
        return QRect(places.head + left, top, max(3, right - left), places.row - 1)

    # ---- moving about

    def look(self, scale: TimeScale, *, following: bool = False) -> None:
        """Show another stretch of time, and read the schedule there."""
        if not following:
            self.follows = False
        if scale == self.scale:
            self.looked.emit()
            return
        self.scale = scale
        width = self.places.time_width
        self.schedule.want(moment_of(scale.us_at(0)), moment_of(scale.us_at(width)))
        self.update()
        self.looked.emit()

    def zoom_for(self, span_us: int) -> int:
        """Microseconds a pixel at which the whole width shows so much time."""
        return self.scale.showing(0, span_us, self.places.time_width).us_per_px

    def show_span(self, span_us: int) -> None:
        """So much time over the whole width, around the playhead while it is followed, else around the cursor."""
        places = self.places
        zoomed = self.scale.showing(0, span_us, places.time_width)
        x = round(places.time_width * _FOLLOW_AT)
        at = self.now_us if self.follows else self.scale.us_at(x)
        self.look(zoomed.with_at(at, x), following=self.follows)

    def zoom(self, factor: float, x: int | None = None) -> None:
        """Nearer (below 1) or further, around a pixel of time; the cursor if it is in sight, else the middle."""
        width = self.places.time_width
        if x is None:
            x = self.scale.x_of(self.cursor_us)
            x = x if 0 <= x < width else width // 2
        self.look(self.scale.zoomed(factor, x))

    def pan(self, px: int) -> None:
        """To the right in time."""
        self.look(self.scale.panned(px))

    def scroll_rows(self, rows: int) -> None:
        """Further channels."""
        self._top = min(max(0, self.places.top + rows), self.places.most_top)
        self.update()

    def show_row(self, name: str) -> None:
        """Bring a channel's row into sight."""
        others = [one for one in self.names if one != self.desk.selected]
        if name not in self.rows and name in others:
            self._top = min(others.index(name), self.places.most_top)
            self.update()

    def follow(self, *, on: bool) -> None:
        """Keep the playhead in sight, or let time stand."""
        self.follows = on
        if on:
            self._on_clock()
        self.looked.emit()

    def reveal(self, us: int) -> None:
        """Bring a moment into sight."""
        x, width = self.scale.x_of(us), self.places.time_width
        if not 0 <= x < width:
            self.look(self.scale.with_at(us, width // 4))

    def resettle(self) -> None:
        """Another size: whole rows only, and the playhead where it belongs."""
        self._top = self.places.top
        self._on_clock()

    def _on_clock(self) -> None:
        if self.follows and not self.busy:
            x = round(self.places.time_width * _FOLLOW_AT)
            if self.scale.x_of(self.now_us) != x:
                self.look(self.scale.with_at(self.now_us, x), following=True)
        if self.is_behind():
            self.update()

    def _on_blocks(self) -> None:
        gone = {key for key in self.selected if self.block(key) is None}
        if gone:
            self.selected -= gone
            self.looked.emit()
        self.update()

    # ---- selecting and saying

    def select(self, keys: Iterable[Key], focused: Key | None = None) -> None:
        """Select these; the focused one is what the keyboard goes on from, and what is read out."""
        self.selected = frozenset(keys)
        self.focused = focused
        block = self.block(focused)
        if block is not None:
            self.cursor_us = block.start_us
        said = spoken(block, self) if block is not None else ""
        if said != self.accessibleDescription():
            self.setAccessibleDescription(said)
        self.update()
        self.looked.emit()

    def show_ghost(self, ghost: Ghost | None, band: tuple[Band, Pointer] | None = None) -> None:
        """What letting go would do; None: nothing is held."""
        self.ghost, self.band = ghost, band
        self.update()

    def say(self, words: str) -> None:
        """A sentence over the rows, for some seconds."""
        self.saying = words
        if words:
            self._unsaid.start()
        self.update()

    def edit(self, pairs: Sequence[tuple[object, object]], label: str) -> bool:
        """Make an edit, and select what came of it."""
        made = [pair for pair in pairs if pair[0] != pair[1]]
        if self.schedule.edit(made, label):  # type: ignore[arg-type]  # pairs of bookings, as all edits make
            return False
        after = [booking for _other, booking in made if booking is not None]
        keys = [(booking.plan.channel, booking.plan.id) for booking in after]  # type: ignore[attr-defined]  # as above
        self.select(keys, keys[0] if keys else None)
        return True
