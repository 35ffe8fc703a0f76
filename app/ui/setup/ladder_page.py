"""The renditions, what they cost on this machine, and whether it can carry them."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QComboBox

from app.model.admission import admission
from app.model.setup_face import LadderCost
from app.model.show import Rendition
from app.ui.fonts import MEDIUM, font
from app.ui.grammar import Tone
from app.ui.setup.draft import PRESETS, RUNGS
from app.ui.setup.page import Page, Work
from app.ui.setup.parts import Words, caption, explanation, page_layout, row
from app.ui.widgets.text_button import TextButton
from app.ui.words import _

_ABOUT = _(
    "The trial encodes two seconds: of the source where it is a file, else of a moving test picture with grain. "
    "A ladder that this machine can't carry beside what runs on it now is refused."
)


class LadderPage(Page):
    """Nothing goes on before the ladder as it stands was tried and fits."""

    title = _("Ladder")

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self._tried: tuple[str, tuple[Rendition, ...]] | None = None
        self.boxes = {rung.name: QCheckBox(_words(rung), self) for rung in RUNGS}
        self.preset = QComboBox(self)
        self.preset.setAccessibleName(_("Encoder preset"))
        self.preset.addItems(PRESETS)
        self.go = TextButton(_("Try on this machine"), self.skin, self)
        self.words, self.shares = Words(self.skin, self), Words(self.skin, self)
        layout = page_layout(self)
        layout.addWidget(explanation(_ABOUT, self.skin))
        for name, box in self.boxes.items():
            box.setFont(font(self.skin.density.body, MEDIUM))
            box.setChecked(name in work.draft.rungs)
            box.toggled.connect(self._on_change)
            layout.addWidget(box)
        layout.addLayout(row(caption(_("Encoder preset"), self.skin), self.preset, self.go, stretch=True))
        layout.addWidget(self.words)
        layout.addWidget(self.shares)
        layout.addStretch()
        self.preset.currentTextChanged.connect(self._on_change)
        self.go.clicked.connect(self.try_it)

    def entered(self) -> None:
        """Tried by itself, where it was not yet."""
        if self._tried != self._now() and not self.errand.busy and self.work.draft.rungs:
            self.try_it()

    def try_it(self) -> None:
        """Encode two seconds."""
        face, draft, asked = self.work.face, self.work.draft, self._now()
        if not asked[1]:
            self.words.tell(_("Choose one rendition at least"), Tone.RED)
            return
        self._tried = None
        self.words.tell(_("Encoding two seconds of it …"))
        self.shares.tell("")

        def done(cost: LadderCost) -> None:
            self._on_cost(cost, asked)

        self.ask(
            lambda: face.try_ladder(draft.url, asked[1], draft.rate.fraction), "setup-trial", done, self._on_failed
        )

    def _now(self) -> tuple[str, tuple[Rendition, ...]]:
        return self.work.draft.url, self.work.draft.renditions()

    def _on_change(self) -> None:
        self.errand.abandon()
        self._tried = None
        chosen = tuple(name for name, box in self.boxes.items() if box.isChecked())
        self.work.change(rungs=chosen, preset=self.preset.currentText())
        self.words.tell(_("Not tried yet") if chosen else _("Choose one rendition at least"))
        self.shares.tell("")
        self.told.emit()

    def _on_cost(self, cost: LadderCost, asked: tuple[str, tuple[Rendition, ...]]) -> None:
        verdict = admission(cost)
        self.words.tell(verdict.words, Tone.GREEN if verdict.fits else Tone.RED)
        shares = ", ".join(f"{name} {share:.2f}" for name, share in cost.rungs)
        self.shares.tell(
            _("Processors each: {shares}").format(shares=shares)
            + (_(", decoding {source:.2f}").format(source=cost.source) if cost.source else "")
        )
        self._tried = asked if verdict.fits else None
        self.told.emit()

    def _on_failed(self, why: str) -> None:
        self.words.tell(why, Tone.RED)
        self.told.emit()

    def reason(self) -> str:
        """It must have been tried as it stands, and fit."""
        if self.errand.busy:
            return _("the trial runs")
        if not self.work.draft.rungs:
            return _("choose one rendition at least")
        return "" if self._tried == self._now() else _("only a ladder that was tried and fits goes on")


def _words(rung: Rendition) -> str:
    return _("{name}   {width}×{height}, {bitrate_bps:g} Mb/s").format(
        name=rung.name, width=rung.width, height=rung.height, bitrate_bps=rung.bitrate_bps / 1e6
    )
