"""What the linter found of the chosen break, else the gravest of all, with what would mend it as buttons."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.model.lint import LintSeverity
from app.model.schedule_findings import Fix, ScheduleFinding
from app.ui.fonts import BOLD
from app.ui.icons import Icon, draw_icon
from app.ui.schedule.schedule_desk import ScheduleDesk
from app.ui.theme import Skin
from app.ui.traffic.break_row import OVERLAP
from app.ui.traffic.cell_edits import Key
from app.ui.widgets.painted import Painted
from app.ui.widgets.painting import elided, write
from app.ui.widgets.text_button import TextButton
from app.ui.words import _

_MOST_FIXES = 3
_RANK = list(LintSeverity)


class _Words(Painted[tuple[str, bool]]):
    """Icon and sentence; an amber bar where it is grave."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """At the left of the strip."""
        painter, box, p, d = QPainter(self), QRectF(self.rect()), self.skin.palette, self.skin.density
        words, grave = self.shown
        if grave:
            painter.fillRect(QRectF(0, 0, 6, box.height()), p.amber)
        icon = Icon.TRIANGLE if grave else Icon.NOTE if words else Icon.CHECK
        room = box.adjusted(18, 0, -8, 0)
        square = QRectF(room.left(), room.center().y() - d.body / 2, d.body, d.body)
        draw_icon(painter, icon, square, p.amber if grave else p.dim)
        room = room.adjusted(d.body + 8, 0, 0, 0)
        shown = elided(words or _("Nothing to fix"), room.width(), d.body, BOLD)
        write(painter, room, shown, p.hi if words else p.dim, d.body, BOLD)


class FindingsStrip(QWidget):
    """``looked_at``: the breaks of the finding that was turned to. ``said``: why a fix can't be carried out."""

    looked_at = Signal(object)
    said = Signal(str)

    def __init__(self, schedule: ScheduleDesk, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._schedule, self._skin = schedule, skin
        self._chosen: tuple[Key, ...] = ()
        self._shown: ScheduleFinding | None = None
        self._words = _Words(skin, ("", False), self)
        self.fixes: list[TextButton] = []
        self.turn = TextButton("", skin, self)
        self.turn.setToolTip(_("The next finding"))
        self.turn.clicked.connect(self._next)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 10, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self._words, 1)
        self._row.addWidget(self.turn)
        schedule.refreshed.connect(self._follow)
        self.dress(skin)
        self._follow()

    @property
    def finding(self) -> ScheduleFinding | None:
        """What is shown."""
        return self._shown

    @property
    def words(self) -> str:
        """The sentence that is shown."""
        return self._words.shown[0]

    def look_at(self, keys: tuple[Key, ...]) -> None:
        """Other breaks are chosen: what was found of them goes first."""
        self._chosen = keys
        if self._shown is not None and set(self._shown.keys) == set(keys):
            return  # it was turned to
        found = [one for one in self._ordered() if set(one.keys) & set(keys)]
        if found:
            self._show(found[0])
        else:
            self._follow()

    def _ordered(self) -> list[ScheduleFinding]:
        return sorted(self._schedule.findings, key=lambda one: _RANK.index(one.severity))

    def _follow(self) -> None:
        ordered = self._ordered()
        shown = self._shown
        stays = next(
            (one for one in ordered if shown is not None and (one.rule, one.keys) == (shown.rule, shown.keys)), None
        )
        of_chosen = next((one for one in ordered if set(one.keys) & set(self._chosen)), None)
        self._show(stays or of_chosen or next(iter(ordered), None))

    def _next(self) -> None:
        ordered = self._ordered()
        if not ordered:
            return
        place = ordered.index(self._shown) if self._shown in ordered else -1
        found = ordered[(place + 1) % len(ordered)]
        self._show(found)
        self.looked_at.emit(found.keys)

    def _show(self, finding: ScheduleFinding | None) -> None:
        ordered = self._ordered()
        place = ordered.index(finding) + 1 if finding in ordered else 0
        self.turn.setText(_("{place} of {ordered}, next").format(place=place, ordered=len(ordered)))
        self.turn.setVisible(len(ordered) > 1)
        if finding == self._shown:
            return
        before, self._shown = self._shown, finding
        words = "" if finding is None else self._sentence(finding)
        self._words.show_value((words, finding is not None and finding.severity is not LintSeverity.NOTE))
        clause = f" ({finding.clause})" if finding is not None and finding.clause else ""
        self._words.setToolTip(words + clause)
        self._words.setAccessibleName(words + clause or _("Nothing to fix"))
        if before is None or finding is None or before.fixes != finding.fixes:
            self._offer(finding.fixes[:_MOST_FIXES] if finding is not None else ())

    def _sentence(self, finding: ScheduleFinding) -> str:
        names = finding.keys[0][1] if finding.keys else ""
        text = finding.text if names and names in finding.text else f"{names}: {finding.text}".removeprefix(": ")
        ended = text if text.endswith(".") else f"{text}."
        held = finding.rule == OVERLAP and self._skin.density.roomy
        return ended + (_(" It is not sent to air until it is fixed.") if held else "")

    def _offer(self, fixes: tuple[Fix, ...]) -> None:
        for button in self.fixes:
            self._row.removeWidget(button)
            button.deleteLater()
        self.fixes = []
        for fix in fixes:
            button = TextButton(fix.label, self._skin, self)
            button.setToolTip(fix.label)
            button.clicked.connect(partial(self._mend, fix))
            self._row.insertWidget(self._row.indexOf(self.turn), button)
            button.show()
            self.fixes.append(button)

    def _mend(self, fix: Fix) -> None:
        if reason := self._schedule.edit(list(fix.edits), fix.label):
            self.said.emit(reason)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        self.setFixedHeight(44 if skin.density.roomy else 34)
        self._words.dress(skin)
        for button in (self.turn, *self.fixes):
            button.dress(skin)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """On the header's ground."""
        QPainter(self).fillRect(self.rect(), self._skin.palette.bg2)
