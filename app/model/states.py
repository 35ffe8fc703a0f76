"""States, orders and the one table of lawful transitions."""

from __future__ import annotations

from enum import StrEnum

from app.model.errors import SplicedeckError


class Order(StrEnum):
    """What is wanted of a channel."""

    ON_AIR = "on_air"
    STOP = "stop"


class ChannelState(StrEnum):
    """What a channel does; ``on_air`` when frames go out, slate included."""

    OFF_AIR = "off_air"
    STARTING = "starting"
    ON_AIR = "on_air"
    STOPPING = "stopping"
    FAILED = "failed"


class BreakState(StrEnum):
    """A break's life."""

    PLANNED = "planned"
    CUED = "cued"
    HELD = "held"
    ARMED = "armed"
    ON_AIR = "on_air"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    SKIPPED = "skipped"
    FAILED = "failed"


class ProofState(StrEnum):
    """The landed proof of a splice; LATE is a verdict on the marker, never on the reader."""

    PENDING = "pending"
    LANDED = "landed"
    LATE = "late"
    MISPLACED = "misplaced"
    MISSING = "missing"


_C, _B, _P = ChannelState, BreakState, ProofState
# By kind first: to Python a channel's FAILED and a break's are one key, both being the text "failed".
LAWFUL: dict[type[StrEnum], dict[StrEnum, frozenset[StrEnum]]] = {
    ChannelState: {
        _C.OFF_AIR: frozenset({_C.STARTING}),
        _C.STARTING: frozenset({_C.ON_AIR, _C.STOPPING, _C.FAILED}),
        _C.ON_AIR: frozenset({_C.STOPPING, _C.FAILED}),
        _C.STOPPING: frozenset({_C.OFF_AIR, _C.FAILED}),
        _C.FAILED: frozenset({_C.STARTING, _C.OFF_AIR}),
    },
    BreakState: {
        _B.PLANNED: frozenset({_B.CUED, _B.ARMED, _B.SKIPPED, _B.FAILED}),
        _B.CUED: frozenset({_B.HELD, _B.ARMED, _B.SKIPPED, _B.FAILED}),
        _B.HELD: frozenset({_B.CUED, _B.ARMED, _B.SKIPPED, _B.FAILED}),
        _B.ARMED: frozenset({_B.ON_AIR, _B.WITHDRAWN, _B.FAILED}),
        _B.ON_AIR: frozenset({_B.RETURNED, _B.FAILED}),
        _B.RETURNED: frozenset(),
        _B.WITHDRAWN: frozenset(),
        _B.SKIPPED: frozenset(),
        _B.FAILED: frozenset(),
    },
    ProofState: {
        _P.PENDING: frozenset({_P.LANDED, _P.LATE, _P.MISPLACED, _P.MISSING}),
        _P.LANDED: frozenset(),
        _P.LATE: frozenset(),
        _P.MISPLACED: frozenset(),
        _P.MISSING: frozenset(),
    },
}


class UnlawfulTransitionError(SplicedeckError):
    """A state was asked to change in a way the table does not allow: a fault of the program."""


def moved[State: (ChannelState, BreakState, ProofState)](old: State, new: State) -> State:
    """``new``, if the table allows it after ``old``."""
    if type(new) is not type(old) or new not in LAWFUL[type(old)][old]:
        raise UnlawfulTransitionError(f"{type(old).__name__} can't go from {old} to {new}")
    return new
