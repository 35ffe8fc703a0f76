"""The switch of presets in the strip: what fills the window beside the cue column."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QTabBar, QWidget

from app.ui.theme import Skin
from app.ui.widgets.painting import MIDDLE, draw_edge, fill_round, width_of, write
from app.ui.words import _, inner


class Preset(StrEnum):
    """Who the window is laid out for."""

    OPERATOR = "Operator"
    TRAFFIC = "Traffic"
    ENGINEER = "Engineer"

    @property
    def words(self) -> str:
        """As it is shown; the value is what the layout file keeps."""
        return {Preset.OPERATOR: _("Operator"), Preset.TRAFFIC: _("Traffic"), Preset.ENGINEER: _("Engineer")}[self]


class PresetSwitch(QTabBar):
    """One segment a preset; the chosen one has a white edge."""

    def __init__(self, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._skin = skin
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setAccessibleName(_("Preset of the window"))
        self.setToolTip(_("Who the window is laid out for"))
        for preset in Preset:
            self.addTab(preset.words)
        self.dress(skin)

    @property
    def preset(self) -> Preset:
        """The chosen one."""
        return tuple(Preset)[self.currentIndex()]

    def choose(self, preset: Preset) -> None:
        """Choose this one."""
        self.setCurrentIndex(tuple(Preset).index(preset))

    def show_key(self, preset: Preset, key: str) -> None:
        """The key that chooses it; "" for none."""
        tells = _("Lay the window out for {preset}").format(preset=inner(preset.words))
        self.setTabToolTip(tuple(Preset).index(preset), f"{tells} ({key})" if key else tells)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        for index in range(self.count()):
            self.setTabText(index, self.tabText(index))  # its width is asked for again
        hints = [self.tabSizeHint(index) for index in range(self.count())]
        self.setFixedSize(sum(hint.width() for hint in hints), hints[0].height())
        self.update()

    def tabSizeHint(self, index: int) -> QSize:
        """As wide as its word."""
        d = self._skin.density
        return QSize(round(width_of(self.tabText(index), d.state) + (28 if d.roomy else 18)), 34 if d.roomy else 28)

    def minimumTabSizeHint(self, index: int) -> QSize:
        """A word is never cut."""
        return self.tabSizeHint(index)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One frame around all, the chosen one filled."""
        painter, p, d = QPainter(self), self._skin.palette, self._skin.density
        painter.fillRect(self.rect(), p.bg0)
        draw_edge(painter, QRectF(self.rect()), p.line, 1.5, radius=4)
        for index in range(self.count()):
            box, chosen = QRectF(self.tabRect(index)), index == self.currentIndex()
            if chosen:
                fill_round(painter, box, p.bg3, 4)
                draw_edge(painter, box, p.sel, 1.5, radius=4)
                if self.hasFocus():
                    draw_edge(painter, box.adjusted(3, 3, -3, -3), p.blue, 2, radius=2)
            write(painter, box, self.tabText(index), p.hi if chosen else p.dim, d.state, align=MIDDLE)
