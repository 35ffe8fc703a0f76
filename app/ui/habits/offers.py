"""The command palette's offers: all actions of the window, its channels, the breaks that it knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from app.ui import text
from app.ui.actions import refusal
from app.ui.desk import Desk
from app.ui.habits.bindings import Acts
from app.ui.habits.finding import Offer
from app.ui.habits.keymap import Keymap
from app.ui.habits.window_actions import WINDOW_ACTIONS, Group
from app.ui.schedule.block import WORDS
from app.ui.schedule.moments import SECOND_US, moment_of
from app.ui.words import _

if TYPE_CHECKING:
    from app.ui.schedule.block import Block
    from app.ui.schedule.canvas import TimelineCanvas

BREAKS_OFFERED = 2000
NEVER_FROM_HERE = _("a cue is only ever fired by its own key or button")


def action_offers(desk: Desk, keymap: Keymap, acts: Acts) -> Iterator[Offer]:
    """Cues say their key and whether it would do something now; Enter never fires one."""
    panel = desk.panel()
    for action in WINDOW_ACTIONS.values():
        key = keymap.key(action.id)
        if action.verb is not None:
            not_now = refusal(action.verb, panel.channel, panel.wish, locked=panel.locked, absence=panel.absence)
            why = f"{NEVER_FROM_HERE}: {key}" + (_(" (not now: {not_now})").format(not_now=not_now) if not_now else "")
            yield Offer(_("Cue"), action.words, action.tells, key, None, why)
        elif action.group is not Group.CHANNELS:  # they are offered by name
            yield Offer(_("Action"), action.words, action.tells, key, acts[action.id])


def channel_offers(desk: Desk, keymap: Keymap) -> Iterator[Offer]:
    """By number and name, also those beyond the digits."""
    for number, channel in enumerate(desk.status.channels, 1):
        key = keymap.key(f"channel.{number}") if f"channel.{number}" in WINDOW_ACTIONS else ""
        name = desk.shown_name(channel.name)
        yield Offer(
            _("Channel"),
            name,
            _("Select {name}: the cue keys act on it").format(name=name),
            key,
            partial(desk.select, channel.name),
        )


def break_offers(desk: Desk, canvas: TimelineCanvas, show: Callable[[Block], None]) -> Iterator[Offer]:
    """The nearest in time of all channels, to be shown on the timeline."""
    blocks = [block for name in canvas.names for block in canvas.schedule.blocks.lanes.lane(name).blocks]
    nearest = sorted(blocks, key=lambda block: abs(block.start_us - canvas.now_us))[:BREAKS_OFFERED]
    for block in nearest:
        at = text.clock(moment_of(block.start_us), desk.zone)
        length = f"{(block.end_us - block.start_us) / SECOND_US:.0f} s"
        words = f"{at} {block.title or block.key[1]}"
        tells = _("{shown_name}, {length}, {state}: show it on the timeline").format(
            shown_name=desk.shown_name(block.key[0]), length=length, state=WORDS[block.kind]
        )
        yield Offer(_("Break"), words, tells, act=partial(show, block))
