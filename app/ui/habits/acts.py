"""How each action of the registry is done in the window."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from app.ui.actions import Verb
from app.ui.habits.bindings import Acts
from app.ui.habits.window_actions import CHANNEL_KEYS, cue_id, preset_id
from app.ui.widgets.preset_switch import Preset

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow
    from app.ui.schedule.block import Block


def window_acts(window: MainWindow) -> Acts:
    """By id; each id of the registry but those of help, which the sheets bring."""
    desk = window.desk
    return {
        **{cue_id(verb): partial(desk.press, verb) for verb in Verb},
        **{f"channel.{n}": partial(window.walls.select, n) for n in range(1, CHANNEL_KEYS + 1)},
        **{f"gang.{n}": partial(desk.choose_number_for_gang, n) for n in range(1, CHANNEL_KEYS + 1)},
        **{preset_id(preset): partial(window.presets.choose, preset) for preset in Preset},
        "con": desk.press_con,
        "con.force": partial(desk.press_con, force=True),
        "lock": desk.toggle_lock,
        "alarms.acknowledge": partial(_acknowledge_all, window),
        "alarms.copy": lambda: copy(window.alarms.lines()),
        "refusal.copy": lambda: copy(window.status_line.last_refusal),
        "pages.markers": window.pages.turn,
        "pages.breaks": window.pages.show_breaks,
        "pages.events": window.pages.show_events,
        "docks.next": window.rooms.hand.focus_next,
        "docks.move": window.rooms.hand.move_on,
        "docks.float": window.rooms.hand.float_or_put_back,
        "docks.reset": window.rooms.hand.reset,
        "close": window.close,
        "setup.wizard": window.setup.open_wizard,
        "setup.show": window.setup.open_show_file,
        "setup.tour": window.setup.start_tour,
        **window.walls.acts(),
        "undo": window.walls.edits.undo,
        "redo": window.walls.edits.redo,
    }


def _acknowledge_all(window: MainWindow) -> None:
    desk = window.desk
    for key in desk.alarms().keys() - desk.acknowledged.keys():
        desk.acknowledge(key)


def copy(words: str) -> None:
    """Put words on the clipboard; with nothing to copy it stays as it is."""
    if words:
        QGuiApplication.clipboard().setText(words)


def show_break(window: MainWindow, block: Block) -> None:
    """Bring a break into sight and select it, on the timeline that is open."""
    timeline = window.traffic if window.traffic.isVisible() else window.timeline
    if timeline is window.timeline:
        window.pages.show_breaks()
    canvas = timeline.canvas
    canvas.select({block.key}, block.key)
    canvas.reveal(block.start_us)
    canvas.show_row(block.key[0])
    canvas.setFocus()
