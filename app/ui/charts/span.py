"""How far back the charts reach."""

from __future__ import annotations

from enum import IntEnum

from app.ui.words import _


class Span(IntEnum):
    """How far back the charts reach, in seconds."""

    MINUTE = 60
    QUARTER = 900
    HOUR = 3600
    DAY = 86_400

    @property
    def every_s(self) -> float:
        """How often the curves are drawn: over a quarter of an hour none moves by a pixel in three seconds."""
        return {60: 0.5, 900: 2.0, 3600: 4.0, 86_400: 10.0}[self]

    @property
    def words(self) -> str:
        """As the switch says it."""
        return {60: _("1 min"), 900: _("15 min"), 3600: "1 h", 86_400: "24 h"}[self]
