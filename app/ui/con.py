"""The con as a window sees it: what its key does, what the cue column says. Pure; the engine has the last word."""

from __future__ import annotations

from app.model import commands
from app.model.status import ChannelStatus
from app.ui.words import _

KEY, FORCE_KEY = "Ctrl+J", "Ctrl+Shift+J"


def con_line(status: ChannelStatus | None, operator: str) -> str:
    """Who has the con, and what is offered; empty while anybody may cue."""
    con = status.con if status is not None else None
    if con is None:
        return ""
    if con.offered_to == operator:
        return _("con: {holder} offers, {key}").format(holder=con.holder, key=KEY)
    if con.holder != operator:
        return _("con: {holder}").format(holder=con.holder)
    return _("con: you, to {offered_to}?").format(offered_to=con.offered_to) if con.offered_to else _("con: you")


def con_reason(status: ChannelStatus, operator: str) -> str | None:
    """Why this window's cue keys are refused; None: they are not."""
    con = status.con
    return None if con is None or con.holder == operator else _("con: {holder}").format(holder=con.holder)


def con_command(status: ChannelStatus, operator: str, *, force: bool = False) -> commands.ConCommand | None:
    """What the key does: take it, accept it, give it up; None: somebody else has it, and only force takes it."""
    con = status.con
    if con is None:
        return commands.TakeCon(channel=status.name, by=operator)
    if con.holder == operator:
        return None if force else commands.ReleaseCon(channel=status.name, by=operator)
    if force:
        return commands.TakeCon(channel=status.name, by=operator, force=True)
    return commands.AcceptCon(channel=status.name, by=operator) if con.offered_to == operator else None


def con_denied(status: ChannelStatus, operator: str) -> str:
    """What is told where the key does nothing."""
    if status.con is None or status.con.holder == operator:
        return _("the con is yours already")
    return _("{holder} has the con: ask for it, or {key} takes it").format(holder=status.con.holder, key=FORCE_KEY)
