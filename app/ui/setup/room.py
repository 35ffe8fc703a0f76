"""Setting up from within the window: who opens the wizard, the show file and the tour, one of each at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.model.setup_face import SetupFace
from app.ui.traffic.errand import Errand
from app.ui.widgets.text_button import TextButton
from app.ui.words import _

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow
    from app.ui.setup.show_dialog import ShowDialog
    from app.ui.setup.tour import Tour
    from app.ui.setup.wizard import Wizard

NO_SETUP = _("This window can't set up: it has no way to the show files of the engine's machine")

_GAP = 8
_TOUR = (
    (_("The strip"), _("Channels on air, alarms and the house clock. What is wrong anywhere shows here.")),
    (
        _("The multiviewer"),
        _("Every channel's picture, state and sound. Click a tile, or press its number: the cue keys act on it."),
    ),
    (
        _("The cue column"),
        _("Each button says what it will do. Try F8, then F12: a break airs after its pre-roll; F7 takes it back."),
    ),
    (_("The timeline"), _("What is planned and what has aired, with the moment now. Ctrl+2 opens traffic's view.")),
    (_("The alarms"), _("What stands, since when, and what to do about it. A click marks one as seen.")),
)


class SetupRoom(QObject):
    """``face`` None: there is nothing to open."""

    def __init__(self, face: SetupFace | None, window: MainWindow) -> None:
        super().__init__(window)
        self._face, self._window = face, window
        self.wizard: Wizard | None = None
        self.show_file: ShowDialog | None = None
        self.tour: Tour | None = None
        self.button = TextButton(_("Set up"), window.skin, window.strip)
        self.button.setVisible(self.possible)
        self.button.setToolTip(_("Channels, show files and the tour (Ctrl+N)"))
        self.button.clicked.connect(self.open_wizard)
        self._errand = Errand(self)
        self._errand.done.connect(lambda due: self.start_tour() if due else None)

    @property
    def possible(self) -> bool:
        """Whether there is a face."""
        return self._face is not None

    def place(self, left: int, middle: int) -> int:
        """Put the button there in the strip; the width that it takes, its gap too."""
        roomy = self._window.skin.density.roomy
        self.button.setVisible(self.possible and roomy)  # a narrow strip has no room beside the counts: Ctrl+N has it
        if not self.possible or not roomy:
            return 0
        self.button.dress(self._window.skin)
        size = self.button.sizeHint()
        self.button.setGeometry(left + _GAP, middle - size.height() // 2, size.width(), size.height())
        return _GAP + size.width()

    def first_start(self) -> None:
        """Offer the tour, where it was never seen."""
        if self._face is not None:
            self._errand.run(self._face.tour_due, "setup-tour")

    def open_wizard(self) -> None:
        """The wizard, as it was left."""
        if self._face is None:
            return
        if self.wizard is None:
            from app.ui.setup.wizard import Wizard  # noqa: PLC0415 - no start waits for it

            window = self._window
            self.wizard = Wizard(self._face, window.desk.zone.key, window.skin, window, window.rooms)
            self.wizard.work.by = window.desk.operator
            self.wizard.show_file.clicked.connect(self.open_show_file)
            self.wizard.tour.clicked.connect(self.start_tour)
        self._present(self.wizard)

    def open_show_file(self) -> None:
        """The show file."""
        if self._face is None:
            return
        if self.show_file is None:
            from app.ui.setup.show_dialog import ShowDialog  # noqa: PLC0415 - no start waits for it

            self.show_file = ShowDialog(self._face, self._window.skin, self._window, self._window.rooms)
            self.show_file.panel.work.by = self._window.desk.operator
        self._present(self.show_file)

    def start_tour(self) -> None:
        """From its beginning."""
        if self.tour is None:
            from app.ui.setup.tour import Stop, Tour  # noqa: PLC0415 - no start waits for it

            stops = tuple(Stop(title, words, target) for title, words, target in tour_stops(self._window))
            self.tour = Tour(stops, self._window.skin, self._window, self._window.column)
            self.tour.ended.connect(self._on_tour)

    def _on_tour(self) -> None:
        self.tour = None
        if self._face is not None:
            self._errand.run(self._face.tour_seen, "setup-tour")

    def _present(self, dialog: QWidget) -> None:
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()


def tour_stops(window: MainWindow) -> tuple[tuple[str, str, QWidget], ...]:
    """Five parts of the window: title, words, where."""
    targets = (window.strip, window.multiviewer, window.column, window.pages, window.alarms)
    return tuple((title, words, target) for (title, words), target in zip(_TOUR, targets, strict=True))
