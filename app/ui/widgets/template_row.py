"""The channel's templates by name: ways to signal a new break, chosen for CUE NEXT."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtWidgets import QWidget

from app.model.status import TemplateStatus
from app.ui import text
from app.ui.theme import Skin
from app.ui.widgets.column_places import TEMPLATES_SHOWN
from app.ui.widgets.text_button import TextButton
from app.ui.words import _


class TemplateButton(TextButton):
    """``checked``: the chosen one; the panel decides."""

    def show_template(self, template: TemplateStatus | None, *, chosen: bool, usable: bool) -> None:
        """Its name; dashed and empty where there is none."""
        self.setCheckable(True)
        self.setChecked(chosen)
        self.setEnabled(usable and template is not None)
        name = template.name if template is not None else ""
        if name != self.text() or not self.accessibleName():
            self.setText(name)
            own_s = template.duration_s if template is not None else None
            lasts = f", {text.preset(own_s)}" if own_s is not None else ""
            self.setAccessibleName(
                _("Template {name}{lasts}").format(name=name, lasts=lasts) if name else _("No template")
            )
            self.setToolTip(
                _("CUE NEXT makes a new break signalled as {name}{lasts}").format(name=name, lasts=lasts)
                if name
                else ""
            )
        self.update()

    def nextCheckState(self) -> None:
        """The panel decides what is chosen."""


class TemplateRow(QObject):
    """Three names at a time in fixed places, and a button for the next three. ``chosen`` carries a name."""

    chosen = Signal(str)

    def __init__(self, skin: Skin, column: QWidget) -> None:
        super().__init__(column)
        self._templates: tuple[TemplateStatus, ...] = ()
        self._first, self._usable = 0, False
        self._chosen: TemplateStatus | None = None
        self.buttons = [TemplateButton("", skin, column) for _other in range(TEMPLATES_SHOWN)]
        self.pager = TextButton("1/1", skin, column)
        for button in self.buttons:
            button.pressed.connect(lambda pressed=button: self.chosen.emit(pressed.text()))
        self.pager.pressed.connect(self._turn)
        self.place((), None)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        for button in (*self.buttons, self.pager):
            button.dress(skin)

    def place(self, places: Sequence[QRect], pager: QRect | None) -> None:
        """Where the column has room for them; nowhere when no channel of the show has any."""
        for button, place in zip(self.buttons, places or [QRect()] * TEMPLATES_SHOWN, strict=True):
            button.setGeometry(place)
            button.setVisible(bool(places))
        self.pager.setGeometry(pager or QRect())
        self.pager.setVisible(pager is not None)

    def show_templates(
        self, templates: tuple[TemplateStatus, ...], chosen: TemplateStatus | None, *, usable: bool
    ) -> None:
        """The selected channel's; from the first when they are others."""
        if templates != self._templates:
            self._templates, self._first = templates, 0
        shown = self._templates[self._first : self._first + TEMPLATES_SHOWN]
        for place, button in enumerate(self.buttons):
            template = shown[place] if place < len(shown) else None
            button.show_template(template, chosen=template is not None and template == chosen, usable=usable)
        self._usable, self._chosen = usable, chosen
        pages = max(1, -(-len(templates) // TEMPLATES_SHOWN))
        self.pager.setText(f"{self._first // TEMPLATES_SHOWN + 1}/{pages}")
        self.pager.setEnabled(pages > 1)
        self.pager.setAccessibleName(
            _("More templates, page {page} of {pages}").format(page=self._first // TEMPLATES_SHOWN + 1, pages=pages)
        )
        self.pager.update()

    def _turn(self) -> None:
        self._first = self._first + TEMPLATES_SHOWN if self._first + TEMPLATES_SHOWN < len(self._templates) else 0
        self.show_templates(self._templates, self._chosen, usable=self._usable)
