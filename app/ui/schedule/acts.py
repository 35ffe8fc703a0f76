"""What can be done to the selection: the same for keys, menu and buttons."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from app.ui.schedule.block import Block
from app.ui.schedule.edits import (
    Dropped,
    created,
    duplicated,
    filled,
    moved,
    removed,
    resized,
    split,
    split_place,
    us_of_seconds,
)
from app.ui.schedule.gestures import DEFAULT_US, Pointer
from app.ui.schedule.moments import SECOND_US, frame_us, on_frame
from app.ui.schedule.planner_menu import add_planner
from app.ui.words import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.ui.schedule.canvas import TimelineCanvas

_NOTHING = _("select a break of the schedule first")


class Acts:
    """Each is one undoable step, or a sentence on why not."""

    def __init__(self, canvas: TimelineCanvas) -> None:
        self._canvas = canvas

    def _own(self) -> list[Block]:
        """What is selected and the schedule's; a sentence where there is nothing."""
        chosen = self._canvas.chosen()
        found = [block for block in chosen if block.booking is not None]
        if not found:
            self._canvas.say(
                _("{key} is the engine's own, not in the schedule").format(key=chosen[0].key[1]) if chosen else _NOTHING
            )
        return found

    def _step(self, block: Block, frames: int, seconds: int) -> int:
        """A nudge in microseconds that ends on a frame of house time."""
        rate = self._canvas.schedule.moments.rate(block.key[0])
        way = (1 if frames > 0 else -1) * frame_us(abs(frames), rate) + seconds * SECOND_US
        return on_frame(block.start_us + way, rate) - block.start_us

    def nudge(self, frames: int, seconds: int = 0) -> None:
        """Earlier or later."""
        own = self._own()
        if own:
            taken = self._canvas.schedule.rows.keys()
            self._canvas.edit(moved(own, self._step(own[0], frames, seconds), {}, taken), _("move"))

    def stretch(self, frames: int, seconds: int = 0) -> None:
        """Move the end of one break."""
        own = self._own()
        if own:
            block = own[0]
            rate = self._canvas.schedule.moments.rate(block.key[0])
            way = (1 if frames > 0 else -1) * frame_us(abs(frames), rate) + seconds * SECOND_US
            end = on_frame(block.end_us + way, rate)
            if end - block.start_us < SECOND_US:
                self._canvas.say(_("a break lasts at least a second"))
                return
            self._canvas.edit(resized(block, block.start_us, end), _("resize"))

    def shift_rows(self, by: int) -> None:
        """Onto the channel above or below."""
        own, names = self._own(), self._canvas.rows
        rows = {name: index for index, name in enumerate(names)}
        places = [rows[block.key[0]] + by for block in own if block.key[0] in rows]
        if not own or len(places) < len(own) or not all(0 <= place < len(names) for place in places):
            return
        onto = {name: names[index + by] for name, index in rows.items() if 0 <= index + by < len(names)}
        self._canvas.edit(moved(own, 0, onto, self._canvas.schedule.rows.keys()), _("move"))

    def duplicate(self) -> None:
        """Copies directly behind."""
        own = self._own()
        if own:
            by_us = max(block.end_us for block in own) - min(block.start_us for block in own)
            self._canvas.edit(duplicated(own, by_us, {}, self._canvas.schedule.rows.keys()), _("duplicate"))

    def split(self) -> None:
        """In two where two ads meet, next to the cursor."""
        own = self._own()
        if not own:
            return
        place = split_place(own[0], self._canvas.cursor_us)
        if place is None:
            self._canvas.say(_("too short to split: either part lasts at least a second"))
            return
        self._canvas.edit(split(own[0], place, self._canvas.schedule.rows.keys()), _("split"))

    def remove(self) -> None:
        """Take them out."""
        own = self._own()
        if own:
            self._canvas.edit(removed(own), _("remove") if len(own) == 1 else _("remove {own}").format(own=len(own)))

    def create(self, at: Pointer | None = None) -> None:
        """A break of the length that the cue column has chosen, at the cursor on the selected channel."""
        canvas = self._canvas
        focused = canvas.focused
        channel = at.channel if at is not None else focused[0] if focused is not None else canvas.desk.selected
        preset = canvas.desk.preset_s
        length = DEFAULT_US if preset is None else us_of_seconds(preset)
        start = on_frame(canvas.cursor_us if at is None else at.us, canvas.schedule.moments.rate(channel))
        pairs = created(channel, (start, start + length), Dropped(""), canvas.schedule.rows.keys())
        canvas.edit(pairs, _("create"))

    def insert(self, dropped: Dropped) -> None:
        """What a library hands over by key: into the selected break, else as a new one at the cursor."""
        canvas = self._canvas
        own = [block for block in canvas.chosen() if block.booking is not None]
        if own:
            canvas.edit(filled(own[0], dropped), _("add to {title}").format(title=own[0].title or own[0].key[1]))
            return
        channel = canvas.desk.selected
        start = on_frame(canvas.cursor_us, canvas.schedule.moments.rate(channel))
        span = start, start + (dropped.length_us or DEFAULT_US)
        canvas.edit(created(channel, span, dropped, canvas.schedule.rows.keys()), _("add"))

    # ---- finding one's way

    def select_all(self) -> None:
        """All in sight."""
        canvas = self._canvas
        since, until = canvas.scale.us_at(0), canvas.scale.us_at(canvas.places.time_width)
        lanes = canvas.schedule.blocks.lanes
        canvas.select({b.key for name in canvas.rows for b in lanes.lane(name).over(since, until)}, canvas.focused)

    def go(self, by: int, *, adding: bool = False) -> None:
        """To the next or the previous break of the channel."""
        canvas = self._canvas
        channel = canvas.focused[0] if canvas.focused is not None else canvas.desk.selected
        lane = canvas.schedule.blocks.lanes.lane(channel)
        keys = [block.key for block in lane.blocks]
        if not keys:
            canvas.say(_("no break on this channel"))
            return
        if canvas.focused in keys:
            place = keys.index(canvas.focused) + by
        else:
            later = [n for n, start in enumerate(lane.starts) if start >= canvas.cursor_us]
            place = (later[0] if later else len(keys)) + min(0, by)
        self._focus(lane.blocks[min(max(0, place), len(keys) - 1)], adding=adding)

    def go_row(self, by: int) -> None:
        """To the break of the channel above or below that is nearest in time."""
        canvas, names = self._canvas, self._canvas.names
        channel = canvas.focused[0] if canvas.focused is not None else canvas.desk.selected
        if channel not in names:
            return
        way = names[names.index(channel) + 1 :] if by > 0 else names[: names.index(channel)][::-1]
        for name in way:
            blocks = canvas.schedule.blocks.lanes.lane(name).blocks
            if blocks:
                self._focus(min(blocks, key=lambda block: abs(block.start_us - canvas.cursor_us)))
                canvas.show_row(name)
                return

    def _focus(self, block: Block, *, adding: bool = False) -> None:
        canvas = self._canvas
        canvas.select((canvas.selected if adding else frozenset()) | {block.key}, block.key)
        canvas.reveal(block.start_us)

    def menu(self, pointer: Pointer) -> QMenu:
        """Everything above, with its keys."""
        canvas = self._canvas
        made = QMenu(canvas)
        own = [block for block in canvas.chosen() if block.booking is not None]
        stack = canvas.schedule.undo_stack
        entries: list[tuple[str, str, Callable[[], None], bool]] = [
            (_("New break here"), "Ins", partial(self.create, pointer), canvas.schedule.writable),
            (_("Split"), "S", self.split, len(own) == 1),
            (_("Duplicate"), "Ctrl+D", self.duplicate, bool(own)),
            (_("Remove"), "Del", self.remove, bool(own)),
            (_("Select all in sight"), "Ctrl+A", self.select_all, True),
            (
                _("Undo {undo_label}").format(undo_label=stack.undo_label).rstrip(),
                "Ctrl+Z",
                lambda: _drop(canvas.schedule.undo()),
                bool(stack.undo_label),
            ),
            (
                _("Redo {redo_label}").format(redo_label=stack.redo_label).rstrip(),
                "Ctrl+Y",
                lambda: _drop(canvas.schedule.redo()),
                bool(stack.redo_label),
            ),
        ]
        for words, key, act, possible in entries:
            action = made.addAction(f"{words}\t{QKeySequence(key).toString()}")
            action.setEnabled(possible)
            action.triggered.connect(lambda _on=False, act=act: act())
        add_planner(made, canvas, pointer.channel)
        block = canvas.block(canvas.focused)
        if block is not None and block.key in canvas.selected:
            made.addSeparator()
            made.addAction(_("Show its markers and pictures"), partial(canvas.break_asked.emit, *block.key))
        made.aboutToHide.connect(made.deleteLater)
        return made


def _drop(_said: str) -> None:
    """The desk has told why already."""
