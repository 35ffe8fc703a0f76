"""Opening the inspector at a break from wherever it is told of: sections, pictures, playlist lines, verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.model.states import BreakState
from app.ui.desk import AlarmKey, Desk
from app.ui.widgets.preset_switch import Preset

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

_SIGNALLED = {BreakState.ARMED, BreakState.ON_AIR}
_ASKED = "schedule.ask."  # and the break that the planner asks about


def break_of_alarm(desk: Desk, key: AlarmKey) -> str:
    """The break that an alarm is about: the one it names, or the one that its channel is in; "": none."""
    channel, about, _ = key
    if about.startswith(_ASKED):
        return about.removeprefix(_ASKED)
    for one in desk.status.channels:
        if one.name == channel and (brk := one.on_air or one.current) is not None and brk.state in _SIGNALLED:
            return brk.id
    return ""


def connect_inspector(window: MainWindow) -> None:
    """From alarms, and from traffic's timeline and table. The panel that has the inspector comes into sight for it."""

    def show(channel: str, break_id: str) -> None:
        if window.presets.preset is not Preset.OPERATOR:
            window.presets.choose(Preset.OPERATOR)
        window.pages.show_break(channel, break_id)

    asking = (window.alarms, window.engineer.alarms, window.traffic.canvas, window.page.breaks.table)
    for one in asking:
        one.break_asked.connect(show)
