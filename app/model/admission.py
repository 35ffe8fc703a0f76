"""Whether a machine can carry a ladder: what it costs against what is free, with the figures."""

from __future__ import annotations

from dataclasses import dataclass

from app.model.setup_face import LadderCost

MOST = 0.85  # of the machine: what is left is for the window, the sections and a source that gets harder to encode


@dataclass(frozen=True, slots=True)
class Admission:
    """``fits``: it may go on air; ``words`` say why, with the figures, and what to leave out where it may not."""

    fits: bool
    words: str


def admission(cost: LadderCost) -> Admission:
    """The verdict on a ladder that was tried."""
    busy = cost.busy or 0.0
    room = max(0.0, cost.machine * MOST - busy)
    figures = f"{cost.total:.2f} of {cost.machine} processors, {room:.2f} can be given"
    if busy:
        figures += f" ({busy:.2f} are busy)"
    if cost.busy is None:
        figures += " (how busy it is now is not known here)"
    if cost.total <= room:
        return Admission(fits=True, words=f"Fits: it takes {figures}")
    return Admission(fits=False, words=f"Refused: it takes {figures}. {_remedy(cost, room)}")


def _remedy(cost: LadderCost, room: float) -> str:
    over = cost.total - room
    if cost.total <= cost.machine * MOST:
        alone = "It would fit if nothing else ran here: end that, what is on air counts too"
    else:
        alone = "Choose a quicker preset, fewer or smaller renditions, or a machine with more processors"
    enough = [(share, name) for name, share in cost.rungs if share >= over]
    if enough and len(cost.rungs) > 1:
        share, name = min(enough)
        return f"Without {name} ({share:.2f}) it fits; so may a quicker preset"
    return alone
