"""What each action's key tells, as the window stands: a cue's is that of its button, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.model.states import BreakState
from app.ui import text
from app.ui.actions import refusal
from app.ui.con import con_line
from app.ui.faces import Kind
from app.ui.habits.window_actions import CHANNEL_KEYS, WINDOW_ACTIONS, WindowAction
from app.ui.surfaces.key_face import KeyFace
from app.ui.tile_face import channel_mark
from app.ui.words import _

if TYPE_CHECKING:
    from app.ui.desk import Desk
    from app.ui.main_window import MainWindow

_STATES = {BreakState.ARMED: Kind.ARMED, BreakState.ON_AIR: Kind.IN_BREAK, BreakState.HELD: Kind.HELD}
_NUMBERED = {f"{kind}.{n}": (kind, n) for kind in ("channel", "gang") for n in range(1, CHANNEL_KEYS + 1)}


def action_face(window: MainWindow, id_: str) -> KeyFace:
    """Of one action."""
    action, desk = WINDOW_ACTIONS[id_], window.desk
    if action.verb is not None:
        face = window.column.buttons[action.verb].face
        return KeyFace(face.kind, face.word, face.line, face.right)
    if id_ in _NUMBERED:
        return _channel_face(desk, *_NUMBERED[id_])
    if id_ == "lock":
        kind, word = (Kind.HELD, _("LOCKED")) if desk.locked else (Kind.READY, _("LOCK"))
        return KeyFace(kind, word, _("press to open") if desk.locked else _("the panel"))
    if action.id.startswith("con") and desk.channel is not None:
        return KeyFace(
            Kind.READY,
            _("CON") if id_ == "con" else _("FORCE CON"),
            con_line(desk.channel, desk.operator) or _("nobody has it"),
        )
    return KeyFace(Kind.READY, "", action.words)


def _channel_face(desk: Desk, kind: str, number: int) -> KeyFace:
    """Number, state, name, and the countdown to OUT or IN in whole seconds; chosen is light, whatever its state."""
    if number > len(desk.status.channels):
        return KeyFace(Kind.DISABLED, str(number), _("no channel"))
    if desk.absence is not None:  # what was last known of it goes on nowhere
        return KeyFace(Kind.REFUSED, str(number), desk.absence.short)
    channel = desk.status.channels[number - 1]
    brk, state = channel.current, channel.current.state if channel.current is not None else BreakState.PLANNED
    chosen = channel.name == desk.selected if kind == "channel" else channel.name in desk.gang
    word = f"{number}" if kind == "channel" else _("GANG {number}").format(number=number)
    line = f"{channel_mark(channel).word} {channel.title or channel.name}"
    until = brk.in_at if brk is not None and state is BreakState.ON_AIR else brk.out_at if brk is not None else None
    right = text.minutes((until - desk.shown_now).total_seconds()) if until is not None else ""
    return KeyFace(Kind.PRIMARY if chosen else _STATES.get(state, Kind.READY), word, line, right)


def would_do(window: MainWindow, action: WindowAction) -> str:
    """What pressing it now would do, or why it would be refused: one sentence."""
    if action.verb is None:
        return _("It would do this: {tells}.").format(tells=action.tells)
    desk, panel = window.desk, window.desk.panel()
    reason = refusal(action.verb, panel.channel, panel.wish, locked=panel.locked, absence=panel.absence)
    name = _("{gang} channels").format(gang=len(desk.gang)) if desk.gang else desk.shown_name(desk.selected)
    if reason is not None:
        return _("It would be refused on {name}: {reason}.").format(name=name, reason=reason)
    face = action_face(window, action.id)
    return _("It would go to {name}: {join}.").format(name=name, join=" ".join(filter(None, (face.line, face.right))))
