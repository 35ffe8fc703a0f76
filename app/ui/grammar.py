"""The state language: each state's word, icon, edge and colour. Solid edge: intended; dashed: something is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtGui import QColor

from app.ui.icons import Icon
from app.ui.theme import Palette
from app.ui.words import _


class Tone(Enum):
    """A meaning that a colour carries, never alone."""

    QUIET = auto()
    PLAIN = auto()
    AMBER = auto()
    RED = auto()
    GREEN = auto()

    def colour(self, palette: Palette) -> QColor:
        """For words, icons and edges."""
        return {
            Tone.QUIET: palette.dim,
            Tone.PLAIN: palette.hi,
            Tone.AMBER: palette.amber,
            Tone.RED: palette.red,
            Tone.GREEN: palette.green,
        }[self]


class Body(Enum):
    """How a state's word stands: bare, in an outline, on a fill."""

    BARE = auto()
    OUTLINE = auto()
    FILL = auto()


@dataclass(frozen=True, slots=True)
class Mark:
    """One state as it is shown; ``edge`` in pixels."""

    word: str
    icon: Icon
    edge: int = 1
    dashed: bool = False
    tone: Tone = Tone.QUIET
    body: Body = Body.BARE

    def colours(self, palette: Palette) -> tuple[QColor, QColor | None]:
        """The word's colour, and the fill under it."""
        if self.body is not Body.FILL:
            return self.tone.colour(palette), None
        return (palette.ink, palette.amber) if self.tone is Tone.AMBER else (palette.sel, palette.redf)


ON_AIR = Mark(_("ON AIR"), Icon.DOT)
REHEARSAL = Mark(_("REHEARSAL"), Icon.PLAY_RING)
OFF_AIR = Mark(_("OFF AIR"), Icon.BARRED_RING)
STARTING = Mark(_("STARTING"), Icon.PLAY_RING)
STOPPING = Mark(_("STOPPING"), Icon.BARRED_RING)
CUED = Mark(_("CUED"), Icon.DIAMOND, 2, tone=Tone.AMBER, body=Body.OUTLINE)
HELD = Mark(_("HELD"), Icon.PAUSE, 2, tone=Tone.AMBER, body=Body.OUTLINE)
ARMED = Mark(_("ARMED"), Icon.OPEN_RING, 4, tone=Tone.AMBER, body=Body.FILL)
IN_BREAK = Mark(_("IN BREAK"), Icon.BARRED_BOX, 6, tone=Tone.RED, body=Body.FILL)
SLATE = Mark(_("SLATE"), Icon.STRUCK_FRAME, 4, dashed=True, tone=Tone.RED, body=Body.OUTLINE)
SLATE_BY_HAND = Mark(_("SLATE"), Icon.STRUCK_FRAME, 4, tone=Tone.AMBER, body=Body.OUTLINE)
FAULT = Mark(_("FAULT"), Icon.OCTAGON_CROSS, 4, dashed=True, tone=Tone.RED, body=Body.FILL)
FAULT_IN_BREAK = Mark(_("FAULT"), Icon.OCTAGON_CROSS, 6, dashed=True, tone=Tone.RED, body=Body.FILL)
SLATE_IN_BREAK = Mark(_("SLATE"), Icon.STRUCK_FRAME, 6, dashed=True, tone=Tone.RED, body=Body.OUTLINE)
ENGINE_LOST = Mark(_("ENGINE LOST"), Icon.OCTAGON_CROSS, 4, dashed=True, tone=Tone.RED, body=Body.OUTLINE)
ENGINE_STOPPED = Mark(_("ENGINE STOPPED"), Icon.BARRED_RING, 2, tone=Tone.AMBER, body=Body.OUTLINE)
WARNING = Mark(_("WARNING"), Icon.TRIANGLE, 2, dashed=True, tone=Tone.AMBER, body=Body.OUTLINE)
BLACK = Mark(_("BLACK"), Icon.BOX, 2, dashed=True, tone=Tone.AMBER, body=Body.OUTLINE)
FROZEN = Mark(_("FROZEN"), Icon.STAR, 2, dashed=True, tone=Tone.AMBER, body=Body.OUTLINE)
SILENT = Mark(_("SILENT"), Icon.MUTED_HORN, 2, dashed=True, tone=Tone.AMBER, body=Body.OUTLINE)
MARKS = (
    ON_AIR,
    REHEARSAL,
    OFF_AIR,
    STARTING,
    STOPPING,
    CUED,
    HELD,
    ARMED,
    IN_BREAK,
    SLATE,
    SLATE_BY_HAND,
    FAULT,
    FAULT_IN_BREAK,
    SLATE_IN_BREAK,
    ENGINE_LOST,
    ENGINE_STOPPED,
    WARNING,
    BLACK,
    FROZEN,
    SILENT,
)
