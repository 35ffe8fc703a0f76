"""The as-run into a file: asked for by a save dialog that is not modal, written off the GUI's thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.model.asrun_export import AsRunExport, AsRunForm
from app.ui.choosers import Chooser, choose_new, unused
from app.ui.model_words import shown
from app.ui.traffic.errand import Errand
from app.ui.words import _


class ExportDialog(QObject):
    """``said``: what became of it."""

    said = Signal(str)

    def __init__(self, export: AsRunExport | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._export, self._window = export, parent
        self._errand = Errand(self)
        self._errand.done.connect(lambda path: self.said.emit(_("As-run written: {path}").format(path=path)))
        self._errand.failed.connect(lambda why: self.said.emit(_("As-run not written: {why}").format(why=why)))
        self.chooser: Chooser | None = None

    @property
    def possible(self) -> bool:
        """Whether there is an as-run to hand out."""
        return self._export is not None

    def open(self, day: str) -> None:
        """Ask where; ``day`` goes into the name that is offered."""
        chooser = self.chooser = choose_new(
            self._window,
            _("Export the as-run"),
            lambda path: self.write(Path(path), AsRunForm(chooser.selectedNameFilter())),
            ";;".join(shown(form.value) for form in AsRunForm),
            suffix="",
            offered=f"as-run-{day}{AsRunForm.CSV.suffix}",
        )

    def write(self, path: Path, form: AsRunForm) -> None:
        """Write it there; a name without the form's ending gets it."""
        export = self._export
        if export is None:
            return
        whole = unused(path if path.suffix.lower() == form.suffix else path.with_name(path.name + form.suffix))

        def work() -> Path:
            export.export_asrun(whole, form)
            return whole

        self.said.emit(_("Writing {name}…").format(name=whole.name))
        self._errand.run(work, "as-run-export")
