"""How the multiviewers were left, as the layout file has it. Pure."""

from __future__ import annotations

from app.ui.multiview.arrangement import Arrangement, arrangement_of

HERE, APART, OPEN = "here", "apart", "open"


def read_walls(told: dict[str, object]) -> tuple[Arrangement, Arrangement, bool]:
    """What ``Walls.kept`` wrote; TypeError, KeyError or ValueError where it is not; nothing: the defaults."""
    if not told:
        return Arrangement(), Arrangement(), False
    apart = told[APART]
    if not isinstance(apart, dict) or not isinstance(apart[OPEN], bool):
        raise TypeError
    return arrangement_of(told[HERE]), arrangement_of(apart), apart[OPEN]
