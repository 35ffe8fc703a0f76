"""Opening the inspector at a break from wherever it is told of: sections, pictures, playlist lines, verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.model.states import BreakState
from app.ui.desk import AlarmKey, Desk
from app.ui.widgets.preset_switch import Preset

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

_SIGNALLED = {BreakState.ARMED, BreakState.ON_AIR}
_LOST = "schedule.lost"  # of a break that is not the one on air
_ASKED = "schedule.ask."  # and the break that the planner asks about


def break_of_alarm(desk: Desk, key: AlarmKey) -> str:
    """The break that an alarm is about: the one it names, or the one that its channel is in; "": none."""
    channel, about, _ = key
    if about.startswith(_ASKED):
        return about.removeprefix(_ASKED)
    if about == _LOST:
        return ""
    for one in desk.status.channels:
        if one.name == channel and (brk := one.on_air or one.current) is not None and brk.state in _SIGNALLED:
            return brk.id
    return ""


def connect_inspector(window: MainWindow, preset: Preset) -> None:
    """From alarms, and from traffic's timeline and table. The panel that has the inspector comes into sight for it."""

    def show(channel: str, break_id: str) -> None:
        if window.presets.preset is not Preset.OPERATOR:
            window.presets.choose(Preset.OPERATOR)
        window.pages.show_break(channel, break_id)

    if preset is Preset.OPERATOR:
        window.alarms.break_asked.connect(show)
    elif preset is Preset.ENGINEER:
        window.engineer.alarms.break_asked.connect(show)
    else:
        window.traffic.canvas.break_asked.connect(show)
        window.page.breaks.table.break_asked.connect(show)
