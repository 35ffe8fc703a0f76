"""Inter as the program ships it: loaded once, always with tabular figures, Inter Display from 30 px up."""

from __future__ import annotations

import logging
from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from app.resources import resource

_LOG = logging.getLogger(__name__)
MEDIUM, BOLD, HEAVY = QFont.Weight.Medium, QFont.Weight.Bold, QFont.Weight.ExtraBold
_DISPLAY_FROM_PX = 30


def load_fonts() -> int:
    """Make the bundled fonts known to Qt; how many were. With none, the system's sans serif stands in."""
    try:
        files = sorted(resource("fonts").glob("*.[to]tf"))
    except FileNotFoundError as error:
        _LOG.warning("%s; the system's font is used", error)
        return 0
    loaded = sum(QFontDatabase.addApplicationFont(str(path)) >= 0 for path in files)
    if loaded < len(files):
        _LOG.warning("%d of %d fonts in %s could not be loaded", len(files) - loaded, len(files), files[0].parent)
    return loaded


@cache
def font(size_px: int, weight: QFont.Weight = BOLD, *, tabular: bool = True) -> QFont:
    """Inter in this size; only key caps have no tabular figures. Not to be changed by who gets it: it is shared."""
    families = ["Inter Display", "Inter"] if size_px >= _DISPLAY_FROM_PX and weight != MEDIUM else ["Inter"]
    made = QFont([*families, "sans-serif"])
    made.setPixelSize(size_px)
    made.setWeight(weight)
    made.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setFeature(QFont.Tag("tnum"), int(tabular))
    return made
