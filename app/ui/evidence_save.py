"""A splice's evidence as one file: asked for by a save dialog that is not modal, packed off the GUI's thread."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.ui.choosers import Chooser, choose_new, unused
from app.ui.evidence_files import bundle
from app.ui.traffic.errand import Errand
from app.ui.words import _

_ENDING = ".zip"


class EvidenceDialog(QObject):
    """``said``: what became of it."""

    said = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._errand = Errand(self)
        self._errand.done.connect(lambda told: self.said.emit(str(told)))
        self._errand.failed.connect(lambda why: self.said.emit(_("Evidence not saved: {why}").format(why=why)))
        self.chooser: Chooser | None = None

    def open(self, folders: Mapping[str, str], name: str) -> None:
        """Ask where; ``name`` is what is offered."""
        self.chooser = choose_new(
            self._window,
            _("Save the evidence of this splice"),
            lambda path: self.write(folders, Path(path)),
            _("Evidence bundle (*{ending})").format(ending=_ENDING),
            suffix=_ENDING,
            offered=f"{name}{_ENDING}",
        )

    def write(self, folders: Mapping[str, str], path: Path) -> None:
        """Write it there; a name without the ending gets it."""
        whole = unused(path if path.suffix.lower() == _ENDING else path.with_name(path.name + _ENDING))

        def work() -> str:
            return bundle(folders, whole) or _("Evidence saved: {whole}").format(whole=whole)

        self.said.emit(_("Packing {name}…").format(name=whole.name))
        self._errand.run(work, "evidence-bundle")
