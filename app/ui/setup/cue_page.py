"""How breaks are signalled, how long before they are announced, and what the panel offers."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtWidgets import QComboBox, QDoubleSpinBox

from app.model.signalling import SignalMode
from app.ui.fonts import MEDIUM, font
from app.ui.setup.draft import LENGTHS_S
from app.ui.setup.page import Page, Work
from app.ui.setup.parts import Field, caption, explanation, page_layout, row
from app.ui.widgets.text_button import TextButton
from app.ui.words import _

_ABOUT = _(
    "Each length makes a template that the cue column offers by its name. Ad inserters are told by the pre-roll."
)


class CuePage(Page):
    """What it has at first will do."""

    title = _("Cues")

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        draft, body = work.draft, font(self.skin.density.body, MEDIUM)
        self.mode = QComboBox(self)
        self.mode.setAccessibleName(_("How breaks are signalled"))
        for mode in SignalMode:
            self.mode.addItem(mode.value.replace("_", " "), mode)
        self.pre_roll = QDoubleSpinBox(self, minimum=4, maximum=12, value=float(draft.pre_roll_s), singleStep=0.5)
        self.pre_roll.setAccessibleName(_("Pre-roll in seconds"))
        self.pre_roll.setSuffix(" s")
        self.segment = QDoubleSpinBox(self, minimum=1, maximum=12, value=float(draft.segment_s), singleStep=0.5)
        self.segment.setAccessibleName(_("Length of a segment in seconds"))
        self.segment.setSuffix(" s")
        for widget in (self.mode, self.pre_roll, self.segment):
            widget.setFont(body)
        self.template = Field(self.skin, _("Name of the templates"), self)
        self.template.setText(draft.template)
        self.lengths = {length_s: TextButton(f"{length_s} s", self.skin, self) for length_s in LENGTHS_S}
        layout = page_layout(self)
        layout.addLayout(row(caption(_("Signalled as"), self.skin), self.mode, stretch=True))
        layout.addLayout(row(caption(_("Pre-roll"), self.skin), self.pre_roll, stretch=True))
        layout.addLayout(row(caption(_("Segments of"), self.skin), self.segment, stretch=True))
        layout.addLayout(row(caption(_("Templates"), self.skin), self.template))
        layout.addLayout(row(caption(_("Lengths"), self.skin), *self.lengths.values(), stretch=True))
        layout.addWidget(explanation(_ABOUT, self.skin))
        layout.addStretch()
        for length_s, button in self.lengths.items():
            button.setCheckable(True)
            button.setChecked(length_s in draft.lengths_s)
            button.toggled.connect(self._take)
        self.mode.currentIndexChanged.connect(self._take)
        self.pre_roll.valueChanged.connect(self._take)
        self.segment.valueChanged.connect(self._take)
        self.template.textChanged.connect(self._take)

    def _take(self) -> None:
        self.work.change(
            mode=SignalMode(self.mode.currentData()),
            pre_roll_s=Fraction(round(self.pre_roll.value() * 100), 100),
            segment_s=Fraction(round(self.segment.value() * 100), 100),
            template=self.template.text(),
            lengths_s=tuple(length_s for length_s, button in self.lengths.items() if button.isChecked()),
        )
        self.told.emit()

    def reason(self) -> str:
        """Templates need a name."""
        return _("the templates have no name") if self.work.draft.lengths_s and not self.template.text().strip() else ""
