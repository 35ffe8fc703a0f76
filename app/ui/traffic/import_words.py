"""One line that says how an import stands."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui import text
from app.ui.fonts import MEDIUM
from app.ui.grammar import Tone
from app.ui.icons import Icon
from app.ui.theme import Skin
from app.ui.traffic.import_work import ImportWork, Stage
from app.ui.widgets.painted import Painted
from app.ui.widgets.painting import elided, icon_and_words
from app.ui.words import _

type Line = tuple[Icon, str, Tone]


class ImportWords(Painted[Line]):
    """Icon and words; its name says them too."""

    def __init__(self, skin: Skin, parent: QWidget) -> None:
        super().__init__(skin, (Icon.NOTE, "", Tone.QUIET), parent)
        self.setFixedHeight(30)

    def tell(self, work: ImportWork, found: str, reason: str) -> None:
        """How it stands; ``found``: what the diff says."""
        refused = len(work.imported.refused) if work.imported is not None else 0
        rows = text.counted(len(work.imported.bookings), "{n} break", "{n} breaks") if work.imported is not None else ""
        if work.stage is not Stage.IDLE:
            how_far = _(": {done:,} of {total:,} rows").format(done=work.done, total=work.total) if work.total else "…"
            line: Line = (Icon.CLOCK, f"{work.stage.value}{how_far}", Tone.PLAIN)
        elif work.trouble:
            line = (Icon.OCTAGON_CROSS, work.trouble, Tone.RED)
        elif work.result is not None:
            more = " " + text.counted(refused, "{n} row refused.", "{n} rows refused.") if refused else ""
            wrong = bool(refused or work.result.conflicts)
            tone = Tone.AMBER if wrong else Tone.PLAIN
            line = (
                Icon.TRIANGLE if wrong else Icon.NOTE,
                _("{rows} read: {found}{more}").format(rows=rows, found=found, more=more),
                tone,
            )
        else:
            line = (Icon.NOTE, _("Nothing is changed before you have seen what would be."), Tone.QUIET)
        self.show_value(line)
        self.setToolTip(line[1])
        self.setAccessibleName(line[1] + (f" ({reason})" if reason else ""))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """On the dialog's ground."""
        painter, box, d = QPainter(self), QRectF(self.rect()), self.skin.density
        icon, words, tone = self.shown
        shown = elided(words, box.width() - d.body - 10, d.body, MEDIUM)
        icon_and_words(painter, box, icon, shown, tone.colour(self.skin.palette), d.body, MEDIUM)
