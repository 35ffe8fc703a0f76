"""One page of the wizard: it edits the draft, asks the face on a thread of its own, and says why it isn't done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.model.setup_face import SetupFace
from app.ui.setup.draft import Draft
from app.ui.theme import Skin
from app.ui.traffic.errand import Errand
from app.ui.words import _


class Work(QObject):
    """The draft that all pages share, and the way to the face. ``into``: it becomes a part of the show on air.

    ``by``: who changes what is on air.
    """

    changed = Signal()

    def __init__(self, face: SetupFace, skin: Skin, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.face, self.skin, self.draft = face, skin, Draft()
        self.into, self.timezone, self.by = False, _("UTC"), ""

    def change(self, **fields: Any) -> None:
        """Of the draft."""
        changed = replace(self.draft, **fields)
        if changed != self.draft:
            self.draft = changed
            self.changed.emit()


class Page(QWidget):
    """``title``: as the steps name it. ``told``: its reason may have changed."""

    title = ""
    told = Signal()

    def __init__(self, work: Work) -> None:
        super().__init__()
        self.work, self.skin = work, work.skin
        self.errand = Errand(self)
        self._done: Callable[[Any], None] = lambda _other: None
        self._failed: Callable[[str], None] = lambda _other: None
        self.errand.done.connect(self._on_done)
        self.errand.failed.connect(self._on_failure)

    def _on_done(self, found: object) -> None:
        self._done(found)

    def _on_failure(self, why: str) -> None:
        self._failed(why)

    def ask(
        self, what: Callable[[], object], name: str, done: Callable[[Any], None], failed: Callable[[str], None]
    ) -> None:
        """Have it done on a thread; what this page asked before is waited for no more."""
        self._done, self._failed = done, failed
        self.errand.run(what, name)
        self.told.emit()

    def reason(self) -> str:
        """Why one can't go on from here, "" where one can."""
        return ""

    def entered(self) -> None:
        """It is looked at."""
