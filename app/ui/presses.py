"""What became of each press: sent, accepted, refused, or no answer yet. Pure; times are seconds that only grow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from app.ui.actions import Verb

REFUSED_FOR_S = 4.0
ACCEPTED_FOR_S = 0.5
SILENT_AFTER_S = 2.0
NUDGED_FOR_S = 0.8


class Stage(Enum):
    """Where a press stands."""

    SENT = auto()
    ACCEPTED = auto()
    REFUSED = auto()
    SILENT = auto()
    NUDGED = auto()


@dataclass(frozen=True, slots=True)
class Press:
    """One press. ``answer_ms``: from the press to the engine's answer; ``reason``: why not."""

    verb: Verb
    command_id: str
    pressed_s: float
    stage: Stage = Stage.SENT
    answer_ms: int = 0
    until_s: float = float("inf")
    reason: str = ""

    def waited_s(self, now_s: float) -> float:
        """How long ago it was pressed."""
        return now_s - self.pressed_s


class Presses:
    """The newest press of every verb on every channel."""

    def __init__(self) -> None:
        self._newest: dict[tuple[str, Verb], Press] = {}

    def sent(self, channel: str, verb: Verb, command_id: str, now_s: float) -> None:
        """A command was submitted."""
        self._newest[channel, verb] = Press(verb, command_id, now_s)

    def nudged(self, channel: str, verb: Verb, reason: str, now_s: float) -> None:
        """Pressed while it can't be: nothing is sent, but the press is seen."""
        self._newest[channel, verb] = Press(verb, "", now_s, Stage.NUDGED, 0, now_s + NUDGED_FOR_S, reason)

    def accepted(self, command_id: str, now_s: float) -> None:
        """The engine carries it out."""
        self._answer(command_id, now_s, Stage.ACCEPTED, ACCEPTED_FOR_S, "")

    def refused(self, command_id: str, reason: str, now_s: float) -> None:
        """The engine changed nothing."""
        self._answer(command_id, now_s, Stage.REFUSED, REFUSED_FOR_S, reason)

    def _answer(self, command_id: str, now_s: float, stage: Stage, for_s: float, reason: str) -> None:
        for key, press in self._newest.items():
            if press.command_id == command_id and press.stage is Stage.SENT:
                answer_ms = round(press.waited_s(now_s) * 1000)
                self._newest[key] = Press(
                    press.verb, command_id, press.pressed_s, stage, answer_ms, now_s + for_s, reason
                )
                return

    def standing(self, channel: str, verb: Verb, now_s: float) -> Press | None:
        """The press that the button still shows."""
        press = self._newest.get((channel, verb))
        if press is None or now_s >= press.until_s:
            return None
        if press.stage is Stage.SENT and press.waited_s(now_s) >= SILENT_AFTER_S:
            return Press(press.verb, press.command_id, press.pressed_s, Stage.SILENT)
        return press

    def last_refusal(self, channel: str, now_s: float) -> Press | None:
        """The newest refusal on a channel that still stands."""
        standing = (self.standing(channel, verb, now_s) for verb in Verb)
        refused = [press for press in standing if press is not None and press.stage is Stage.REFUSED]
        return max(refused, key=lambda press: press.pressed_s, default=None)
