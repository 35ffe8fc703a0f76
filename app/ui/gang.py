"""Several channels that the cue keys act on together: which they are, and what the buttons say of them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.model import commands
from app.model.states import BreakState
from app.model.status import ChannelStatus
from app.ui.actions import Verb
from app.ui.faces import Face, Kind
from app.ui.presses import Press, Stage
from app.ui.words import _

_RESTING = {Kind.PRIMARY, Kind.READY, Kind.HELD, Kind.DISABLED}


@dataclass(frozen=True, slots=True)
class Member:
    """One channel of a gang as a verb finds it. ``reason``: why not; ``press``: what became of the newest one there."""

    number: int
    reason: str | None = None
    press: Press | None = None

    @property
    def refused(self) -> str:
        """What the engine said against its newest press."""
        return self.press.reason if self.press is not None and self.press.stage is Stage.REFUSED else ""


def chosen(gang: frozenset[str], selected: str, name: str) -> frozenset[str]:
    """The gang once a channel was added to it, or taken out; the selected one is always in it, and nobody is alone."""
    after = (gang | {selected}) ^ {name} if name != selected else gang
    return after if len(after | {selected}) > 1 else frozenset()


def together(verb: Verb, command: commands.Command, selected: ChannelStatus) -> commands.Command:
    """A gang's command: what turns something on or off does to all what it does to the selected channel."""
    if verb is Verb.HOLD and isinstance(command, commands.Hold):
        return replace(command, on=not _held(selected))
    if verb is Verb.SLATE and isinstance(command, commands.Slate):
        return replace(command, on=not selected.slate_by_hand)
    return command


def already(verb: Verb, status: ChannelStatus, selected: ChannelStatus) -> str | None:
    """Why a member of a gang is left as it is: it is already what the others are to become."""
    if verb is Verb.HOLD and _held(status) and not _held(selected):
        return _("held already")
    if verb is Verb.HOLD and _held(selected) and not _held(status):
        return _("not held")
    if verb is Verb.SLATE and status.slate_by_hand is not selected.slate_by_hand:
        return _("slate already") if status.slate_by_hand else _("no slate")
    return None


def _held(status: ChannelStatus) -> bool:
    return status.current is not None and status.current.state is BreakState.HELD


def gang_face(verb: Verb, shown: Face, members: Sequence[Member]) -> Face:
    """The selected channel's face, and what its gang adds to it: how many will do it, and who will not and why."""
    refused = next((one for one in members if one.refused), None)
    if refused is not None:
        words = f"{refused.number}: {refused.refused}"
        return replace(shown, kind=Kind.REFUSED, line=words, right="", tag="", why=words)
    if shown.kind not in _RESTING:
        return shown
    ready = [one for one in members if one.reason is None]
    if not ready:
        return shown
    count = (
        _("{ready} of {members}").format(ready=len(ready), members=len(members))
        if len(ready) < len(members)
        else _("{members} channels").format(members=len(members))
    )
    word = f"{shown.word} {len(ready)}"
    out = next((one for one in members if one.reason is not None), None)
    why = f"{out.number}: {out.reason}" if out is not None else ""
    if shown.kind is Kind.DISABLED:  # the others do it
        shown = replace(shown, kind=Kind.PRIMARY if verb is Verb.TAKE else Kind.READY, line=why, why="")
    if verb is not Verb.TAKE:
        return replace(shown, line=count, why=why)
    if not why:
        return replace(shown, word=word)
    line = f"{shown.tag}; {why}" if shown.tag else why  # how far off the plan it is must not get lost
    return replace(shown, word=word, tag=count, line=line, why=why)
