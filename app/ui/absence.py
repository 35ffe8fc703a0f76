"""What the window says while it has no engine: lost, stopped as it was told to, or of another version. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.ui import text
from app.ui.words import _

ENGINE = _("Engine")
_PATIENCE_S = 20.0  # an engine that comes back by itself has long done so


@dataclass(frozen=True, slots=True)
class Absence:
    """``for_s``: since when nothing has come from it (inf: nothing ever came). ``ended``: it said goodbye.

    ``mismatch``: that it is of another version, and what to do.
    """

    for_s: float
    ended: bool = False
    mismatch: str = ""

    @property
    def short(self) -> str:
        """For a small button."""
        return _("engine stopped") if self.ended else _("engine lost")

    @property
    def words(self) -> str:
        """With its age: ``engine lost 3.2 s``."""
        return self.short if self.ended or math.isinf(self.for_s) else f"{self.short} {text.age(self.for_s)}"

    @property
    def comes_back(self) -> bool:
        """Whether it may be promised to come back by itself."""
        return not self.ended and not self.mismatch and self.for_s <= _PATIENCE_S

    @property
    def headline(self) -> str:
        """As ``words``, the state in capitals."""
        return self.words.replace(self.short, self.short.upper())

    @property
    def sentence(self) -> str:
        """For the status bar."""
        if self.ended:
            return _("{headline}, as it was told to: nothing of it is on air any more").format(headline=self.headline)
        if self.mismatch:
            return f"{self.headline}: {self.mismatch}"
        if not self.comes_back:
            return _("{headline}, not back yet: splicedeck status tells what runs").format(headline=self.headline)
        return _("{headline}, coming back by itself; breaks return at their planned time").format(
            headline=self.headline
        )
