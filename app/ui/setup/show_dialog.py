"""Show files: open one, change its text, see what differs from the air, save it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.model.setup_face import SetupFace
from app.ui.setup.dialog import SetupDialog
from app.ui.setup.page import Work
from app.ui.setup.parts import row
from app.ui.setup.show_panel import ShowPanel
from app.ui.theme import Skin
from app.ui.widgets.text_button import TextButton
from app.ui.words import _


class ShowDialog(SetupDialog):
    """It opens with the text of what is on air."""

    def __init__(self, face: SetupFace, skin: Skin, window: QWidget, room: QWidget) -> None:
        super().__init__(_("Show file"), skin, window, room)
        self.panel = ShowPanel(Work(face, skin, self))
        self.go = TextButton(_("Go to what is wrong"), skin, self)
        self.close_button = TextButton(_("Close"), skin, self)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 14, 14, 14)
        whole.setSpacing(12)
        whole.addWidget(self.panel, 1)
        foot = row(self.go, stretch=True)
        foot.addWidget(self.close_button)
        whole.addLayout(foot)
        self.go.clicked.connect(self.panel.go_to_trouble)
        self.close_button.clicked.connect(self.close)
        self.panel.ask(face.on_air, "setup-air", self.panel.show_text, lambda _why: None)
