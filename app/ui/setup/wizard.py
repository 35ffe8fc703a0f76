"""The wizard: source, ladder, outputs, cues, review. Every page proves what it holds before the next one opens."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.model.setup_face import SetupFace
from app.ui.fonts import MEDIUM, font
from app.ui.setup.cue_page import CuePage
from app.ui.setup.dialog import SetupDialog
from app.ui.setup.ladder_page import LadderPage
from app.ui.setup.origin_page import OriginPage
from app.ui.setup.page import Page, Work
from app.ui.setup.parts import Words
from app.ui.setup.show_panel import ShowPanel
from app.ui.setup.source_page import SourcePage
from app.ui.theme import Skin
from app.ui.traffic.buttons import PrimaryButton
from app.ui.widgets.text_button import TextButton
from app.ui.words import _


class Wizard(SetupDialog):
    """Closing it loses the draft and nothing else: nothing is written before Save."""

    def __init__(self, face: SetupFace, timezone: str, skin: Skin, window: QWidget, room: QWidget) -> None:
        super().__init__(_("Set up a channel"), skin, window, room)
        self.work = Work(face, skin, self)
        self.work.timezone = timezone
        self.source, self.ladder = SourcePage(self.work), LadderPage(self.work)
        self.outputs, self.cues, self.review = OriginPage(self.work), CuePage(self.work), ShowPanel(self.work)
        self.pages: tuple[Page, ...] = (self.source, self.ladder, self.outputs, self.cues, self.review)
        self.steps = QButtonGroup(self)
        self.into = QCheckBox(_("Add it to the show that is on air"), self)
        self.into.setFont(font(skin.density.body, MEDIUM))
        self.why = Words(skin, self)
        self.back, self.next = TextButton(_("Back"), skin, self), PrimaryButton(_("Next"), skin, self)
        self.close_button = TextButton(_("Close"), skin, self)
        self.show_file, self.tour = TextButton(_("Show file…"), skin, self), TextButton(_("Tour"), skin, self)
        self._stack = QStackedLayout()
        self._lay_out(skin)
        self.steps.idClicked.connect(self.turn)
        self.back.clicked.connect(lambda: self.turn(self.at - 1))
        self.next.clicked.connect(self._go_on)
        self.close_button.clicked.connect(self.close)
        self.into.toggled.connect(self._on_into)
        self.work.changed.connect(self._judge)
        for page in self.pages:
            page.told.connect(self._judge)
        self.turn(0)
        self.source.setFocus()

    def _lay_out(self, skin: Skin) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 14, 14, 14)
        whole.setSpacing(12)
        steps = QHBoxLayout()
        steps.setSpacing(6)
        for number, page in enumerate(self.pages):
            button = TextButton(f"{number + 1}  {page.title}", skin, self)
            button.setCheckable(True)
            self.steps.addButton(button, number)
            steps.addWidget(button)
            self._stack.addWidget(page)
        steps.addStretch()
        for other in (self.show_file, self.tour):
            steps.addWidget(other)
        whole.addLayout(steps)
        whole.addLayout(self._stack, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.into)
        foot.addWidget(self.why, 1)
        for button in (self.close_button, self.back, self.next):
            foot.addWidget(button)
        whole.addLayout(foot)

    @property
    def at(self) -> int:
        """The page that is open, from 0."""
        return self._stack.currentIndex()

    def reached(self) -> int:
        """The last page that may be opened: all before it are done."""
        for number, page in enumerate(self.pages):
            if page.reason():
                return number
        return len(self.pages) - 1

    def turn(self, number: int) -> None:
        """Open a page, where all before it are done."""
        number = max(0, min(number, self.reached()))
        entered = number != self.at
        self._stack.setCurrentIndex(number)
        if entered:
            self.pages[number].entered()
        self._judge()

    def _go_on(self) -> None:
        if self.at == len(self.pages) - 1:
            self.close()
        else:
            self.turn(self.at + 1)

    def _on_into(self, on: bool) -> None:
        self.work.into = on
        if self.at == len(self.pages) - 1:
            self.review.entered()

    def _judge(self) -> None:
        last = self.at == len(self.pages) - 1
        reason, reached = self.pages[self.at].reason(), self.reached()
        self.next.setText(_("Done") if last else _("Next"))
        self.next.updateGeometry()
        self.next.allow(reason)
        self.back.setEnabled(self.at > 0)
        self.into.setVisible(last)
        self.why.tell("" if last else reason)
        for number in range(len(self.pages)):
            button = self.steps.button(number)
            button.setChecked(number == self.at)
            button.setEnabled(number <= reached)
            button.setToolTip(
                "" if number <= reached else _("first: {reason}").format(reason=self.pages[reached].reason())
            )
